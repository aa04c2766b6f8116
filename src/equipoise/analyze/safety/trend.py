"""Trend of adverse events over infusions, by generalized estimating equations."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.event_flags import flag
from equipoise.analyze.safety.safety_set import safety_set
from equipoise.analyze.safety.treatment_emergent import (
    DAY_AFTER,
    emergent_events,
    infusion_days,
    with_infusion,
)
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.proportions import wilson

ENDLESS = 12.0  # a log odds ratio for an infusion that no data can give


@dataclass(frozen=True)
class Trend:
    """A log odds ratio with its robust standard error and degrees of freedom."""

    estimate: float
    std_error: float
    df: float


def side_effects(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Participants with an event after each infusion, and its trend over infusions.

    An event counts for an infusion if it started on its day or on the day after.

    Returns:
        First the trend of the arm of interest: the odds ratio for each further
        infusion, by generalized estimating equations (logistic, exchangeable), with the
        covariance of Mancl and DeRouen and t intervals; then that of the other arm and
        the ratio of both; then the proportion after each infusion with Wilson's interval.

    Source: Liang and Zeger 1986, Biometrika 73:13-22; Mancl and DeRouen 2001,
    Biometrics 57:126-134.
    """
    arm, reason = safety_set(protocol, data, endpoint.estimand.population)
    for table_name in ("events", "exposures"):
        if not collected(data, table_name):
            reason = f"cannot be estimated: {NOT_COLLECTED[table_name]}"
    if arm is None or reason is not None:
        return [_nothing(endpoint, label, str(reason)) for label in _labels(endpoint)]
    table, reason = by_infusion(protocol, data, endpoint, arm)
    if reason is not None:
        return [_nothing(endpoint, label, reason) for label in _labels(endpoint)]
    pair = endpoint.estimand.treatment
    found = {name: trend(table[table["arm"] == name]) for name in pair_of(endpoint)}
    estimates = [_odds(endpoint, name, found[name], table) for name in found]
    one, other = found[pair.arm], found[pair.versus]
    between = None
    if one is not None and other is not None:
        error = float(np.hypot(one.std_error, other.std_error))
        between = Trend(one.estimate - other.estimate, error, one.df + other.df)
    label = f"{pair.arm} - {pair.versus}"
    estimates.append(_odds(endpoint, label, between, table))
    return estimates + _proportions(protocol, endpoint, table)


def _labels(endpoint: Endpoint) -> tuple[str, str, str]:
    one, other = pair_of(endpoint)
    return one, other, f"{one} - {other}"


def _nothing(endpoint: Endpoint, label: str, why: str) -> Estimate:
    return Estimate(
        id=f"{endpoint.id}.trend" + (".difference" if " - " in label else f".{label}"),
        endpoint=endpoint.id,
        analysis="trend",
        population=endpoint.estimand.population,
        contrast=label,
        note=why,
    )


def pair_of(endpoint: Endpoint) -> tuple[str, str]:
    """The two arms, the one of interest first."""
    pair = endpoint.estimand.treatment
    return pair.arm, pair.versus


def by_infusion(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    arm: pd.Series[Any],
) -> tuple[pd.DataFrame, str | None]:
    """One row for each infusion given: ``participant, arm, infusion, event``.

    Returns:
        The rows, and why they say nothing: the kind of event is not recorded for any
        event, or not for all events that would decide. None if they are complete.
    """
    kind = endpoint.variable.events or "all"
    events = emergent_events(protocol, data, arm.index).rows
    flags = flag(events, kind)
    placed = with_infusion(protocol, data, events[flags.fillna(False).astype(bool)])
    soon = placed[placed["days_since"] <= DAY_AFTER]
    table = infusion_days(protocol, data)[["participant", "infusion"]]
    table = table[table["participant"].isin(arm.index)]
    having = pd.MultiIndex.from_frame(soon[["participant", "infusion"]])
    keys = pd.MultiIndex.from_frame(table)
    table = table.assign(arm=table["participant"].map(arm), event=keys.isin(having))
    why = None
    if flags.isna().any():
        number = f"{int(flags.isna().sum())} of {len(events)} events"
        why = f"cannot be estimated: whether {kind} is not recorded for {number}"
    return table.sort_values(["participant", "infusion"], ignore_index=True), why


def trend(table: pd.DataFrame, covariance: str = "bias_reduced") -> Trend | None:
    """Log odds ratio of an event for each further infusion.

    Args:
        table: ``participant, infusion, event``, sorted.
        covariance: ``bias_reduced`` (Mancl and DeRouen) or ``robust``.

    Returns:
        None where there is none: all participants or none have an event, fewer than three
        participants or two infusions, or the odds fall or rise without end.
    """
    people = table["participant"].nunique()
    if people < 3 or table["infusion"].nunique() < 2:
        return None
    if table["event"].all() or not table["event"].any():
        return None
    # Not statsmodels.api, which imports time series and drawings: a quarter of a second.
    from statsmodels.genmod import cov_struct, families
    from statsmodels.genmod.generalized_estimating_equations import GEE

    infusion = table["infusion"].to_numpy(float)
    X = np.column_stack([np.ones(len(table)), infusion - infusion.min()])
    model = GEE(
        table["event"].to_numpy(float),
        X,
        groups=table["participant"].to_numpy(),
        family=families.Binomial(),
        cov_struct=cov_struct.Exchangeable(),
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # said by what is returned
            fit = model.fit(cov_type=covariance, maxiter=200, ctol=1e-10)
    except (np.linalg.LinAlgError, ValueError):
        return None
    value, error = float(fit.params[1]), float(fit.bse[1])
    if not fit.converged or abs(value) > ENDLESS or not 0 < error < ENDLESS:
        return None
    return Trend(value, error, float(people - 2))


def _odds(
    endpoint: Endpoint, label: str, found: Trend | None, table: pd.DataFrame
) -> Estimate:
    pair = endpoint.estimand.treatment
    mine = (
        table if label not in (pair.arm, pair.versus) else table[table["arm"] == label]
    )
    between = " - " in label
    shared: dict[str, Any] = {
        "id": f"{endpoint.id}.trend" + (".difference" if between else f".{label}"),
        "endpoint": endpoint.id,
        "analysis": "trend",
        "population": endpoint.estimand.population,
        "contrast": label,
        "n": int(mine["participant"].nunique()),
    }
    if found is None:
        why = "too few events or infusions, or odds that rise or fall without limit"
        return Estimate(**shared, note=f"cannot be estimated: {why}")
    level = endpoint.analysis.level
    half = float(t_quantile((1 + level) / 2, found.df)) * found.std_error
    what = "ratio of the two odds ratios" if between else "odds ratio"
    return Estimate(
        **shared,
        estimate=float(np.exp(found.estimate)),
        std_error=found.std_error,
        df=found.df,
        lower=float(np.exp(found.estimate - half)),
        upper=float(np.exp(found.estimate + half)),
        level=level,
        p=float(t_two_sided(found.estimate / found.std_error, found.df)),
        converged=True,
        note=f"{what} for each further infusion; SE of its logarithm; below 1: fewer "
        "with each infusion",
    )


def _proportions(
    protocol: Protocol, endpoint: Endpoint, table: pd.DataFrame
) -> list[Estimate]:
    estimates, level = [], endpoint.analysis.level
    for number, rows in table.groupby("infusion"):
        for group in protocol.arms:
            mine = rows[rows["arm"] == group.id]
            n, events = len(mine), int(mine["event"].sum())
            lower, upper = wilson(events, n, level).interval if n else (None, None)
            estimates.append(
                Estimate(
                    id=f"{endpoint.id}.infusion-{number}.{group.id}",
                    endpoint=endpoint.id,
                    analysis="proportion-by-infusion",
                    population=endpoint.estimand.population,
                    contrast=group.id,
                    estimate=events / n if n else None,
                    lower=lower,
                    upper=upper,
                    level=level,
                    statistic=float(str(number)),
                    n=n,
                    note=f"infusion {number}: {events} of {n}",
                )
            )
            estimates.append(
                Estimate(
                    id=f"{endpoint.id}.infusion-{number}.count.{group.id}",
                    endpoint=endpoint.id,
                    analysis="count-by-infusion",
                    population=endpoint.estimand.population,
                    contrast=group.id,
                    estimate=float(events) if n else None,
                    statistic=events / n if n else None,
                    n=n,
                    note=f"infusion {number}: participants with an event",
                )
            )
    return estimates
