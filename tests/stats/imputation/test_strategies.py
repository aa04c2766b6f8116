"""Expectations after an event, by their definitions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.imputation.strategies import STRATEGIES, expected_outcomes

OWN = np.array([[1.0, 2.0, 3.0, 4.0]])
REF = np.array([[10.0, 20.0, 30.0, 40.0]])


@pytest.mark.parametrize(
    ("strategy", "first", "wanted"),
    [
        ("MAR", 2, [1, 2, 3, 4]),
        ("JR", 2, [1, 2, 30, 40]),
        ("CR", 2, [10, 20, 30, 40]),
        ("CIR", 2, [1, 2, 12, 22]),
        ("LMCF", 2, [1, 2, 2, 2]),
        ("JR", 0, [10, 20, 30, 40]),
        ("CIR", 0, [10, 20, 30, 40]),
        *((name, 4, [1, 2, 3, 4]) for name in STRATEGIES),
    ],
)
def test_by_hand(strategy: str, first: int, wanted: list[float]) -> None:
    found = expected_outcomes(OWN, REF, np.array([first]), strategy)  # type: ignore[arg-type]
    assert_allclose(found, [wanted])


def test_replicates_stand_in_front() -> None:
    own, ref = np.stack([OWN, OWN + 1]), np.stack([REF, REF + 5])
    for name in STRATEGIES:
        both = expected_outcomes(own, ref, np.array([1]), name)
        alone = expected_outcomes(own[1], ref[1], np.array([1]), name)
        assert_allclose(both[1], alone)


def test_no_mean_to_carry_forward_is_refused_as_in_rbmi() -> None:
    """R rbmi stops: "LMCF cannot be adopted since all outcome values are missing"."""
    with pytest.raises(AnalysisError, match="EQ404"):
        expected_outcomes(
            np.repeat(OWN, 2, axis=0),
            np.repeat(REF, 2, axis=0),
            np.array([2, 0]),
            "LMCF",
        )


@pytest.mark.parametrize("name", ["J2R", "", "jr", "mar"])
def test_an_unknown_strategy_is_refused(name: str) -> None:
    with pytest.raises(AnalysisError, match=r"strategy = .* is not an option"):
        expected_outcomes(OWN, REF, np.array([2]), name)  # type: ignore[arg-type]
