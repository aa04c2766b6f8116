"""The scenarios of these tests with some of their statements replaced by others."""

from __future__ import annotations

from typing import Any

from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import (
    AcuteCourse,
    ArmLevel,
    Level,
    MinuteCourse,
)

# From rest to peak at the end of an infusion of 40 minutes, and back, for all alike.
UP_AND_DOWN = MinuteCourse(minutes=(0, 40, 120), share=(0, 1, 0), assumed=True)


def with_conduct(scenario: Scenario, **parts: Any) -> Scenario:
    """The scenario with other attendance, departures, exclusions or new treatments."""
    return scenario.model_copy(
        update={"conduct": scenario.conduct.model_copy(update=parts)}
    )


def acute(scenario: Scenario, instrument: str) -> AcuteCourse:
    """What a scenario states about an acute instrument."""
    return next(a for a in scenario.acute if a.instrument == instrument)


def with_acute(scenario: Scenario, instrument: str, **parts: Any) -> Scenario:
    """The scenario with other statements about an acute instrument."""
    changed = tuple(
        a.model_copy(update=parts) if a.instrument == instrument else a
        for a in scenario.acute
    )
    return scenario.model_copy(update={"acute": changed})


def with_vitals(scenario: Scenario, **parts: Any) -> Scenario:
    """The scenario with the same other statements about every vital sign."""
    changed = tuple(vital.model_copy(update=parts) for vital in scenario.vitals)
    return scenario.model_copy(update={"vitals": changed})


def level(mean: float, sd: float) -> Level:
    """A mean and a standard deviation."""
    return Level(mean=mean, sd=sd, assumed=True)


def levels(**by_arm: tuple[float, float]) -> tuple[ArmLevel, ...]:
    """Mean and standard deviation of each arm."""
    return tuple(
        ArmLevel(arm=arm, mean=mean, sd=sd, assumed=True)
        for arm, (mean, sd) in by_arm.items()
    )
