"""Events of a fixed trial, and calendar times."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.fixed.event_assumptions import EventAssumptions, fixed_events
from equipoise.design.fixed.events import events
from equipoise.design.requirements import Target
from equipoise.errors import DesignError


def assumed(**more: float) -> EventAssumptions:
    options = {"hazard_ratio": 0.7, "hazard": log(2) / 12, "follow_up": 12.0} | more
    return EventAssumptions(enrolment=Enrolment(duration=12), **options)


def test_conventions() -> None:
    """rpact 3.3.4: 246.787 and 252.036 events; gsDesign 3.11 nSurvival: 246.2177566."""
    for variance, expected in (
        ("schoenfeld", 246.787104547358),
        ("freedman", 252.036249247432),
        ("lachin-foulkes", 246.217756557591),
    ):
        found = fixed_events(assumed(), 0.025, 0.8, variance)
        assert found == pytest.approx(expected, rel=1e-9)


@given(st.floats(0.2, 5), st.floats(0.3, 0.9))
def test_events_are_those_of_the_function_for_fixed_designs(
    ratio: float, hazard_ratio: float
) -> None:
    target = Target(ratio=ratio)
    made = assumed(ratio=ratio, hazard_ratio=hazard_ratio)
    for method in ("schoenfeld", "freedman"):
        expected = events(hazard_ratio, target, method=method)
        assert fixed_events(made, 0.025, 0.8, method) == pytest.approx(expected)


@given(st.floats(0.01, 0.9))
def test_the_time_of_a_proportion_has_it(proportion: float) -> None:
    made = assumed(loss=0.001)
    assert sum(made.observed(made.time_of(proportion))) == pytest.approx(proportion)


def test_events_that_do_not_occur_are_refused() -> None:
    with pytest.raises(DesignError, match="EQ810"):
        assumed(loss=0.5).time_of(0.5)
    for wrong in (
        {"hazard_ratio": 1.0},
        {"hazard": 0.0},
        {"loss": -1.0},
        {"ratio": 0.0},
    ):
        with pytest.raises(DesignError, match="EQ801"):
            assumed(**wrong)
