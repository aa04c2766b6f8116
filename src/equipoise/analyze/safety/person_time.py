"""Person-time: time under observation, and whether it depends on the outcome."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.safety.treatment_emergent import treatment_period
from equipoise.dataset.attendance import attendance
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol


@derived_once
def last_day_observed(protocol: Protocol, data: TrialData) -> pd.Series[Any]:
    """Last day on which each participant was observed, by participant.

    The last visit that was held or at which something was recorded, the last milestone,
    or the start of the last adverse event, whichever is latest. Participants who were
    never observed since day 0 are absent.
    """
    table = attendance(data, protocol)
    recorded = data.scores.dropna(subset="value")[["participant", "visit"]]
    recorded = pd.concat([recorded, data.exposures[["participant", "visit"]]])
    keys = pd.MultiIndex.from_frame(table[["participant", "visit"]])
    observed = table["held"].to_numpy(bool) | keys.isin(
        pd.MultiIndex.from_frame(recorded.drop_duplicates())
    )
    last = [
        table[observed].groupby("participant")["day"].max(),
        data.dispositions.dropna(subset="day").groupby("participant")["day"].max(),
        data.events.dropna(subset="started_day")
        .groupby("participant")["started_day"]
        .max(),
    ]
    days = pd.concat([part.astype(float) for part in last], axis=1).max(axis=1)
    return days[days >= 0].rename("day")


def time_at_risk(protocol: Protocol, data: TrialData) -> pd.Series[Any]:
    """Days from day 0 to the last day on which the participant was observed.

    A day counts as one. Participants who were never observed since day 0 are absent.
    """
    return (last_day_observed(protocol, data) + 1).rename("days")


def emergent_time(protocol: Protocol, data: TrialData) -> pd.Series[Any]:
    """Days in the treatment-emergent window, by participant with a treatment period.

    From the first dose to the end of the window or the last day observed, whichever
    comes first; a day counts as one.
    """
    period = treatment_period(protocol, data)
    observed = last_day_observed(protocol, data).reindex(period.index)
    last = observed.fillna(period["first"]).clip(upper=period["end"])
    days: pd.Series[Any] = last.clip(lower=period["first"]) - period["first"] + 1
    return days.rename("days")


def why_not_compared(protocol: Protocol, until: float = np.inf) -> str | None:
    """Why events up to a day are not compared between arms; None if they can be.

    Where visits are only for participants with an outcome, such as responders, follow-up
    depends on the outcome: the arm with more of them is observed longer, and a comparison
    of rates or of incidences says nothing about the treatments.

    Args:
        protocol: of the trial.
        until: last day of the events that are compared.
    """
    for visit in sorted(protocol.schedule.visits, key=lambda v: v.day):
        if visit.only_if is not None and visit.day + visit.window[0] <= until:
            outcome = protocol.definition(visit.only_if).label
            outcome = outcome.partition(":")[0]
            return (
                f"not compared between arms: from {visit.label} (day {visit.day}) on "
                f"follow-up depends on the outcome ({outcome.lower()})"
            )
    return None
