"""Rejection regions against R, scipy, and the p-values that a report prints."""

from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.fixed.exact_tests import (
    TESTS,
    Test,
    binomial,
    largest_error,
    probability,
    rejection_region,
)
from equipoise.stats.proportions import boschloo, fisher
from tests.reference_results import reference

R = reference("design/exact_power")
SCIPY = reference("design/exact_power_boschloo")


@pytest.mark.parametrize("case", R["cases"], ids=str)
def test_fisher_and_score_agree_with_r(case: dict[str, Any]) -> None:
    region = rejection_region(
        case["test"], case["n_first"], case["n_second"], case["alpha"]
    )
    _agrees(region, case, R["rtol"])


@pytest.mark.parametrize("case", SCIPY["cases"], ids=str)
def test_boschloo_agrees_with_scipy(case: dict[str, Any]) -> None:
    region = rejection_region("boschloo", case["n_first"], case["n_second"])
    _agrees(region, case, SCIPY["rtol"])


def _agrees(region: np.ndarray[Any, Any], case: dict[str, Any], rtol: float) -> None:
    assert region.sum() == case["rejected"]
    power = probability(region, case["first"], case["second"])
    assert power == pytest.approx(case["power"], rel=rtol)
    assert largest_error(region) == pytest.approx(case["error"], rel=rtol)


@pytest.mark.parametrize("arms", [(7, 7), (9, 4), (3, 12)])
@pytest.mark.parametrize(
    ("test", "p_value"), [("fisher", fisher), ("boschloo", boschloo)]
)
def test_the_design_rejects_where_the_report_does(
    test: Test, p_value: Any, arms: tuple[int, int]
) -> None:
    """Two errors, so that regions of different shape are compared."""
    n, m = arms
    printed = np.array(
        [[p_value(x, n, y, m) for y in range(m + 1)] for x in range(n + 1)]
    )
    for alpha in (0.05, 0.2):
        region = rejection_region(test, n, m, alpha)
        assert (region == (printed <= alpha)).all()


def test_a_one_sided_test_rejects_one_half_of_the_two_sided() -> None:
    for test in TESTS:
        one = rejection_region(test, 12, 9, 0.025, sides=1)
        assert not one[0, 9]
        assert one[12, 0]
        two = rejection_region(test, 12, 9, 0.05)
        if test == "fisher":  # two-sided by likelihood: not twice the one-sided
            assert (two | ~one).all()
        else:
            x, y = np.indices(two.shape)
            assert (one == (two & (x / 12 > y / 9))).all()


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(1, 40),
    m=st.integers(1, 40),
    alpha=st.sampled_from([0.01, 0.05, 0.1]),
    test=st.sampled_from(["fisher", "boschloo"]),
)
def test_exact_tests_keep_their_error(
    n: int, m: int, alpha: float, test: Literal["fisher", "boschloo"]
) -> None:
    """Whatever the common proportion; 1e-9 for the last digit of the sums."""
    region = rejection_region(test, n, m, alpha)
    assert largest_error(region) <= alpha + 1e-9
    assert (region == rejection_region(test, m, n, alpha).T).all()
    assert (region == region[::-1, ::-1]).all()  # events and their absence


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 40), m=st.integers(1, 40))
def test_boschloo_rejects_all_that_fisher_rejects_on_each_side(n: int, m: int) -> None:
    for alpha in (0.025, 0.05):
        conditional = rejection_region("fisher", n, m, alpha, sides=1)
        assert (rejection_region("boschloo", n, m, alpha, sides=1) | ~conditional).all()


def test_binomial_probabilities_at_the_ends() -> None:
    assert binomial(3, [0.0, 1.0]).tolist() == [[1, 0, 0, 0], [0, 0, 0, 1]]
    assert binomial(200, 0.3).sum() == pytest.approx(1, abs=1e-12)


def test_an_unknown_test_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'barnard'"):
        rejection_region("barnard", 5, 5)  # type: ignore[arg-type]
