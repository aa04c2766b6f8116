"""Binary endpoints: risk difference with Miettinen-Nurminen, and Fisher's exact test."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.intercurrent import first_event
from equipoise.analyze.measures import adjusted, measures
from equipoise.analyze.proportions import (
    fisher,
    risk_difference,
    wilson,
)
from equipoise.analyze.responder_curve import responder_curve
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import members
from equipoise.dataset.derive import baseline, holds, visit_days
from equipoise.dataset.trialdata import UnblindedTrialData
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
    outcome = counted["outcome"].astype(bool)
    made = compare(protocol, endpoint, counted["arm"], outcome, note)
    names = endpoint.analysis.covariates
    if names and made[0].estimate is not None:
        covariates = _covariates(protocol, data, endpoint, counted["participant"])
        shared = _shared(endpoint)
        made.append(adjusted(endpoint, counted["arm"], outcome, covariates, shared))
    arm = members(protocol, data, endpoint.estimand.population)

    def after_events(held: pd.Series[Any]) -> pd.Series[Any]:
        return _after_events(protocol, data, endpoint, held)

    return made + responder_curve(protocol, data, endpoint, arm, after_events)


def _covariates(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    participants: pd.Series[Any],
) -> pd.DataFrame:
    """Covariates of the analysis; ``baseline`` is that of the score of the rule."""
    people = data.participants.set_index("participant")
    made = {}
    for name in endpoint.analysis.covariates:
        column = people[name] if name != "baseline" else None
        if column is None:
            rule = protocol.definition(endpoint.variable.definition or "")
            column = baseline(data, protocol, rule.score or "")
        made[name] = participants.map(column)
    return pd.DataFrame(made)


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
    held = _after_events(protocol, data, endpoint, held)
    return pd.DataFrame(
        {"participant": arm.index, "arm": arm.to_numpy(), "outcome": held.array}
    )


def _after_events(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    held: pd.Series[Any],
) -> pd.Series[Any]:
    """An outcome by participant once the intercurrent events have had their say."""
    days = visit_days(data, protocol)
    at = endpoint.variable.at
    day = days[days["visit"] == at].set_index("participant")["day"]
    day = day.reindex(held.index)
    hypothetical = first_event(data, endpoint, "hypothetical").reindex(held.index)
    held = held.where(~(hypothetical < day))
    composite = first_event(data, endpoint, "composite").reindex(held.index)
    return held.mask(composite <= day, False)


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
    shared = _shared(endpoint)
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
    notes = (note, "p: Fisher's exact test")
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
    more = measures(endpoint, (x1, n1, x2, n2), found, shared)
    return [answer, *proportions, test, *more]


def _shared(endpoint: Endpoint) -> dict[str, Any]:
    """Fields of every estimate of the endpoint."""
    return {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "visit": endpoint.variable.at,
        "level": endpoint.analysis.level,
    }


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
