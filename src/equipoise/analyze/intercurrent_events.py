"""Intercurrent events: their days, and the ratings that their strategies exclude."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.result import Estimate
from equipoise.dataset.attendance import after_event, attendance
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint, Strategy
from equipoise.protocol.model import Protocol


@derived_once
def first_event(
    data: TrialData, endpoint: Endpoint, strategy: Strategy
) -> pd.Series[Any]:
    """Day of the first event with this strategy, by participant.

    Raises:
        AnalysisError: EQ453, an event has no day.
    """
    return first_event_since(data, endpoint, strategy, None)


def first_event_since(
    data: TrialData,
    endpoint: Endpoint,
    strategy: Strategy,
    since: pd.Series[Any] | None,
) -> pd.Series[Any]:
    """``first_event`` on or after a day, as ``day_of_first`` counts from ``since``."""
    named = {
        e.milestone for e in endpoint.estimand.intercurrent if e.strategy == strategy
    }
    return day_of_first(
        data,
        named,
        f"endpoint {endpoint.id}, strategy {strategy}",
        "record the day, or choose the treatment policy strategy",
        since,
    )


def day_of_first(
    data: TrialData,
    milestones: Collection[str],
    where: str,
    fix: str,
    since: pd.Series[Any] | None = None,
) -> pd.Series[Any]:
    """Day of the first of some milestones, by participant; absent for none.

    Args:
        data: of a trial.
        milestones: that count.
        where: part of the protocol that asks, for the error.
        fix: what to do about a milestone without a day.
        since: day by participant, before which a milestone does not count; of the
            participants that count. None for all participants and days.

    Raises:
        AnalysisError: EQ453, an event has no day.
    """
    if not milestones:
        return pd.Series(dtype=float)
    rows = data.dispositions[data.dispositions["milestone"].isin(milestones)]
    if since is not None:
        rows = rows[rows["participant"].isin(since.index)]
    undated = rows["day"].isna()
    if undated.any():
        raise AnalysisError.single(
            "EQ453",
            f"{int(undated.sum())} events have no day",
            where=f"table dispositions, {where}",
            fix=fix,
            records=rows[undated],
        )
    if since is not None:
        rows = rows[rows["day"].astype(float) >= rows["participant"].map(since)]
    return rows.groupby("participant")["day"].min().astype(float)


def without_later(
    protocol: Protocol, data: TrialData, endpoint: Endpoint, ratings: pd.DataFrame
) -> pd.DataFrame:
    """Ratings without those after an event whose strategy is hypothetical.

    A rating on the day of the event stays: it was planned before the event could act.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: whose estimand names the events.
        ratings: ``participant, visit`` and further columns.
    """
    event = first_event(data, endpoint, "hypothetical")
    if event.empty:
        return ratings.reset_index(drop=True)
    visits = attendance(data, protocol)
    later = visits[after_event(event, visits)]
    after = pd.MultiIndex.from_frame(later[["participant", "visit"]])
    own = pd.MultiIndex.from_frame(ratings[["participant", "visit"]])
    kept: pd.DataFrame = ratings[~own.isin(after)]
    return kept.reset_index(drop=True)


def reached(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Participants reached by each intercurrent event of the estimand, by arm.

    Returns:
        ``intercurrent`` for each event and arm: participants for whom the visit of the
        estimate comes after the event, ``n`` of the analysis set; None where the data
        hold no dispositions.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    visits = attendance(data, protocol)
    visits = visits[visits["visit"] == endpoint.variable.at]
    recorded = collected(data, "dispositions")
    estimates = []
    for event in endpoint.estimand.intercurrent:
        rows = data.dispositions[data.dispositions["milestone"] == event.milestone]
        day = rows.groupby("participant")["day"].min().astype(float)
        after = set(visits.loc[after_event(day, visits), "participant"])
        for group in protocol.arms:
            people = arm.index[arm == group.id]
            words = f"{event.event} ({event.strategy})"
            estimates.append(
                Estimate(
                    id=f"{endpoint.id}.intercurrent.{event.milestone}.{group.id}",
                    endpoint=endpoint.id,
                    analysis="intercurrent",
                    population=endpoint.estimand.population,
                    visit=endpoint.variable.at,
                    contrast=group.id,
                    estimate=float(people.isin(after).sum()) if recorded else None,
                    n=len(people),
                    note=words if recorded else NOT_COLLECTED["dispositions"],
                )
            )
    return estimates
