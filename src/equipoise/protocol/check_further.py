"""Whether sensitivity analyses, subgroups and the testing procedure make sense."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem
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
    """Every problem of what is asked beside the analyses of the endpoints."""
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
            f"a {endpoint.type} endpoint with a sensitivity analysis by imputation",
            f"{where}.sensitivity",
            "delete it: it is for continuous endpoints",
        )
    ids = [part.id for part in endpoint.sensitivity]
    for number, part in enumerate(endpoint.sensitivity):
        if part.id in ids[:number]:
            yield contradiction(
                f"two sensitivity analyses with the id {part.id!r}",
                f"{where}.sensitivity[{part.id}]",
                "give each its own id",
            )
        if part.strategy != "MAR" and not part.milestones:
            yield contradiction(
                f"{part.strategy} without an event from which it holds",
                f"{where}.sensitivity[{part.id}].milestones",
                'name milestones, such as ["treatment-discontinued"]',
            )


def _subgroups(
    endpoint: Endpoint, protocol: Protocol, names: Names, where: str
) -> Iterator[Problem]:
    if endpoint.subgroups and endpoint.type != "continuous":
        yield contradiction(
            f"a {endpoint.type} endpoint with subgroups",
            f"{where}.subgroups",
            "delete them: they are for continuous endpoints",
        )
    kinds = {part.id: part.type for part in protocol.characteristics}
    for part in endpoint.subgroups:
        place = f"{where}.subgroups[{part.id}]"
        if part.by != "baseline":
            yield from names.refer("characteristic", part.by, f"{place}.by")
        number = part.by == "baseline" or kinds.get(part.by) == "number"
        if number != bool(part.cuts):
            yield contradiction(
                f"{part.by!r} is a {'number' if number else 'category'} "
                f"{'without' if number else 'with'} cuts",
                f"{place}.cuts",
                "add the limits between groups" if number else "delete cuts",
            )
        if list(part.cuts) != sorted(set(part.cuts)):
            yield contradiction(
                "the cuts do not ascend", f"{place}.cuts", "sort them, each once"
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
                mend=f"known: {', '.join(known)}",
            )
    if len(set(family.endpoints)) < len(family.endpoints):
        yield contradiction(
            "an endpoint is tested twice", f"{where}.endpoints", "name each once"
        )
    graph = family.procedure == "graphical"
    if graph != bool(family.weights) or graph != bool(family.transitions):
        yield contradiction(
            f"{family.procedure!r} "
            f"{'needs' if graph else 'has no use for'} weights and transitions",
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
            f"{m} endpoints, and weights or transitions of another number",
            where,
            f"give {m} weights and {m} rows of {m} transitions",
        )
        return
    shares = (family.weights, *rows)
    if any(min(row) < 0 or sum(row) > 1 + 1e-9 for row in shares):
        yield contradiction(
            "shares below 0, or that add up to more than 1",
            where,
            "weights, and each row of transitions, are at least 0 and add up to at most 1",
        )
    if any(rows[i][i] != 0 for i in range(m)):
        yield contradiction(
            "an endpoint hands its share to itself", where, "make the diagonal 0"
        )
