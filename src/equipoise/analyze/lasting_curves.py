"""Curves that say what Kaplan and Meier's leaves out: when, and who left before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.competing import cumulative_incidence
from equipoise.analyze.flow import LOST
from equipoise.analyze.result import Estimate
from equipoise.analyze.turnbull import halved, turnbull
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint

KINDS = {1: "loss", 2: "leaving"}


def between_visits(endpoint: Endpoint, arm: str, table: pd.DataFrame) -> list[Estimate]:
    """Turnbull's curve of one arm, and the interval that holds its median.

    Args:
        endpoint: time to an event.
        arm: id.
        table: ``time, since, event`` of its participants at risk.
    """
    if table.empty:
        return []
    curve = turnbull(
        table["since"].to_numpy(float),
        table["time"].to_numpy(float),
        table["event"].to_numpy(bool),
    )
    shared = _shared(endpoint, arm)
    middle = halved(curve)
    made = [
        Estimate(
            id=f"{endpoint.id}.turnbull-median.{arm}",
            analysis="turnbull-median",
            estimate=None if middle is None else sum(middle) / 2,
            n=len(table),
            note="not reached"
            if middle is None
            else f"lies after day {middle[0]:g} and by day {middle[1]:g}; the loss "
            "happened between two visits",
            **shared,
        )
    ]
    for row in curve.to_dict("records"):
        made.append(
            Estimate(
                id=f"{endpoint.id}.turnbull.{arm}.day-{row['upper']:g}",
                analysis="turnbull",
                estimate=float(row["survival"]),
                statistic=float(row["upper"]),
                n=len(table),
                note=f"lost after day {row['lower']:g} and by day {row['upper']:g}: "
                f"{100 * row['probability']:.0f} %",
                **shared,
            )
        )
    return made


def leaving(
    data: UnblindedTrialData, endpoint: Endpoint, arm: str, table: pd.DataFrame
) -> list[Estimate]:
    """Cumulative incidence of the loss and of leaving before it, where anybody left.

    Leaving is a withdrawal, a loss to follow-up or a death of somebody in whom the state
    was not seen to be lost.

    Args:
        data: of the trial.
        endpoint: time to an event.
        arm: id.
        table: ``participant, time, event, start_day`` of its participants at risk.

    Returns:
        ``incidence`` at each time at which something happened.
    """
    left = data.dispositions[data.dispositions["milestone"].isin(LOST)]
    day = left.groupby("participant")["day"].min().astype(float)
    time = table["time"].to_numpy(float)
    gone = (table["participant"].map(day) - table["start_day"]).to_numpy(float)
    event = table["event"].to_numpy(bool)
    leaves = ~event & ~np.isnan(gone) & (gone >= 0)
    if not leaves.any():
        return []
    time = np.where(leaves, np.maximum(time, gone), time)
    cause = np.where(event, 1, np.where(leaves, 2, 0))
    level, made = endpoint.analysis.level, []
    for kind, name in KINDS.items():
        for at in np.unique(time[cause == kind]):
            found = cumulative_incidence(time, cause, kind, float(at), level)
            made.append(
                Estimate(
                    id=f"{endpoint.id}.incidence.{name}.{arm}.day-{at:g}",
                    analysis="incidence",
                    estimate=found.estimate,
                    std_error=found.std_error,
                    lower=found.lower,
                    upper=found.upper,
                    level=level,
                    statistic=float(at),
                    n=len(table),
                    note=name,
                    **_shared(endpoint, arm),
                )
            )
    return made


def _shared(endpoint: Endpoint, arm: str) -> dict[str, Any]:
    return {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "contrast": arm,
    }
