"""Checks that a non-inferiority margin fits its endpoint and the testing procedure."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from equipoise.errors import Problem
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.margin import OUTCOMES, direction, one_sided_error
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names

TYPES = ("continuous", "binary")


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ124 for every margin that cannot be applied."""
    for endpoint in protocol.endpoints:
        if endpoint.analysis.margin is None:
            continue
        where = f"{origin}, endpoints[{endpoint.id}].analysis.margin"
        for what, fix in (
            *_outcome(protocol, endpoint),
            *_error(protocol, endpoint),
        ):
            yield Problem(code="EQ124", what=what, where=where, fix=fix)


def _outcome(protocol: Protocol, endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    if endpoint.type not in TYPES:
        yield (
            f"a {endpoint.type} endpoint has no non-inferiority margin",
            "delete margin, or state it for a continuous or binary endpoint",
        )
        return
    variable = endpoint.variable
    known = {one.id for one in protocol.definitions} | {None}
    scored = (variable.score or "").partition(".")[0] in {*protocol.scales, ""}
    if (
        variable.definition in known
        and scored
        and direction(protocol, endpoint) is None
    ):
        yield (
            "it is not known whether the outcome is a benefit",
            f"give its definition the kind {', '.join(OUTCOMES)}",
        )
    if endpoint.type == "binary" and (endpoint.analysis.margin or 0.0) >= 1:
        yield (
            f"a difference of proportions cannot be {endpoint.analysis.margin:g}",
            "state it as a proportion, such as 0.1 for 10 percentage points",
        )


def _error(protocol: Protocol, endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    family, plan = protocol.multiplicity, protocol.interim
    if plan is not None and plan.endpoint == endpoint.id:
        yield (
            "interim analyses test for a difference, not for non-inferiority",
            "delete margin, or omit [interim]",
        )
    if family is None or endpoint.id not in family.endpoints:
        return
    error = one_sided_error(endpoint)
    if not isclose(2 * error, family.alpha):
        yield (
            f"the interval tests non-inferiority with a one-sided error of {error:g}, and "
            f"[multiplicity] with {family.alpha / 2:g}",
            f"state analysis.level = {1 - family.alpha:g}, or another alpha",
        )
