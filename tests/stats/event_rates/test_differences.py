"""Differences and common ratios of rates: laws, and arms without an event."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.event_rates import common_rate_ratio, rate_difference, rate_ratio

arm = st.tuples(st.integers(0, 30), st.floats(0.5, 100))


@pytest.mark.property
@given(arm, arm, st.floats(0.1, 50))
def test_swapping_arms_negates_and_the_unit_scales(
    one: tuple[int, float], two: tuple[int, float], unit: float
) -> None:
    found, other = rate_difference(*one, *two), rate_difference(*two, *one)
    size = 1 + abs(found.lower) + abs(found.upper)
    assert other.estimate == pytest.approx(-found.estimate, abs=1e-12 * size)
    assert other.lower == pytest.approx(-found.upper, abs=1e-7 * size)
    assert found.lower <= found.estimate <= found.upper
    (a, s), (b, t) = one, two
    scaled = rate_difference(a, s * unit, b, t * unit)
    assert scaled.upper * unit == pytest.approx(found.upper, abs=1e-7 * size)


@pytest.mark.property
@given(arm, arm)
def test_one_stratum_is_the_plain_ratio(
    one: tuple[int, float], two: tuple[int, float]
) -> None:
    found = common_rate_ratio(*one, *two)
    plain = rate_ratio(*one, *two, method="wald")
    if plain is None:
        assert found.interval == (0, inf)
        assert found.p is None
        return
    assert found.interval == pytest.approx(plain.interval, rel=1e-9)


def test_without_an_event_there_is_an_interval_and_wald_is_refused() -> None:
    # The score at d > 0 is -sqrt(d t1): z^2 / t1, R qnorm(0.975)^2 = 3.841458820694124.
    found = rate_difference(0, 10.0, 0, 20.0)
    wanted = (-0.3841458820694124 / 2, 0.3841458820694124)
    assert found.interval == pytest.approx(wanted, rel=1e-9)
    with pytest.raises(AnalysisError, match="EQ467"):
        rate_difference(0, 10.0, 0, 20.0, method="wald")
