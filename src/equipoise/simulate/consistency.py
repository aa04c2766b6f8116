"""What makes a scenario impossible by itself, before any protocol is looked at."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from equipoise.errors import Problem, listing
from equipoise.simulate.check_influences import influence_problems
from equipoise.simulate.scenario import Scenario, statements
from equipoise.simulate.scenario_measurements import ConcentrationCourse, Correlation
from equipoise.simulate.scenario_participants import (
    BoundedNumber,
    Category,
    SkewedNumber,
)

SUM_TOLERANCE = 1e-6


def inconsistencies(scenario: Scenario, *, origin: str) -> list[Problem]:
    """Every reason why nothing can be like this scenario.

    Args:
        scenario: of the right shape.
        origin: name of the file, for messages.

    Returns:
        Problems EQ603 to EQ608, empty if there are none.
    """
    found: list[Problem] = []

    def add(code: str, what: str, place: str, fix: str) -> None:
        found.append(Problem(code=code, what=what, where=f"{origin}, {place}", fix=fix))

    parts = (
        _provenance,
        _correlations,
        _shares,
        _distributions,
        influence_problems,
        _repetitions,
    )
    for part in parts:
        for code, what, place, fix in part(scenario):
            add(code, what, place, fix)
    return found


Finding = tuple[str, str, str, str]  # code, what, place in the file, fix


def unknown_name(kind: str, name: str, place: str, known: Collection[str]) -> Finding:
    """A name that the protocol does not have."""
    fix = f"use one of: {listing(known)}"
    return "EQ611", f"the protocol has no {kind} {name!r}", place, fix


def arm_findings(
    stated: Collection[str], arms: Collection[str], place: str
) -> Iterator[Finding]:
    """Arms that the protocol does not have, and arms that are not specified."""
    yield from (unknown_name("arm", a, place, arms) for a in stated if a not in arms)
    for arm in arms:
        if arm not in stated:
            what = f"the scenario does not specify the arm {arm!r}"
            fix = "specify the arm, with the numbers of no effect if it has none"
            yield "EQ612", what, place, fix


def _provenance(scenario: Scenario) -> Iterator[Finding]:
    for place, statement in statements(scenario):
        if (statement.source is None) != statement.assumed:
            both = "both source and assumed" if statement.source else "neither"
            yield (
                "EQ603",
                f"a number needs a source or `assumed = true`; this has {both}",
                place,
                'add source = "..." if it was published, otherwise assumed = true',
            )


def _correlations(scenario: Scenario) -> Iterator[Finding]:
    yield from _correlation(scenario.between_instruments, "between_instruments")
    if scenario.between_vitals is not None:
        yield from _correlation(scenario.between_vitals, "between_vitals")
    if scenario.between_visits.stable > scenario.between_visits.retest:
        yield (
            "EQ604",
            f"the stable part {scenario.between_visits.stable} is larger than the retest "
            f"correlation {scenario.between_visits.retest}",
            "between_visits.stable",
            "the correlation falls from retest to stable: make stable the smaller one",
        )


def _correlation(stated: Correlation, place: str) -> Iterator[Finding]:
    matrix = stated.matrix()
    if np.any(np.diag(matrix) != 1) or np.any(np.abs(matrix) > 1):
        yield (
            "EQ604",
            "a correlation matrix has 1 on its diagonal and numbers from -1 to 1",
            f"{place}.lower",
            "correct the number that is beyond",
        )
    elif np.linalg.eigvalsh(matrix)[0] < 1e-10:
        yield (
            "EQ604",
            "the matrix is not positive definite: these correlations contradict each "
            "other",
            f"{place}.lower",
            "bring correlations of instruments that correlate with the same third one "
            "closer together",
        )


def _shares(scenario: Scenario) -> Iterator[Finding]:
    sums: list[tuple[str, Mapping[str, float]]] = [
        (f"characteristics[{i}].shares", c.shares)
        for i, c in enumerate(scenario.characteristics, start=1)
        if isinstance(c, Category)
    ]
    recruitment = scenario.conduct.recruitment
    sums.append(("conduct.recruitment.sites", recruitment.site_proportions))
    sums += [
        (f"events[{i}].severity", {str(k): v for k, v in e.severity.items()})
        for i, e in enumerate(scenario.events, start=1)
    ]
    sums += [
        (f"background_events[{i}].severity", {str(k): v for k, v in e.severity.items()})
        for i, e in enumerate(scenario.background_events, start=1)
    ]
    sums += [
        (f"guesses[{i}].shares", g.shares)
        for i, g in enumerate(scenario.guesses, start=1)
        if g.shares
    ]
    for place, shares in sums:
        total = sum(shares.values())
        if abs(total - 1) > SUM_TOLERANCE:
            yield ("EQ605", f"the shares sum to {total:g}", place, "make them sum to 1")
    alternatives: defaultdict[str, float] = defaultdict(float)
    for departure in scenario.conduct.departures:
        alternatives[f"departures in arm {departure.arm}"] += departure.probability
    for new in scenario.conduct.new_treatments:
        alternatives[f"new treatments in arm {new.arm}"] += new.probability
    for exclusion in scenario.conduct.exclusions:
        alternatives["exclusions"] += exclusion.probability
    for name, total in alternatives.items():
        if total > 1 + SUM_TOLERANCE:
            yield (
                "EQ605",
                f"the probabilities of all {name} sum to {total:g}",
                "conduct",
                "they exclude each other: make their sum at most 1",
            )


def _distributions(scenario: Scenario) -> Iterator[Finding]:
    for i, stated in enumerate(scenario.characteristics, start=1):
        place = f"characteristics[{i}]"
        if isinstance(stated, BoundedNumber) and not stated.influences:
            below, above = stated.mean - stated.min, stated.max - stated.mean
            # Popoviciu's inequality with a known mean (Bhatia and Davis 2000).
            if min(below, above) <= 0 or stated.sd >= math.sqrt(below * above):
                yield (
                    "EQ606",
                    f"no number from {stated.min:g} to {stated.max:g} has mean "
                    f"{stated.mean:g} and SD {stated.sd:g}",
                    place,
                    "widen the bounds or lower the SD",
                )
        elif isinstance(stated, SkewedNumber) and stated.min >= stated.max:
            yield (
                "EQ606",
                f"min {stated.min:g} is not below max {stated.max:g}",
                place,
                "exchange or correct them",
            )
    for i, vital in enumerate(scenario.vitals, start=1):
        if vital.limits.min >= vital.limits.max:
            yield (
                "EQ606",
                f"the lower limit {vital.limits.min:g} is not below the upper one",
                f"vitals[{i}].limits",
                "exchange or correct them",
            )
    for name, windows in (
        ("departures", [part.days for part in scenario.conduct.departures]),
        ("new_treatments", [item.days for item in scenario.conduct.new_treatments]),
    ):
        for i, (first, last) in enumerate(windows, start=1):
            if first > last:
                yield (
                    "EQ606",
                    f"day {first} is after day {last}",
                    f"conduct.{name}[{i}].days",
                    "write the first day first",
                )


def _repetitions(scenario: Scenario) -> Iterator[Finding]:
    lists: dict[str, list[object]] = {
        "characteristics": [c.id for c in scenario.characteristics],
        "courses and acute": [
            *(course.instrument for course in scenario.courses),
            *(acute.instrument for acute in scenario.acute),
        ],
        "vitals": [v.name for v in scenario.vitals],
        "pharmacokinetics": [p.arm for p in scenario.pharmacokinetics],
        "drugs": [d.id for d in scenario.drugs],
        "relapses": [r.definition for r in scenario.relapses],
        "events": [e.term for e in scenario.events],
        "background_events": [e.term for e in scenario.background_events],
        "guesses": [(g.by, g.visit, g.arm) for g in scenario.guesses],
        "conduct.recruitment.by_site": [
            one.site for one in scenario.conduct.recruitment.by_site
        ],
        "between_instruments.names": list(scenario.between_instruments.names),
    }
    for i, course in enumerate(scenario.courses, start=1):
        lists[f"courses[{i}].changes"] = [c.arm for c in course.changes]
        lists[f"courses[{i}].effects"] = [e.arm for e in course.effects]
    for i, acute in enumerate(scenario.acute, start=1):
        lists[f"acute[{i}].peaks"] = [p.arm for p in acute.peaks]
    timed = [(a.instrument, a.course) for a in scenario.acute]
    timed += [(v.name, v.course) for v in scenario.vitals]
    for effect, minutes in timed:
        if isinstance(minutes, ConcentrationCourse):
            lists[f"drives of {effect}"] = [d.arm for d in minutes.drives]
    for i, vital in enumerate(scenario.vitals, start=1):
        lists[f"vitals[{i}].rises"] = [r.arm for r in vital.rises]
    for i, relapse in enumerate(scenario.relapses, start=1):
        lists[f"relapses[{i}].medians"] = [m.arm for m in relapse.medians]
    for place, names in lists.items():
        for name, count in Counter(names).items():
            if count > 1:
                yield (
                    "EQ607",
                    f"{name} is stated {count} times",
                    place,
                    "keep one of them",
                )
