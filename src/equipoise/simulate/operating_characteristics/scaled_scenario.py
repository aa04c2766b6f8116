"""A scenario whose parts are multiplied, to be calibrated."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.protocol.model import Protocol
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import Course


def scaled(
    protocol: Protocol,
    scenario: Scenario,
    instrument: str,
    factors: Mapping[str, float],
) -> Scenario:
    """The scenario with four of its parts multiplied.

    Args:
        protocol: states the arms.
        scenario: as it is.
        instrument: whose course is scaled.
        factors: ``first``, what is done by the first arm alone: its drug effect, or its
            changes; ``second``, the placebo effect of all arms, or the changes of the
            last; ``sd``, the spread after baseline; ``lasting``, the half-life of the
            benefit and the median days to a loss in the first arm.
    """
    courses = [
        _scaled(course, protocol, factors)
        if course.instrument == instrument
        else course
        for course in scenario.courses
    ]
    first, lasting = protocol.arms[0].id, factors["lasting"]
    relapses = [
        part.model_copy(
            update={
                "medians": tuple(
                    item.model_copy(update={"days": item.days * lasting})
                    if item.arm == first
                    else item
                    for item in part.medians
                )
            }
        )
        for part in scenario.relapses
    ]
    response = scenario.response
    if response is not None:
        days = response.half_life.days * lasting
        half_life = response.half_life.model_copy(update={"days": days})
        response = response.model_copy(update={"half_life": half_life})
    return scenario.model_copy(
        update={
            "courses": tuple(courses),
            "relapses": tuple(relapses),
            "response": response,
        }
    )


def _scaled(course: Course, protocol: Protocol, factors: Mapping[str, float]) -> Course:
    by_arm = {protocol.arms[0].id: factors["first"]}
    by_arm[protocol.arms[-1].id] = factors["second"]
    changes = tuple(
        change.model_copy(
            update={
                "by_visit": {
                    visit: value * by_arm.get(change.arm, 1.0)
                    for visit, value in change.by_visit.items()
                }
            }
        )
        for change in course.changes
    )
    effects = tuple(
        effect.model_copy(
            update={
                "drug": effect.drug * factors["first"],
                "placebo": effect.placebo * factors["second"],
            }
        )
        for effect in course.effects
    )
    after = course.after.model_copy(update={"sd": course.after.sd * factors["sd"]})
    return course.model_copy(
        update={"changes": changes, "effects": effects, "after": after}
    )
