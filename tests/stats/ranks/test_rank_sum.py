"""The rank-sum test: SAS, R, all permutations, and laws."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.ranks import rank_sum_test
from tests.printed_numbers import disagreements, printed
from tests.reference_results import reference
from tests.shared_data import shared

SCORES = st.lists(st.integers(0, 6), min_size=1, max_size=6)  # ties are the rule
R = reference("stats/ranks")


def birthweights() -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(shared("data/camis_birthweight.csv"))
    smokers = frame["grp"] == "s"
    return frame["bw"][smokers].to_numpy(), frame["bw"][~smokers].to_numpy()


@pytest.mark.reference
def test_every_number_of_npar1way() -> None:
    first, second = birthweights()
    corrected = rank_sum_test(first, second, method="normal")
    plain = rank_sum_test(first, second, method="normal", correction=False)
    ours = {
        "statistic": corrected.rank_sum,
        "z-cc": corrected.z,
        "p-cc": corrected.p,
        "p-cc.t": rank_sum_test(first, second, method="t").p,
        "z": plain.z,
        "p": plain.p,
        "p.t": rank_sum_test(first, second, method="t", correction=False).p,
        "exact.p": rank_sum_test(first, second).p,
        "exact.p-one": rank_sum_test(first, second, alternative="less").p,
    }
    assert disagreements(ours, printed("wilcoxon_ranksum", "SAS")) == {}
    ours = {"W": corrected.u, "p-cc": corrected.p, "p": plain.p}
    assert disagreements(ours, printed("wilcoxon_ranksum", "R")) == {}


@pytest.mark.reference
@pytest.mark.parametrize("case", R["cases"]["two"])
def test_it_is_wilcox_test(case: dict) -> None:
    x, y, near = case["x"], case["y"], {"rel": R["rtol"]}
    assert rank_sum_test(x, y).u == pytest.approx(case["w"], **near)
    normal = {"method": "normal"}
    for key, options in {
        "p_normal": normal,
        "p_plain": normal | {"correction": False},
        "p_greater": normal | {"alternative": "greater"},
        "p_less": normal | {"alternative": "less"},
    }.items():
        assert rank_sum_test(x, y, **options).p == pytest.approx(case[key], **near)
    if not case["ties"]:  # with ties R has no exact value
        assert rank_sum_test(x, y).p == pytest.approx(case["p_exact"], **near)


@pytest.mark.property
@given(SCORES, SCORES)
def test_the_exact_value_is_that_of_all_permutations(
    x: list[int], y: list[int]
) -> None:
    ranks = stats.rankdata(x + y)
    sums = np.array(
        [sum(ranks[list(c)]) for c in combinations(range(len(ranks)), len(x))]
    )
    far = np.abs(sums - sums.mean())
    test = rank_sum_test(x, y)
    assert test.p == pytest.approx(
        np.mean(far >= abs(test.rank_sum - test.expected) - 1e-9)
    )
    greater = rank_sum_test(x, y, alternative="greater").p
    assert greater == pytest.approx(np.mean(sums >= test.rank_sum - 1e-9))
    # The error of the normal deviate is that of the permutations.
    plain = rank_sum_test(x, y, method="normal", correction=False)
    if sums.std() > 1e-9:
        assert plain.z == pytest.approx((test.rank_sum - test.expected) / sums.std())
    else:
        assert (plain.z, plain.p, test.p) == (0.0, 1.0, 1.0)


@pytest.mark.property
@given(SCORES, SCORES, st.sampled_from(["exact", "normal", "t"]))
def test_groups_change_places(x: list[int], y: list[int], method: str) -> None:
    one, other = rank_sum_test(x, y, method=method), rank_sum_test(y, x, method=method)
    assert one.p == pytest.approx(other.p)
    assert one.u == pytest.approx(len(x) * len(y) - other.u)
    less = rank_sum_test(y, x, method=method, alternative="less").p
    assert rank_sum_test(x, y, method=method, alternative="greater").p == pytest.approx(
        less
    )


def test_values_that_differ_by_rounding_are_ties() -> None:
    """0.1 + 0.2 is 0.30000000000000004: SAS and R count it as larger than 0.3."""
    assert (
        rank_sum_test([0.1 + 0.2, 5], [0.3, 1]).u == rank_sum_test([3, 50], [3, 10]).u
    )


def test_auto_says_which_method_it_used() -> None:
    assert rank_sum_test(np.arange(50.0), np.arange(50.0)).method == "exact"
    assert rank_sum_test(np.arange(60.0), np.arange(50.0)).method == "normal"
    # In 200 participants both agree to the error of the approximation, about 1 / N.
    x, y = np.arange(100.0), np.arange(100.0) * 1.3 - 4
    exact = rank_sum_test(x, y, method="exact").p
    assert exact == pytest.approx(rank_sum_test(x, y, method="normal").p, rel=0.01)


def test_an_exact_value_that_would_take_minutes_is_refused() -> None:
    with pytest.raises(
        AnalysisError, match="EQ460 method = 'exact' would take too long"
    ):
        rank_sum_test(np.arange(400.0), np.arange(400.0), method="exact")


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0, np.nan], [2.0])])
def test_no_values_and_missing_ones_are_refused(x: list, y: list) -> None:
    with pytest.raises(AnalysisError, match="EQ462"):
        rank_sum_test(x, y)
