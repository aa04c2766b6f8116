"""Sizes of trials that drop doses, against R MAMS."""

import pytest

from equipoise.design.adaptive.dose_selection import operating_characteristics
from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.sample_size import sample_size
from equipoise.design.fixed.means import means
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

# R MAMS 3.0.1, inst/tests2/testthat/test-dtl.R: mams(method = "dtl", K = c(doses, 1),
# delta = 0.545, delta0 = 0.178, sd = 1), alpha 0.05, power 0.9: all participants
MAMS = [(3, 282), (4, 364), (6, 531)]


@pytest.mark.reference
@pytest.mark.parametrize(("doses", "wanted"), MAMS)
def test_r_mams_drop_the_losers(doses: int, wanted: int) -> None:
    effects = [0.545] + [0.178] * (doses - 1)
    found = sample_size(effects, 1.0, alpha=0.05, power=0.9, test="pooled")
    assert found.largest == wanted


def test_the_size_is_the_smallest() -> None:
    effects = [7.0, 11.88, 3.0]
    found = sample_size(effects, 10.51, share=0.4, ratio=1.4)
    assert operating_characteristics(found, effects, 10.51).best >= 0.9
    first = found.first - 1
    less = Doses(doses=3, first=first, second=-(-first * 3 // 2), ratio=1.4)
    assert operating_characteristics(less, effects, 10.51).best < 0.9


def test_finding_any_dose_is_easier_and_one_dose_is_a_plain_trial() -> None:
    effects = [10.0, 11.0]
    best = sample_size(effects, 12.0, power=0.7)
    easier = sample_size(effects, 12.0, power=0.7, target="any")
    assert easier.largest < best.largest
    one = sample_size([5.0], 10.0, test="pooled")
    plain = means(5, 10, Target(alpha=0.025, sides=1, power=0.9)).first
    assert one.first + one.second == pytest.approx(plain, abs=2.5)  # normal, not t


def test_impossible_input_is_refused_all_at_once() -> None:
    with pytest.raises(DesignError) as refusal:
        sample_size([], 1.0, power=1.0, share=0.0, target="all")
    assert [p.code for p in refusal.value.problems] == ["EQ801"] * 3 + ["EQ805"]
    with pytest.raises(DesignError, match="EQ802"):
        sample_size(
            [1.0, 1.0], 1.0, power=0.9
        )  # the best of two equals is a coin's toss
    with pytest.raises(DesignError, match="EQ801"):
        sample_size([1.0, 0.2], -1.0)
