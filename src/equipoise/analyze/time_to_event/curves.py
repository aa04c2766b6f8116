"""Interval-censored curves (Turnbull) and cumulative incidence with competing events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.time_to_event.competing import with_causes
from equipoise.analyze.time_to_event.event_labels import event_labels
from equipoise.dataset.collected import NOT_COLLECTED
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.survival import cumulative_incidence, turnbull

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
    fit = turnbull(
        table["since"].to_numpy(float),
        table["time"].to_numpy(float),
        table["event"].to_numpy(bool),
    )
    shared = _shared(endpoint, arm)
    middle = fit.median
    estimates = [
        Estimate(
            id=f"{endpoint.id}.turnbull-median.{arm}",
            analysis="turnbull-median",
            estimate=None if middle is None else sum(middle) / 2,
            n=len(table),
            note=_median_note(middle),
            **shared,
        )
    ]
    for row in fit.curve.to_dict("records"):
        estimates.append(
            Estimate(
                id=f"{endpoint.id}.turnbull.{arm}.day-{row['upper']:g}",
                analysis="turnbull",
                estimate=float(row["survival"]),
                statistic=float(row["upper"]),
                n=len(table),
                note=f"lost after day {row['lower']:g} and by day {row['upper']:g}: "
                f"{100 * row['probability']:.0f}%",
                **shared,
            )
        )
    return estimates


def _median_note(middle: tuple[float, float] | None) -> str:
    if middle is None:
        return "not reached"
    if middle[1] - middle[0] < 1e-6:  # a known day is the narrowest interval there is
        return f"day {middle[1]:g}, the known day of an event"
    return (
        f"lies after day {middle[0]:g} and by day {middle[1]:g}: the middle of the "
        "interval between two visits"
    )


def leaving(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    table: pd.DataFrame,
    visits: dict[str, int],
) -> list[Estimate]:
    """Cumulative incidence of the loss and of leaving before it, by arm.

    Leaving is a withdrawal, a loss to follow-up or a death of a participant in whom the
    state was not seen to be lost. Where dispositions were not collected, or no
    participant at risk left, there is nothing to compete: the curve is that of Kaplan
    and Meier.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: time to an event.
        table: ``participant, arm, time, event, start_day`` of all participants at risk.
        visits: later ratings, each with its planned day since time zero.

    Returns:
        ``left``, participants at risk who left without a loss before, None where
        dispositions were not collected; where any left, ``incidence`` at each time at
        which something happened, and ``incidence-at-visit`` on the planned day of each
        visit.
    """
    table, leaves = with_causes(protocol, data, endpoint, table)
    if leaves is None:
        return _left(protocol, endpoint, table["arm"], None)
    estimates = _left(protocol, endpoint, table["arm"], table.loc[leaves, "arm"])
    if not leaves.any():
        return estimates
    for group in protocol.arms:
        rows = table[table["arm"] == group.id]
        if len(rows):
            estimates += _incidences(endpoint, group.id, rows, visits)
    return estimates


def _left(
    protocol: Protocol,
    endpoint: Endpoint,
    at_risk: pd.Series[Any],
    left: pd.Series[Any] | None,
) -> list[Estimate]:
    """Participants at risk who left, by arm; no number where it is not known."""
    text = f"participants who {event_labels(protocol, endpoint).left}"
    if left is None:
        text += f": not known, {NOT_COLLECTED['dispositions']}"
    return [
        Estimate(
            **_shared(endpoint, group.id),
            id=f"{endpoint.id}.left.{group.id}",
            analysis="left",
            estimate=None if left is None else float((left == group.id).sum()),
            n=int((at_risk == group.id).sum()),
            note=text,
        )
        for group in protocol.arms
    ]


def _incidences(
    endpoint: Endpoint, arm: str, table: pd.DataFrame, visits: dict[str, int]
) -> list[Estimate]:
    """Of one arm; after its longest observation a visit has no estimate."""
    time = table["time"].to_numpy(float)
    cause = table["kind"].to_numpy(int)
    level, estimates = endpoint.analysis.level, []
    for kind, name in KINDS.items():
        moments: list[tuple[str, float, str | None]] = [
            (f"day-{at:g}", float(at), None) for at in np.unique(time[cause == kind])
        ]
        moments += [(visit, float(at), visit) for visit, at in visits.items()]
        for key, at, visit in moments:
            analysis = "incidence" if visit is None else "incidence-at-visit"
            common: dict[str, Any] = {
                **_shared(endpoint, arm),
                "id": f"{endpoint.id}.{analysis}.{name}.{arm}.{key}",
                "analysis": analysis,
                "visit": visit,
                "statistic": at,
                "n": len(table),
            }
            if visit is not None and at > time.max() and (cause == 0).any():
                text = f"{name}: no participant is observed to day {at:g}"
                estimates.append(Estimate(**common, note=text))
                continue
            found = cumulative_incidence(time, cause, kind, at, level)
            estimates.append(
                Estimate(
                    **common,
                    estimate=found.estimate,
                    std_error=found.std_error,
                    lower=found.lower,
                    upper=found.upper,
                    level=level,
                    note=name,
                )
            )
    return estimates


def _shared(endpoint: Endpoint, arm: str) -> dict[str, Any]:
    return {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "contrast": arm,
    }
