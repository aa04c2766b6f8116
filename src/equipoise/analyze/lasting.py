"""Comparisons of two arms in time to an event, as estimates."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.durability import (
    Comparison,
    common_horizon,
    hazard_ratio,
    rmst,
    rmst_difference,
    time_ratio,
)
from equipoise.analyze.result import Estimate
from equipoise.protocol.estimand import Endpoint

UNPROTECTED = (
    "among those for whom it held at time zero, a comparison that randomization does "
    "not protect"
)
KINDS = {  # suffix -> in words
    "rmst-difference": "difference of restricted mean times up to day {horizon:g}",
    "hazard-ratio": "hazard ratio, proportional hazards, ties by Efron",
    "time-ratio": "ratio of times, Weibull; the loss lies between two visits",
}


def comparisons(endpoint: Endpoint, table: pd.DataFrame) -> list[Estimate]:
    """Restricted means by arm and their difference, hazard ratio, time ratio.

    Args:
        endpoint: time to an event.
        table: ``arm, time, since, event`` of each participant at risk; ``since`` is the
            last time at which the state is known to have held.

    Returns:
        What cannot be estimated says why.
    """
    pair, level = endpoint.estimand.treatment, endpoint.analysis.level
    both = table[table["arm"].isin([pair.arm, pair.versus])]
    treated = (both["arm"] == pair.arm).to_numpy()
    time, event = both["time"].to_numpy(float), both["event"].to_numpy(bool)
    if treated.all() or not treated.any():
        why = "cannot be estimated: an arm has nobody at risk"
        return [_made(endpoint, name, None, len(both), why) for name in KINDS]
    horizon = common_horizon(time, treated)
    made = []
    for arm in (pair.arm, pair.versus):
        those = (both["arm"] == arm).to_numpy()
        value, error = rmst(time[those], event[those], horizon)
        made.append(
            Estimate(
                id=f"{endpoint.id}.rmst.{arm}",
                endpoint=endpoint.id,
                analysis="rmst",
                population=endpoint.estimand.population,
                contrast=arm,
                estimate=value,
                std_error=error,
                n=int(those.sum()),
                note=f"restricted mean time up to day {horizon:g}",
            )
        )
    found = {
        "rmst-difference": rmst_difference(time, event, treated, horizon, level),
        "hazard-ratio": hazard_ratio(time, event, treated, level),
        "time-ratio": time_ratio(
            both["since"].to_numpy(float), time, event, treated, level
        ),
    }
    for name, comparison in found.items():
        words = KINDS[name].format(horizon=horizon)
        note = f"{words}; {UNPROTECTED}"
        if comparison is None:
            note = "cannot be estimated: an arm has no events, or there is no maximum"
        made.append(_made(endpoint, name, comparison, len(both), note))
    return made


def _made(
    endpoint: Endpoint, name: str, found: Comparison | None, n: int, note: str
) -> Estimate:
    pair = endpoint.estimand.treatment
    shared: dict[str, Any] = {
        "id": f"{endpoint.id}.{name}",
        "endpoint": endpoint.id,
        "analysis": name,
        "population": endpoint.estimand.population,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": n,
        "note": note,
    }
    if found is None or not found.std_error > 0:
        return Estimate(**shared)
    return Estimate(
        **shared,
        estimate=found.estimate,
        std_error=found.std_error,
        lower=found.lower,
        upper=found.upper,
        level=endpoint.analysis.level,
        p=found.p,
        converged=True,
    )
