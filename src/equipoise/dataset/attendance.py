"""Which planned visits were held: worked out from the schedule, not from the rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.dataset.derive import holds, visit_days
from equipoise.dataset.memo import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import decided_at

LEFT = ("lost-to-follow-up", "study-withdrawn", "death", "study-completed")


@derived_once
def attendance(data: TrialData, protocol: Protocol) -> pd.DataFrame:
    """Every visit of the protocol for every participant, whether the data name it or not.

    A planned visit without a row in ``visits`` and without anything recorded at it was
    not held, as far as the data show: an absent row never counts as attendance.

    Returns:
        ``participant, visit, day, held, expected, status, reason``, in the order of the
        schedule. ``day`` is the actual day of a visit that was held, else its planned
        day. ``held`` is a plain boolean. ``expected`` is a nullable boolean: False where
        the visit did not apply, lies in the future or after the participant left the
        study; missing where it depends on a rating that is missing. ``status`` and
        ``reason`` are those of the row, missing without one.
    """
    table = visit_days(data, protocol).copy()
    keys = pd.MultiIndex.from_frame(table[["participant", "visit"]])
    rows = data.visits.set_index(["participant", "visit"])[["status", "reason"]]
    table[["status", "reason"]] = rows.reindex(keys).to_numpy(object)
    status = table["status"].astype("string")
    done = (status == "done").fillna(False).to_numpy(bool)
    unnamed = status.isna().to_numpy(bool) & keys.isin(_recorded(data))
    held = done | unnamed
    expected = _applies(data, protocol, table)
    expected &= ~status.isin(["not applicable", "planned"]).to_numpy(bool)
    left = data.dispositions[data.dispositions["milestone"].isin(LEFT)]
    last = left.dropna(subset="day").groupby("participant")["day"].min().astype(float)
    gone = table["day"] > table["participant"].map(last)
    expected = expected & ~gone.to_numpy(bool)
    return table.assign(
        held=held, expected=expected.mask(pd.Series(held, index=table.index), True)
    )[["participant", "visit", "day", "held", "expected", "status", "reason"]]


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
    day = visits["participant"].map(event_day).astype(float)
    same = (day == visits["day"]) & ~visits["held"]
    return ((day < visits["day"]) | same).astype(bool)


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


def _applies(
    data: TrialData, protocol: Protocol, table: pd.DataFrame
) -> pd.Series[Any]:
    """Whether each visit applies to its participant; missing where it is not known."""
    applies: pd.Series[Any] = pd.Series(True, index=table.index, dtype="boolean")
    for visit in protocol.schedule.visits:
        if visit.only_if is None:
            continue
        at = decided_at(protocol, visit.only_if, visit.id)
        state = pd.Series(dtype="boolean")
        if at is not None:
            state = holds(data, protocol, visit.only_if, at)
        own = table["participant"].map(state).astype("boolean")
        applies = applies.mask(table["visit"] == visit.id, own)
    return applies
