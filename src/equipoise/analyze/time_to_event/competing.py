"""Competing events of a time to an event: leaving before it, by withdrawal or death."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.analyze.population.participant_flow import LOST
from equipoise.analyze.time_to_event.from_randomization import (
    competing_events,
    is_from_randomization,
)
from equipoise.dataset.collected import collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def with_causes(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    table: pd.DataFrame,
) -> tuple[pd.DataFrame, NDArray[np.bool_] | None]:
    """Times with the kind of event: 1 the event, 2 a competing one, 0 neither.

    A participant without the event who left by a competing event has the later of the
    last known day and the day of leaving as time.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: time to an event.
        table: ``participant, arm, time, event, start_day`` of all participants at risk.

    Returns:
        The table with ``time`` and ``kind``, and who left before the event; the table
        unchanged and None where dispositions were not collected.
    """
    if not collected(data, "dispositions"):
        return table, None
    ways: tuple[str, ...] = LOST
    until: float = np.inf
    if is_from_randomization(protocol, endpoint):
        ways = competing_events(protocol, endpoint)
        definition = protocol.definition(endpoint.variable.definition or "")
        until = definition.until or np.inf
    left = data.dispositions[data.dispositions["milestone"].isin(ways)]
    day = left.groupby("participant")["day"].min().astype(float)
    gone: pd.Series[Any] = (
        table["participant"].map(day).astype(float) - table["start_day"]
    )
    inside = (gone >= 0) & (gone <= until)
    leaves = (~table["event"].astype(bool) & inside).to_numpy(bool)
    latest = np.maximum(table["time"], gone)
    made = table.assign(
        time=table["time"].where(~leaves, latest),
        kind=np.where(table["event"], 1, np.where(leaves, 2, 0)),
    )
    return made, leaves
