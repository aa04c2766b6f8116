"""Checks a protocol for consistency, and reports all problems together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import BaseModel

from equipoise.errors import Problem
from equipoise.instruments.provenance import Sourced
from equipoise.protocol import (
    check_candidates,
    check_conduct,
    check_endpoints,
    check_forms,
    check_interim,
    check_margin,
    check_reach,
    check_report,
    check_safety,
    check_schedule,
    check_sensitivity,
    check_text,
    check_treatments,
    retreatment,
)
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names

PARTS = (
    check_schedule.problems,
    check_candidates.problems,
    check_conduct.problems,
    check_endpoints.problems,
    check_forms.problems,
    check_interim.problems,
    check_margin.problems,
    check_sensitivity.problems,
    check_reach.problems,
    check_report.problems,
    check_safety.problems,
    check_text.problems,
    check_treatments.problems,
    retreatment.problems,
)


def check(protocol: Protocol, names: Names, *, origin: str) -> list[Problem]:
    """Every problem of a protocol with valid keys and types.

    Args:
        protocol: with the instruments that could be loaded in ``scales``.
        names: ids that references may name.
        origin: name of the file, for messages.
    """
    problems = [*_twice(names, protocol, origin), *_provenance(protocol, origin)]
    for part in PARTS:
        problems += part(protocol, names, origin)
    return problems


def _twice(names: Names, protocol: Protocol, origin: str) -> list[Problem]:
    kinds = dict(names.declared)
    kinds["endpoint"] = tuple(e.id for e in protocol.endpoints)
    kinds["criterion"] = tuple(c.id for c in protocol.eligibility)
    kinds["safety rule"] = tuple(r.id for r in protocol.safety_rules)
    return [
        Problem(
            code="EQ103",
            what=f"the id {name!r} is used {count} times for kind {kind!r}",
            where=f"{origin}, {kind} {name}",
            fix="give each a unique id",
        )
        for kind, ids in kinds.items()
        for name, count in Counter(ids).items()
        if count > 1
    ]


def _provenance(protocol: Protocol, origin: str) -> list[Problem]:
    return [
        Problem(
            code="EQ105",
            what="both source and assumed" if part.assumed else "no source",
            where=f"{origin}, {place}",
            fix='give either source = "paper, registry or document" or assumed = true',
        )
        for place, part in sourced(protocol)
        if part.assumed == (part.source is not None)
        and (part is not protocol.interim or part.assumed)
    ]


def sourced(part: BaseModel, place: str = "") -> Iterator[tuple[str, Sourced]]:
    """Every statement of a protocol that needs a source, with its place."""
    if isinstance(part, Sourced):
        yield place, part
    for key in type(part).model_fields:
        value = getattr(part, key)
        children = value if isinstance(value, tuple) else (value,)
        for number, child in enumerate(children, start=1):
            if isinstance(child, BaseModel):
                name = getattr(child, "id", None) or getattr(child, "name", None)
                name = number if name is None else name
                inner = f"{key}[{name}]" if isinstance(value, tuple) else key
                yield from sourced(child, f"{place}.{inner}" if place else inner)
