"""Variants of a scenario: another effect, other withdrawal probabilities, no effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np

from equipoise.protocol.model import Protocol
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import (
    AcuteCourse,
    ArmMedian,
    Change,
    ConcentrationCourse,
    Course,
    MinuteCourse,
    Relapse,
)
from equipoise.simulate.scenario_participants import Departure, NewTreatment
from equipoise.simulate.scenario_response import Effect

Discontinuation = TypeVar("Discontinuation", Departure, NewTreatment)


def with_effect(scenario: Scenario, protocol: Protocol, factor: float) -> Scenario:
    """The scenario with the difference of every arm from the last arm times a factor.

    Mean changes from baseline and effects are multiplied; of median times to a loss, the
    log ratio is (so that the log hazard ratio is multiplied). Acute effects during
    infusions, and so beliefs and expectations about the arm, are multiplied by the factor
    up to 1. A participant withdraws, or starts a new treatment, as in the own arm with
    probability ``factor`` (1 at most), else as in the last arm.

    Args:
        scenario: checked against the protocol.
        protocol: specifies the order of the arms and the days of the visits.
        factor: 1 is the scenario unchanged, 0 that of ``without_effect``, towards which
            a small factor goes.

    Returns:
        A scenario; scores stay within their range for any factor.
    """
    if factor == 1:
        return scenario
    if factor == 0:
        return without_effect(scenario, protocol)
    weight = min(factor, 1.0)
    conduct = scenario.conduct.model_copy(
        update={
            "departures": _mixed(scenario.conduct.departures, protocol, weight),
            "new_treatments": _mixed(scenario.conduct.new_treatments, protocol, weight),
        }
    )
    return scenario.model_copy(
        update={
            "courses": tuple(_course(c, protocol, factor) for c in scenario.courses),
            "relapses": tuple(_relapse(r, protocol, factor) for r in scenario.relapses),
            "acute": tuple(_acute(a, protocol, weight) for a in scenario.acute),
            "conduct": conduct,
        }
    )


def with_withdrawals(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with the probability of every withdrawal times a factor.

    Args:
        scenario: checked.
        factor: 1 is the scenario unchanged; the largest possible factor is
            ``largest_withdrawal_factor``.
    """
    if factor == 1:
        return scenario
    departures = tuple(
        part.model_copy(update={"probability": part.probability * factor})
        for part in scenario.conduct.departures
    )
    conduct = scenario.conduct.model_copy(update={"departures": departures})
    return scenario.model_copy(update={"conduct": conduct})


def largest_withdrawal_factor(scenario: Scenario) -> float:
    """The factor at which all participants of an arm withdraw; inf without withdrawals."""
    total: dict[str, float] = {}
    for part in scenario.conduct.departures:
        total[part.arm] = total.get(part.arm, 0.0) + part.probability
    most = max(total.values(), default=0.0)
    return 1 / most if most > 0 else float("inf")


def without_effect(scenario: Scenario, protocol: Protocol) -> Scenario:
    """The same participants, all arms as the last arm of the protocol: for type I error.

    All statements about an arm become those about the last arm: drug and concentration,
    dissociation, vital signs, courses, losses, withdrawals, adverse events and guesses.
    Nothing then distinguishes the arms, expectancy included.
    """
    arms = [arm.id for arm in protocol.arms]
    last = protocol.arm(arms[-1])

    def as_last(parts: Iterable[Any]) -> tuple[Any, ...]:
        kept = [part for part in parts if part.arm == last.id]
        return tuple(p.model_copy(update={"arm": a}) for a in arms for p in kept)

    def minutes(course: MinuteCourse | ConcentrationCourse) -> Any:
        if isinstance(course, MinuteCourse):
            return course
        return course.model_copy(update={"drives": as_last(course.drives)})

    courses = [
        c.model_copy(
            update={"changes": as_last(c.changes), "effects": as_last(c.effects)}
        )
        for c in scenario.courses
    ]
    relapses = [
        r.model_copy(update={"medians": as_last(r.medians)}) for r in scenario.relapses
    ]
    acute = [
        a.model_copy(update={"peaks": as_last(a.peaks), "course": minutes(a.course)})
        for a in scenario.acute
    ]
    vitals = [
        v.model_copy(update={"rises": as_last(v.rises), "course": minutes(v.course)})
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
            "departures": as_last(scenario.conduct.departures),
            "new_treatments": as_last(scenario.conduct.new_treatments),
        }
    )
    concentrations = [
        p.model_copy(update={"intervention": p.intervention or last.intervention})
        for p in as_last(scenario.pharmacokinetics)
    ]
    return scenario.model_copy(
        update={
            "conduct": conduct,
            "courses": tuple(courses),
            "relapses": tuple(relapses),
            "acute": tuple(acute),
            "vitals": tuple(vitals),
            "events": tuple(events),
            "guesses": as_last(scenario.guesses),
            "pharmacokinetics": tuple(concentrations),
        }
    )


def scale_scenario(
    protocol: Protocol,
    scenario: Scenario,
    instrument: str,
    factors: Mapping[str, float],
) -> Scenario:
    """The scenario with four of its parts multiplied, for calibration.

    Args:
        protocol: specifies the arms.
        scenario: to start from.
        instrument: whose course is scaled.
        factors: ``first``, the drug effect, or the changes of the first arm; ``second``,
            the placebo effect of all arms, or the changes of the last arm; ``sd``, the
            standard deviation after baseline; ``lasting``, the half-life of the benefit
            and the median days to a loss in the first arm.
    """
    courses = [
        _scaled_course(course, protocol, factors)
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


def _scaled_course(
    course: Course, protocol: Protocol, factors: Mapping[str, float]
) -> Course:
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


def _acute(acute: AcuteCourse, protocol: Protocol, weight: float) -> AcuteCourse:
    own = {level.arm: level for level in acute.peaks}
    last = own.get(protocol.arms[-1].id)
    if last is None:
        return acute
    peaks = tuple(
        level.model_copy(
            update={
                "mean": last.mean + weight * (level.mean - last.mean),
                "sd": last.sd + weight * (level.sd - last.sd),
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


def _mixed(
    parts: tuple[Discontinuation, ...], protocol: Protocol, weight: float
) -> tuple[Discontinuation, ...]:
    """Each arm's own parts with this weight, those of the last arm with the rest."""
    last = protocol.arms[-1].id
    mixed: list[Discontinuation] = []
    for arm in protocol.arms:
        if arm.id == last:
            mixed += [part for part in parts if part.arm == last]
            continue
        weighted = [(part, weight) for part in parts if part.arm == arm.id]
        weighted += [(part, 1 - weight) for part in parts if part.arm == last]
        mixed += [
            part.model_copy(update={"arm": arm.id, "probability": part.probability * w})
            for part, w in weighted
            if w > 0
        ]
    return tuple(mixed)
