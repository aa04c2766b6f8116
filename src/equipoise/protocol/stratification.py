"""Strata of the analyses of a protocol, and those of its randomization they ignore."""

from __future__ import annotations

from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.supporting_methods import any_in_strata

STRATIFIED = ("binary", "time-to-event")  # types of endpoint with stratified tests
PLANNED = {  # type -> planned test without strata, and with them
    "binary": ("Fisher's exact test", "the Cochran-Mantel-Haenszel test"),
    "time-to-event": ("the log-rank test", "the stratified log-rank test"),
}


def analysis_strata(protocol: Protocol, endpoint: Endpoint) -> tuple[str, ...]:
    """Factors that stratify the tests of an endpoint; empty for none.

    Those of its analysis, by default those of the randomization, factors of minimization
    among them; none for a type without stratified tests, unless a supporting method of
    the endpoint has strata.
    """
    needed = any_in_strata(endpoint.analysis.supporting)
    if endpoint.type not in STRATIFIED and not needed:
        return ()
    if endpoint.analysis.strata is not None:
        return endpoint.analysis.strata
    return protocol.randomization.strata


def ignored_strata(protocol: Protocol, endpoint: Endpoint) -> tuple[str, ...]:
    """Factors of the randomization that the planned analysis of an endpoint ignores.

    A continuous endpoint has them as covariates, a binary endpoint or a time to an event
    in its planned test. Endpoints of other types have no planned comparison.

    Source: ICH E9 2.3.2; CHMP 2015, Guideline on adjustment for baseline covariates.
    """
    factors = protocol.randomization.strata
    if endpoint.type == "continuous":
        return tuple(n for n in factors if n not in endpoint.analysis.covariates)
    if endpoint.type not in STRATIFIED:
        return ()
    if endpoint.analysis.planned == "unstratified":
        return factors
    own = analysis_strata(protocol, endpoint)
    return tuple(name for name in factors if name not in own)
