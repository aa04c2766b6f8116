"""Binary endpoints: risk difference with Miettinen-Nurminen, and Fisher's exact test."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.intercurrent import first_event
from equipoise.analyze.proportions import (
    RiskDifference,
    fisher,
    risk_difference,
    wilson,
)
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import members
from equipoise.dataset.derive import holds, visit_days
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.numerics.rounding import fixed
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def binary(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Risk difference first, then the proportion of each arm and Fisher's p-value."""
    table = outcomes(protocol, data, endpoint)
    missing = table["outcome"].isna()
    failure = endpoint.analysis.missing == "failure"
    counted = table.assign(
        outcome=table["outcome"].fillna(False) if failure else table["outcome"]
    )
    counted = counted.dropna(subset="outcome")
    note = None
    if missing.any():
        what = "counted as not having it" if failure else "left out"
        note = f"participants without a value, {what}: {int(missing.sum())}"
    return compare(
        protocol, endpoint, counted["arm"], counted["outcome"].astype(bool), note
    )


def outcomes(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Whether each participant of the set has the outcome, after intercurrent events.

    A composite event up to the day of the visit is a failure; the rating of a visit
    after a hypothetical event counts as missing.

    Returns:
        ``participant, arm, outcome``; missing where it cannot be known.
    """
    variable = endpoint.variable
    if variable.definition is None or variable.at is None:
        raise ValueError(f"endpoint {endpoint.id!r} has no definition at a visit")
    arm = members(protocol, data, endpoint.estimand.population)
    held = holds(data, protocol, variable.definition, variable.at).reindex(arm.index)
    days = visit_days(data, protocol)
    day = days[days["visit"] == variable.at].set_index("participant")["day"]
    day = day.reindex(arm.index)
    hypothetical = first_event(data, endpoint, "hypothetical").reindex(arm.index)
    held = held.where(~(hypothetical < day))
    composite = first_event(data, endpoint, "composite").reindex(arm.index)
    held = held.mask(composite <= day, False)
    return pd.DataFrame(
        {"participant": arm.index, "arm": arm.to_numpy(), "outcome": held.array}
    )


def compare(
    protocol: Protocol,
    endpoint: Endpoint,
    arm: pd.Series[Any],
    outcome: pd.Series[Any],
    note: str | None,
) -> list[Estimate]:
    """The estimates of a proportion: difference, one for each arm, and the test.

    Args:
        protocol: of the trial.
        endpoint: binary or incidence.
        arm: arm of each participant.
        outcome: whether each has it.
        note: for the reader of the difference.
    """
    pair, level = endpoint.estimand.treatment, endpoint.analysis.level
    counts = {
        group.id: (int(outcome[arm == group.id].sum()), int((arm == group.id).sum()))
        for group in protocol.arms
    }
    (x1, n1), (x2, n2) = counts[pair.arm], counts[pair.versus]
    shared: dict[str, Any] = {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "visit": endpoint.variable.at,
        "level": level,
    }
    label = f"{pair.arm} - {pair.versus}"
    proportions = _proportions(endpoint, counts, shared)
    difference: dict[str, Any] = {
        "id": f"{endpoint.id}.risk-difference",
        "analysis": "risk-difference",
        "contrast": label,
        "n": n1 + n2,
    }
    if not n1 or not n2:
        why = "cannot be estimated: an arm has nobody"
        return [Estimate(**difference, note=why, **shared), *proportions]
    found = risk_difference(x1, n1, x2, n2, level)
    p = fisher(x1, n1, x2, n2)
    notes = (note, "p: Fisher's exact test", needed_to_treat(found, level))
    answer = Estimate(
        **difference,
        estimate=found.estimate,
        lower=found.lower,
        upper=found.upper,
        p=p,
        note="; ".join(part for part in notes if part),
        **shared,
    )
    test = Estimate(
        id=f"{endpoint.id}.fisher",
        analysis="fisher",
        contrast=label,
        p=p,
        n=n1 + n2,
        note="Fisher's exact test, two-sided",
        **{**shared, "level": None},
    )
    return [answer, *proportions, test]


def needed_to_treat(found: RiskDifference, level: float) -> str | None:
    """How many are treated for one more, or one fewer, in words.

    None where the interval holds no difference: the number would run through infinity.

    Source: Altman 1998, BMJ 317:1309-1312.
    """
    if found.lower <= 0 <= found.upper:
        return None
    more = "more" if found.estimate > 0 else "fewer"
    near, far = sorted((abs(found.lower), abs(found.upper)), reverse=True)
    number, low, high = (fixed(1 / x, 1) for x in (abs(found.estimate), near, far))
    interval = f"{100 * level:g} % interval {low} to {high}"
    return f"number needed to treat for one {more}: {number} ({interval})"


def _proportions(
    endpoint: Endpoint, counts: dict[str, tuple[int, int]], shared: dict[str, Any]
) -> list[Estimate]:
    made = []
    for arm, (events, n) in counts.items():
        lower, upper = wilson(events, n, shared["level"]) if n else (None, None)
        made.append(
            Estimate(
                id=f"{endpoint.id}.proportion.{arm}",
                analysis="proportion",
                contrast=arm,
                estimate=events / n if n else None,
                lower=lower,
                upper=upper,
                n=n,
                note=None if n else "nobody in this arm",
                **shared,
            )
        )
        made.append(
            Estimate(
                id=f"{endpoint.id}.count.{arm}",
                analysis="count",
                contrast=arm,
                estimate=float(events),
                n=n,
                **{**shared, "level": None},
            )
        )
    return made
