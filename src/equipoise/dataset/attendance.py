"""Attendance of planned visits, derived from the schedule, not from the rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.dataset.collected import collected
from equipoise.dataset.derive import holds, lost, visit_days
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import decided_at

# Completing the study excuses no visit: whoever completed was due for all of them.
LEFT = ("lost-to-follow-up", "study-withdrawn", "death", "excluded")


@derived_once
def attendance(data: TrialData, protocol: Protocol) -> pd.DataFrame:
    """Every visit of the protocol for every participant, with or without a row.

    A planned visit without a row in ``visits`` and without recorded data counts as not
    held: an absent row never counts as attendance. A visit with recorded data was held,
    unless its row states that it was missed.

    Whether a visit was due depends on the protocol and the other data of the participant,
    never on the absence of its row. A row ``planned`` states that a visit is in the
    future; if the participant has data after that day, it has passed. There is no data
    cut-off date: a visit of a participant who is still in the study needs a row
    ``planned`` to count as not due yet.

    Returns:
        ``participant, visit, day, held, expected, status, reason``, in the order of the
        schedule. ``day`` is the actual day of a visit that was held, else its planned
        day. ``held`` is a plain boolean. ``expected`` is a nullable boolean: False if
        the visit did not apply or came after the participant left the study
        (``after_event``); missing if that is unknown: the rating that decides is
        missing, the day of leaving is missing, or the row says ``planned`` and the
        participant has no later data. ``status`` and ``reason`` are those of the row,
        missing without a row.
    """
    table = visit_days(data, protocol).copy()
    keys = pd.MultiIndex.from_frame(table[["participant", "visit"]])
    rows = data.visits.set_index(["participant", "visit"])[["status", "reason"]]
    table[["status", "reason"]] = rows.reindex(keys).to_numpy(object)
    status = table["status"].astype("string").fillna("")
    table["held"] = (
        (status == "done") | (keys.isin(_recorded(data)) & (status != "missed"))
    ).to_numpy(bool)
    known = applies(data, protocol, table).mask(status == "not applicable", False)
    known = known.mask(_left(data, protocol, table), False)
    pending = (status == "planned") & ~_passed(data, table)
    known = known.mask(
        (pending | _left_unknown(data, table)) & known.fillna(True), pd.NA
    )
    return table.assign(expected=known.mask(table["held"], True))[
        ["participant", "visit", "day", "held", "expected", "status", "reason"]
    ]


def after_event(event_day: pd.Series[Any], visits: pd.DataFrame) -> pd.Series[Any]:
    """Whether each visit comes after an event of its participant.

    A visit that was held comes after the event if its day is later: on the same day, the
    visit counts as before the event. A visit that was **not** held has only its planned
    day; an event on that day prevented it, so the visit comes after the event.

    Args:
        event_day: day of the event by participant; absent or missing if there is none.
        visits: ``participant, day, held``, from ``attendance``.

    Returns:
        Booleans with the index of ``visits``.

    Source: ICH E9(R1) A.3.2 (data after an intercurrent event); the first visit affected
    as in R rbmi (``set_vars(visit=)``, data_ice).
    """
    if event_day.empty:
        return pd.Series(False, index=visits.index)
    day = visits["participant"].map(event_day).astype(float)
    same = (day == visits["day"]) & ~visits["held"]
    return ((day < visits["day"]) | same).astype(bool)


@derived_once
def undocumented(protocol: Protocol, data: TrialData) -> set[str]:
    """Visits for which the data cannot show whether they were held.

    The data have no row of the visit for any participant, and no data of the kinds
    planned at it: an infusion in data without any record of treatment. Ratings of an
    instrument count as collected if there is one at any visit: a visit at which no
    participant was rated was not held.
    """
    rated = {
        *data.answers["instrument"].unique(),
        *data.recorded_scores["instrument"].unique(),
    }
    recorded = _recorded(data).get_level_values("visit").unique()
    known = {*data.visits["visit"].unique(), *recorded}
    for visit in protocol.schedule.visits:
        planned = {part.instrument for part in protocol.schedule.assessments(visit)}
        measured = protocol.schedule.measurements(visit)
        if (
            (planned & rated)
            or (measured and collected(data, "measurements"))
            or (visit.infusion is not None and collected(data, "exposures"))
        ):
            known.add(visit.id)
    return {visit.id for visit in protocol.schedule.visits} - known


@derived_once
def _recorded(data: TrialData) -> pd.MultiIndex:
    """Visits of participants with recorded data."""
    tables = (
        data.answers,
        data.recorded_scores,
        data.exposures,
        data.measurements,
        data.guesses,
    )
    pairs = pd.concat([table[["participant", "visit"]] for table in tables])
    return pd.MultiIndex.from_frame(pairs.dropna().drop_duplicates())


def _left(data: TrialData, protocol: Protocol, table: pd.DataFrame) -> pd.Series[Any]:
    """Whether a visit comes after the participant left the study.

    By the planned day of the protocol: with the planned day of a row, the result would
    depend on the presence of the row.
    """
    left = data.dispositions[data.dispositions["milestone"].isin(LEFT)]
    day = left.dropna(subset="day").groupby("participant")["day"].min().astype(float)
    planned = {visit.id: float(visit.day) for visit in protocol.schedule.visits}
    return after_event(day, table.assign(day=table["visit"].map(planned)))


def _left_unknown(data: TrialData, table: pd.DataFrame) -> pd.Series[Any]:
    """Whether the participant left the study on a day that is not recorded."""
    left = data.dispositions[data.dispositions["milestone"].isin(LEFT)]
    dated = set(left.dropna(subset="day")["participant"])
    return table["participant"].isin(set(left["participant"]) - dated)


def _passed(data: TrialData, table: pd.DataFrame) -> pd.Series[Any]:
    """Whether the participant has data later than the day of each visit."""
    held = table[table["held"]].groupby("participant")["day"].max()
    other = data.dispositions.dropna(subset="day").groupby("participant")["day"].max()
    last = pd.concat([held, other.astype(float)], axis=1).max(axis=1)
    return table["day"] < table["participant"].map(last)


def applies(data: TrialData, protocol: Protocol, table: pd.DataFrame) -> pd.Series[Any]:
    """Whether each visit applies to its participant; missing if unknown."""
    applies: pd.Series[Any] = pd.Series(True, index=table.index, dtype="boolean")
    conditions: dict[tuple[str, str | None], list[str]] = {}
    for visit in protocol.schedule.visits:
        if visit.only_if is not None:
            at = decided_at(protocol, visit.only_if, visit.id)
            conditions.setdefault((visit.only_if, at), []).append(visit.id)
    for (definition, at), visits in conditions.items():
        state: pd.Series[Any] = pd.Series(dtype="boolean")
        if at is not None:
            loss = protocol.definition(definition).rule == "loss-of"
            state = (lost if loss else holds)(data, protocol, definition, at)
        states = table["participant"].map(state).astype("boolean")
        applies = applies.mask(table["visit"].isin(visits), states)
    return applies & _within_limits(protocol, table)


def _within_limits(protocol: Protocol, table: pd.DataFrame) -> pd.Series[Any]:
    """Whether each visit is within the limits of ``schedule.retreatments``."""
    within = pd.Series(True, index=table.index, dtype="boolean")
    for limit in protocol.schedule.retreatments:
        visits = [visit.id for visit in protocol.schedule.triggered([limit.trigger])]
        rows = table[table["visit"].isin(visits)]
        for _, own in rows.groupby("participant"):
            earlier: list[float] = []
            for place, day, held in zip(
                own.index, own["day"], own["held"], strict=True
            ):
                within[place] = limit.allows(earlier, day)
                earlier += [day] if held else []
    return within
