"""Deaths, from the dispositions and from adverse events with a fatal outcome."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from equipoise.analyze.safety.event_flags import flag
from equipoise.dataset.attendance import LEFT, attendance
from equipoise.dataset.collected import collected
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol

NOT_RECORDED = "deaths: not recorded"
ENDED = (*LEFT, "study-completed")


@dataclass(frozen=True, slots=True)
class Deaths:
    """Participants who died, and those of whom it is not known.

    Attributes:
        table: ``participant, day, cause`` of each death, by participant; the day and the
            cause are missing where they are not recorded.
        recorded: whether the data could show a death: they hold dispositions.
        unknown: participants whose final status is not recorded: no end of the study and
            not at their last planned visit.
    """

    table: pd.DataFrame
    recorded: bool
    unknown: frozenset[str]


@derived_once
def deaths(protocol: Protocol, data: TrialData) -> Deaths:
    """Every death that the data hold, once for each participant.

    Source: ICH E3 12.3.1.1; CDISC CT, codelist OUT (FATAL).
    """
    stated = data.dispositions[data.dispositions["milestone"] == "death"]
    stated = stated.rename(columns={"reason": "cause"})[["participant", "day", "cause"]]
    fatal = data.events[flag(data.events, "fatal").fillna(False).astype(bool)]
    events = pd.DataFrame(
        {
            "participant": fatal["participant"],
            "day": fatal["stopped_day"].fillna(fatal["started_day"]),
            "cause": fatal["term"],
        }
    )
    both = pd.concat([part for part in (stated, events) if len(part)] or [stated])
    table = both.groupby("participant", as_index=False, sort=True).first()
    visits = attendance(data, protocol)
    due = visits[visits["expected"].fillna(False).astype(bool)]
    last = due.groupby("participant").tail(1)
    left = data.dispositions[data.dispositions["milestone"].isin(ENDED)]
    known = {*left["participant"], *last.loc[last["held"], "participant"]}
    known |= set(table["participant"])
    return Deaths(
        table=table,
        recorded=collected(data, "dispositions"),
        unknown=frozenset(set(data.participants["participant"]) - known),
    )
