"""Checks sensitivity analyses, subgroups and the testing procedure."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem
from equipoise.errors.counted import counted
from equipoise.protocol.check_endpoints import contradiction
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.multiplicity import Multiplicity
from equipoise.protocol.names import Names

TESTED = (
    "continuous",
    "binary",
    "time-to-event",
    "incidence",
)  # types with one p-value


def problems(protocol: Protocol, names: Names, origin: str) -> list[Problem]:
    """Every problem of the analyses in addition to those of the endpoints."""
    found: list[Problem] = []
    for endpoint in protocol.endpoints:
        where = f"{origin}, endpoints[{endpoint.id}]"
        found += _sensitivity(endpoint, where)
        found += _subgroups(endpoint, protocol, names, where)
    if protocol.multiplicity is not None:
        place = f"{origin}, multiplicity"
        found += _multiplicity(protocol, protocol.multiplicity, place)
    return found


def _sensitivity(endpoint: Endpoint, where: str) -> Iterator[Problem]:
    if endpoint.sensitivity and endpoint.type != "continuous":
        yield contradiction(
            f"a {endpoint.type} endpoint has a sensitivity analysis by imputation",
            f"{where}.sensitivity",
            "delete it; only continuous endpoints can have one",
        )
    ids = [part.id for part in endpoint.sensitivity]
    for number, part in enumerate(endpoint.sensitivity):
        if part.id in ids[:number]:
            yield contradiction(
                f"two sensitivity analyses have the id {part.id!r}",
                f"{where}.sensitivity[{part.id}]",
                "give each a unique id",
            )
        if part.supporting == part.inference:
            yield contradiction(
                f"the supporting inference is the primary one, {part.inference!r}",
                f"{where}.sensitivity[{part.id}].supporting",
                "choose another one, or delete supporting",
            )
        if part.strategy != "MAR" and not part.milestones:
            yield contradiction(
                f"{part.strategy} has no event from which it applies",
                f"{where}.sensitivity[{part.id}].milestones",
                'name milestones, such as ["treatment-discontinued"]',
            )


def _subgroups(
    endpoint: Endpoint, protocol: Protocol, names: Names, where: str
) -> Iterator[Problem]:
    if endpoint.subgroups and endpoint.type != "continuous":
        yield contradiction(
            f"a {endpoint.type} endpoint has subgroups",
            f"{where}.subgroups",
            "delete them; only continuous endpoints can have subgroups",
        )
    kinds = {part.id: part.type for part in protocol.characteristics}
    for part in endpoint.subgroups:
        place = f"{where}.subgroups[{part.id}]"
        if part.by != "baseline":
            yield from names.refer("characteristic", part.by, f"{place}.by")
        number = part.by == "baseline" or kinds.get(part.by) == "number"
        if number != bool(part.cuts):
            yield contradiction(
                f"the {'number' if number else 'category'} {part.by!r} has "
                f"{'no cuts' if number else 'cuts'}",
                f"{place}.cuts",
                "add the limits between groups" if number else "delete cuts",
            )
        if list(part.cuts) != sorted(set(part.cuts)):
            yield contradiction(
                "the cuts are not ascending",
                f"{place}.cuts",
                "list each cut once, in ascending order",
            )


def _multiplicity(
    protocol: Protocol, family: Multiplicity, where: str
) -> Iterator[Problem]:
    known = [e.id for e in protocol.endpoints if e.type in TESTED]
    for name in family.endpoints:
        if name not in known:
            yield Problem(
                code="EQ104",
                what=f"there is no tested endpoint {name!r}",
                where=f"{where}.endpoints",
                fix=f"use one of: {', '.join(known)}",
            )
    if len(set(family.endpoints)) < len(family.endpoints):
        yield contradiction(
            "an endpoint is listed twice", f"{where}.endpoints", "list each once"
        )
    graph = family.procedure == "graphical"
    if graph != bool(family.weights) or graph != bool(family.transitions):
        yield contradiction(
            f"{family.procedure!r} "
            f"{'needs' if graph else 'does not use'} weights and transitions",
            where,
            "add both" if graph else "delete both",
        )
    elif graph:
        yield from _graph(family, where)


def _graph(family: Multiplicity, where: str) -> Iterator[Problem]:
    m = len(family.endpoints)
    rows = family.transitions
    if len(family.weights) != m or len(rows) != m or any(len(r) != m for r in rows):
        yield contradiction(
            f"the number of weights or transitions is not {m}, that of the endpoints",
            where,
            f"give {m} weights and {counted(m, 'row')} of {m} transitions",
        )
        return
    shares = (family.weights, *rows)
    if any(min(row) < 0 or sum(row) > 1 + 1e-9 for row in shares):
        yield contradiction(
            "weights or transitions are below 0, or add up to more than 1",
            where,
            "make each value at least 0, and the sum of the weights and of each row of "
            "transitions at most 1",
        )
    if any(rows[i][i] != 0 for i in range(m)):
        yield contradiction(
            "an endpoint passes alpha to itself", where, "set the diagonal to 0"
        )
