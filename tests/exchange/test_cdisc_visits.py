"""Names of visits and study days."""

import pandas as pd

from equipoise.exchange.cdisc_visits import by_study_day
from equipoise.exchange.file_proposal import VisitColumns
from equipoise.exchange.files import Source
from tests.exchange.small import protocol


def test_a_day_of_cdisc_is_one_more_than_that_of_the_protocol() -> None:
    rows = [("BASELINE", "1"), ("DAY 1", "1"), ("DAY 2", "2"), ("DAY 8", "8")]
    cells = pd.DataFrame(rows, columns=["VISIT", "QSDY"], dtype="string")
    named = {"BASELINE": "baseline", "DAY 1": "day-1", "DAY 2": None, "DAY 8": None}
    made = by_study_day(
        VisitColumns(("VISIT",), named, "by its name", 0),
        Source("qs.csv", cells),
        "QSDY",
        protocol(),
    )
    assert made.values == {
        "BASELINE": "baseline",
        "DAY 1": "infusion",
        "DAY 2": "day-1",
        "DAY 8": "day-7",
    }
    assert made.unsure == {"DAY 1", "DAY 2", "DAY 8"}
