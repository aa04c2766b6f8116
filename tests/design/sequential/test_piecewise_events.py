"""Events in periods, beside gsDesign2, and the trial with one hazard ratio beside SAS."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.sequential.piecewise_events import (
    PiecewiseEvents,
    average_hazard_ratio,
)
from equipoise.design.sequential.recruitment import Recruitment
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream

EXAMPLE = PiecewiseEvents(
    hazards=(log(2) / 9, log(2) / 18),
    hazard_ratios=(0.9, 0.6),
    durations=(3,),
    recruitment=Recruitment((3, 6, 9), (2, 2)),
    accrual=14,
    follow_up=16,
    loss=0.001,
)


@pytest.mark.parametrize(
    ("time", "ratio", "events", "information", "without"),
    [
        (15, 0.7857415, 30.27841, 7.441186, 7.569603),
        (30, 0.6952153, 58.49097, 14.32724, 14.62274),
    ],
)
def test_the_published_example_of_gsdesign2(
    time: float, ratio: float, events: float, information: float, without: float
) -> None:
    """Documentation of gsDesign2 ``ahr(total_duration = c(15, 30))``: 108 participants."""
    first, second = EXAMPLE.observed(time)
    assert EXAMPLE.recruitment.randomized(14) == 108
    assert average_hazard_ratio(EXAMPLE, time) == pytest.approx(ratio, abs=1e-7)
    assert 108 * sum(first + second) == pytest.approx(events, abs=1e-5)
    both = 108 * sum(first * second / (first + second))
    assert both == pytest.approx(information, abs=1e-5)
    assert 108 * sum(first + second) / 4 == pytest.approx(without, abs=1e-5)


@given(st.floats(0.001, 2), st.floats(0, 1), st.floats(0.5, 60), st.floats(0.01, 3))
def test_one_period_is_the_closed_form(
    hazard: float, loss: float, accrual: float, when: float
) -> None:
    """Lachin and Foulkes 1986, at any time during or after recruitment."""
    events = PiecewiseEvents(
        hazards=(hazard, hazard), hazard_ratios=(1.0, 1.0), durations=(accrual / 3,),
        recruitment=Recruitment((2.0,)), accrual=accrual, follow_up=1.0, loss=loss,
    )  # fmt: skip
    wanted = Enrolment(duration=accrual).observed(when * accrual, hazard, loss)
    found = sum(sum(part) for part in events.observed(when * accrual))
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_events_by_simulation() -> None:
    """400,000 participants with a delayed effect: within five standard errors."""
    rng = stream(20, "piecewise")
    n = 400_000
    u = rng.uniform(0, 108, n)
    start = np.select([u < 6, u < 18], [u / 3, 2 + (u - 6) / 6], 4 + (u - 18) / 9)
    target = rng.exponential(1, n)  # cumulative hazard of the first arm
    early = 0.9 * log(2) / 9
    late = 0.6 * log(2) / 18
    time = np.where(target < 3 * early, target / early, 3 + (target - 3 * early) / late)
    lost = rng.exponential(1000, n)
    seen = (time <= lost) & (start + time <= 20)
    wanted = 2 * EXAMPLE.observed(20)[0].sum()
    assert seen.mean() == pytest.approx(wanted, abs=5 * (0.25 / n) ** 0.5)


@given(st.floats(0.05, 0.95))
def test_the_time_of_events_is_their_inverse(part: float) -> None:
    final = sum(EXAMPLE.observed(30)).sum()
    time = EXAMPLE.time_of(part * final)
    assert sum(EXAMPLE.observed(time)).sum() == pytest.approx(part * final, rel=1e-9)


def test_the_average_lies_between_the_hazard_ratios() -> None:
    ratios = [average_hazard_ratio(EXAMPLE, time) for time in (1, 5, 10, 20, 30)]
    assert ratios == sorted(ratios, reverse=True)
    assert 0.6 < ratios[-1] < ratios[0] <= 0.9 + 1e-12
    assert exp(EXAMPLE.average_log_hazard_ratio(1)) == pytest.approx(0.9)


def test_events_that_never_occur_are_refused() -> None:
    with pytest.raises(DesignError, match="EQ810"):
        EXAMPLE.time_of(0.9999)
