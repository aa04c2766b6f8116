"""Dates of the data: the last one that any table records."""

from __future__ import annotations

from equipoise.dataset.trialdata import TrialData


def data_date(data: TrialData) -> str:
    """The last date recorded in the data, as ``2021-03-29``; empty where none is."""
    lasts = [
        frame[column].max()
        for _, frame in data.tables()
        for column in frame.select_dtypes("datetime").columns
        if frame[column].notna().any()
    ]
    return max(lasts).strftime("%Y-%m-%d") if lasts else ""
