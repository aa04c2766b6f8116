"""Dated visits."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.schedule import calendar

FEDER = load_protocol("feder2021")
MONDAY = date(2027, 1, 4)


def test_a_responder_has_every_visit_and_others_only_the_first_ones() -> None:
    assert len(calendar(FEDER, MONDAY, responder=True)) == 22
    assert calendar(FEDER, MONDAY, responder=False)[-1].visit.id == "week-2"
    undecided = calendar(FEDER, MONDAY)
    assert [v.due for v in undecided if v.visit.id == "week-3"] == ["if response"]


def test_a_holiday_moves_a_visit_inside_its_window() -> None:
    planned = calendar(FEDER, MONDAY, holidays=[date(2027, 1, 18)])
    week2 = next(v for v in planned if v.visit.id == "week-2")
    assert (week2.planned, week2.date) == (date(2027, 1, 18), date(2027, 1, 19))
    assert week2.note == "moved"


def test_without_a_working_day_in_the_window_it_is_said() -> None:
    saturday = date(2027, 1, 9)
    first = next(v for v in calendar(FEDER, saturday) if v.visit.id == "infusion-1")
    assert (first.date, first.note) == (saturday, "no working day in the window")


@pytest.mark.property
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_visit_stays_in_its_window_or_says_so(day0: date) -> None:
    for visit in calendar(FEDER, day0, responder=True):
        assert visit.earliest <= visit.date <= visit.latest
        assert visit.note == "no working day in the window" or visit.date.weekday() < 5
        assert visit.planned - day0 == timedelta(days=visit.visit.day)
