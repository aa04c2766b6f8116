"""Listing of the individual times to the loss of a state."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.listing_order import described
from equipoise.analyze.population.participant_flow import LOST
from equipoise.analyze.result import Listing
from equipoise.analyze.time_to_event.estimates import later_visits
from equipoise.analyze.time_to_event.from_randomization import (
    competing_events,
    is_from_randomization,
)
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
FROM_RANDOMIZATION = (
    "Endpoint",
    "Participant",
    "Arm",
    "Randomized, day of the trial",
    "Last day known without the event",
    "Outcome",
    "Day of event or censoring",
    "Time, days",
    "Reason",
)


def times_listing(protocol: Protocol, data: UnblindedTrialData) -> list[Listing]:
    """Individual times of every endpoint that is a time to an event.

    Returns:
        ``relapse-times``, of losses of a state, and ``event-times``, of times from
        randomization, each ordered by endpoint, arm and participant; neither without
        such an endpoint.

    Source: ICH E3 16.2.6, individual efficacy response data.
    """
    timed = [e for e in protocol.endpoints if e.type == "time-to-event"]
    losses = [e for e in timed if not is_from_randomization(protocol, e)]
    events = [e for e in timed if is_from_randomization(protocol, e)]
    return [*_losses(protocol, data, losses), *_events(protocol, data, events)]


def _events(
    protocol: Protocol, data: UnblindedTrialData, endpoints: list[Endpoint]
) -> list[Listing]:
    """Times from randomization."""
    if not endpoints:
        return []
    rows = [row for endpoint in endpoints for row in _rows(protocol, data, endpoint)]
    order = described(data, "endpoint, arm and participant")
    return [
        Listing(
            id="event-times",
            title="Individual times to an event from randomization",
            columns=FROM_RANDOMIZATION,
            rows=tuple(rows),
            note=f"{order} Days of the trial count as in the schedule; time counts from "
            "randomization. An event that is found at a rating happened after the last "
            "day known without it.",
            group="16.2.6",
        )
    ]


def _losses(
    protocol: Protocol, data: UnblindedTrialData, endpoints: list[Endpoint]
) -> list[Listing]:
    """Times to the loss of a state."""
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
    outcome = "event" if is_from_randomization(protocol, endpoint) else "lost"
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
            outcome if row["event"] else "censored",
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
    randomized = is_from_randomization(protocol, endpoint)
    if row["cause"] == "loss":
        return "event found at a rating" if randomized else "loss found at a rating"
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
    definition = protocol.definition(endpoint.variable.definition or "")
    if row["cause"] == "milestone":
        here = events["milestone"].isin(definition.events) & (events["day"] == end)
        return "; ".join(m.replace("-", " ") for m in events.loc[here, "milestone"])
    if definition.until is not None and row["time"] >= definition.until:
        return f"observed to day {definition.until:g} after randomization"
    ways = competing_events(protocol, endpoint) if randomized else LOST
    left = events[events["milestone"].isin(ways)].sort_values("day")
    if len(left):
        first = left.iloc[0]
        day = "" if pd.isna(first["day"]) else f" on day {first['day']:g}"
        cause = "" if pd.isna(first["reason"]) else f": {first['reason']}"
        name = str(first["milestone"])
        return f"{LEFT.get(name, name.replace('-', ' '))}{day}{cause}"
    if randomized and definition.of is None:
        return "no event up to the last day known in the study"
    visits = list(later_visits(protocol, endpoint))
    days = visit_days(data, protocol)
    own = days[days["participant"] == row["participant"]].set_index("visit")["day"]
    if visits and float(own[visits[-1]]) <= end:
        found = "no event" if randomized else "not lost"
        return f"{found} at the last planned rating"
    return "no later rating"
