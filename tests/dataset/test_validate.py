"""Each way in which tables break the contract: its code, its place and its rows."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.dataset.trialdata import UnblindedTrialData
from tests.dataset.tiny import answers, frame, only, read, rows, tables

PEOPLE = "participant site consented_at randomized_at arm age sex"


def test_the_trial_of_these_tests_has_no_problem() -> None:
    assert isinstance(read(), UnblindedTrialData)


@pytest.mark.parametrize(
    ("name", "given", "where"),
    [
        (
            "visits",
            frame("participant visit status", ("P1", "start", "came")),
            "column status",
        ),
        (
            "dispositions",
            frame("participant milestone", ("P1", "vanished")),
            "column milestone",
        ),
        (
            "events",
            frame("participant term severity", ("P1", "cough", "grade 3")),
            "column severity",
        ),
        (
            "guesses",
            frame("participant by visit guess", ("P1", "nurse", "start", "red")),
            "by",
        ),
        (
            "participants",
            frame("participant sex", ("P1", "F"), ("P2", "female")),
            "sex",
        ),
    ],
)
def test_a_text_that_is_not_allowed(name: str, given: pd.DataFrame, where: str) -> None:
    alone = {"participants": frame("participant", ("P1",))}
    problem = only({**alone, name: given})
    assert problem.code == "EQ304"
    assert problem.where.startswith(f"table {name}, column")
    assert where in problem.where
    assert problem.records is not None
    assert len(problem.records) == 1
    assert "map each code to one of: " in problem.fix


def test_a_row_that_stands_twice_is_shown_with_the_other() -> None:
    given = frame(
        "participant visit timepoint_min name value",
        ("P1", "start", None, "SYSBP", 120),
        ("P1", "start", 40, "SYSBP", 130),
        ("P1", "start", None, "SYSBP", 125),
    )
    problem = only(tables(measurements=given))
    assert problem.code == "EQ305"
    assert "timepoint_min" in problem.what
    assert sorted(rows(problem, "name", "value")) == [("SYSBP", 120), ("SYSBP", 125)]


def test_an_item_answered_twice_is_one_problem() -> None:
    twice = answers(("P1", "start", 3, 3, 2), ("P1", "start", 3, 3, 1))
    problem = only(tables(answers=twice))
    assert problem.code == "EQ305"
    assert problem.records is not None
    assert len(problem.records) == 6


def test_an_item_answered_twice_says_nothing_about_the_score() -> None:
    twice = answers(("P1", "start", 3, 3, 2)).iloc[[0, 0, 1, 2]]
    problem = only(tables(answers=twice))
    assert problem.code == "EQ305"
    assert rows(problem, "item") == [("a",), ("a",)]


def test_events_may_stand_twice() -> None:
    assert len(read().events) == 2


def test_rows_without_a_key_do_not_stand_twice() -> None:
    given = frame(
        "participant visit status", ("P1", None, "done"), ("P1", None, "done")
    )
    assert only(tables(visits=given)).code == "EQ303"


@pytest.mark.parametrize("name", ["visits", "answers", "events", "dispositions"])
def test_an_unknown_participant_is_named(name: str) -> None:
    given = tables()[name].copy()
    given.loc[given.index[-1], "participant"] = "P7"
    problem = only(tables(**{name: given}))
    assert (problem.code, problem.where) == ("EQ306", f"table {name}")
    assert "P7" in problem.what
    assert rows(problem, "participant") == [("P7",)]


def test_nobody() -> None:
    problem = only(
        {"visits": frame("participant visit status", ("P1", "start", "done"))}
    )
    assert problem.code == "EQ310"


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("participants", "arm", "green"),
        ("visits", "visit", "week-9"),
        ("answers", "visit", "week-9"),
        ("measurements", "visit", "week-9"),
        ("recorded_scores", "instrument", "large"),
        ("answers", "instrument", "large"),
        ("exposures", "infusion", 2),
        ("guesses", "guess", "green"),
    ],
)
def test_what_the_protocol_does_not_have(name: str, column: str, value: object) -> None:
    given = tables()[name].copy()
    given.loc[given.index[0], column] = value
    others = tables()
    if name == "answers":  # the rest of the form gives another score
        del others["recorded_scores"]
    problem = only({**others, name: given})
    assert (problem.code, problem.where) == ("EQ307", f"table {name}, column {column}")
    assert str(value) in problem.what
    assert problem.fix.startswith("use one of: ")
    assert rows(problem, column) == [(value,)]


def test_a_score_that_the_instrument_does_not_have() -> None:
    given = tables()["recorded_scores"].replace({"score": {"global": "sum"}})
    problem = only(tables(recorded_scores=given))
    assert problem.code == "EQ307"
    assert problem.where == "table recorded_scores, small.sum"
    assert "total" in problem.fix


def test_a_recorded_score_out_of_its_range() -> None:
    given = tables()["recorded_scores"].replace({"value": {5: -99}})
    problem = only(tables(recorded_scores=given))
    assert problem.code == "EQ308"
    assert problem.where == "table recorded_scores, small.total"
    assert "0 to 9" in problem.what
    assert rows(problem, "participant", "value") == [("P2", -99)]


@pytest.mark.parametrize(
    ("age", "allowed"), [(18, True), (70, True), (17.9, False), (71, False)]
)
def test_a_characteristic_out_of_its_bounds(age: float, allowed: bool) -> None:
    given = tables()["participants"].replace({"age": {30: age}})
    if allowed:
        assert read(tables(participants=given)).participants["age"][0] == age
        return
    problem = only(tables(participants=given))
    assert problem.code == "EQ309"
    assert "18 to 70" in problem.what
    assert rows(problem, "participant", "age") == [("P1", age)]
    kept = read(tables(participants=given), accept=("EQ309",))
    assert kept.participants["age"][0] == age
    assert kept.origin.accepted == ("EQ309: 1 record",)
