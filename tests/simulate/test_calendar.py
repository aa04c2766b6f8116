"""Days on which visits happen."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.simulate.calendar import (
    actual_days,
    first_days,
    in_window,
    is_weekend,
    last_open_day,
    without_holidays,
)
from equipoise.simulate.recruitment import arrivals
from tests.simulate.trials import (
    crowd,
    feder,
    feder_scenario,
    small_protocol,
    small_scenario,
)

PEOPLE = crowd(400)
FEDER = feder().schedule
CONDUCT = feder_scenario().conduct


def test_the_first_visit_is_not_before_the_arrival() -> None:
    came = np.datetime64("2027-01-04") + np.arange(14)
    for schedule in (FEDER, small_protocol().schedule):
        first = min(visit.day for visit in schedule.visits)
        wait = (first_days(schedule, came) + first - came).astype(int)
        assert np.all((wait >= 0) & (wait < 7))


def test_day_0_suits_a_schedule_that_shifts_weekends() -> None:
    """Infusions on days 0, 2, 4, 7, 9 and 11 need a Monday."""
    came = np.datetime64("2027-01-04") + np.arange(14)
    day0 = first_days(FEDER, came)
    assert {str(d.astype(object).strftime("%a")) for d in day0} == {"Mon"}


def test_visits_are_in_their_windows_and_on_working_days() -> None:
    day0 = first_days(FEDER, arrivals(CONDUCT.recruitment, PEOPLE))
    days = actual_days(FEDER, CONDUCT.attendance, day0, PEOPLE)
    assert in_window(FEDER, days).all()
    assert not is_weekend(day0[:, None] + days.astype("timedelta64[D]")).any()


def test_visits_keep_their_order() -> None:
    day0 = first_days(FEDER, arrivals(CONDUCT.recruitment, PEOPLE))
    days = actual_days(FEDER, CONDUCT.attendance, day0, PEOPLE)
    order = np.argsort([visit.day for visit in FEDER.visits], kind="stable")
    assert np.all(np.diff(days[:, order], axis=1) >= 0)


def test_weekends_are_used_where_they_are_allowed() -> None:
    schedule, conduct = small_protocol().schedule, small_scenario().conduct
    day0 = arrivals(conduct.recruitment, PEOPLE)
    days = actual_days(schedule, conduct.attendance, day0, PEOPLE)
    weekend = is_weekend(day0[:, None] + days.astype("timedelta64[D]"))
    assert np.isclose(weekend.mean(), 2 / 7, atol=0.05)
    # On the planned day: half of the visits, and one in seven of the other half.
    on_day = (days[:, 2] == 30).mean()
    assert np.isclose(on_day, 0.5 + 0.5 / 7, atol=4 * 0.5 / np.sqrt(len(PEOPLE)))


def test_everybody_is_on_time_if_the_scenario_says_so() -> None:
    conduct = small_scenario(("on_planned_day = 0.5", "on_planned_day = 1")).conduct
    schedule = small_protocol().schedule
    day0 = arrivals(conduct.recruitment, PEOPLE)
    days = actual_days(schedule, conduct.attendance, day0, PEOPLE)
    assert np.all(days == [-7, 0, 30, 60, 90])


@pytest.mark.parametrize(
    ("date", "weekend"), [("2027-01-08", False), ("2027-01-09", True)]
)
def test_saturday_is_a_weekend(date: str, weekend: bool) -> None:
    assert is_weekend(np.array([date], dtype="datetime64[D]"))[0] == weekend


def test_the_last_open_day_is_a_working_day_and_no_later() -> None:
    day0 = np.datetime64("2027-01-04") + np.arange(14)  # from a Monday on
    for day in range(-4, 4):
        found = last_open_day(FEDER, day0, day)
        assert np.all((found <= day) & (found >= day - 2))
        assert not is_weekend(day0 + found.astype("timedelta64[D]")).any()
        working = ~is_weekend(day0 + np.timedelta64(day, "D"))
        assert np.all(found[working] == day)


def test_every_day_is_open_where_weekends_are_allowed() -> None:
    day0 = np.datetime64("2027-01-04") + np.arange(14)
    assert set(last_open_day(small_protocol().schedule, day0, -1)) == {-1}


NEW_YEAR = ("01-01", "12-25")


def test_a_start_is_delayed_until_no_visit_is_on_a_holiday() -> None:
    """Friday 11 December 2026: two weeks later is Christmas, three weeks New Year."""
    day0 = np.array(["2026-12-11"], dtype="datetime64[D]")
    days = np.array([[0, 14]])
    assert str(without_holidays(NEW_YEAR, day0, days)[0]) == "2027-01-08"
    assert str(without_holidays(("2026-12-25",), day0, days)[0]) == "2026-12-18"
    assert str(without_holidays(("2025-12-25",), day0, days)[0]) == "2026-12-11"
    assert str(without_holidays(("02-29",), day0, days)[0]) == "2026-12-11"
    assert str(without_holidays((), day0, days)[0]) == "2026-12-11"


@pytest.mark.property
@given(
    start=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    days=st.lists(st.integers(-30, 200), min_size=1, max_size=9),
    closed=st.lists(st.sampled_from(["01-01", "05-01", "12-24", "12-25", "12-26"])),
)
def test_holidays_delay_a_start_by_as_few_whole_weeks_as_possible(
    start: date, days: list[int], closed: list[str]
) -> None:
    day0 = np.array([start], dtype="datetime64[D]")
    (shifted,) = without_holidays(closed, day0, np.array([days]))

    def on_holidays(weeks: int) -> int:
        dates = [start + timedelta(days=7 * weeks + day) for day in days]
        return sum(one.strftime("%m-%d") in closed for one in dates)

    weeks, rest = divmod(int((shifted - day0[0]).astype(int)), 7)
    assert rest == 0
    assert 0 <= weeks <= 12
    assert on_holidays(weeks) == min(on_holidays(w) for w in range(13))
    assert all(on_holidays(w) > on_holidays(weeks) for w in range(weeks))
