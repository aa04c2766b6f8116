"""The last date of the data is the last of all tables."""

from __future__ import annotations

import pandas as pd

from equipoise.report.dates import data_date
from tests.analyze.small import data as small
from tests.report.reports import trial


def test_the_data_date_is_the_last_date_of_any_table() -> None:
    _, data, _ = trial("feder2021")
    columns = [
        frame[column]
        for _, frame in data.tables()
        for column in frame.select_dtypes("datetime")
    ]
    last = pd.concat(columns).max()
    assert data_date(data) == f"{last:%Y-%m-%d}"
    assert data_date(small()) == ""


def test_days_count_as_dates_of_a_participant_with_a_dated_infusion() -> None:
    """The export has infusions to 18 March, and ratings to 25 March read as days."""
    _, data, _ = trial("tutorial")
    assert f"{data.exposures['started_at'].max():%Y-%m-%d}" == "2026-03-18"
    assert data.visits["actual_day"].max() == 7
    assert data_date(data) == "2026-03-25"
