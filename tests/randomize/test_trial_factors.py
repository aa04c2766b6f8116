"""The factors of a stratified trial."""

import numpy as np
import pytest

from equipoise.errors import DesignError
from equipoise.numerics.rng import stream
from equipoise.randomize.trial_factors import TrialFactors

TWO = TrialFactors({"sex": {"F": 0.7, "M": 0.3}, "site": {"A": 0.5, "B": 0.5}})


def test_a_stratum_is_found_by_its_levels() -> None:
    assert TWO.strata == pytest.approx([0.35, 0.35, 0.15, 0.15])
    levels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert TWO.stratum(levels).tolist() == [0, 1, 2, 3]


def test_participants_have_the_proportions() -> None:
    drawn = TWO.draw(20_000, stream(1, "test"))
    assert (drawn[:, 0] == 0).mean() == pytest.approx(0.7, abs=4 * 0.0033)
    assert np.bincount(TWO.stratum(drawn)) / 20_000 == pytest.approx(
        TWO.strata, abs=4 * 0.0034
    )


def test_without_factors_there_is_one_stratum() -> None:
    none = TrialFactors({})
    assert none.strata.tolist() == [1]
    assert none.stratum(none.draw(3, stream(1, "test"))).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "own", [{}, {"F": 0.7, "M": 0.2}, {"F": 1.5, "M": -0.5}, {"F": float("nan")}]
)
def test_what_is_not_a_proportion_is_rejected(own: dict[str, float]) -> None:
    with pytest.raises(DesignError, match="EQ843"):
        TrialFactors({"sex": own})


def test_too_many_strata_are_rejected() -> None:
    many = {str(k): 1 / 100 for k in range(100)}
    with pytest.raises(DesignError, match="10000 strata"):
        TrialFactors({"site": many, "other": many})
