"""What cannot be said about people."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from equipoise.simulate.scenario_participants import (
    AdverseEvent,
    Attendance,
    BoundedNumber,
    Category,
    CharacteristicDistribution,
    Departure,
    Dependence,
    Exclusion,
    Guess,
    NewTreatment,
    Recruitment,
    SkewedNumber,
)
from tests.simulate.trials import refused, small_scenario

POSSIBLE = {
    Recruitment: {
        "study_start": date(2027, 1, 4),
        "days_between": 3,
        "site": "Park",
        "randomization_day": 0,
    },
    Exclusion: {"probability": 0.1, "reason": "no time"},
    Dependence: {"score": "small.total", "on": "observed", "at": 0, "odds": 1.1},
    Departure: {
        "arm": "walk",
        "milestone": "study-withdrawn",
        "reason": "tired",
        "probability": 0.2,
        "days": (10, 80),
    },
    NewTreatment: {"arm": "walk", "reason": "dog", "probability": 0.3, "days": (1, 6)},
    Attendance: {
        "missed_visit": 0.1,
        "missed_infusion": 0,
        "on_planned_day": 0.5,
        "reason": "rain",
    },
    AdverseEvent: {
        "term": "blister",
        "probability": {"walk": 0.5},
        "severity": {"mild": 1.0},
        "serious": 0,
        "related": 1,
        "days": 0,
        "outcome": "recovered",
    },
    Guess: {"by": "participant", "visit": "end", "arm": "walk", "dont_know": 0.2},
    BoundedNumber: {
        "distribution": "bounded",
        "id": "age",
        "mean": 60,
        "sd": 15,
        "min": 18,
        "max": 90,
    },
    SkewedNumber: {
        "distribution": "lognormal",
        "id": "years",
        "median": 14,
        "log_sd": 0.7,
        "max": 60,
    },
    Category: {"distribution": "shares", "id": "sex", "shares": {"F": 0.6, "M": 0.4}},
}

IMPOSSIBLE = [
    (Recruitment, "days_between", 0),
    (Recruitment, "study_start", "tomorrow"),
    (Recruitment, "site", ""),
    (Exclusion, "probability", 1.01),
    (Exclusion, "probability", -0.01),
    (Dependence, "on", "either"),
    (Dependence, "odds", 0),
    (Dependence, "odds", 10.1),
    (Departure, "milestone", "study-completed"),
    (Departure, "probability", 1.01),
    (Departure, "days", (10,)),
    (Departure, "days", (1.5, 2)),
    (NewTreatment, "probability", -0.01),
    (NewTreatment, "days", (1, 2, 3)),
    (Attendance, "missed_visit", 1.01),
    (Attendance, "missed_infusion", -0.01),
    (Attendance, "on_planned_day", 1.01),
    (AdverseEvent, "probability", {}),
    (AdverseEvent, "probability", {"walk": 1.01}),
    (AdverseEvent, "severity", {"unbearable": 1.0}),
    (AdverseEvent, "days", -1),
    (Guess, "by", "nurse"),
    (Guess, "dont_know", 1.01),
    (BoundedNumber, "sd", 0),
    (SkewedNumber, "median", 0),
    (SkewedNumber, "log_sd", 0),
    (SkewedNumber, "min", -1),
    (SkewedNumber, "max", 0),
    (Category, "shares", {}),
    (Category, "shares", {"F": 1.01}),
]


@pytest.mark.parametrize("kind", POSSIBLE, ids=lambda kind: kind.__name__)
def test_a_possible_statement_is_accepted_and_nothing_unknown_beside_it(kind) -> None:
    stated = kind(**POSSIBLE[kind], assumed=True)
    for name, value in POSSIBLE[kind].items():
        assert getattr(stated, name) == value
    with pytest.raises(ValidationError, match="probabilty"):
        kind(**POSSIBLE[kind], assumed=True, probabilty=0.3)


@pytest.mark.parametrize(("kind", "name", "value"), IMPOSSIBLE)
def test_an_impossible_number_is_refused_where_it_stands(kind, name, value) -> None:
    with pytest.raises(ValidationError) as caught:
        kind(**(POSSIBLE[kind] | {name: value}), assumed=True)
    assert {error["loc"][0] for error in caught.value.errors()} == {name}


@pytest.mark.parametrize("kind", POSSIBLE, ids=lambda kind: kind.__name__)
def test_a_statement_does_not_change(kind) -> None:
    stated = kind(**POSSIBLE[kind], assumed=True)
    with pytest.raises(ValidationError, match="frozen"):
        stated.note = "later"


@pytest.mark.parametrize("shares", [{}, {"walk": 1.0}])
def test_a_guess_has_shares_or_a_share_of_silence(shares: dict[str, float]) -> None:
    both_or_none = {"dont_know": 0.2} if shares else {}
    asked = {"by": "participant", "visit": "end", "arm": "walk", "assumed": True}
    with pytest.raises(ValidationError, match="either shares or dont_know"):
        Guess(**asked, shares=shares, **both_or_none)


def test_raters_guess_in_shares_for_they_felt_nothing() -> None:
    asked = {"by": "rater", "visit": "end", "arm": "walk", "assumed": True}
    with pytest.raises(ValidationError, match="only participants"):
        Guess(**asked, dont_know=0.2)
    assert Guess(**asked, shares={"walk": 1.0}).dont_know is None


def test_nobody_silent_is_a_statement_too() -> None:
    """A probability of 0 is not the same as none."""
    asked = {"by": "participant", "visit": "end", "arm": "walk", "assumed": True}
    assert Guess(**asked, dont_know=0.0).dont_know == 0.0


@pytest.mark.parametrize("kind", [BoundedNumber, SkewedNumber, Category])
def test_the_distribution_says_what_a_characteristic_is(kind) -> None:
    read = TypeAdapter(CharacteristicDistribution).validate_python(
        POSSIBLE[kind] | {"assumed": True}
    )
    assert type(read) is kind
    with pytest.raises(ValidationError, match="distribution"):
        TypeAdapter(CharacteristicDistribution).validate_python(
            POSSIBLE[kind] | {"assumed": True, "distribution": "normal"}
        )


def test_in_a_file_all_of_them_are_told_at_once() -> None:
    problems = refused(
        ("missed_visit = 0.1", "missed_visit = 1.5"),
        ("days_between = 3", "days_between = -3"),
        ('shares = { walk = 0.6, "don\'t know" = 0.4 }', ""),
    )
    places = " ".join(problem.where for problem in problems)
    assert {problem.code for problem in problems} == {"EQ602"}
    for place in ("missed_visit", "days_between", "guesses"):
        assert place in places


@pytest.mark.parametrize("day", ["13-01", "2027-02-29", "Christmas", "02-30"])
def test_a_holiday_is_a_day(day: str) -> None:
    (problem,) = refused(
        ("missed_visit = 0.1", f'missed_visit = 0.1\nclosed = ["{day}"]')
    )
    assert problem.code == "EQ602"
    assert "conduct.attendance.closed" in problem.where


def test_holidays_are_days_of_each_year_or_dates() -> None:
    days = ("02-29", "12-25", "2027-11-25")
    stated = small_scenario(
        ("missed_visit = 0.1", f"missed_visit = 0.1\nclosed = {list(days)}")
    )
    assert stated.conduct.attendance.closed == days
