"""Observed scores at visits after those of the model: descriptive, not compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.plan import visits
from equipoise.analyze.result import Estimate
from equipoise.dataset.derive import score_table
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.means import mean_with_interval


def later_visits(protocol: Protocol, endpoint: Endpoint) -> tuple[str, ...]:
    """Visits after those of the model at which the score of an endpoint is rated."""
    schedule = protocol.schedule
    order = [visit.id for visit in schedule.visits]
    last = order.index(visits(protocol, endpoint)[-1])
    instrument = str(endpoint.variable.score).partition(".")[0]
    return tuple(
        visit.id
        for visit in schedule.visits[last + 1 :]
        if instrument in {part.instrument for part in schedule.assessments(visit)}
    )


def later_means(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Mean with interval, SD and median of a score at later visits, by visit and arm.

    Every rating counts, also one after an intercurrent event. Where only some
    participants have the visit, such as those in response, the arms are no longer those
    of the randomization: nothing is compared.

    Returns:
        ``later-mean``, ``later-sd`` and ``later-median``; ``n`` counts the ratings. A visit
        without ratings has no estimate.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    table = score_table(data, str(endpoint.variable.score)).dropna(subset="value")
    of = table["participant"].map(arm)
    columns = (table["visit"].tolist(), of.tolist(), table["value"].tolist())
    rated: dict[tuple[str, str], list[float]] = {}
    for visit, group, value in zip(*columns, strict=True):
        rated.setdefault((visit, group), []).append(value)
    present = {visit for visit, _ in rated}
    return [
        estimate
        for visit in later_visits(protocol, endpoint)
        if visit in present
        for group in protocol.arms
        for estimate in _described(
            endpoint, visit, group.id, np.array(rated.get((visit, group.id), []), float)
        )
    ]


def _described(
    endpoint: Endpoint, visit: str, arm: str, values: np.ndarray
) -> list[Estimate]:
    n = len(values)
    shared: dict[str, Any] = {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "visit": visit,
        "contrast": arm,
    }
    none = "no participant was rated"

    def name(kind: str) -> str:
        return f"{endpoint.id}.later-{kind}.{visit}.{arm}"

    return [
        Estimate(
            id=name("mean"),
            analysis="later-mean",
            note=None if n else none,
            **vars(mean_with_interval(values, endpoint.analysis.level)),
            **shared,
        ),
        Estimate(
            id=name("sd"),
            analysis="later-sd",
            estimate=float(values.std(ddof=1)) if n > 1 else None,
            n=n,
            note=None if n > 1 else "fewer than two participants were rated",
            **shared,
        ),
        Estimate(
            id=name("median"),
            analysis="later-median",
            estimate=float(np.median(values)) if n else None,
            n=n,
            note=None if n else none,
            **shared,
        ),
    ]
