"""Checks that the schedule is possible."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise

from equipoise.errors import Problem
from equipoise.protocol.calendar import Assessment, Measurement, Procedure, Visit
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names


def problems(protocol: Protocol, names: Names, origin: str) -> list[Problem]:
    """Every problem of the schedule."""
    return [
        *chain.from_iterable(
            _visit(protocol, names, visit, f"{origin}, schedule.visits[{visit.id}]")
            for visit in protocol.schedule.visits
        ),
        *_baseline(protocol, names, origin),
        *_order(protocol, origin),
        *_infusions(protocol, origin),
        *_procedures(protocol, names, origin),
    ]


def _impossible(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ106", what=what, where=where, fix=fix)


def _visit(
    protocol: Protocol, names: Names, visit: Visit, where: str
) -> Iterator[Problem]:
    early, late = visit.window
    if early > 0 or late < 0:
        yield _impossible(
            f"the window [{early}, {late}] does not contain the planned day",
            f"{where}.window",
            "give days before (0 or negative) and after (0 or positive), as [-1, 2]",
        )
    yield from names.refer("definition", visit.only_if, f"{where}.only_if")
    for name in visit.procedures:
        yield from names.refer("procedure", name, f"{where}.procedures")
    for use in visit.assess:
        yield from names.refer("instrument", use.instrument, f"{where}.assess")
    if any(name not in names.declared["procedure"] for name in visit.procedures):
        return
    shared = protocol.schedule.assessments(visit), protocol.schedule.measurements(visit)
    yield from _once([(_called(a), a.minutes) for a in shared[0]], where)
    yield from _once([(n, m.minutes) for m in shared[1] for n in m.names], where)


def _once(asked: list[tuple[str, tuple[int, ...]]], where: str) -> Iterator[Problem]:
    """Nothing is asked for twice at the same time of a visit."""
    seen: set[tuple[str, int | None]] = set()
    for name, minutes in asked:
        for minute in minutes or (None,):
            if (name, minute) in seen:
                at = "" if minute is None else f" at minute {minute}"
                yield _impossible(
                    f"{name!r} is planned twice{at}",
                    where,
                    "plan it in the procedure or in the visit, not in both",
                )
            seen.add((name, minute))


def _baseline(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    schedule = protocol.schedule
    where = f"{origin}, schedule.baseline"
    wrong = names.refer("visit", schedule.baseline, where)
    yield from wrong
    days = {visit.id: visit.day for visit in schedule.visits}
    if not wrong and days.get(schedule.baseline, 0) > 0:
        yield _impossible(
            f"the baseline {schedule.baseline!r} is after day 0",
            where,
            "name a visit on or before day 0",
        )


def _order(protocol: Protocol, origin: str) -> Iterator[Problem]:
    for first, second in pairwise(protocol.schedule.visits):
        if second.day < first.day:
            yield _impossible(
                f"{second.id!r} (day {second.day}) is listed after {first.id!r} "
                f"(day {first.day})",
                f"{origin}, schedule.visits[{second.id}].day",
                "list visits in the order of their days",
            )


def _infusions(protocol: Protocol, origin: str) -> Iterator[Problem]:
    given = [v.infusion for v in protocol.schedule.visits if v.infusion is not None]
    if given != list(range(1, len(given) + 1)):
        yield _impossible(
            f"infusions are numbered {given}",
            f"{origin}, schedule.visits",
            "number them 1, 2, 3 … in the order of the visits",
        )
    if given and not any(arm.treatments for arm in protocol.arms):
        yield _impossible(
            "there are infusions, but no arm has an intervention",
            f"{origin}, arms",
            "name the intervention of each arm",
        )


def _procedures(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    used = {name for v in protocol.schedule.visits for name in v.procedures}
    for bundle in protocol.schedule.procedures:
        where = f"{origin}, schedule.procedures[{bundle.id}]"
        for use in bundle.assess:
            yield from names.refer("instrument", use.instrument, f"{where}.assess")
        if bundle.id not in used:
            yield _impossible(
                f"no visit uses the procedure {bundle.id!r}",
                where,
                "name it in `procedures` of a visit, or delete it",
            )
    schedule = protocol.schedule
    stated: list[Visit | Procedure] = [*schedule.visits, *schedule.procedures]
    parts: list[Assessment | Measurement] = []
    for place in stated:
        parts += [*place.assess, *place.measure]
    for part in parts:
        if list(part.minutes) != sorted(set(part.minutes)):
            yield _impossible(
                f"minutes {list(part.minutes)} of {_called(part)!r} are not ascending",
                f"{origin}, schedule",
                "list each minute once, in ascending order",
            )


def _called(part: Assessment | Measurement) -> str:
    if isinstance(part, Assessment):
        return part.instrument
    return ", ".join(part.names)
