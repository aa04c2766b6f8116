"""On which days the visits of simulated participants happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.calendar import Schedule, Visit
from equipoise.simulate.random_draws import Floats, Roster, uniforms
from equipoise.simulate.recruitment import arrivals
from equipoise.simulate.scenario_participants import Attendance, Conduct

Days = NDArray[np.int64]
Dates = NDArray[np.datetime64]
LATEST = 12  # weeks by which holidays delay the start at most


def first_days(schedule: Schedule, arrived: Dates) -> Dates:
    """Day 0 of each person: the earliest date that suits the whole schedule.

    The first visit is not before the arrival, and day 0 is the next weekday on which
    the fewest planned visits fall on a weekend.
    """
    days = np.array([visit.day for visit in schedule.visits])
    earliest = arrived - np.timedelta64(int(days.min()), "D")
    candidates = earliest[:, None] + np.arange(7).astype("timedelta64[D]")
    if schedule.weekends == "allow":
        return np.asarray(earliest)
    weekends = is_weekend(candidates[:, :, None] + days.astype("timedelta64[D]"))
    best = weekends.sum(axis=2).argmin(axis=1)
    return np.asarray(candidates[np.arange(len(candidates)), best])


def appointments(
    schedule: Schedule, conduct: Conduct, people: Roster
) -> tuple[Dates, Days]:
    """Day 0 of each person, and the day of each visit.

    Args:
        schedule: with the planned days.
        conduct: when people come, and which days are closed.
        people: all from the first participant on.

    Returns:
        (people,) dates, and (people, visits) days of the schedule.
    """
    day0 = first_days(schedule, arrivals(conduct.recruitment, people))
    days = actual_days(schedule, conduct.attendance, day0, people)
    planned = last_open_day(schedule, day0, conduct.recruitment.randomization_day)
    occupied = np.column_stack([days, planned])
    return without_holidays(conduct.attendance.closed, day0, occupied), days


def actual_days(
    schedule: Schedule, attendance: Attendance, day0: Dates, people: Roster
) -> Days:
    """The day on which each visit happens or would have happened.

    Returns:
        (people, visits) days of the schedule, never before an earlier visit.
    """
    u = uniforms(people, "days", len(schedule.visits), 2)
    days = np.empty(u.shape[:2], dtype=np.int64)
    allow = schedule.weekends == "allow"
    for v, visit in enumerate(schedule.visits):
        days[:, v] = _one_visit(visit, attendance.on_planned_day, day0, allow, u[:, v])
    order = np.argsort([visit.day for visit in schedule.visits], kind="stable")
    days[:, order] = np.maximum.accumulate(days[:, order], axis=1)
    return days


def without_holidays(closed: Sequence[str], day0: Dates, days: Days) -> Dates:
    """Day 0, later by as few whole weeks as leave the fewest visits on a holiday.

    The days of the week stay, so that no day of the schedule and no score changes.

    Args:
        closed: holidays, as ``12-25`` for each year or as a date.
        day0: (people,) dates.
        days: (people, visits) days of the schedule.
    """
    if not closed or not len(day0):
        return day0
    weeks = (7 * np.arange(LATEST + 1)).astype("timedelta64[D]")
    fewest, chosen = np.full(len(day0), days.shape[1] + 1), day0
    holidays = _dates(closed, day0.min(), (day0 + weeks[-1]).max() + days.max())
    for wait in weeks:
        dates = (day0 + wait)[:, None] + days.astype("timedelta64[D]")
        number = np.isin(dates, holidays).sum(axis=1)
        chosen = np.where(number < fewest, day0 + wait, chosen)
        fewest = np.minimum(fewest, number)
    return np.asarray(chosen)


def _dates(closed: Sequence[str], first: np.datetime64, last: np.datetime64) -> Dates:
    """The holidays of all years of a period."""
    once = [text for text in closed if len(text) > len("12-25")]
    yearly = [text for text in closed if text not in once]
    start, end = (int(str(at.astype("datetime64[Y]"))) for at in (first, last))
    found = [f"{year}-{text}" for year in range(start - 1, end + 2) for text in yearly]
    return np.array([*once, *filter(_exists, found)], dtype="datetime64[D]")


def _exists(text: str) -> bool:
    """Whether a day is in its year: 29 February is not in each."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def last_open_day(schedule: Schedule, day0: Dates, day: int) -> Days:
    """A day of the schedule, or the last working day before it; (people,).

    Where visits may be on weekends (``weekends = "allow"``), every day is open.
    """
    wanted = day0.astype("datetime64[D]") + np.timedelta64(day, "D")
    if schedule.weekends == "allow":
        return np.full(len(day0), day, dtype=np.int64)
    is_open = np.busday_offset(wanted, 0, roll="backward")
    return np.asarray((is_open - day0.astype("datetime64[D]")).astype(np.int64))


def in_window(schedule: Schedule, days: Days) -> NDArray[np.bool_]:
    """Whether each visit's day is in its window; shape as ``days``."""
    early = np.array([visit.day + visit.window[0] for visit in schedule.visits])
    late = np.array([visit.day + visit.window[1] for visit in schedule.visits])
    return (early <= days) & (days <= late)


def is_weekend(dates: Dates) -> NDArray[np.bool_]:
    """Whether each date is a Saturday or Sunday."""
    return ~np.is_busday(dates.astype("datetime64[D]"))


def _one_visit(
    visit: Visit, on_planned_day: float, day0: Dates, weekends: bool, u: Floats
) -> Days:
    """Planned day, or the nearest working day, or any working day of the window."""
    offsets = np.array(
        sorted(range(visit.window[0], visit.window[1] + 1), key=lambda d: (abs(d), d))
    )
    possible = np.ones((len(day0), len(offsets)), dtype=bool)
    if not weekends:
        dates = day0[:, None] + (visit.day + offsets).astype("timedelta64[D]")
        possible = ~is_weekend(dates)
        possible[~possible.any(axis=1)] = True  # a window of weekend days only
    wanted = np.floor(u[:, 1] * possible.sum(axis=1)).astype(np.int64)
    wanted[u[:, 0] < on_planned_day] = 0
    chosen = (np.cumsum(possible, axis=1) == wanted[:, None] + 1).argmax(axis=1)
    return np.asarray(visit.day + offsets[chosen])
