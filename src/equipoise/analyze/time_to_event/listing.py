"""Listing of the individual times to the loss of a state."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.listing_order import described
from equipoise.analyze.population.participant_flow import LOST
from equipoise.analyze.result import Listing
from equipoise.analyze.time_to_event.estimates import later_visits
from equipoise.analyze.time_to_event.times import times
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.derive import visit_days
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

LEFT = {
    "lost-to-follow-up": "lost to follow-up",
    "study-withdrawn": "withdrew from the study",
    "death": "died",
}
HEAD = (
    "Endpoint",
    "Participant",
    "Arm",
    "Start, day of the trial",
    "Last day known in response",
    "Outcome",
    "Day of loss or censoring",
    "Time, days",
    "Reason",
)


def times_listing(protocol: Protocol, data: UnblindedTrialData) -> list[Listing]:
    """Individual times of every endpoint that is a time to an event.

    Returns:
        One listing, ``relapse-times``, ordered by endpoint, arm and participant; none
        without such an endpoint.

    Source: ICH E3 16.2.6, individual efficacy response data.
    """
    endpoints = [e for e in protocol.endpoints if e.type == "time-to-event"]
    if not endpoints:
        return []
    rows = [row for endpoint in endpoints for row in _rows(protocol, data, endpoint)]
    order = described(data, "endpoint, arm and participant")
    note = (
        f"{order} Days of the trial count as in the schedule; time counts from the start. "
        "A loss that is found at a rating happened after the last day known in response."
    )
    if not collected(data, "dispositions"):
        note += f" Reasons for leaving are not known: {NOT_COLLECTED['dispositions']}."
    if not rows:
        note = "No participant was at risk."
    return [
        Listing(
            id="relapse-times",
            title="Individual times to loss of response",
            columns=HEAD,
            rows=tuple(rows),
            note=note,
            group="16.2.6",
        )
    ]


def _rows(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[tuple[str, ...]]:
    table = times(protocol, data, endpoint)
    order = [arm.id for arm in protocol.arms]
    table = table.sort_values(
        ["arm", "participant"],
        key=lambda c: c.map(order.index) if c.name == "arm" else c,
    )
    return [
        (
            endpoint.label,
            str(row["participant"]),
            protocol.arm(row["arm"]).label,
            f"{row['start_day']:g}",
            f"{row['start_day'] + row['last_known']:g}",
            "lost" if row["event"] else "censored",
            f"{row['start_day'] + row['time']:g}",
            f"{row['time']:g}",
            _reason(protocol, data, endpoint, row),
        )
        for _, row in table.iterrows()
    ]


def _reason(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    row: pd.Series[Any],
) -> str:
    """How the loss was found, or why the observation ended."""
    if row["cause"] == "loss":
        return "loss found at a rating"
    events = data.dispositions[data.dispositions["participant"] == row["participant"]]
    end = float(row["start_day"] + row["time"])
    if row["cause"] in ("composite", "hypothetical"):
        names = {
            e.milestone: e.event
            for e in endpoint.estimand.intercurrent
            if e.strategy == row["cause"]
        }
        here = events[events["milestone"].isin(names) & (events["day"] == end)]
        return "; ".join(dict.fromkeys(names[m] for m in here["milestone"]))
    left = events[events["milestone"].isin(LOST)].sort_values("day")
    if len(left):
        first = left.iloc[0]
        day = "" if pd.isna(first["day"]) else f" on day {first['day']:g}"
        cause = "" if pd.isna(first["reason"]) else f": {first['reason']}"
        return f"{LEFT[first['milestone']]}{day}{cause}"
    visits = list(later_visits(protocol, endpoint))
    days = visit_days(data, protocol)
    own = days[days["participant"] == row["participant"]].set_index("visit")["day"]
    if visits and float(own[visits[-1]]) <= end:
        return "not lost at the last planned rating"
    return "no later rating"
