"""Times that differ by rounding only, in every function of survival."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.stats.survival import (
    cox,
    cumulative_incidence,
    hazard_ratio,
    kaplan_meier,
    log_rank,
    max_combo,
    rmst,
    turnbull,
)
from equipoise.stats.survival.ties import with_ties
from tests.stats.survival.survival_reference import RTOL, WANTED, array

ROUNDED = np.array(WANTED["rounding"]["time"])
EVENT = np.array(WANTED["rounding"]["event"], dtype=bool)
GROUP = np.arange(12) % 2 == 1
DAYS = np.round(ROUNDED * 365.25)


def test_the_times_differ_in_the_last_digit() -> None:
    assert len(np.unique(ROUNDED)) == 5
    assert len(np.unique(DAYS)) == 4


@pytest.mark.reference
def test_they_are_ties_as_in_r() -> None:
    test = log_rank(ROUNDED, EVENT, GROUP)
    assert_allclose(test.statistic, array("rounding", "chisq")[0], rtol=RTOL)
    fit = cox(ROUNDED, EVENT, {"x": GROUP})
    assert_allclose(fit.coefficients["coef"], array("rounding", "coef"), rtol=RTOL)
    curve = kaplan_meier(ROUNDED, EVENT).curve["survival"].iloc[1:]
    assert_allclose(curve, array("rounding", "steps"), rtol=RTOL, atol=1e-15)


def test_every_function_gives_what_it_gives_for_whole_days() -> None:
    pairs = [
        [log_rank(t, EVENT, GROUP).p for t in (ROUNDED, DAYS)],
        [max_combo(t, EVENT, GROUP).p for t in (ROUNDED, DAYS)],
        [kaplan_meier(t, EVENT).curve["survival"].tolist() for t in (ROUNDED, DAYS)],
        [hazard_ratio(t, EVENT, GROUP).estimate for t in (ROUNDED, DAYS)],  # type: ignore[union-attr]
        [rmst(t, EVENT, t.max()).estimate / t.max() for t in (ROUNDED, DAYS)],
        [
            cumulative_incidence(t, 2 * EVENT - EVENT * GROUP, 1, t.max()).std_error
            for t in (ROUNDED, DAYS)
        ],
        [turnbull(0 * t, t, EVENT).curve["survival"].tolist() for t in (ROUNDED, DAYS)],
    ]
    for one, other in pairs:
        assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@given(
    st.lists(st.integers(1, 400), min_size=2, max_size=20),
    st.floats(1e-6, 1e6),
)
def test_whole_times_stay_apart_in_any_unit(days: list[int], unit: float) -> None:
    times = np.array(days) * unit
    (found,) = with_ties(times)
    assert_array_equal(found, times)


def test_starts_and_ends_share_their_ties_and_infinity_stays() -> None:
    start, stop = with_ties(np.array([0.0, 1 + 1e-12, -np.inf]), np.array([1.0, 2, 3]))
    assert start.tolist() == [0.0, 1.0, -np.inf]
    assert stop.tolist() == [1.0, 2.0, 3.0]
