"""Dates of the data: the last one that any table records."""

from __future__ import annotations

import pandas as pd

from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData


@derived_once
def data_date(data: TrialData) -> str:
    """The last date recorded in the data, as ``2021-03-29``; empty where none is.

    Days of visits and milestones count as dates for a participant with a dated infusion
    at a visit with a day: a file of dates may have been read as days.
    """
    lasts = [
        frame[column].max()
        for _, frame in data.tables()
        for column in frame.select_dtypes("datetime").columns
        if frame[column].notna().any()
    ]
    lasts += _counted_days(data)
    return max(lasts).strftime("%Y-%m-%d") if lasts else ""


def _counted_days(data: TrialData) -> list[pd.Timestamp]:
    """Last recorded day of each participant, as a date counted from dated infusions."""
    keys = ["participant", "visit"]
    given = data.exposures.merge(data.visits[[*keys, "actual_day"]], on=keys)
    given = given.dropna(subset=["started_at", "actual_day"])
    elapsed = pd.to_timedelta(given["actual_day"].astype(float), unit="D")
    day0 = given.assign(day0=given["started_at"].dt.normalize() - elapsed)
    start = day0.groupby("participant")["day0"].max()
    days = pd.concat(
        [
            data.visits[["participant", "actual_day"]].set_axis(["who", "day"], axis=1),
            data.dispositions[["participant", "day"]].set_axis(["who", "day"], axis=1),
        ]
    ).dropna()
    last = days.astype({"day": float}).groupby("who")["day"].max()
    dates = start + pd.to_timedelta(last.reindex(start.index), unit="D")
    return list(dates.dropna())
