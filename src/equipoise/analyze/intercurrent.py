"""Intercurrent events: when they happened, and what they do to the ratings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.dataset.derive import visit_days
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint, Strategy
from equipoise.protocol.model import Protocol


def first_event(
    data: TrialData, endpoint: Endpoint, strategy: Strategy
) -> pd.Series[Any]:
    """Day of the first event with this strategy, by participant.

    Raises:
        AnalysisError: EQ453, an event has no day.
    """
    named = {
        e.milestone for e in endpoint.estimand.intercurrent if e.strategy == strategy
    }
    rows = data.dispositions[data.dispositions["milestone"].isin(named)]
    undated = rows["day"].isna()
    if undated.any():
        raise AnalysisError.single(
            "EQ453",
            f"{int(undated.sum())} events have no day",
            where=f"table dispositions, endpoint {endpoint.id}, strategy {strategy}",
            mend="record the day, or choose the treatment policy strategy",
            records=rows[undated],
        )
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
    days = ratings.merge(visit_days(data, protocol), on=["participant", "visit"])
    limit = days["participant"].map(event).fillna(float("inf"))
    kept: pd.DataFrame = days[days["day"] <= limit].drop(columns="day")
    return kept.reset_index(drop=True)
