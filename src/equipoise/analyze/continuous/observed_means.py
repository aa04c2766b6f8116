"""Observed means by visit and arm, with the number of participants rated."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.observed import ratings
from equipoise.analyze.plan import visits
from equipoise.analyze.result import Estimate
from equipoise.analyze.values_by import NOBODY, values_by
from equipoise.dataset.derive import baseline
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.means import mean_with_interval


def observed_means(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """The score by arm at baseline and at each visit of the endpoint, as observed.

    Ratings that the estimand excludes are excluded here too.

    Returns:
        By visit and arm ``rated`` (participants rated; ``n`` is the analysis set),
        ``observed`` (mean with t interval), ``observed-sd``, ``observed-median``, and
        after baseline ``observed-change`` and ``observed-change-sd`` of a change; then
        ``rated`` at each visit in the two arms of the comparison together, without
        ``contrast``.
    """
    score = endpoint.variable.score or ""
    arm = members(protocol, data, endpoint.estimand.population)
    start = baseline(data, protocol, score).rename("value").reset_index()
    start = start.assign(visit=protocol.schedule.baseline)
    start = start.assign(arm=start["participant"].map(arm)).dropna(subset="arm")
    later = ratings(protocol, data, endpoint)
    cell = ["visit", "arm"]
    values_of = values_by(later, cell) | values_by(start, cell)
    changes_of = values_by(later, cell, "outcome")
    sizes = {group.id: int((arm == group.id).sum()) for group in protocol.arms}
    made = []
    for visit in (protocol.schedule.baseline, *visits(protocol, endpoint)):
        for group in protocol.arms:
            values = _known(values_of.get((visit, group.id), NOBODY))
            made.append(_rated(endpoint, visit, group.id, len(values), sizes[group.id]))
            made += _described(endpoint, "observed", visit, group.id, values)
            changed = endpoint.variable.measure != "value"
            if changed and visit != protocol.schedule.baseline:
                change = _known(changes_of.get((visit, group.id), NOBODY))
                made += _described(endpoint, "observed-change", visit, group.id, change)
        made.append(_rated_in_both(endpoint, visit, made, sizes))
    return made


def _known(values: np.ndarray) -> np.ndarray:
    return np.asarray(values[~np.isnan(values)])


def _shared(endpoint: Endpoint, visit: str, arm: str | None) -> dict[str, Any]:
    return {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "visit": visit,
        "contrast": arm,
    }


def _rated(endpoint: Endpoint, visit: str, arm: str, n: int, size: int) -> Estimate:
    return Estimate(
        id=f"{endpoint.id}.rated.{visit}.{arm}",
        analysis="rated",
        estimate=float(n),
        n=size,
        note="participants rated; n: participants of the analysis set",
        **_shared(endpoint, visit, arm),
    )


def _rated_in_both(
    endpoint: Endpoint, visit: str, made: list[Estimate], sizes: dict[str, int]
) -> Estimate:
    """Participants rated at a visit in the two arms of the comparison."""
    pair = endpoint.estimand.treatment
    arms = (pair.arm, pair.versus)
    counts = [
        row.estimate or 0.0
        for row in made
        if row.analysis == "rated" and row.visit == visit and row.contrast in arms
    ]
    return Estimate(
        id=f"{endpoint.id}.rated.{visit}",
        analysis="rated",
        estimate=sum(counts),
        n=sum(sizes[arm] for arm in arms),
        note="participants rated; n: participants of the analysis set",
        **_shared(endpoint, visit, None),
    )


def _described(
    endpoint: Endpoint, name: str, visit: str, arm: str, values: np.ndarray
) -> list[Estimate]:
    """Mean, standard deviation and, of the score, median."""
    n, shared = len(values), _shared(endpoint, visit, arm)
    none = "no participant was rated"
    estimates = [
        Estimate(
            id=f"{endpoint.id}.{name}.{visit}.{arm}",
            analysis=name,
            note=None if n else none,
            **vars(mean_with_interval(values, endpoint.analysis.level)),
            **shared,
        ),
        Estimate(
            id=f"{endpoint.id}.{name}-sd.{visit}.{arm}",
            analysis=f"{name}-sd",
            estimate=float(values.std(ddof=1)) if n > 1 else None,
            n=n,
            note=None if n > 1 else "fewer than two participants were rated",
            **shared,
        ),
    ]
    if name == "observed":
        estimates.append(
            Estimate(
                id=f"{endpoint.id}.{name}-median.{visit}.{arm}",
                analysis=f"{name}-median",
                estimate=float(np.median(values)) if n else None,
                n=n,
                note=None if n else none,
                **shared,
            )
        )
    return estimates
