"""The four equations of a benefit: laws, and their worked values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.simulate.response import (
    after_infusion,
    belief_probability,
    decayed,
    responded,
    sensitivity,
)

SHARE = st.floats(0.01, 0.99)
BENEFIT = st.floats(0, 1)
EXPOSURE = st.floats(0, 5)


@pytest.mark.property
@given(BENEFIT, SHARE, EXPOSURE, EXPOSURE)
def test_two_part_exposures_are_one_whole(a, share, r, s) -> None:
    parts = after_infusion(after_infusion(a, share, r), share, s)
    assert parts == pytest.approx(after_infusion(a, share, r + s), abs=1e-12)


@pytest.mark.property
@given(BENEFIT, SHARE, EXPOSURE)
def test_an_infusion_never_takes_and_never_brings_more_than_all(a, share, r) -> None:
    assert a - 1e-12 <= after_infusion(a, share, r) <= 1


@pytest.mark.property
@given(BENEFIT, st.floats(0.1, 1e4), st.floats(0, 400), st.floats(0, 400))
def test_decay_forgets_nothing_but_time(a, half_life, d, e) -> None:
    apart = decayed(decayed(a, half_life, d), half_life, e)
    assert apart == pytest.approx(decayed(a, half_life, d + e), rel=1e-10)


def test_half_is_left_after_a_half_life() -> None:
    assert decayed(np.array([0.8]), 27.5, np.array([27.5]))[0] == pytest.approx(0.4)


def test_six_infusions_by_hand() -> None:
    """Days 0, 2, 4, 7, 9, 11 with share 0.4 and half-life 45: on day 14, by a loop."""
    level, last = np.array(0.0), 0.0
    for day in (0, 2, 4, 7, 9, 11):
        level = decayed(level, 45.0, np.array(day - last))
        level, last = after_infusion(level, 0.4, np.array(1.0)), float(day)
    by_hand = 0.0
    for gap in (2, 2, 3, 2, 2, 3):
        by_hand = (by_hand + (1 - by_hand) * 0.4) * 2 ** (-gap / 45)
    assert decayed(level, 45.0, np.array(3.0)) == pytest.approx(by_hand, rel=1e-12)


def test_the_placebo_response_comes_by_its_time_constant() -> None:
    days = np.array([-3.0, 0.0, 5.0, 500.0])
    expected = [0, 0, 1 - np.exp(-1), 1]
    np.testing.assert_allclose(responded(days, 5.0), expected)


@pytest.mark.parametrize("log_sd", [0.0, 0.5, 1.0])
def test_sensitivity_has_mean_1(log_sd: float) -> None:
    """By Gauss and Hermite's rule, exact for this function to many digits."""
    x, w = np.polynomial.hermite_e.hermegauss(80)
    mean = (w @ sensitivity(x, log_sd)) / w.sum()
    assert mean == pytest.approx(1, rel=1e-9)


@pytest.mark.property
@given(st.floats(0.02, 0.98), st.floats(0.2, 5), st.floats(0, 60))
def test_odds_of_a_belief_multiply(at_rest, odds, points) -> None:
    p = belief_probability(np.array([points, points + 1]), at_rest, odds)
    assert belief_probability(np.array(0.0), at_rest, odds) == pytest.approx(at_rest)
    if p.min() > 1e-9 and p.max() < 1 - 1e-9:
        ratio = p[1] / (1 - p[1]) / (p[0] / (1 - p[0]))
        assert ratio == pytest.approx(odds, rel=1e-5)
