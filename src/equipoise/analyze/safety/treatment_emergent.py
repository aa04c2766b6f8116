"""Treatment-emergent adverse events: the treatment period, and the events in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.derive import visit_days
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol

DAY_AFTER = 1  # an event counts for the infusion of its day or of the day before
STARTED = "treatment-started"
ENDED = ("treatment-completed", "treatment-discontinued")
TREATMENT_EMERGENT = "treatment-emergent adverse events"
SINCE_DAY_0 = "adverse events since day 0"


@dataclass(frozen=True, slots=True, eq=False)
class EmergentEvents:
    """Events that count as treatment-emergent, and why others do not.

    Attributes:
        rows: of ``events`` that count.
        collected: whether the data show that adverse events were collected at all.
        recorded: whether the treatment period of anyone is recorded. If not, the rows are
            the events since day 0, and nothing may call them treatment-emergent.
        days: after the last dose that still belong to the window.
        before: events before the first dose (or before day 0), not counted.
        after: events later than the window, not counted.
        undated: events without a start day, counted.
        without_period: participants whose treatment period is not recorded while that of
            others is; their events since day 0 count.
    """

    rows: pd.DataFrame
    collected: bool
    recorded: bool
    days: int
    before: int
    after: int
    undated: int
    without_period: int

    @property
    def label(self) -> str:
        """What the rows may be called."""
        return TREATMENT_EMERGENT if self.recorded else SINCE_DAY_0

    @property
    def definition(self) -> str:
        """The definition of the events that count, as a sentence without its stop."""
        if not self.recorded:
            return (
                "The treatment period is not recorded: events since day 0 count, whether "
                "treatment-emergent or not"
            )
        return (
            "Treatment-emergent: started from the day of the first dose to "
            f"{self.days} days after the last dose"
        )

    def note(self) -> str | None:
        """How many events count by rule and how many do not; None if all is plain."""
        if not self.collected:
            return NOT_COLLECTED["events"]
        first = "the first dose" if self.recorded else "day 0"
        parts = (
            (not self.recorded, "treatment period not recorded: events since day 0"),
            (self.before, f"events before {first}, not counted: {self.before}"),
            (
                self.after,
                f"events later than {self.days} days after the last dose, not counted: "
                f"{self.after}",
            ),
            (self.undated, f"events without a start day, counted: {self.undated}"),
            (
                self.without_period,
                "participants whose treatment period is not recorded, events since day 0 "
                f"counted: {self.without_period}",
            ),
        )  # fmt: skip
        return "; ".join(text for count, text in parts if count) or None


@derived_once
def treatment_period(protocol: Protocol, data: TrialData) -> pd.DataFrame:
    """First and last day of treatment of each participant for whom they are recorded.

    From the infusions that were given; for a participant without one from the milestones
    treatment-started and treatment-completed or -discontinued.

    Returns:
        ``first``, ``last`` and ``end`` by participant, days as numbers: ``end`` is the
        last day of the treatment-emergent window. Without a recorded end of treatment
        ``last`` is missing and the window is open (``end`` infinite).

    Source: ICH E9, glossary, "treatment emergent"; CDISC ADaM OCCDS, TRTEMFL with
    TRTSDT and TRTEDT.
    """
    given = infusion_days(protocol, data).groupby("participant")["day"]
    table = pd.DataFrame({"first": given.min(), "last": given.max()}, dtype=float)
    days = data.dispositions.dropna(subset="day")
    started = days[days["milestone"] == STARTED].set_index("participant")["day"]
    ended = days[days["milestone"].isin(ENDED)].groupby("participant")["day"].max()
    stated = pd.DataFrame({"first": started.astype(float)})
    stated["last"] = ended.astype(float).reindex(stated.index)
    stated = stated[~stated.index.isin(table.index)]
    both = pd.concat([part for part in (table, stated) if len(part)] or [table])
    window = protocol.treatment_emergent.days_after_last_dose
    return both.assign(end=(both["last"] + window).fillna(np.inf))


@derived_once
def classified(protocol: Protocol, data: TrialData) -> pd.DataFrame:
    """Every event with its place in the treatment-emergent window.

    Returns:
        The rows of ``events`` with ``first`` and ``end`` of the window and ``emergent``,
        a nullable boolean: True from ``first`` to ``end`` and for an event without a
        start day, missing where the treatment period is not recorded.
    """
    period = treatment_period(protocol, data)
    events = data.events
    who = events["participant"]
    first = who.map(period["first"]).astype(float)
    end = who.map(period["end"]).astype(float)
    day = events["started_day"].astype(float)
    inside = ~((day < first) | (day > end))  # a missing day is inside
    emergent = inside.astype("boolean").mask(first.isna())
    return events.assign(first=first, end=end, emergent=emergent)


def emergent_events(
    protocol: Protocol, data: TrialData, participants: pd.Index[Any]
) -> EmergentEvents:
    """Treatment-emergent events of participants.

    Args:
        protocol: its ``treatment_emergent`` states the window.
        data: of the trial.
        participants: of the analysis set.
    """
    table = classified(protocol, data)
    table = table[table["participant"].isin(participants)]
    period = treatment_period(protocol, data)
    recorded = bool(period.index.isin(participants).any())
    day = table["started_day"].astype(float)
    since_0 = ~(day < 0)
    counts = table["emergent"].fillna(since_0).astype(bool)
    early = (day < table["first"].fillna(0)).to_numpy()
    return EmergentEvents(
        rows=data.events.loc[table.index[counts]],
        collected=collected(data, "events"),
        recorded=recorded,
        days=protocol.treatment_emergent.days_after_last_dose,
        before=int((~counts & early).sum()),
        after=int((~counts & ~early).sum()),
        undated=int(day.isna().sum()),
        without_period=int((~participants.isin(period.index)).sum()) if recorded else 0,
    )


@derived_once
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
