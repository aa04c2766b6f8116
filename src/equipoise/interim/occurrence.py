"""When an interim analysis takes place: the cut-off at which its participants are there."""

from __future__ import annotations

from datetime import date
from math import ceil

import pandas as pd

from equipoise.analyze.time_to_event.times import times
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import DesignError
from equipoise.interim.cutoff import due_day, last_days
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def cutoff_at(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, fraction: float
) -> date:
    """The first date at which a fraction of the endpoint has been reached.

    For an endpoint at a visit, that at which the visit was due for the fraction of the
    randomized participants, rounded up (``at_cutoff``). For a time to an event, that of
    the event that makes the fraction of all events, rounded up. It depends on dates and
    on the number of events, and on no comparison of the arms.

    Args:
        protocol: of the trial.
        data: of the complete trial, with dates of randomization.
        endpoint: of the interim analyses.
        fraction: of the planned information, above 0 and at most 1.

    Raises:
        DesignError: EQ836, an allocated participant has no date of randomization, or
            the trial has no event or no participant with an arm.
    """
    today = pd.Timestamp(2000, 1, 1)
    known = last_days(protocol, data, today, started_only=False)
    if endpoint.type == "time-to-event":
        table = times(protocol, data, endpoint)
        rows = table[table["event"]]
        day = (rows["time"] + rows["start_day"]).to_numpy(float)
        shift = day - known.reindex(rows["participant"]).to_numpy(float)
    else:
        shift = due_day(protocol, endpoint) - known.to_numpy(float)
    if not len(shift):
        raise DesignError.single(
            "EQ836",
            f"no participant reaches {endpoint.label}, and no interim analysis takes place",
            where="data, interim analysis",
            fix="see that the data contain randomized participants and their events",
        )
    count = ceil(fraction * len(shift) - 1e-9)
    days = sorted(shift)[count - 1]
    return (today + pd.Timedelta(days=ceil(days))).date()
