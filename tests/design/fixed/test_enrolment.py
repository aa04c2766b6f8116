"""Enrolment and observed events, against quadrature."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.fixed.events import observed
from equipoise.errors import DesignError


@given(
    st.floats(1, 60),
    st.floats(0, 1),
    st.floats(0.1, 100),
    st.floats(1e-5, 3),
    st.floats(0, 1),
)
def test_observed_events_by_quadrature(
    duration: float, start: float, time: float, hazard: float, loss: float
) -> None:
    """scipy.integrate.quad over the time of randomization; its tolerance is 1e-9."""
    enrolment = Enrolment(duration=duration, ramp=start * duration)
    both = hazard + loss

    def density(u: float) -> float:
        rate = min(u / enrolment.ramp, 1.0) if enrolment.ramp else 1.0
        return rate / enrolment.at_full_rate

    def event(u: float) -> float:
        return float(density(u) * hazard / both * -np.expm1(-both * (time - u)))

    end = min(time, duration)
    points = [p for p in (enrolment.ramp,) if 0 < p < end]
    expected = integrate.quad(event, 0, end, points=points or None, limit=200)[0]
    assert enrolment.observed(time, hazard, loss) == pytest.approx(expected, abs=1e-8)
    whole = integrate.quad(density, 0, end, points=points or None, limit=200)[0]
    assert enrolment.enrolled(time) == pytest.approx(whole, abs=1e-8)


def test_a_constant_rate_is_lachin_and_foulkes() -> None:
    made = Enrolment(duration=24).observed(34, 0.07, 0.0186)
    assert made == pytest.approx(observed(0.07, 0.0186, 24, 10), rel=1e-12)


def test_a_start_longer_than_enrolment_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ801"):
        Enrolment(duration=5, ramp=6)
    with pytest.raises(DesignError, match="EQ801"):
        Enrolment(duration=0)
