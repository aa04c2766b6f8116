"""Whether a value is a possible answer: every bound, skip and requirement."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.forms.calculations import value_of
from equipoise.conduct.forms.definition import Choice, Field, Form
from equipoise.conduct.forms.value_checks import (
    LONGEST_TEXT,
    asked,
    problems,
    value_problem,
)
from equipoise.protocol.forms import OnlyIf

PULSE = Field(name="p", label="Pulse", kind="number", min=20, max=250, unit="beats/min")
TEMP = Field(name="t", label="T", kind="number", min=30, max=44, decimals=1, unit="C")
FREE = Field(name="f", label="F", kind="number", decimals=2)
SEX = Field(
    name="s",
    label="Sex",
    kind="choice",
    choices=(Choice(value="F", label="Female"), Choice(value="M", label="Male")),
)
FLAG = Field(name="y", label="Serious", kind="flag")
TEXT = Field(name="w", label="Words", kind="text")
DAY = Field(name="d", label="On", kind="date")
TIME = Field(name="at", label="At", kind="datetime")


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        (PULSE, "20", ""),
        (PULSE, "250", ""),
        (PULSE, "19", "enter at least 20 beats/min"),
        (PULSE, "251", "enter at most 250 beats/min"),
        (PULSE, "20.5", "enter a whole number"),
        (PULSE, "70.0", ""),
        (PULSE, "-70", "enter at least 20 beats/min"),
        (TEMP, "30", ""),
        (TEMP, "30.0", ""),
        (TEMP, "44.0", ""),
        (TEMP, "29.9", "enter at least 30 C"),
        (TEMP, "44.1", "enter at most 44 C"),
        (TEMP, "36.65", "enter at most 1 decimals"),
        (FREE, "-123456.75", ""),
        (FREE, "0.005", "enter at most 2 decimals"),
    ],
)
def test_bounds_are_inclusive_and_said(field: Field, value: str, problem: str) -> None:
    assert value_problem(field, value) == problem


@pytest.mark.parametrize(
    "value",
    ["nan", "inf", "-inf", "1e2", "1_00", "0x64", "١٠٠", "100,0", "7 0", "abc", "9" * 400],
)  # fmt: skip
def test_what_a_person_would_not_write_as_a_number_is_none(value: str) -> None:
    # 1_00 and the Arabic digits are 100 to Python, and unreadable in a data set.
    assert value_problem(PULSE, value) == "enter a number"


@pytest.mark.property
@given(st.decimals(-10, 400, places=1))
def test_a_number_passes_if_and_only_if_it_is_inside(value: Decimal) -> None:
    possible = 30 <= value <= 44
    assert (value_problem(TEMP, f"{value}") == "") == possible


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (SEX, ("F", "M"), ("f", "Female", "F ", "other", "0")),
        (FLAG, ("yes", "no"), ("Yes", "true", "1", "y", "on")),
        (TEXT, ("x", "x" * LONGEST_TEXT, "=1+1", "é\n"), ("x" * (LONGEST_TEXT + 1),)),
        (
            DAY,
            ("2027-01-31", "2028-02-29"),
            ("2027-02-29", "31.01.2027", "20270131", "2027-W04-7", "2027-1-31",
             "2027-01-31T09:30", "0000-01-01"),
        ),
        (
            TIME,
            ("2027-01-31T09:30", "2027-01-31T23:59:59", "2027-01-31T09:30+05:00"),
            ("2027-01-31", "2027-01-31T25:00", "2027-01-31 09:30", "09:30",
             "1899-12-31T09:30", "2027-01-31T09"),
        ),
    ],
    ids=lambda part: part.kind if isinstance(part, Field) else "",
)  # fmt: skip
def test_each_kind_takes_its_own_values_only(
    field: Field, right: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    assert [v for v in right if value_problem(field, v)] == []
    assert [v for v in wrong if not value_problem(field, v)] == []


@pytest.mark.property
@given(
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)),  # noqa: DTZ001
)
def test_every_date_in_the_one_form_is_possible(day: date, at: datetime) -> None:
    assert value_problem(DAY, day.isoformat()) == ""
    assert value_problem(TIME, at.isoformat(timespec="minutes")) == ""


WHY = Field(
    name="why", label="Why", kind="text", only_if=OnlyIf(field="y", one_of=("yes",))
)
NOTE = Field(name="note", label="Note", kind="text", required=False)
FORM = Form(id="f", title="F", by="rater", fields=(FLAG, WHY, NOTE))


@pytest.mark.parametrize(
    ("values", "draft", "complete"),
    [
        ({}, {}, {"y": "this is required"}),
        ({"y": "yes"}, {}, {"why": "this is required"}),
        ({"y": "yes", "why": "pain"}, {}, {}),
        ({"y": "no"}, {}, {}),
        ({"y": "no", "why": ""}, {}, {}),
        (
            {"y": "no", "why": "pain"},
            {"why": "this does not apply here: leave it empty"},
            {"why": "this does not apply here: leave it empty"},
        ),
        (
            {"why": "pain"},
            {"why": "this does not apply here: leave it empty"},
            {"y": "this is required", "why": "this does not apply here: leave it empty"},
        ),
        ({"y": "no", "arm": ""}, {"arm": "the form has no such field"},
         {"arm": "the form has no such field"}),
    ],
)  # fmt: skip
def test_skips_and_requirements(
    values: dict[str, str], draft: dict[str, str], complete: dict[str, str]
) -> None:
    assert problems(FORM, values, complete=False) == draft
    assert problems(FORM, values, complete=True) == complete


def test_everything_that_is_wrong_is_said_at_once() -> None:
    form = Form(id="f", title="F", by="rater", fields=(PULSE, TEMP, SEX, DAY))
    said = {"p": "0", "t": "x", "s": "F", "kit": "123"}
    assert problems(form, said, complete=True) == {
        "p": "enter at least 20 beats/min",
        "t": "enter a number",
        "d": "this is required",
        "kit": "the form has no such field",
    }


@pytest.mark.parametrize("value", ["yes", "no", "", "YES", "yes "])
def test_a_field_without_a_condition_is_always_asked(value: str) -> None:
    assert asked(FLAG, {"y": value})
    assert asked(WHY, {"y": value}) == (value == "yes")


CLOCK = Field(name="c", label="At", kind="time", time_of="d")


@pytest.mark.parametrize(
    ("value", "right"),
    [("00:00", True), ("23:59", True), ("24:00", False), ("9:30", False),
     ("09:60", False), ("09:30:00", False), ("noon", False), ("٠٩:٣٠", False)],
)  # fmt: skip
def test_a_time_of_day(value: str, right: bool) -> None:
    assert value_problem(CLOCK, value) == ("" if right else "enter the time as 09:30")


SUM = Field(name="sum", label="Sum", kind="number", sum=("a", "b"), required=False)


@pytest.mark.property
@given(st.integers(0, 99), st.integers(0, 99))
def test_a_total_is_the_sum_of_its_parts_and_is_never_typed(a: int, b: int) -> None:
    said = {"a": str(a), "b": str(b)}
    assert value_of(SUM, said) == str(a + b)
    assert value_of(SUM, {"a": str(a)}) == value_of(SUM, {}) == ""
    form = Form(id="f", title="F", by="rater", fields=(SUM,))
    assert problems(form, {"sum": "3"}, complete=False) == {
        "sum": "this is calculated: leave it empty"
    }
    assert problems(form, {}, complete=True) == {}


def test_what_was_an_answer_when_it_was_saved_stays_one() -> None:
    form = Form(id="f", title="F", by="rater", fields=(SEX, TEXT))
    said = {"s": "X", "w": "x"}
    assert problems(form, said, complete=True, held={"s": "X"}) == {}
    assert set(problems(form, said, complete=True, held={"s": "Y"})) == {"s"}
    assert set(problems(form, {"s": "X"}, complete=True, held={"s": "X"})) == {"w"}
