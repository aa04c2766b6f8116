"""Which endpoints can be estimated in many trials, from efficacy data alone."""

from __future__ import annotations

from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import SITE
from equipoise.protocol.stratification import analysis_strata
from equipoise.protocol.supporting_methods import PLANNED_TESTS
from equipoise.simulate.operating_characteristics.from_randomization import (
    NEW_TREATMENT,
    possible,
)
from equipoise.simulate.scenario import Scenario


def can_estimate(protocol: Protocol, endpoint: Endpoint, scenario: Scenario) -> bool:
    """Whether scores, visits, new treatments and strata are all that an endpoint needs.

    Args:
        protocol: of the trial.
        endpoint: of the protocol.
        scenario: whose scores and characteristics are simulated.
    """
    scores = {f"{course.instrument}.{course.score}" for course in scenario.courses}
    events = {event.milestone for event in endpoint.estimand.intercurrent}
    population = protocol.analysis_set(endpoint.estimand.population)
    if population.exposed or not _counts_all_rated(endpoint, population.assessed):
        return False
    if not events <= {NEW_TREATMENT, "treatment-discontinued"}:
        return False
    if endpoint.type == "continuous":
        known = {"baseline", *_recorded(scenario)}
        simulated = set(endpoint.analysis.covariates) <= known
        return endpoint.variable.score in scores and simulated
    if endpoint.type not in ("binary", "time-to-event"):
        return False
    if endpoint.analysis.planned in PLANNED_TESTS:  # not tested in many trials
        return False
    strata = analysis_strata(protocol, endpoint)
    stratified = endpoint.analysis.planned == "stratified"
    if stratified and not set(strata) <= _recorded(scenario):
        return False
    rule = protocol.definition(str(endpoint.variable.definition))
    if rule.rule == "time-to":
        return possible(protocol, endpoint, scores)
    if rule.of is not None:
        rule = protocol.definition(rule.of)
    return rule.score in scores


def _counts_all_rated(endpoint: Endpoint, assessed: str | None) -> bool:
    """Whether an analysis set of the rated changes nothing.

    Without a rating after baseline a person adds nothing to the mixed model of the same
    score; a rule for missing outcomes counts the person in a binary endpoint.
    """
    mixed = endpoint.type == "continuous" and assessed == endpoint.variable.score
    return assessed is None or mixed


def _recorded(scenario: Scenario) -> set[str]:
    """Characteristics of the simulated participants, and the site."""
    return {SITE, *(part.id for part in scenario.characteristics)}
