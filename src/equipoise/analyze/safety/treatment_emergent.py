"""Adverse events that count: those since the first infusion, and their infusion."""

from __future__ import annotations

import pandas as pd

from equipoise.dataset.derive import visit_days
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol

DAY_AFTER = 1  # an event counts for the infusion of its day or of the day before


def emergent(data: TrialData, kind: str = "all") -> tuple[pd.DataFrame, str | None]:
    """Events since day 0 of a kind, and a note on those that do not count.

    Args:
        data: of the trial.
        kind: ``all``, ``serious`` or ``related``.

    Returns:
        Rows of ``events``; an event without a day counts.
    """
    events = data.events
    before = (events["started_day"] < 0).fillna(False)
    unknown = pd.Series(False, index=events.index)
    chosen = ~before
    if kind != "all":
        flag = events["serious" if kind == "serious" else "related"]
        unknown = flag.isna() & chosen
        chosen &= flag.fillna(False)
    notes = []
    if events.empty:
        notes.append("the data hold no adverse event of anybody")
    if before.any():
        notes.append(f"events before day 0, not counted: {int(before.sum())}")
    if unknown.any():
        notes.append(
            f"events not recorded as {kind} or not, not counted: {int(unknown.sum())}"
        )
    return events[chosen.astype(bool)], "; ".join(notes) or None


def infusion_days(protocol: Protocol, data: TrialData) -> pd.DataFrame:
    """Day of each infusion that was given: ``participant, infusion, day``, by day."""
    days = visit_days(data, protocol)
    given = data.exposures[["participant", "visit", "infusion"]]
    known = given.merge(days, on=["participant", "visit"]).dropna(subset="day")
    return known.sort_values(["day", "participant"], kind="stable", ignore_index=True)[
        ["participant", "infusion", "day"]
    ]


def with_infusion(
    protocol: Protocol, data: TrialData, events: pd.DataFrame
) -> pd.DataFrame:
    """Events with the last infusion before them and the days since.

    Args:
        protocol: of the trial.
        data: of the trial.
        events: rows of ``events``.

    Returns:
        The rows with ``infusion`` and ``days_since``; missing where the event has no
        day or came before any infusion.
    """
    given = infusion_days(protocol, data).rename(columns={"day": "infusion_day"})
    dated = events.dropna(subset="started_day").copy()
    dated["day"] = dated["started_day"].astype(float)
    dated = dated.sort_values("day", kind="stable")
    matched = pd.merge_asof(
        dated.reset_index(),
        given.astype({"infusion_day": float}),
        left_on="day",
        right_on="infusion_day",
        by="participant",
    ).set_index("index")
    since = matched["day"] - matched["infusion_day"]
    return events.assign(
        infusion=matched["infusion"].reindex(events.index),
        days_since=since.reindex(events.index),
    )
