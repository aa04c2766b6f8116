"""The last date of the data is the last of all tables."""

from __future__ import annotations

import pandas as pd

from equipoise.report.dates import data_date
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
    assert data_date(trial("tutorial")[1]) == ""
