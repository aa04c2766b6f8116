"""Variants of a scenario: a larger or smaller effect, more or fewer departures."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from equipoise.protocol.model import Protocol
from equipoise.simulate.operating_characteristics.null_scenario import without_effect
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import (
    AcuteCourse,
    ArmMedian,
    Change,
    Course,
    Relapse,
)
from equipoise.simulate.scenario_participants import Departure, NewTreatment
from equipoise.simulate.scenario_response import Effect

Way = TypeVar("Way", Departure, NewTreatment)


def with_effect(scenario: Scenario, protocol: Protocol, factor: float) -> Scenario:
    """The scenario with the difference of every arm from the last arm times a factor.

    Mean changes from baseline and effects move in proportion, median times to a loss in
    proportion on the log scale (so that the log hazard ratio is multiplied). What is felt
    during infusions, and so what people come to believe and expect, moves with the
    factor up to 1. Conduct goes with the
    effect as far as it is the arm's own: a person leaves, or takes a new treatment, as
    in the arm with probability ``factor`` (1 at most), else as in the last arm.

    Args:
        scenario: checked against the protocol.
        protocol: states the order of the arms and the days of the visits.
        factor: 1 is the scenario as it stands, 0 that of ``without_effect``, towards which
            a small factor goes.

    Returns:
        A scenario; scores stay within their range however large the factor is.
    """
    if factor == 1:
        return scenario
    if factor == 0:
        return without_effect(scenario, protocol)
    share = min(factor, 1.0)
    conduct = scenario.conduct.model_copy(
        update={
            "departures": _mixed(scenario.conduct.departures, protocol, share),
            "new_treatments": _mixed(scenario.conduct.new_treatments, protocol, share),
        }
    )
    return scenario.model_copy(
        update={
            "courses": tuple(_course(c, protocol, factor) for c in scenario.courses),
            "relapses": tuple(_relapse(r, protocol, factor) for r in scenario.relapses),
            "acute": tuple(_acute(a, protocol, share) for a in scenario.acute),
            "conduct": conduct,
        }
    )


def with_dropout(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with the probability of every departure times a factor.

    Args:
        scenario: checked.
        factor: 1 is the scenario as it stands; ``highest_dropout`` is the most that it has
            room for.
    """
    if factor == 1:
        return scenario
    departures = tuple(
        part.model_copy(update={"probability": part.probability * factor})
        for part in scenario.conduct.departures
    )
    conduct = scenario.conduct.model_copy(update={"departures": departures})
    return scenario.model_copy(update={"conduct": conduct})


def highest_dropout(scenario: Scenario) -> float:
    """The factor at which everybody in some arm leaves; inf where nobody does."""
    total: dict[str, float] = {}
    for part in scenario.conduct.departures:
        total[part.arm] = total.get(part.arm, 0.0) + part.probability
    most = max(total.values(), default=0.0)
    return 1 / most if most > 0 else float("inf")


def _course(course: Course, protocol: Protocol, factor: float) -> Course:
    """Changes at every visit that any arm names: between them all are linear."""
    if course.effects:
        return course.model_copy(update={"effects": _effects(course, protocol, factor)})
    schedule = protocol.schedule
    named = {visit for change in course.changes for visit in change.by_visit}
    order = [visit.id for visit in schedule.visits if visit.id in named]
    days = [schedule.visit(visit).day for visit in order]
    start = schedule.visit(schedule.baseline).day

    def means(change: Change) -> np.ndarray:
        known = {start: 0.0}
        known |= {schedule.visit(v).day: c for v, c in change.by_visit.items()}
        at = sorted(known)
        return np.interp(days, at, [known[day] for day in at])

    own = {change.arm: means(change) for change in course.changes}
    last = own.get(protocol.arms[-1].id, np.zeros(len(order)))
    changes = tuple(
        change.model_copy(
            update={
                "by_visit": dict(
                    zip(
                        order,
                        (last + factor * (own[change.arm] - last)).tolist(),
                        strict=True,
                    )
                )
            }
        )
        for change in course.changes
    )
    return course.model_copy(update={"changes": changes})


def _effects(course: Course, protocol: Protocol, factor: float) -> tuple[Effect, ...]:
    own = {effect.arm: effect for effect in course.effects}
    last = own[protocol.arms[-1].id]
    return tuple(
        effect.model_copy(
            update={
                name: getattr(last, name)
                + factor * (getattr(effect, name) - getattr(last, name))
                for name in ("drug", "placebo", "expectancy")
            }
        )
        for effect in course.effects
    )


def _acute(acute: AcuteCourse, protocol: Protocol, share: float) -> AcuteCourse:
    own = {level.arm: level for level in acute.peaks}
    last = own.get(protocol.arms[-1].id)
    if last is None:
        return acute
    peaks = tuple(
        level.model_copy(
            update={
                "mean": last.mean + share * (level.mean - last.mean),
                "sd": last.sd + share * (level.sd - last.sd),
            }
        )
        for level in acute.peaks
    )
    return acute.model_copy(update={"peaks": peaks})


def _relapse(relapse: Relapse, protocol: Protocol, factor: float) -> Relapse:
    days = {item.arm: item.days for item in relapse.medians}
    last = days.get(protocol.arms[-1].id)
    if last is None:  # an arm in which nothing is lost: there is no ratio to multiply
        return relapse

    def moved(item: ArmMedian) -> ArmMedian:
        ratio = float((item.days / last) ** factor)
        return item.model_copy(update={"days": last * ratio})

    return relapse.model_copy(
        update={"medians": tuple(moved(item) for item in relapse.medians)}
    )


def _mixed(parts: tuple[Way, ...], protocol: Protocol, share: float) -> tuple[Way, ...]:
    """Each arm's own ways with the share, those of the last arm with what is left."""
    last = protocol.arms[-1].id
    made: list[Way] = []
    for arm in protocol.arms:
        if arm.id == last:
            made += [part for part in parts if part.arm == last]
            continue
        own = [(part, share) for part in parts if part.arm == arm.id]
        other = [(part, 1 - share) for part in parts if part.arm == last]
        made += [
            part.model_copy(
                update={"arm": arm.id, "probability": part.probability * weight}
            )
            for part, weight in own + other
            if weight > 0
        ]
    return tuple(made)
