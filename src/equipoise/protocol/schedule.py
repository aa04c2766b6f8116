"""The dated visits of one participant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is a field below
from datetime import timedelta
from typing import Literal

from equipoise.protocol.calendar import Visit
from equipoise.protocol.model import Protocol

SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """A visit with its dates.

    Attributes:
        planned: the date of the planned day.
        date: the date to schedule: ``planned``, or the nearest working day in the window.
        earliest: first day in the window.
        latest: last day in the window.
        note: why ``date`` is not ``planned``, or that no working day is in the window.
        due: ``yes``, or ``if <definition>`` if that is not known yet.
    """

    visit: Visit
    planned: Date
    date: Date
    earliest: Date
    latest: Date
    due: str
    note: Literal["", "moved", "no working day in the window"] = ""


def calendar(
    protocol: Protocol,
    day0: Date,
    *,
    responder: bool | None = None,
    holidays: Collection[Date] = (),
) -> tuple[PlannedVisit, ...]:
    """The visits of one participant, with windows, in the order of the protocol.

    A visit that falls on a weekend or holiday moves to the nearest working day in its
    window, to the later one of two that are equally near, if the protocol has
    ``weekends = "shift"``. Infusions and ratings keep their order: a visit never moves
    before the visit that precedes it.

    Args:
        protocol: checked.
        day0: date of day 0.
        responder: False excludes visits that have a condition (``only_if``); None
            includes them, with the condition in ``due``.
        holidays: days without visits.
    """
    shift = protocol.schedule.weekends == "shift"
    planned: list[PlannedVisit] = []
    for visit in protocol.schedule.visits:
        if visit.only_if is not None and responder is False:
            continue
        certain = visit.only_if is None or responder
        floor = planned[-1].date if planned else Date.min
        day = day0 + timedelta(days=visit.day)
        booked, note = _booked(visit, day, floor, holidays) if shift else (day, "")
        planned.append(
            PlannedVisit(
                visit=visit,
                planned=day,
                date=booked,
                earliest=day + timedelta(days=visit.window[0]),
                latest=day + timedelta(days=visit.window[1]),
                due="yes" if certain else f"if {visit.only_if}",
                note=note,
            )
        )
    return tuple(planned)


def decided_at(protocol: Protocol, definition_id: str, before: str) -> str | None:
    """Id of the visit that decides which participants have a conditional visit.

    The last visit before it that every participant has and that rates the score of the
    condition; after baseline for a condition that compares with baseline. For a loss of
    response, the last visit after time zero at which the response is rated, of all
    participants or of participants who had the response.

    Args:
        protocol: of the trial.
        definition_id: the condition, such as ``only_if`` of the visit.
        before: id of the visit.

    Returns:
        None if no earlier visit rates the score.
    """
    schedule = protocol.schedule
    rule = protocol.definition(definition_id)
    order = [visit.id for visit in schedule.visits]
    conditions: tuple[str | None, ...] = (None,)
    compares = rule.rule not in ("at-most", "at-least")
    first = order.index(schedule.baseline) + 1 if compares else 0
    if rule.rule == "loss-of":
        conditions, first = (None, rule.of), order.index(str(rule.at)) + 1
        rule = protocol.definition(str(rule.of))
    instrument = (rule.score or "").partition(".")[0]
    for visit in reversed(schedule.visits[first : order.index(before)]):
        rated = {part.instrument for part in schedule.assessments(visit)}
        if visit.only_if in conditions and instrument in rated:
            return visit.id
    return None


def _booked(
    visit: Visit, day: Date, floor: Date, holidays: Collection[Date]
) -> tuple[Date, Literal["", "moved", "no working day in the window"]]:
    """The nearest working day in the window that is not before ``floor``."""
    early, late = visit.window
    near = sorted(range(early, late + 1), key=lambda days: (abs(days), -days))
    for days in near:
        other = day + timedelta(days=days)
        if other >= floor and other.weekday() < SATURDAY and other not in holidays:
            return other, "moved" if days else ""
    return day, "no working day in the window"
