"""Cumulative responder curve: proportion of participants at every cut-off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from equipoise.analyze.binary.intercurrent_events import counted
from equipoise.analyze.result import Estimate
from equipoise.dataset.derive import baseline, score_at
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.proportions import wilson

CUTS = range(0, 101, 5)  # percent of the baseline


def responder_curve(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    arm: pd.Series[Any],
    after_events: Callable[[pd.Series[Any]], pd.Series[Any]],
) -> list[Estimate]:
    """Participants with at least each reduction, by arm.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: binary, its definition a percent reduction of a score.
        arm: by participant of the population.
        after_events: applies the intercurrent events of the endpoint.

    Returns:
        ``responder-curve`` at 0, 5, ..., 100 percent for each arm, intervals of Wilson;
        nothing for another kind of definition. A missing value counts as in the
        endpoint itself.

    Source: FDA 2009, Patient-Reported Outcome Measures, section IV: the cumulative
    distribution function of responses.
    """
    variable = endpoint.variable
    if variable.definition is None or variable.at is None:
        return []
    rule = protocol.definition(variable.definition)
    if rule.rule != "percent-reduction" or rule.score is None:
        return []
    start = baseline(data, protocol, rule.score).reindex(arm.index)
    value = score_at(data, rule.score, variable.at).reindex(arm.index)
    reduction = (100 * (start - value) / start).where(start != 0)
    estimates = []
    in_arm = {g.id: (arm == g.id).to_numpy(bool) for g in protocol.arms}
    for cut in CUTS:
        reached = (reduction >= cut).astype("boolean").mask(reduction.isna())
        held = counted(after_events(reached), arm, endpoint.analysis.missing)
        known, holds = held.notna().to_numpy(), held.fillna(False).to_numpy(bool)
        for group in protocol.arms:
            own = known & in_arm[group.id]
            events, n = int((holds & own).sum()), int(own.sum())
            level = endpoint.analysis.level
            lower, upper = wilson(events, n, level).interval if n else (None, None)
            estimates.append(
                Estimate(
                    id=f"{endpoint.id}.responder-curve.{group.id}.{cut}",
                    endpoint=endpoint.id,
                    analysis="responder-curve",
                    population=endpoint.estimand.population,
                    visit=variable.at,
                    contrast=group.id,
                    estimate=events / n if n else None,
                    statistic=float(cut),
                    lower=lower,
                    upper=upper,
                    level=level,
                    n=n,
                    note=f"reduction of at least {cut}%"
                    if n
                    else "no participant in this arm has a value",
                )
            )
    return estimates
