"""Rates in person-time, against R poisson.test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.stats.event_rates import (
    event_rate,
    rate_ratio,
    rate_ratio_test,
    rate_test,
)


def test_one_rate_as_in_r() -> None:
    # R 4.2.2: poisson.test(137, 24.19893); poisson.test(0, 10)
    found = event_rate(137, 24.19893)
    assert found is not None
    assert found.estimate == pytest.approx(5.661407, rel=1e-6)
    assert (found.lower, found.upper) == pytest.approx((4.753125, 6.692709), rel=1e-6)
    none = event_rate(0, 10)
    assert none is not None
    assert (none.lower, none.upper) == pytest.approx((0, 0.3688879), rel=1e-6)


def test_two_rates_as_in_r() -> None:
    # R 4.2.2: poisson.test(c(11, 6 + 8 + 7), c(800, 1083 + 1050 + 878))
    found = rate_ratio(11, 800, 21, 3011)
    assert found is not None
    assert found.estimate == pytest.approx(1.971488, rel=1e-6)
    assert (found.lower, found.upper) == pytest.approx((0.8584264, 4.2772659), rel=1e-6)


@given(st.integers(1, 50), st.integers(1, 50), st.floats(1, 100), st.floats(1, 100))
def test_turning_the_groups_turns_the_ratio(a: int, b: int, s: float, t: float) -> None:
    one, other = rate_ratio(a, s, b, t), rate_ratio(b, t, a, s)
    assert one is not None
    assert other is not None
    assert one.estimate == pytest.approx(1 / other.estimate)
    assert one.lower == pytest.approx(1 / other.upper)


def test_without_time_or_events_there_is_no_number() -> None:
    assert event_rate(3, 0.0) is None
    assert rate_ratio(0, 10, 0, 10) is None
    assert rate_ratio(0, 10, 3, 10, method="wald") is None
    assert rate_ratio(2, 0, 3, 10) is None


def test_a_ratio_with_one_group_without_events() -> None:
    """Reference: R poisson.test(c(0, 7), c(10, 12)) and (c(7, 0), c(10, 12))."""
    none, all_ = rate_ratio(0, 10, 7, 12), rate_ratio(7, 10, 0, 12)
    assert none is not None
    assert all_ is not None
    assert none.estimate == none.lower == 0
    assert none.upper == pytest.approx(0.832576776116, rel=1e-10)
    assert all_.estimate == all_.upper == float("inf")
    assert all_.lower == pytest.approx(1.7295702226, rel=1e-9)


@pytest.mark.property
@given(st.integers(0, 50), st.floats(1, 100), st.floats(0.1, 50))
def test_the_unit_of_time_scales_the_rate(x: int, time: float, unit: float) -> None:
    for method in ("exact", "mid-p", "score", "jeffreys"):
        one = event_rate(x, time, method=method)  # type: ignore[arg-type]
        other = event_rate(x, time * unit, method=method)  # type: ignore[arg-type]
        assert one is not None
        assert other is not None
        assert other.estimate * unit == pytest.approx(one.estimate)
        assert other.upper * unit == pytest.approx(one.upper)
        assert one.lower <= one.estimate <= one.upper


@pytest.mark.property
@given(st.integers(1, 50), st.integers(1, 50), st.floats(1, 100))
def test_at_its_limits_the_exact_test_is_at_its_level(a: int, b: int, t: float) -> None:
    found = event_rate(a, t)
    assert found is not None
    for end in found.interval:
        assert rate_test(a, t, end, two_sided="central").p == pytest.approx(0.05)
    ratio = rate_ratio(a, t, b, 7.0)
    assert ratio is not None
    for end in ratio.interval:
        at = rate_ratio_test(a, t, b, 7.0, end, two_sided="central")
        assert at.p == pytest.approx(0.05)
