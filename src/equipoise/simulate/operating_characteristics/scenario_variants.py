"""Variants of a scenario: another effect, other withdrawal probabilities, no effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel

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
    conduct = _with(
        scenario.conduct,
        departures=_mixed(scenario.conduct.departures, protocol, weight),
        new_treatments=_mixed(scenario.conduct.new_treatments, protocol, weight),
    )
    return _with(
        scenario,
        courses=tuple(_course(c, protocol, factor) for c in scenario.courses),
        relapses=tuple(_relapse(r, protocol, factor) for r in scenario.relapses),
        acute=tuple(_acute(a, protocol, weight) for a in scenario.acute),
        conduct=conduct,
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
        _with(part, probability=part.probability * factor)
        for part in scenario.conduct.departures
    )
    return _with(scenario, conduct=_with(scenario.conduct, departures=departures))


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

    given = protocol.infused(last.id)
    infused = given.id if given else None

    def as_last(parts: Iterable[Any]) -> tuple[Any, ...]:
        of_last = [part for part in parts if part.arm == last.id]
        return tuple(_with(part, arm=arm) for arm in arms for part in of_last)

    def minutes(course: MinuteCourse | ConcentrationCourse) -> Any:
        if isinstance(course, MinuteCourse):
            return course
        return _with(course, drives=as_last(course.drives))

    return _with(
        scenario,
        conduct=_with(
            scenario.conduct,
            departures=as_last(scenario.conduct.departures),
            new_treatments=as_last(scenario.conduct.new_treatments),
        ),
        courses=tuple(
            _with(c, changes=as_last(c.changes), effects=as_last(c.effects))
            for c in scenario.courses
        ),
        relapses=tuple(
            _with(r, medians=as_last(r.medians), regained=as_last(r.regained))
            for r in scenario.relapses
        ),
        acute=tuple(
            _with(a, peaks=as_last(a.peaks), course=minutes(a.course))
            for a in scenario.acute
        ),
        vitals=tuple(
            _with(v, rises=as_last(v.rises), course=minutes(v.course))
            for v in scenario.vitals
        ),
        events=tuple(
            _with(e, probability=dict.fromkeys(arms, e.probability.get(last.id, 0.0)))
            for e in scenario.events
        ),
        background_events=tuple(
            _with(e, per_year=dict.fromkeys(arms, e.per_year.get(last.id, 0.0)))
            for e in scenario.background_events
        ),
        guesses=as_last(scenario.guesses),
        pharmacokinetics=tuple(
            _with(p, intervention=p.intervention or infused)
            for p in as_last(scenario.pharmacokinetics)
        ),
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
    first, lasting = protocol.arms[0].id, factors["lasting"]

    def median(item: ArmMedian) -> ArmMedian:
        return _with(item, days=item.days * lasting) if item.arm == first else item

    courses = tuple(
        _scaled(c, protocol, factors) if c.instrument == instrument else c
        for c in scenario.courses
    )
    relapses = tuple(
        _with(part, medians=tuple(median(item) for item in part.medians))
        for part in scenario.relapses
    )
    response = scenario.response
    if response is not None:
        days = response.half_life.days * lasting
        response = _with(response, half_life=_with(response.half_life, days=days))
    return _with(scenario, courses=courses, relapses=relapses, response=response)


Part = TypeVar("Part", bound=BaseModel)


def _with(part: Part, **changes: Any) -> Part:
    """The part with other values; they are not validated again."""
    return part.model_copy(update=changes)


def _scaled(course: Course, protocol: Protocol, factors: Mapping[str, float]) -> Course:
    by_arm = {protocol.arms[0].id: factors["first"]}
    by_arm[protocol.arms[-1].id] = factors["second"]

    def scaled_change(change: Change) -> Change:
        factor = by_arm.get(change.arm, 1.0)
        by_visit = {visit: value * factor for visit, value in change.by_visit.items()}
        return _with(change, by_visit=by_visit)

    effects = tuple(
        _with(
            effect,
            drug=effect.drug * factors["first"],
            placebo=effect.placebo * factors["second"],
        )
        for effect in course.effects
    )
    return _with(
        course,
        changes=tuple(scaled_change(change) for change in course.changes),
        effects=effects,
        after=_with(course.after, sd=course.after.sd * factors["sd"]),
    )


def _course(course: Course, protocol: Protocol, factor: float) -> Course:
    """Changes at every visit that any arm names: between them all are linear."""
    if course.effects:
        return _with(course, effects=_effects(course, protocol, factor))
    schedule = protocol.schedule
    named = {visit for change in course.changes for visit in change.by_visit}
    visits = [visit.id for visit in schedule.visits if visit.id in named]
    days = [schedule.visit(visit).day for visit in visits]
    start = schedule.visit(schedule.baseline).day

    def means(change: Change) -> np.ndarray:
        by_day = {start: 0.0}
        by_day |= {schedule.visit(v).day: c for v, c in change.by_visit.items()}
        at = sorted(by_day)
        return np.interp(days, at, [by_day[day] for day in at])

    by_arm = {change.arm: means(change) for change in course.changes}
    last = by_arm.get(protocol.arms[-1].id, np.zeros(len(visits)))

    def multiplied(change: Change) -> Change:
        values = (last + factor * (by_arm[change.arm] - last)).tolist()
        return _with(change, by_visit=dict(zip(visits, values, strict=True)))

    return _with(course, changes=tuple(multiplied(c) for c in course.changes))


def _effects(course: Course, protocol: Protocol, factor: float) -> tuple[Effect, ...]:
    last = {effect.arm: effect for effect in course.effects}[protocol.arms[-1].id]

    def multiplied(effect: Effect, name: str) -> float:
        value: float = getattr(last, name)
        return value + factor * float(getattr(effect, name) - value)

    names = ("drug", "placebo", "expectancy", "sessions")
    return tuple(
        _with(effect, **{name: multiplied(effect, name) for name in names})
        for effect in course.effects
    )


def _acute(acute: AcuteCourse, protocol: Protocol, weight: float) -> AcuteCourse:
    last = {level.arm: level for level in acute.peaks}.get(protocol.arms[-1].id)
    if last is None:
        return acute
    peaks = tuple(
        _with(
            level,
            mean=last.mean + weight * (level.mean - last.mean),
            sd=last.sd + weight * (level.sd - last.sd),
        )
        for level in acute.peaks
    )
    return _with(acute, peaks=peaks)


def _relapse(relapse: Relapse, protocol: Protocol, factor: float) -> Relapse:
    last = {item.arm: item.days for item in relapse.medians}.get(protocol.arms[-1].id)
    if last is None:  # an arm in which nothing is lost: there is no ratio to multiply
        return relapse
    medians = tuple(
        _with(item, days=last * float((item.days / last) ** factor))
        for item in relapse.medians
    )
    again = {item.arm: item.probability for item in relapse.regained}
    own = again.get(protocol.arms[-1].id, 0.0)
    regained = tuple(
        _with(item, probability=_clipped(own + factor * (item.probability - own)))
        for item in relapse.regained
    )
    return _with(relapse, medians=medians, regained=regained)


def _clipped(probability: float) -> float:
    return min(max(probability, 0.0), 1.0)


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
            _with(part, arm=arm.id, probability=part.probability * w)
            for part, w in weighted
            if w > 0
        ]
    return tuple(mixed)
