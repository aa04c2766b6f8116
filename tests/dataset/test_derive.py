"""Values at visits and definitions, worked out by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.dataset.derive import (
    baseline,
    first_loss,
    holds,
    score_at,
    score_table,
    scored,
    visit_days,
)
from equipoise.dataset.trialdata import TrialData
from tests.dataset.tiny import answers, frame, read, tiny

VISITS = ["start", "week-1", "week-2", "week-3", "week-4"]


def trial(days: pd.DataFrame | None = None, **totals: list[float | None]) -> TrialData:
    """Recorded totals by participant, in the order of the visits."""
    rows = [
        (person, visit, "small", "total", value)
        for person, values in totals.items()
        for visit, value in zip(VISITS, values, strict=False)
        if value is not None
    ]
    made = {
        "participants": frame("participant", *((person,) for person in totals)),
        "recorded_scores": frame("participant visit instrument score value", *rows),
    }
    if days is not None:
        made["visits"] = days
    return TrialData.from_tables(tiny(), made)


def plain(series: pd.Series[Any]) -> dict[str, Any]:
    return {str(k): None if pd.isna(v) else v for k, v in series.items()}


def test_scores_at_minutes_are_another_question() -> None:
    at_minute = answers(("P1", "start", 3, 3, 3)).assign(timepoint_min=40)
    both = pd.concat(
        [answers(("P1", "start", 1, 0, 0), ("P1", "week-1", 3, 3, 2)), at_minute]
    )
    data = read({"participants": frame("participant", ("P1",)), "answers": both})
    table = score_table(data, "small.total")
    assert table.to_dict("list") == {
        "participant": ["P1", "P1"],
        "visit": ["start", "week-1"],
        "value": [1, 8],
    }
    assert score_at(data, "small.total", "start").to_dict() == {"P1": 1}
    assert baseline(data, tiny(), "small.total").to_dict() == {"P1": 1}


def test_all_rows_of_a_score_are_there_with_and_without_a_minute() -> None:
    at_minute = answers(("P1", "start", 3, 3, 3)).assign(timepoint_min=40)
    both = pd.concat([answers(("P1", "start", 1, 0, 0)), at_minute])
    data = TrialData.from_tables(
        tiny(), {"participants": frame("participant", ("P1",)), "answers": both}
    )
    rows = scored(data, "small.total")
    assert dict(zip(rows["timepoint_min"].fillna(-1), rows["value"], strict=True)) == {
        -1: 1.0,
        40: 9.0,
    }
    assert scored(data, "small.of-nobody").empty


def test_a_score_that_cannot_be_worked_out_is_missing_in_the_table_only() -> None:
    given = answers(("P1", "start", 3, 3, 3)).iloc[:1]
    data = read({"participants": frame("participant", ("P1",)), "answers": given})
    assert score_table(data, "small.total")["value"].isna().tolist() == [True]
    assert score_at(data, "small.total", "start").empty


def test_day_of_a_visit_is_actual_else_planned_else_that_of_the_protocol() -> None:
    days = frame(
        "participant visit planned_day actual_day status",
        ("A", "week-1", 6, 9, "done"),
        ("A", "week-2", 13, None, "done"),
    )
    table = visit_days(trial(days, A=[9], B=[9]), tiny())
    assert table[table["participant"] == "A"]["day"].tolist() == [0, 9, 13, 21, 28]
    assert table[table["participant"] == "B"]["day"].tolist() == [0, 7, 14, 21, 28]


@pytest.mark.parametrize(
    ("definition", "better", "start", "value", "expected"),
    [
        ("half", "lower", 8, 4, True),
        ("half", "lower", 8, 4.0001, False),
        ("half", "lower", 8, 9, False),
        ("half", "lower", 0, 0, None),
        ("half", "lower", None, 0, None),
        ("half", "lower", 8, None, None),
        ("half", "higher", 4, 6, True),
        ("half", "higher", 4, 5, False),
        ("half", "higher", 4, 1, False),
        ("three", "lower", 8, 5, True),
        ("three", "lower", 8, 6, False),
        ("three", "lower", 0, 3, False),
        ("three", "lower", None, 3, None),
        ("three", "higher", 0, 3, True),
        ("low", "lower", None, 2, True),
        ("low", "lower", None, 3, False),
        ("low", "lower", 8, None, None),
        ("high", "lower", None, 5, True),
        ("high", "lower", None, 4, False),
    ],
)
def test_definitions(
    definition: str, better: str, start: Any, value: Any, expected: bool | None
) -> None:
    found = holds(trial(A=[start, value]), tiny(better), definition, "week-1")
    assert str(found.dtype) == "boolean"
    assert plain(found) == {"A": expected}


def test_definitions_hold_for_everybody_who_is_in_the_data() -> None:
    data = trial(A=[8, 1], B=[8, 8], C=[None, 1])
    assert plain(holds(data, tiny(), "half", "week-1")) == {
        "A": True,
        "B": False,
        "C": None,
    }
    assert plain(holds(data, tiny(), "half", "week-4")) == {
        "A": None,
        "B": None,
        "C": None,
    }
    assert plain(holds(data, tiny(), "half", "start")) == {
        "A": False,
        "B": False,
        "C": None,
    }
    empty = read({"participants": frame("participant", ("A",))})
    assert plain(holds(empty, tiny(), "half", "week-1")) == {"A": None}


def test_definitions_of_the_other_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="relapse"):
        holds(trial(A=[8]), tiny(), "relapse", "week-1")
    with pytest.raises(ValueError, match="half"):
        first_loss(trial(A=[8]), tiny(), "half")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([9, 2, 2, 3, 9], (7, 21, True, 14)),  # lost at week 3
        ([9, 2, 3, 0, 0], (7, 14, True, 7)),  # the first loss counts
        ([9, 2, 2, 2, 2], (7, 28, False, 28)),  # never lost
        ([9, 2, 2, None, None], (7, 14, False, 14)),  # last seen at week 2
        ([9, 2, None, None, None], (7, 7, False, 7)),  # never seen again
        ([9, 2, None, None, 5], (7, 28, True, 7)),  # lost some time after week 1
        ([None, 2, None, 1, None], (7, 21, False, 21)),
        ([9, 3, 0, 0, 0], None),  # it did not hold at time zero
        ([9, None, 0, 0, 0], None),  # not known whether it held
    ],
)
def test_first_loss(
    values: list[float | None], expected: tuple[float, float, bool, float] | None
) -> None:
    table = first_loss(trial(A=values, B=[9, 9]), tiny(), "relapse")
    columns = ["participant", "start_day", "day", "event", "last_day_known"]
    assert list(table.columns) == columns
    found = list(table.itertuples(index=False, name=None))
    assert found == ([] if expected is None else [("A", *expected)])


def test_days_of_a_loss_are_those_of_the_visits() -> None:
    days = frame(
        "participant visit planned_day actual_day status",
        ("A", "week-1", 7, 8, "done"),
        ("A", "week-3", 21, 25, "done"),
    )
    table = first_loss(trial(days, A=[9, 2, 2, 4]), tiny(), "relapse")
    assert table.iloc[0].tolist() == ["A", 8, 25, True, 14]


def step_by_step(values: list[float | None]) -> tuple[float, float, bool, float] | None:
    """The definition of a first loss, read out loud, visit by visit."""
    day = dict(enumerate([0, 7, 14, 21, 28]))
    if values[1] is None or values[1] > 2:
        return None
    held = 1
    for visit in (2, 3, 4):
        value = values[visit]
        if value is not None and value > 2:
            return day[1], day[visit], True, day[held]
        held = held if value is None else visit
    return day[1], day[held], False, day[held]


@pytest.mark.property
@given(
    st.lists(
        st.lists(st.none() | st.integers(0, 5), min_size=5, max_size=5),
        min_size=1,
        max_size=8,
    )
)
def test_first_loss_is_what_reading_visit_by_visit_finds(
    people: list[list[float | None]],
) -> None:
    named = {f"P{number}": values for number, values in enumerate(people)}
    table = first_loss(trial(**named), tiny(), "relapse")
    found = {row[0]: row[1:] for row in table.itertuples(index=False, name=None)}
    expected = {name: step_by_step(values) for name, values in named.items()}
    assert found == {name: row for name, row in expected.items() if row is not None}
