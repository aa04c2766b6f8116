"""The data of a trial as they were at the cut-off date of an interim analysis."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from equipoise.dataset.derive import visit_days
from equipoise.dataset.tables import TABLES
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import DesignError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

VISIT_TABLES = tuple(
    name
    for name, table in TABLES.items()
    if "visit" in {column.name for column in table.columns}
)


def at_cutoff(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, cutoff: date
) -> UnblindedTrialData:
    """The participants of an interim analysis, with their data up to the cut-off.

    For an endpoint at a visit they are those whose visit was due by the cut-off: the last
    day of its window, counted from randomization. Whether the visit was held does not
    matter, so that a participant does not enter sooner by leaving early. For
    a time to an event they are all participants randomized by the cut-off. Visits and
    milestones after the cut-off, and what was recorded at those visits, are excluded.

    Args:
        protocol: of the trial.
        data: with arms and dates of randomization.
        endpoint: of the interim analysis.
        cutoff: last date of the data.

    Returns:
        Data of the participants with an arm who enter; perhaps of none.

    Raises:
        DesignError: EQ836, an allocated participant has no date of randomization.
    """
    last_day = last_days(protocol, data, cutoff)
    known = last_day[last_day >= due_day(protocol, endpoint)]
    days = visit_days(data, protocol)
    later = days[days["day"] > days["participant"].map(known)]
    after = pd.MultiIndex.from_frame(later[["participant", "visit"]])
    tables: dict[str, Any] = {}
    for name, frame in data.tables():
        kept = frame["participant"].isin(known.index)
        if name in VISIT_TABLES:
            keys = pd.MultiIndex.from_frame(frame[["participant", "visit"]])
            kept &= ~keys.isin(after)
        elif name in ("dispositions", "events"):
            day = frame["day" if name == "dispositions" else "started_day"]
            kept &= ~(
                day.astype(float) > frame["participant"].map(known).astype(float)
            ).fillna(False)
        tables[name] = frame[kept].reset_index(drop=True)
    return UnblindedTrialData(
        **tables,
        origin=data.origin,
        scales=data.scales,
        not_answered=data.not_answered,
        provided=data.provided,
    )


def last_days(
    protocol: Protocol,
    data: UnblindedTrialData,
    cutoff: date,
    *,
    started_only: bool = True,
) -> pd.Series[Any]:
    """Day of the schedule on which the cut-off falls for each allocated participant.

    Args:
        protocol: of the trial.
        data: with arms and dates of randomization.
        cutoff: last date of the data.
        started_only: whether only participants randomized by then are of interest.

    Raises:
        DesignError: EQ836, an allocated participant has no date of randomization.
    """
    people = data.participants.dropna(subset="arm").set_index("participant")
    undated = people.index[people["randomized_at"].isna()]
    if len(undated):
        raise DesignError.single(
            "EQ836",
            "a participant has an arm and no date of randomization: whether the endpoint "
            "was due by the cut-off is unknown",
            where="data, participants.randomized_at",
            fix="map or enter the date of randomization",
            records=pd.DataFrame({"participant": undated}),
        )
    rows = data.dispositions[data.dispositions["milestone"] == "randomized"]
    day = rows.groupby("participant")["day"].min().reindex(people.index).astype(float)
    start = max(0, protocol.schedule.visit(protocol.schedule.baseline).day)
    randomized = people["randomized_at"].dt.tz_localize(None).dt.normalize()
    elapsed: pd.Series[Any] = (pd.Timestamp(cutoff) - randomized).dt.days
    last: pd.Series[Any] = elapsed + day.fillna(start)
    return last[elapsed >= 0] if started_only else last


def due_day(protocol: Protocol, endpoint: Endpoint) -> float:
    """Last day of the window of the visit of an endpoint; any day for a time."""
    if endpoint.type == "time-to-event" or endpoint.variable.at is None:
        return float("-inf")
    visit = protocol.schedule.visit(endpoint.variable.at)
    return float(visit.day + visit.window[1])
