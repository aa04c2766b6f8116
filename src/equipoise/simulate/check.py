"""Whether a scenario and a protocol speak of the same trial."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from equipoise.errors import Problem, SimulationError, listing, refuse
from equipoise.protocol.model import Protocol
from equipoise.simulate.attendance import decision_visit
from equipoise.simulate.check_items import item_problems
from equipoise.simulate.check_participants import participant_problems
from equipoise.simulate.check_response import response_problems
from equipoise.simulate.consistency import Finding, arm_findings, unknown_name
from equipoise.simulate.item_responses import form
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import AcuteCourse, Course, Relapse


def check_scenario(scenario: Scenario, protocol: Protocol) -> list[Problem]:
    """Every reason why a scenario cannot be used for a protocol.

    Args:
        scenario: possible by itself, as ``parse_scenario`` returns it.
        protocol: checked, with its instruments.

    Returns:
        Problems EQ611 to EQ614 and EQ661, empty if there are none.
    """
    # Of a scenario of another protocol every other finding is a consequence.
    findings = list(_identity(scenario, protocol)) or [
        *participant_problems(scenario, protocol),
        *_instruments(scenario, protocol),
        *_courses(scenario, protocol),
        *_acute(scenario, protocol),
        *_vitals(scenario, protocol),
        *_relapses(scenario, protocol),
        *_visits_for_some(scenario, protocol),
        *_eligibility(scenario, protocol),
        *response_problems(scenario, protocol),
    ]
    origin = f"scenario {scenario.scenario.id}"
    return [
        Problem(code=code, what=what, where=f"{origin}, {place}", fix=fix)
        for code, what, place, fix in findings
    ]


def require_fit(scenario: Scenario, protocol: Protocol) -> None:
    """Rejects a scenario that cannot be used for a protocol.

    Call it before a variant is derived: a variant without effect states every arm, also
    one that the scenario never mentioned.

    Raises:
        SimulationError: EQ611 to EQ614 and EQ661, all problems together.
    """
    refuse(SimulationError, check_scenario(scenario, protocol))


def _identity(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """A scenario names the protocol for which its numbers were assumed."""
    named, wanted = scenario.scenario.protocol, protocol.trial.id
    if named != wanted:
        yield (
            "EQ661",
            f"the scenario is written for the protocol {named!r}, not for {wanted!r}",
            "scenario.protocol",
            f"use a scenario of {wanted!r}; if every assumption applies to that "
            f'protocol too, copy the file and set protocol = "{wanted}"',
        )


def unknown_names(
    kind: str, names: Iterable[str], known: Collection[str], place: str
) -> Iterator[Finding]:
    """A finding for each name that the protocol does not have."""
    return (unknown_name(kind, n, place, known) for n in names if n not in known)


def _instruments(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Every instrument that is assessed is stated once, with or without minutes."""
    schedule = protocol.schedule
    timed: dict[str, set[bool]] = {}
    for visit in schedule.visits:
        for assessment in schedule.assessments(visit):
            timed.setdefault(assessment.instrument, set()).add(bool(assessment.minutes))
    stated = {c.instrument for c in scenario.courses}
    stated |= {c.instrument for c in scenario.acute}
    for name in sorted(set(timed) - stated):
        part = "acute" if True in timed[name] else "courses"
        yield (
            "EQ612",
            f"the protocol assesses {name!r}, which the scenario does not specify",
            part,
            f"add [[{part}]] with instrument = {name!r}",
        )
    for i, course in enumerate(scenario.courses, start=1):
        if True in timed.get(course.instrument, set()):
            yield (
                "EQ613",
                f"{course.instrument!r} is assessed at minutes of a visit",
                f"courses[{i}].instrument",
                "state it under [[acute]]",
            )


def _form(
    part: Course | AcuteCourse, protocol: Protocol, place: str
) -> Iterator[Finding]:
    """Instrument, score and items of a course."""
    known = {use.id for use in protocol.instruments} & set(protocol.scales)
    if part.instrument not in known:
        yield from unknown_names(
            "instrument", [part.instrument], known, f"{place}.instrument"
        )
        return
    instrument = protocol.scales[part.instrument]
    if part.score not in instrument.scores:
        yield from unknown_names(
            f"score of {part.instrument}",
            [part.score],
            instrument.scores,
            f"{place}.score",
        )
        return
    score = instrument.scores[part.score]
    if score.rule == "recorded":
        return
    made_of = form(instrument, part.score)
    if made_of is None:
        yield (
            "EQ614",
            f"no answers can be made that give the score {part.score!r} of "
            f"{part.instrument!r} (rule {score.rule!r})",
            f"{place}.score",
            "state the distribution of a score that is a sum, or a sum of maxima",
        )
        return
    yield from item_problems(part.items, instrument, made_of, protocol, place)


def _courses(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    arms = [arm.id for arm in protocol.arms]
    visits = [visit.id for visit in protocol.schedule.visits]
    for i, course in enumerate(scenario.courses, start=1):
        place = f"courses[{i}]"
        yield from _form(course, protocol, place)
        yield from _in_range(course, protocol, course.baseline.mean, place)
        if course.changes:
            yield from arm_findings(
                [c.arm for c in course.changes], arms, f"{place}.changes"
            )
        for k, change in enumerate(course.changes, start=1):
            where = f"{place}.changes[{k}].by_visit"
            yield from unknown_names("visit", change.by_visit, visits, where)
            yield from _after_baseline(change.by_visit, protocol, where)
    missing = {c.instrument for c in scenario.courses} - set(
        scenario.between_instruments.names
    )
    for name in sorted(missing):
        yield (
            "EQ612",
            f"the correlations say nothing about {name!r}",
            "between_instruments.names",
            "add the instrument with a row of correlations",
        )


def _after_baseline(
    visits: Iterable[str], protocol: Protocol, place: str
) -> Iterator[Finding]:
    ids = [visit.id for visit in protocol.schedule.visits]
    baseline = ids.index(protocol.schedule.baseline)
    for name in visits:
        if name in ids[: baseline + 1]:
            yield (
                "EQ613",
                f"visit {name!r} is not after the baseline visit {ids[baseline]!r}",
                place,
                "a change from baseline is 0 there: remove it",
            )


def _acute(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    arms = [arm.id for arm in protocol.arms]
    for i, acute in enumerate(scenario.acute, start=1):
        place = f"acute[{i}]"
        yield from _form(acute, protocol, place)
        yield from arm_findings([p.arm for p in acute.peaks], arms, f"{place}.peaks")
        for level in (acute.rest, *acute.peaks):
            yield from _in_range(acute, protocol, level.mean, place)


def _vitals(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    schedule = protocol.schedule
    arms = [arm.id for arm in protocol.arms]
    measured = {
        name
        for visit in schedule.visits
        for measurement in schedule.measurements(visit)
        for name in measurement.names
    }
    stated = [vital.name for vital in scenario.vitals]
    yield from unknown_names("measurement", stated, measured, "vitals")
    for name in sorted(measured - set(stated)):
        yield (
            "EQ612",
            f"the protocol measures {name!r}, which the scenario does not specify",
            "vitals",
            f"add [[vitals]] with name = {name!r}",
        )
    for i, vital in enumerate(scenario.vitals, start=1):
        yield from arm_findings(
            [r.arm for r in vital.rises], arms, f"vitals[{i}].rises"
        )
    if scenario.between_vitals is not None:
        for name in sorted(set(stated) - set(scenario.between_vitals.names)):
            yield (
                "EQ612",
                f"the correlations say nothing about {name!r}",
                "between_vitals.names",
                "add the vital sign with a row of correlations",
            )


def _relapses(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    losses = {d.id: d for d in protocol.definitions if d.rule == "loss-of"}
    scores = {f"{c.instrument}.{c.score}" for c in scenario.courses}
    arms = [arm.id for arm in protocol.arms]
    for i, relapse in enumerate(scenario.relapses, start=1):
        place = f"relapses[{i}]"
        yield from unknown_names(
            "definition of the rule loss-of", [relapse.definition], losses, place
        )
        yield from unknown_names("arm", [m.arm for m in relapse.medians], arms, place)
        if relapse.definition in losses:
            yield from _regained(relapse, protocol, place)
            of = losses[relapse.definition].of
            yield from _has_course(protocol, of, scores, f"{place}.definition")


def _regained(relapse: Relapse, protocol: Protocol, place: str) -> Iterator[Finding]:
    """What a visit does that the loss triggers is stated for each arm with a median."""
    arms = [arm.id for arm in protocol.arms]
    stated = [part.arm for part in relapse.regained]
    yield from unknown_names("arm", stated, arms, f"{place}.regained")
    triggered = protocol.schedule.triggered([relapse.definition])
    absent = {item.arm for item in relapse.medians} - set(stated)
    if triggered and absent:
        yield (
            "EQ612",
            f"the loss triggers {triggered[0].id!r}, but how often that restores the "
            f"response in {listing(sorted(absent))} is not stated",
            f"{place}.regained",
            'add regained = [{ arm = "...", probability = ..., assumed = true }, ...]',
        )


def _visits_for_some(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Visits that only some have can be judged from a simulated score."""
    scores = {f"{c.instrument}.{c.score}" for c in scenario.courses}
    for v, visit in enumerate(protocol.schedule.visits):
        if visit.only_if is None:
            continue
        place = f"visit {visit.id} of the protocol, only_if"
        loss = protocol.loss_before(visit)
        rated = visit.only_if if loss is None else loss.of
        found = list(_has_course(protocol, rated, scores, place))
        yield from found
        if found:
            continue
        try:
            decision_visit(protocol, visit.only_if, v)
        except ValueError as error:
            yield ("EQ613", str(error), place, "add the assessment to an earlier visit")


def _has_course(
    protocol: Protocol, definition: str | None, scores: Collection[str], place: str
) -> Iterator[Finding]:
    score = protocol.definition(definition or "").score
    if score not in scores:
        yield (
            "EQ612",
            f"the definition {definition!r} is about {score or 'a loss'!r}, of which "
            "the scenario states no course",
            place,
            f"state a course of that score; there are courses of {listing(scores)}",
        )


def _eligibility(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Rules that the protocol checks need values that the scenario states."""
    stated = {f"{c.instrument}.{c.score}" for c in scenario.courses}
    for criterion in protocol.eligibility:
        rule = criterion.require
        if rule is not None and rule.score is not None and rule.score not in stated:
            yield (
                "EQ612",
                f"criterion {criterion.id} asks for {rule.score}, of which the scenario "
                "states no course",
                "courses",
                "state the course of that score",
            )


def _in_range(
    part: Course | AcuteCourse, protocol: Protocol, mean: float, place: str
) -> Iterator[Finding]:
    scale = protocol.scales.get(part.instrument)
    if scale is None or part.score not in scale.scores:
        return
    low, high = scale.scores[part.score].range
    if not low <= mean <= high:
        yield (
            "EQ613",
            f"the mean {mean:g} is outside the range {low:g} to {high:g} of the score",
            place,
            "state a mean inside the range",
        )
