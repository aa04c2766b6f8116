"""Checks that the supporting methods of an endpoint fit it and have what they need."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem, listing
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.protocol.supporting_methods import (
    PLANNED_TESTS,
    SUPPORTING_METHODS,
    SupportingMethod,
    SupportingName,
    options_of_methods,
)

COMPETING = ("gray", "fine-gray", "cause-specific-hazard", "competing-event-hazard")
ENDS = {"study-withdrawn", "lost-to-follow-up", "death"}  # competing by default


def supporting_problems(
    endpoint: Endpoint, protocol: Protocol, where: str
) -> Iterator[Problem]:
    """Supporting methods fit the type, are named once, and have what they need.

    Args:
        endpoint: of the protocol.
        protocol: whose other parts are checked elsewhere.
        where: of the endpoint.
    """
    names = endpoint.analysis.supporting
    place = f"{where}.analysis.supporting"
    for position, name in enumerate(names):
        method = SUPPORTING_METHODS[name]
        if method.type != endpoint.type:
            yield _other_type(endpoint, name, place)
        else:
            yield from _needs(endpoint, protocol, name, method, place)
        if name in names[:position]:
            yield _problem(f"{name!r} is listed twice", place, "list each method once")
    yield from _planned(endpoint, f"{where}.analysis.planned")
    yield from _options(endpoint, f"{where}.analysis")


def _planned(endpoint: Endpoint, place: str) -> Iterator[Problem]:
    """A supporting method that is the planned test is listed, and fits the type."""
    planned = endpoint.analysis.planned
    if planned not in PLANNED_TESTS:
        return
    if endpoint.type != "time-to-event":
        yield _problem(
            f"the planned test of a {endpoint.type} endpoint cannot be {planned!r}",
            place,
            "delete planned",
        )
    elif planned not in endpoint.analysis.supporting:
        yield _problem(
            f"the planned test {planned!r} is not among the methods of the endpoint",
            place,
            f'add it: supporting = ["{planned}"]',
        )


def _other_type(endpoint: Endpoint, name: str, place: str) -> Problem:
    own = [n for n, m in SUPPORTING_METHODS.items() if m.type == endpoint.type]
    return _problem(
        f"a {endpoint.type} endpoint has no supporting method {name!r}",
        place,
        f"use: {listing(own)}" if own else "delete supporting",
    )


def _needs(
    endpoint: Endpoint,
    protocol: Protocol,
    name: SupportingName,
    method: SupportingMethod,
    place: str,
) -> Iterator[Problem]:
    """Strata, covariates, several visits or a competing event."""
    analysis = endpoint.analysis
    strata = analysis_strata(protocol, endpoint)
    if method.strata == "needed" and not strata:
        yield _problem(
            f"{name!r} compares within strata, and there are none",
            place,
            "name strata, or those of the randomization",
        )
    if method.adjusts and not strata and not analysis.covariates:
        yield _problem(
            f"{name!r} adjusts for covariates or strata, and there are none",
            place,
            "name covariates or strata, or delete the method",
        )
    if method.covariates != "no" and "baseline" in analysis.covariates:
        yield from _baseline(endpoint, protocol, name, place)
    if name == "gee" and len(endpoint.variable.visits) == 1:
        yield _problem(
            "'gee' is for repeated outcomes, and the endpoint has one visit",
            place,
            "use 'ancova-hc3', or name more visits",
        )
    if name == "fleming-harrington" and analysis.rho == analysis.gamma == 0:
        yield _problem(
            "with rho = 0 and gamma = 0 'fleming-harrington' is the log-rank test",
            place,
            "choose rho or gamma above 0, or delete the method",
        )
    if name in COMPETING and not _competes(endpoint, protocol):
        yield _problem(
            f"{name!r} needs a competing event, and the definition has none",
            place,
            "name competing milestones in the definition, or delete the method",
        )


def _baseline(
    endpoint: Endpoint, protocol: Protocol, name: str, place: str
) -> Iterator[Problem]:
    """The covariate ``baseline`` is a score: of the variable, or of its definition."""
    if endpoint.variable.score is not None:
        return
    rules = {part.id: part for part in protocol.definitions}
    rule = rules.get(endpoint.variable.definition or "")
    if rule is not None and rule.of is not None:
        rule = rules.get(rule.of)
    if rule is None or rule.score is None:
        yield _problem(
            f"{name!r} adjusts for 'baseline', and the endpoint has no score",
            place,
            "name a characteristic as covariate instead",
        )


def _competes(endpoint: Endpoint, protocol: Protocol) -> bool:
    for part in protocol.definitions:
        if part.id == endpoint.variable.definition and part.rule == "time-to":
            return bool(part.competing) or not set(part.events) >= ENDS
    return True


def _options(endpoint: Endpoint, place: str) -> Iterator[Problem]:
    """An option that is stated has a method that uses it."""
    analysis = endpoint.analysis
    used = {o for n in analysis.supporting for o in SUPPORTING_METHODS[n].options}
    for key in options_of_methods():
        if key not in analysis.model_fields_set or key in used:
            continue
        own = [repr(n) for n, m in SUPPORTING_METHODS.items() if key in m.options]
        yield _problem(
            f"{key} is stated, and no supporting method of the endpoint uses it",
            f"{place}.{key}",
            f"add {' or '.join(own)} to supporting, or delete {key}",
        )


def _problem(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ122", what=what, where=where, fix=fix)
