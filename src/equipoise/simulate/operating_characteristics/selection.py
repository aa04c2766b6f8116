"""Which endpoints can be estimated in many trials, from efficacy data alone."""

from __future__ import annotations

from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
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
    if population.exposed or population.assessed:
        return False
    if not events <= {NEW_TREATMENT, "treatment-discontinued"}:
        return False
    if endpoint.type == "continuous":
        simple = set(endpoint.analysis.covariates) <= {"baseline"}
        return endpoint.variable.score in scores and simple
    if endpoint.type not in ("binary", "time-to-event"):
        return False
    if endpoint.analysis.planned in PLANNED_TESTS:  # not tested in many trials
        return False
    if endpoint.analysis.planned == "stratified":
        simulated = {part.id for part in scenario.characteristics}
        if not set(analysis_strata(protocol, endpoint)) <= simulated:
            return False
    rule = protocol.definition(str(endpoint.variable.definition))
    if rule.rule == "time-to":
        return possible(protocol, endpoint, scores)
    if rule.of is not None:
        rule = protocol.definition(rule.of)
    return rule.score in scores
