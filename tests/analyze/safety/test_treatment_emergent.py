"""Which events count, and for which infusion."""

import pandas as pd

from equipoise.analyze.safety.treatment_emergent import (
    emergent,
    infusion_days,
    with_infusion,
)
from tests.analyze.feder import feder, virtual
from tests.analyze.small import data


def test_events_before_the_first_infusion_do_not_count_and_are_told() -> None:
    known = data(
        events=[("A1", "x", -1, False), ("A1", "y", 0, None), ("A2", "z", None, True)]
    )
    rows, note = emergent(known)
    assert sorted(rows["term"]) == ["y", "z"]
    assert note == "events before day 0, not counted: 1"
    rows, note = emergent(known, "serious")
    assert rows["term"].tolist() == ["z"]
    assert "not recorded as serious or not, not counted: 1" in (note or "")


def test_no_events_are_told() -> None:
    assert emergent(data())[1] == "the data hold no adverse event of anybody"


def test_an_event_belongs_to_the_last_infusion_up_to_its_day() -> None:
    trial, known = feder(), virtual()
    given = infusion_days(trial, known)
    one = given[given["participant"] == given["participant"].iloc[0]]
    days = one["day"].to_numpy()
    events = pd.DataFrame(
        {
            "participant": one["participant"].iloc[0],
            "term": ["on", "after", "before", "undated"],
            "started_day": pd.array([days[1], days[1] + 1, days[0] - 1, None], "Int64"),
        }
    ).astype({"participant": "string"})
    placed = with_infusion(trial, known, events).set_index("term")
    assert placed.loc["on", ["infusion", "days_since"]].tolist() == [2, 0]
    assert placed.loc["after", ["infusion", "days_since"]].tolist() == [2, 1]
    assert placed.loc[["before", "undated"], "infusion"].isna().all()
