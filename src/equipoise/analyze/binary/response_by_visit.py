"""The proportion with an outcome at each rated visit, by arm."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.binary.intercurrent_events import counted, reached_at, settled
from equipoise.analyze.result import Estimate
from equipoise.dataset.derive import holds
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.proportions import wilson


def rated_visits(protocol: Protocol, endpoint: Endpoint) -> tuple[str, ...]:
    """Visits after baseline at which every participant is rated for the outcome.

    Visits that depend on the outcome (``only_if``) are not among them: their proportion
    would be one among responders.
    """
    rule = protocol.definition(endpoint.variable.definition or "")
    instrument = (rule.score or "").partition(".")[0]
    order = protocol.schedule.visits
    start = next(n for n, v in enumerate(order) if v.id == protocol.schedule.baseline)
    return tuple(
        visit.id
        for visit in order[start + 1 :]
        if visit.only_if is None
        and instrument in {a.instrument for a in protocol.schedule.assessments(visit)}
    )


def response_by_visit(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    arm: pd.Series[Any],
) -> list[Estimate]:
    """The proportion with the outcome at each visit of ``rated_visits``, by arm.

    Participants without a value and intercurrent events up to the visit count as in the
    endpoint itself.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: binary.
        arm: by participant of the population.

    Returns:
        ``by-visit`` (proportion, interval of Wilson) and ``by-visit-count`` for each
        visit and arm.
    """
    estimates = []
    definition, level = str(endpoint.variable.definition), endpoint.analysis.level
    for visit in rated_visits(protocol, endpoint):
        held = holds(data, protocol, definition, visit).reindex(arm.index)
        held = settled(held, reached_at(protocol, data, endpoint, arm.index, visit))
        held = counted(held, arm, endpoint.analysis.missing).dropna()
        for group in protocol.arms:
            rows = held[arm.reindex(held.index) == group.id]
            events, n = int(rows.sum()), len(rows)
            lower, upper = wilson(events, n, level).interval if n else (None, None)
            shared: dict[str, Any] = {
                "endpoint": endpoint.id,
                "population": endpoint.estimand.population,
                "visit": visit,
                "contrast": group.id,
                "n": n,
                "note": None if n else "no participant has a value",
            }
            estimates += [
                Estimate(
                    id=f"{endpoint.id}.by-visit.{visit}.{group.id}",
                    analysis="by-visit",
                    estimate=events / n if n else None,
                    lower=lower,
                    upper=upper,
                    level=level,
                    **shared,
                ),
                Estimate(
                    id=f"{endpoint.id}.by-visit-count.{visit}.{group.id}",
                    analysis="by-visit-count",
                    estimate=float(events) if n else None,
                    **shared,
                ),
            ]
    return estimates
