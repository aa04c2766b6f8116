"""Participants without a rating at the visit of a primary endpoint."""

from __future__ import annotations

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.population.analyzed import score_of
from equipoise.analyze.result import Estimate
from equipoise.dataset.derive import score_at
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.model import Protocol


def not_rated(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Members of the analysis set without the score at the visit of a primary endpoint.

    Also where the protocol plans no sensitivity analysis: how much is missing is stated
    of every primary endpoint that is read at one visit.

    Returns:
        ``<endpoint>.not-rated.<visit>.<arm>``, a count of the ``n`` members of the set in
        the arm as analyzed. Nothing for an endpoint without a score at a visit.

    Source: ICH E9(R1) A.4; CONSORT 2025, items 21c and 26.
    """
    estimates = []
    for endpoint in protocol.endpoints:
        score, visit = score_of(protocol, endpoint), endpoint.variable.at
        if endpoint.level != "primary" or score is None or visit is None:
            continue
        try:
            arm = members(protocol, data, endpoint.estimand.population)
        except AnalysisError:
            continue  # the endpoint itself reports it
        rated = set(score_at(data, score, visit).index)
        pair = endpoint.estimand.treatment
        for name in (pair.arm, pair.versus):
            people = set(arm.index[arm == name])
            estimates.append(
                Estimate(
                    id=f"{endpoint.id}.not-rated.{visit}.{name}",
                    endpoint=endpoint.id,
                    analysis="not-rated",
                    population=endpoint.estimand.population,
                    visit=visit,
                    contrast=name,
                    estimate=float(len(people - rated)),
                    n=len(people),
                )
            )
    return estimates
