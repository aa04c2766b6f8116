"""Which planned visits were held: worked out from the schedule, not from the rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.dataset.collected import collected
from equipoise.dataset.derive import holds, visit_days
from equipoise.dataset.memo import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import decided_at

# Completing the study excuses no visit: whoever completed was due for all of them.
LEFT = ("lost-to-follow-up", "study-withdrawn", "death", "excluded")


@derived_once
def attendance(data: TrialData, protocol: Protocol) -> pd.DataFrame:
    """Every visit of the protocol for every participant, whether the data name it or not.

    A planned visit without a row in ``visits`` and without anything recorded at it was
    not held, as far as the data show: an absent row never counts as attendance. A visit
    at which something was recorded was held, unless its row says that it was missed.

    Whether a visit was due is decided by the protocol and by what is known of the
    participant, never by the row of the visit being absent. A row ``planned`` says that a
    visit lies in the future; once anything is known of the participant after that day,
    it has passed. There is no date of a data cut: a visit of a participant who is still
    taking part needs a row ``planned`` to count as not due yet.

    Returns:
        ``participant, visit, day, held, expected, status, reason``, in the order of the
        schedule. ``day`` is the actual day of a visit that was held, else its planned
        day. ``held`` is a plain boolean. ``expected`` is a nullable boolean: False where
        the visit did not apply or came after the participant left the study
        (``after_event``); missing where that is not known: the rating that decides is
        missing, the day of leaving is missing, or the row says ``planned`` and nothing
        is known of the participant since. ``status`` and ``reason`` are those of the
        row, missing without one.
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

    A visit that was held comes after the event if its day is later: on the same day the
    visit was planned before the event could act. A visit that was **not** held has only
    its planned day; an event on that day kept it from being held, so the visit comes
    after the event.

    Args:
        event_day: day of the event by participant; absent or missing for none.
        visits: ``participant, day, held``, as ``attendance`` gives them.

    Returns:
        Booleans with the index of ``visits``.

    Source: ICH E9(R1) A.3.2 (data after an intercurrent event); the first visit affected
    as R rbmi wants it stated (``set_vars(visit=)``, data_ice).
    """
    if event_day.empty:
        return pd.Series(False, index=visits.index)
    day = visits["participant"].map(event_day).astype(float)
    same = (day == visits["day"]) & ~visits["held"]
    return ((day < visits["day"]) | same).astype(bool)


@derived_once
def undocumented(protocol: Protocol, data: TrialData) -> set[str]:
    """Visits of which the data cannot tell whether anybody had them.

    The data hold no row of the visit for anybody, and nothing of the kinds that are
    planned at it: an infusion in data without any record of treatment. Ratings of an
    instrument count as collected if there is one at any visit: a visit at which nobody
    was rated was not held.
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
    """Visits of participants at which anything was recorded."""
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

    By the day that the protocol plans: the planned day of a row would make the answer
    depend on whether the row is there.
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
    """Whether something is known of the participant later than the day of each visit."""
    held = table[table["held"]].groupby("participant")["day"].max()
    other = data.dispositions.dropna(subset="day").groupby("participant")["day"].max()
    last = pd.concat([held, other.astype(float)], axis=1).max(axis=1)
    return table["day"] < table["participant"].map(last)


def applies(data: TrialData, protocol: Protocol, table: pd.DataFrame) -> pd.Series[Any]:
    """Whether each visit applies to its participant; missing where it is not known."""
    applies: pd.Series[Any] = pd.Series(True, index=table.index, dtype="boolean")
    conditions: dict[tuple[str, str | None], list[str]] = {}
    for visit in protocol.schedule.visits:
        if visit.only_if is not None:
            at = decided_at(protocol, visit.only_if, visit.id)
            conditions.setdefault((visit.only_if, at), []).append(visit.id)
    for (definition, at), visits in conditions.items():
        state: pd.Series[Any] = pd.Series(dtype="boolean")
        if at is not None:
            state = holds(data, protocol, definition, at)
        states = table["participant"].map(state).astype("boolean")
        applies = applies.mask(table["visit"].isin(visits), states)
    return applies
