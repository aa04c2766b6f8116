"""Planned visits against what was recorded: absence is not attendance."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.dataset.attendance import after_event, attendance, undocumented
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.population.full import changed, full_protocol, tables, trial, without
from tests.analyze.small import SCORES, data, protocol

NOTHING = {"recorded_scores": None, "visits": None}


def row(known: UnblindedTrialData, person: str, visit: str) -> dict[str, object]:
    table = attendance(known, full_protocol())
    chosen = table[(table["participant"] == person) & (table["visit"] == visit)]
    assert len(chosen) == 1
    return {str(k): v for k, v in chosen.iloc[0].items()}


def test_every_participant_has_every_visit_of_the_protocol() -> None:
    table = attendance(data(), protocol())
    assert len(table) == len(SCORES) * 6
    assert list(table["visit"][:6]) == [v.id for v in protocol().schedule.visits]


def test_a_visit_without_a_row_and_without_a_record_was_not_held_and_was_due() -> None:
    table = attendance(data(), protocol()).set_index(["participant", "visit"])
    absent = table.loc[("A4", "week-2")]
    assert not absent["held"]
    assert absent["expected"] is True or absent["expected"] == True  # noqa: E712
    assert pd.isna(absent["status"])
    assert table.loc[("A1", "week-2"), "held"]  # rated, without a row


def test_what_was_recorded_at_a_planned_visit_shows_that_it_was_held() -> None:
    known = trial(
        visits=changed("visits", {"participant": "A1", "visit": "week-1"},
                       status="planned", actual_day=None)
    )  # fmt: skip
    assert row(known, "A1", "week-1")["held"]
    missed = trial(
        visits=changed("visits", {"participant": "A1", "visit": "week-1"},
                       status="missed", actual_day=None)
    )  # fmt: skip
    assert not row(missed, "A1", "week-1")["held"]  # the row says so


def test_a_condition_decides_who_is_due_and_a_missing_rating_leaves_it_open() -> None:
    known = trial()
    assert row(known, "A2", "week-4")["expected"] == True  # noqa: E712 - responder
    assert row(known, "A3", "week-4")["expected"] == False  # noqa: E712 - not one
    unrated = without("recorded_scores", participant="A2", visit="week-2")
    visit = without("visits", participant="A2", visit="week-4")
    score = unrated[~((unrated.participant == "A2") & (unrated.visit == "week-4"))]
    open_ = trial(recorded_scores=score, visits=visit)
    assert pd.isna(row(open_, "A2", "week-4")["expected"])


@pytest.mark.parametrize(("day", "due"), [(13, False), (14, False), (15, True)])
def test_who_has_left_by_the_planned_day_is_not_due(day: int, due: bool) -> None:
    rows = tables()["dispositions"]
    rows = rows[~((rows.participant == "A4") & (rows.milestone == "study-completed"))]
    left = pd.DataFrame(
        [("A4", "study-withdrawn", day, "no time")], columns=rows.columns
    )
    known = trial(dispositions=pd.concat([rows, left]))
    assert row(known, "A4", "week-2")["expected"] == due


def test_completing_the_study_excuses_no_visit() -> None:
    rows = changed(
        "dispositions", {"participant": "A4", "milestone": "study-completed"}, day=8
    )
    assert row(trial(dispositions=rows), "A4", "week-2")["expected"] == True  # noqa: E712


def test_who_left_on_an_unknown_day_may_have_been_due() -> None:
    rows = tables()["dispositions"]
    rows = rows[~((rows.participant == "A4") & (rows.milestone == "study-completed"))]
    left = pd.DataFrame([("A4", "study-withdrawn", None, None)], columns=rows.columns)
    known = trial(dispositions=pd.concat([rows, left]))
    assert pd.isna(row(known, "A4", "week-2")["expected"])
    assert row(known, "A4", "week-1")["expected"] == True  # noqa: E712 - was held


def test_a_planned_visit_has_passed_once_something_later_is_known() -> None:
    where = {"participant": "A4", "visit": "week-2"}
    rows = changed("visits", where, status="planned", reason=None)
    assert row(trial(visits=rows), "A4", "week-2")["expected"] == True  # noqa: E712
    early = tables()["dispositions"]
    early = early[(early.participant != "A4") | (early.day < 14)]
    later = rows[~((rows.participant == "A4") & rows.visit.isin(["week-4", "week-6"]))]
    known = trial(visits=later, dispositions=early)
    assert pd.isna(row(known, "A4", "week-2")["expected"])


def test_the_day_of_a_visit_that_was_not_held_is_the_planned_one() -> None:
    assert row(trial(), "A4", "week-2")["day"] == 14


def test_an_event_on_the_planned_day_comes_before_a_visit_that_was_not_held() -> None:
    visits = pd.DataFrame(
        {
            "participant": ["a", "b", "c", "d", "e"],
            "day": [14.0] * 5,
            "held": [True, False, False, True, False],
        }
    )
    days = pd.Series({"a": 14.0, "b": 14.0, "c": 15.0, "d": 13.0})
    assert list(after_event(days, visits)) == [False, True, False, True, False]


def test_a_visit_of_which_nothing_could_be_known_is_undocumented() -> None:
    assert undocumented(protocol(), data()) == set()
    assert undocumented(protocol(), data(drugs={})) == {"infusion"}
    assert undocumented(full_protocol(), trial()) == set()


def test_a_visit_at_which_nobody_was_rated_is_documented() -> None:
    scores = tables()["recorded_scores"]
    known = trial(
        recorded_scores=scores[scores["visit"] != "week-2"],
        visits=without("visits", visit="week-2"),
    )
    assert undocumented(full_protocol(), known) == set()
