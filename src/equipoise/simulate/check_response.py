"""Whether the response, the concentrations and the departures fit a protocol."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import SimulationError, listing
from equipoise.protocol.model import Protocol
from equipoise.simulate.consistency import Finding, arm_findings, unknown_name
from equipoise.simulate.exposure import WEIGHT, arm_drugs
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import ConcentrationCourse
from equipoise.simulate.withdrawal import withdrawal_visits


def response_problems(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Findings about ``[response]``, ``[[pharmacokinetics]]`` and what depends on them."""
    known = list(_concentrations(scenario, protocol))
    yield from known
    if not known:
        yield from _drives(scenario, protocol)
    yield from _effects(scenario, protocol)
    yield from _belief(scenario, protocol)
    yield from _departures(scenario, protocol)


def _concentrations(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Arms, drugs and doses of the concentration models."""
    kinds = {kind.id: kind for kind in protocol.interventions}
    arms = {arm.id: arm for arm in protocol.arms}
    drugs = {drug.id for drug in scenario.drugs}
    recorded = {c.id for c in scenario.characteristics}
    for i, part in enumerate(scenario.pharmacokinetics, start=1):
        place = f"pharmacokinetics[{i}]"
        if part.arm not in arms:
            yield unknown_name("arm", part.arm, f"{place}.arm", set(arms))
            continue
        if part.drug not in drugs:
            yield (
                "EQ612",
                f"the drug {part.drug!r} is not described",
                f"{place}.drug",
                "add [[drugs]] to the scenario, or name a drug of the library",
            )
        kind = protocol.infused(part.arm)
        if part.intervention is not None:
            kind = kinds.get(part.intervention)
        if kind is None or kind.dose is None or kind.infusion is None:
            yield (
                "EQ613",
                f"the protocol states no dose or no infusion for the arm {part.arm!r}",
                place,
                "state intervention, dose and infusion in the protocol, or remove this",
            )
        if WEIGHT not in recorded:
            yield (
                "EQ612",
                "concentrations need the weight of each person",
                place,
                f"state the characteristic {WEIGHT!r}",
            )


def _drives(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Effects that follow a concentration."""
    try:
        drugs = arm_drugs(protocol, scenario)
    except SimulationError as error:
        for problem in error.problems:
            yield problem.code, problem.what, "pharmacokinetics", problem.fix
        return
    courses = [
        *(
            (f"acute[{i}]", part.course)
            for i, part in enumerate(scenario.acute, start=1)
        ),
        *(
            (f"vitals[{i}]", part.course)
            for i, part in enumerate(scenario.vitals, start=1)
        ),
    ]
    for place, course in courses:
        if not isinstance(course, ConcentrationCourse):
            continue
        for k, drive in enumerate(course.drives, start=1):
            where = f"{place}.course.drives[{k}]"
            if drive.arm not in drugs:
                yield (
                    "EQ612",
                    f"the concentration in the arm {drive.arm!r} is not stated",
                    where,
                    f"add [[pharmacokinetics]] with arm = {drive.arm!r}",
                )
            elif drive.threshold >= drugs[drive.arm].peak:
                yield (
                    "EQ613",
                    f"the threshold {drive.threshold:g} ng/mL is above the typical peak "
                    f"of {drugs[drive.arm].peak:.0f} ng/mL: there would be no effect",
                    where,
                    "lower it, or leave the drive of this arm out",
                )


def _effects(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Courses with effects need a response, infusions, and every arm."""
    arms = [arm.id for arm in protocol.arms]
    with_effects = [c for c in scenario.courses if c.effects]
    for i, course in enumerate(scenario.courses, start=1):
        if course.effects:
            stated = [effect.arm for effect in course.effects]
            yield from arm_findings(stated, arms, f"courses[{i}].effects")
    if with_effects and scenario.response is None:
        yield (
            "EQ612",
            "courses have effects, but how they come and go is not said",
            "response",
            "add [response] with build_up, half_life, sensitivity and placebo",
        )
    yield from _sessions(scenario, protocol)
    infused = any(visit.infusion is not None for visit in protocol.schedule.visits)
    if with_effects and not infused:
        yield (
            "EQ613",
            "effects are built up by infusions, and the protocol has none",
            "courses",
            "state mean changes by visit instead: [[courses.changes]]",
        )


def _sessions(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """A response to sessions belongs to an arm that has them, and has a time course."""
    response = scenario.response
    stated = False
    for i, course in enumerate(scenario.courses, start=1):
        for j, effect in enumerate(course.effects, start=1):
            if effect.sessions == 0 or effect.arm not in {a.id for a in protocol.arms}:
                continue
            stated = True
            if not any(k.kind != "drug" for k in protocol.treatments(effect.arm)):
                yield (
                    "EQ613",
                    f"the arm {effect.arm!r} has no intervention of sessions",
                    f"courses[{i}].effects[{j}].sessions",
                    "leave it out, or add a psychotherapy to `interventions` of the arm",
                )
    if stated and response is not None and response.sessions is None:
        yield (
            "EQ612",
            "courses have an effect of sessions, but when it comes is not said",
            "response.sessions",
            "add sessions = { start = 0, days = 30, assumed = true } to [response]",
        )


def _belief(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """What people believe, and guess, rests on an acute instrument."""
    belief = None if scenario.response is None else scenario.response.belief
    expecting = any(e.expectancy for c in scenario.courses for e in c.effects)
    guessing = any(g.dont_know is not None for g in scenario.guesses)
    if belief is None:
        if expecting or guessing:
            yield (
                "EQ612",
                "people expect or guess from what they believe, which is not stated",
                "response.belief",
                "add [response.belief] with instrument, arm, at_rest and odds",
            )
        return
    arms = {arm.id for arm in protocol.arms}
    if belief.arm not in arms:
        yield unknown_name("arm", belief.arm, "response.belief.arm", arms)
    first = next((v for v in protocol.schedule.visits if v.infusion == 1), None)
    rated = set()
    if first is not None:
        rated = {
            a.instrument for a in protocol.schedule.assessments(first) if a.minutes
        }
    acute = {a.instrument for a in scenario.acute} & rated
    if belief.instrument not in acute:
        yield (
            "EQ613",
            f"{belief.instrument!r} is not rated during the first infusion",
            "response.belief.instrument",
            f"use one of: {listing(acute)}",
        )


def _departures(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Departures that depend on a score need its course, and a visit to leave before."""
    stated = {f"{c.instrument}.{c.score}" for c in scenario.courses}
    for i, part in enumerate(scenario.conduct.departures, start=1):
        if part.depends is not None and part.depends.score not in stated:
            yield (
                "EQ611",
                f"the scenario has no course of the score {part.depends.score!r}",
                f"conduct.departures[{i}].depends.score",
                f"use one of: {listing(stated)}",
            )
        if part.depends is not None and not withdrawal_visits(protocol, part):
            first, last = part.days
            yield (
                "EQ613",
                f"no visit that could be missed is planned on days {first} to {last}: "
                "no participant would withdraw",
                f"conduct.departures[{i}].days",
                "widen the days; a treatment is discontinued before an infusion",
            )
