"""Observed values of the variable of an endpoint, by participant."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.intercurrent_events import without_later
from equipoise.analyze.plan import visits
from equipoise.dataset.derive import baseline, score_table
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


@derived_once
def rated(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Every rating of a continuous endpoint in its analysis set.

    Returns:
        ``participant, visit, value``, before intercurrent events are handled.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    table = score_table(data, endpoint.variable.score or "")
    chosen = table["visit"].isin(visits(protocol, endpoint))
    return table[chosen & table["participant"].isin(arm.index)]


@derived_once
def ratings(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Ratings that enter the analysis of a continuous endpoint.

    Returns:
        One row for each rating: ``participant, arm, visit, baseline, value, outcome``.
        ``outcome`` is the value or its change; both are missing where there is none.
    """
    score = endpoint.variable.score or ""
    arm = members(protocol, data, endpoint.estimand.population)
    table = without_later(protocol, data, endpoint, rated(protocol, data, endpoint))
    start = table["participant"].map(baseline(data, protocol, score)).astype(float)
    change = table["value"] - start
    outcome = {
        "value": table["value"],
        "change": change,
        "percent-change": 100 * change / start.where(start != 0),
    }
    return table.assign(
        arm=table["participant"].map(arm),
        baseline=start,
        outcome=outcome[endpoint.variable.measure],
    )[["participant", "arm", "visit", "baseline", "value", "outcome"]]


def changes(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Change of each participant at the visit of the estimate, best first.

    Returns:
        ``participant, arm, baseline, value, change``; rated participants only.
    """
    table = ratings(protocol, data, endpoint)
    table = table[table["visit"] == endpoint.variable.at]
    table = table.assign(change=table["value"] - table["baseline"])
    lower = protocol.better(endpoint.variable.score or "") == "lower"
    table = table.dropna(subset="change").sort_values(
        ["change", "participant"], ascending=[lower, True], ignore_index=True
    )
    return table[["participant", "arm", "baseline", "value", "change"]]
