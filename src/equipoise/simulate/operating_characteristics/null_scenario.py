"""A scenario without an effect: every arm is as the last one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from equipoise.protocol.model import Protocol
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import ConcentrationCourse, MinuteCourse

ByArm = TypeVar("ByArm")


def without_effect(scenario: Scenario, protocol: Protocol) -> Scenario:
    """The same people, all arms as the last arm of the protocol: for the type I error.

    Whatever the scenario says of an arm is what it says of the last one: drug and its
    concentration, dissociation, vital signs, courses, losses, departures, adverse
    events and guesses. So nothing can tell the arms apart, expectancy included.
    """
    arms = [arm.id for arm in protocol.arms]
    last = protocol.arm(arms[-1])

    def alike(parts: Iterable[Any]) -> tuple[Any, ...]:
        own = [part for part in parts if part.arm == last.id]
        return tuple(p.model_copy(update={"arm": a}) for a in arms for p in own)

    def minutes(course: MinuteCourse | ConcentrationCourse) -> Any:
        if isinstance(course, MinuteCourse):
            return course
        return course.model_copy(update={"drives": alike(course.drives)})

    courses = [
        c.model_copy(update={"changes": alike(c.changes), "effects": alike(c.effects)})
        for c in scenario.courses
    ]
    relapses = [
        r.model_copy(update={"medians": alike(r.medians)}) for r in scenario.relapses
    ]
    acute = [
        a.model_copy(update={"peaks": alike(a.peaks), "course": minutes(a.course)})
        for a in scenario.acute
    ]
    vitals = [
        v.model_copy(update={"rises": alike(v.rises), "course": minutes(v.course)})
        for v in scenario.vitals
    ]
    events = [
        e.model_copy(
            update={"probability": dict.fromkeys(arms, e.probability.get(last.id, 0.0))}
        )
        for e in scenario.events
    ]
    conduct = scenario.conduct.model_copy(
        update={
            "departures": alike(scenario.conduct.departures),
            "new_treatments": alike(scenario.conduct.new_treatments),
        }
    )
    concentrations = [
        p.model_copy(update={"intervention": p.intervention or last.intervention})
        for p in alike(scenario.pharmacokinetics)
    ]
    return scenario.model_copy(
        update={
            "conduct": conduct,
            "courses": tuple(courses),
            "relapses": tuple(relapses),
            "acute": tuple(acute),
            "vitals": tuple(vitals),
            "events": tuple(events),
            "guesses": alike(scenario.guesses),
            "pharmacokinetics": tuple(concentrations),
        }
    )
