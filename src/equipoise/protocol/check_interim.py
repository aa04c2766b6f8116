"""Checks that ``[interim]`` fits the endpoints, the arms and the testing procedure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import get_args

from equipoise.errors import Problem
from equipoise.protocol.interim import InterimAnalyses, SpendingFunction
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names

WEIGHTED = ("fleming-harrington", "max-combo")
TYPES = ("continuous", "binary", "time-to-event")


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ104 for an unknown endpoint; EQ833 for interim analyses that cannot be applied.

    The numbers of the boundaries are checked where they are calculated.
    """
    plan = protocol.interim
    if plan is None:
        return
    for code, key, what, fix in (
        *_endpoint(protocol, plan),
        *_rules(plan),
        *_error(protocol, plan),
    ):
        where = f"{origin}, interim.{key}"
        yield Problem(code=code, what=what, where=where, fix=fix)


def _endpoint(
    protocol: Protocol, plan: InterimAnalyses
) -> Iterator[tuple[str, str, str, str]]:
    primary = [e.id for e in protocol.endpoints if e.level == "primary"]
    known = {endpoint.id: endpoint for endpoint in protocol.endpoints}
    if plan.endpoint not in known:
        named = " or ".join(primary) or "an endpoint of level primary"
        yield "EQ104", "endpoint", f"no endpoint is {plan.endpoint!r}", f"name {named}"
        return
    if primary != [plan.endpoint]:
        yield (
            "EQ833",
            "endpoint",
            f"{plan.endpoint!r} is not the only primary endpoint",
            "plan interim analyses for a trial with one primary endpoint, and name it",
        )
    kind = known[plan.endpoint].type
    if kind not in TYPES:
        yield (
            "EQ833",
            "endpoint",
            f"an endpoint of type {kind!r} has no interim analyses",
            f"name an endpoint of type {', '.join(TYPES)}",
        )
    weighted = known[plan.endpoint].analysis.planned
    if weighted in WEIGHTED:
        yield (
            "EQ833",
            "endpoint",
            f"the planned test of {plan.endpoint!r} is {weighted!r}: its information is "
            "not the number of events",
            "plan the log-rank test, with or without strata",
        )
    if len(protocol.arms) != 2:
        yield (
            "EQ833",
            "endpoint",
            f"the trial has {len(protocol.arms)} arms, and the boundaries are those of "
            "one comparison of two",
            "omit [interim], or plan a trial with two arms",
        )


def _rules(plan: InterimAnalyses) -> Iterator[tuple[str, str, str, str]]:
    looks = plan.analyses
    if not all(a < b for a, b in pairwise((0.0, *looks))) or looks[-1] != 1:
        yield (
            "EQ833",
            "analyses",
            f"the analyses are at {', '.join(f'{t:g}' for t in looks)}",
            "give fractions of the maximum information that rise to 1, such as "
            "[0.5, 1.0]",
        )
    if plan.futility is None and plan.futility_parameter is not None:
        yield (
            "EQ833",
            "futility_parameter",
            "there is no futility boundary, and its parameter has no effect",
            "state futility, or omit futility_parameter",
        )
    if plan.binding and plan.futility is None:
        yield (
            "EQ833",
            "binding",
            "futility is binding, and there is no futility boundary",
            "state futility, or omit binding",
        )
    if plan.binding and plan.efficacy not in get_args(SpendingFunction):
        yield (
            "EQ833",
            "binding",
            f"futility is binding, and {plan.efficacy!r} is a family of boundaries",
            "choose a spending function for efficacy, or non-binding futility",
        )


def _error(
    protocol: Protocol, plan: InterimAnalyses
) -> Iterator[tuple[str, str, str, str]]:
    """The endpoint is tested at the full error of the family, or in no family."""
    family = protocol.multiplicity
    if family is None or plan.endpoint not in family.endpoints:
        return
    first = (
        family.procedure == "fixed-sequence" and plan.endpoint == family.endpoints[0]
    )
    if len(family.endpoints) > 1 and not first:
        yield (
            "EQ833",
            "endpoint",
            f"in [multiplicity], {plan.endpoint!r} is not tested at the full error: a "
            "boundary for a part of it is not offered",
            "test it first in a fixed sequence, or alone",
        )
    if family.alpha != plan.alpha:
        yield (
            "EQ833",
            "alpha",
            f"the two-sided error is {plan.alpha:g} here and {family.alpha:g} in "
            "[multiplicity]",
            "state the same alpha in both",
        )
