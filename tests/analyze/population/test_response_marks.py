"""Day, missing items and events of a score at a visit."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.analyze.population.response_marks import (
    after_events,
    event_notes,
    gaps,
    recorded_days,
    score_text,
)
from equipoise.dataset.attendance import attendance
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual
from tests.analyze.population.full import full_protocol, trial
from tests.analyze.small import data, protocol, with_strategy


def test_days_of_visits_that_were_held() -> None:
    table = attendance(trial(), full_protocol())
    days = dict(
        zip(
            table[["participant", "visit"]].itertuples(index=False, name=None),
            recorded_days(trial(), table),
            strict=True,
        )
    )
    assert days["A1", "week-2"] == 14
    assert pd.isna(days["A4", "week-2"])
    bare = attendance(data(), protocol())
    assert recorded_days(data(), bare).isna().all()


def test_items_that_are_missing_for_a_score() -> None:
    known = virtual(n=4)
    person = known.arm.index[0]
    rows = known.answers
    mine = (
        (rows["participant"] == person)
        & (rows["visit"] == "week-1")
        & (rows["instrument"] == "madrs")
    )
    fewer = known.answers[~(mine & rows["item"].isin(["2", "5"]))]
    made = UnblindedTrialData.from_tables(
        feder(), dict(known.tables()) | {"answers": fewer}
    )
    assert isinstance(made, UnblindedTrialData)
    found = gaps(made, "madrs.total")
    assert found == {(person, "week-1"): "2 of 10 items missing"}
    row = {"participant": person, "visit": "week-1", "value": float("nan")}
    assert score_text(row, found) == "not calculable (2 of 10 items missing)"
    assert score_text({**row, "visit": "week-2"}, found) == "not rated"
    assert score_text({**row, "value": 12.0}, found) == "12"
    assert gaps(known, "madrs.total") == {}


def test_a_form_without_any_item_was_not_rated() -> None:
    known = virtual(n=4)
    rows = known.answers
    mine = (
        (rows["participant"] == known.arm.index[0])
        & (rows["visit"] == "week-1")
        & (rows["instrument"] == "madrs")
    )
    made = UnblindedTrialData.from_tables(
        feder(), dict(known.tables()) | {"answers": rows[~mine]}
    )
    assert isinstance(made, UnblindedTrialData)
    assert gaps(made, "madrs.total") == {}


@pytest.mark.parametrize(
    ("strategy", "visits"),
    [
        ("composite", {"week-2", "week-4", "week-6"}),  # also on the day of the event
        ("hypothetical", {"week-4", "week-6"}),
        ("treatment policy", set()),
    ],
)
def test_visits_that_an_event_decides(strategy: str, visits: set[str]) -> None:
    plan = with_strategy("response", strategy)
    known = data(milestones=[("A1", "new-treatment", 14, None)])
    assert after_events(plan, known, "response") == {("A1", visit) for visit in visits}
    assert bool(event_notes(plan, known, ["response"])) == bool(visits)
    assert event_notes(plan, data(), ["response"]) == []
