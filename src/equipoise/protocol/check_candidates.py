"""Checks that candidates are measured before randomization and can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from equipoise.errors import Problem, listing
from equipoise.protocol.candidates import HIGHER, LOWER, UNKNOWN, Candidate
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names

Found = tuple[str, str, str]  # key, what, fix


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ103, EQ104 for names; EQ850 for a candidate that cannot be one, EQ854."""
    yield from _worthwhile(protocol, origin)
    count = Counter((one.name, one.visit) for one in protocol.candidates)
    for one in protocol.candidates:
        where = f"{origin}, candidates[{one.name}]"
        kind = "score" if "." in one.name else "characteristic"
        unknown = names.refer(kind, one.name, f"{where}.name")
        unknown += names.refer("visit", one.visit, f"{where}.visit")
        yield from unknown
        if unknown:
            continue
        for key, what, fix in (*_measured(protocol, one), *_read(protocol, one)):
            yield Problem(code="EQ850", what=what, where=f"{where}.{key}", fix=fix)
    for (name, _), times in count.items():
        if times > 1:
            yield Problem(
                code="EQ103",
                what=f"the candidate {name!r} is stated {times} times",
                where=f"{origin}, candidates[{name}]",
                fix="state each candidate once",
            )


def _worthwhile(protocol: Protocol, origin: str) -> Iterator[Problem]:
    """A difference belongs to an endpoint with a difference of means."""
    stated, where = protocol.worthwhile, f"{origin}, worthwhile.endpoint"
    if stated is None:
        return
    known = [one.id for one in protocol.endpoints if one.type == "continuous"]
    if stated.endpoint in known:
        return
    yield Problem(
        code="EQ854",
        what=f"{stated.endpoint!r} is not a continuous endpoint",
        where=where,
        fix=f"name one of: {listing(known)}" if known else "omit [worthwhile]",
    )


def _measured(protocol: Protocol, one: Candidate) -> Iterator[Found]:
    """A value after randomization is a result of the treatment."""
    if one.visit is None:
        return
    if "." not in one.name:
        yield (
            "visit",
            f"the characteristic {one.name!r} has no visit",
            "omit visit: a characteristic is recorded once, before randomization",
        )
        return
    order = [visit.id for visit in protocol.schedule.visits]
    before = order[: order.index(protocol.schedule.baseline) + 1]
    if one.visit in before:
        return
    outcome = any(
        e.variable.score == one.name and e.variable.at == one.visit
        for e in protocol.endpoints
    )
    yield (
        "visit",
        f"{one.name!r} at {one.visit!r} is "
        + ("an outcome of the trial" if outcome else "measured after randomization")
        + ": the treatment may have changed it",
        f"use a visit up to {protocol.schedule.baseline!r}: {listing(before)}",
    )


def _read(protocol: Protocol, one: Candidate) -> Iterator[Found]:
    known = next((c for c in protocol.characteristics if c.id == one.name), None)
    category = known is not None and known.type == "category"
    values = known.values if known is not None and category else (HIGHER, LOWER)
    if one.direction not in (*values, UNKNOWN):
        yield (
            "direction",
            f"the direction {one.direction!r} is not one of {one.name!r}",
            f"state who is expected to benefit more: {listing((*values, UNKNOWN))}",
        )
    if category and one.transformation != "none":
        yield (
            "transformation",
            f"{one.name!r} is a category and has no transformation",
            "omit transformation",
        )
