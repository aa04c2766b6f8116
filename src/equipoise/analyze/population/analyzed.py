"""Exclusions from the analysis of the first primary endpoint, with their reasons."""

from __future__ import annotations

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.observed import ratings
from equipoise.dataset.derive import baseline, score_table
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

NOT_IN_SET = "Not in the analysis set"


def primary_score(protocol: Protocol) -> tuple[Endpoint, str | None, str | None]:
    """The first primary endpoint with its score and visit; None where it has none."""
    endpoint = next(e for e in protocol.endpoints if e.level == "primary")
    return endpoint, score_of(protocol, endpoint), endpoint.variable.at


def score_of(protocol: Protocol, endpoint: Endpoint) -> str | None:
    """The score that an endpoint is made from; None where it is made from none."""
    variable = endpoint.variable
    if variable.score is not None or variable.definition is None:
        return variable.score
    rule = protocol.definition(variable.definition)
    rule = protocol.definition(rule.of) if rule.of is not None else rule
    return rule.score


def not_analyzed(protocol: Protocol, data: UnblindedTrialData) -> dict[str, str] | None:
    """Reason of each randomized participant who is not in the primary analysis.

    A continuous endpoint analyzes participants with an outcome at one of its visits;
    endpoints of other types every member of the analysis set.

    Returns:
        Reason by participant; None if the data cannot tell who is in the set.
    """
    primary, score, _ = primary_score(protocol)
    try:
        arm = members(protocol, data, primary.estimand.population)
        outside = {str(p): NOT_IN_SET for p in data.arm.index.difference(arm.index)}
        if primary.type != "continuous" or score is None:
            return outside
        table = ratings(protocol, data, primary)
    except AnalysisError:
        return None
    analyzed = set(table.dropna(subset="outcome")["participant"])
    start = set(baseline(data, protocol, score).index)
    order = [visit.id for visit in protocol.schedule.visits]
    later = order[order.index(protocol.schedule.baseline) + 1 :]
    scores = score_table(data, score).dropna(subset="value")
    rated = set(scores.loc[scores["visit"].isin(later), "participant"])
    used = set(table["participant"])
    reasons = {}
    for person in arm.index.difference(list(analyzed)):
        if person not in start:
            reason = "No rating at baseline"
        elif person in used:
            reason = "Outcome cannot be calculated from the ratings"
        elif person in rated:
            reason = "No rating that the estimand uses at the visits of the analysis"
        else:
            reason = "No rating after baseline"
        reasons[str(person)] = reason
    return outside | reasons
