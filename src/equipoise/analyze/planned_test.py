"""The planned test of an endpoint: its estimate with the P value that decides."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint


def planned_log_rank(endpoint: Endpoint) -> str:
    """Id of the planned test of a time to an event: a log-rank test, or max-combo."""
    planned = endpoint.analysis.planned
    named = {"unstratified": "log-rank", "stratified": "log-rank-stratified"}
    return f"{endpoint.id}.{named.get(planned, planned)}"


def planned_test(
    endpoint: Endpoint, answers: Mapping[str, str], rows: Mapping[str, Estimate]
) -> Estimate:
    """The estimate whose P value is that of the planned test.

    For a time to an event the planned test, and not the median that answers; with a
    non-inferiority margin the test against it, whose P value is one-sided; for every other
    endpoint the answer itself.

    Args:
        endpoint: that was analyzed.
        answers: id of the answer, by endpoint (``Results.answers``).
        rows: estimates by id (``Results.by_id``).
    """
    if endpoint.analysis.margin is not None:
        tested = rows.get(f"{endpoint.id}.noninferiority")
        if tested is not None:
            return tested
    if endpoint.type == "time-to-event":
        tested = rows.get(planned_log_rank(endpoint))
        if tested is not None:
            return tested
    return rows[answers[endpoint.id]]


def planned_in(results: Results, endpoint: Endpoint) -> Estimate:
    """``planned_test`` of finished results."""
    return planned_test(endpoint, results.answers, results.by_id)
