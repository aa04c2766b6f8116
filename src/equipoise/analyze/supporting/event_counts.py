"""Treatment-emergent events of each participant, and the time in which they count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equipoise.analyze.binary.incidence import UNRECORDED
from equipoise.analyze.safety.adverse_events import observed_members
from equipoise.analyze.safety.event_flags import flag
from equipoise.analyze.safety.person_time import emergent_time, why_not_compared
from equipoise.analyze.safety.safety_set import safety_set
from equipoise.analyze.safety.treatment_emergent import (
    emergent_events,
    treatment_period,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

WEEK = 7.0


def event_counts(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> tuple[pd.DataFrame, str | None]:
    """Events of the kind of an incidence endpoint, by participant.

    All treatment-emergent events count, also the second of a participant. The time is
    that in which an event would be treatment-emergent, up to the last day observed.

    Returns:
        ``participant, arm, value, weeks`` of each participant with a recorded treatment
        period, and why the arms cannot be compared: adverse events were not collected,
        the treatment period or the kind of an event is not recorded, or follow-up
        depends on the outcome. None where they can.

    Source: Liu et al. 2006, J Biopharm Stat 16:1-11 (exposure-adjusted event rates).
    """
    empty = pd.DataFrame(
        {"participant": [], "arm": [], "value": [], "weeks": []}, dtype=float
    ).astype({"participant": object, "arm": object})
    arm, reason = safety_set(protocol, data, endpoint.estimand.population)
    if arm is None:
        return empty, str(reason).removeprefix("cannot be estimated: ")
    arm = observed_members(protocol, data, arm)
    emergent = emergent_events(protocol, data, arm.index)
    if not emergent.collected:
        return empty, str(emergent.note())
    if not emergent.recorded:
        return empty, "the treatment period is not recorded"
    kind = endpoint.variable.events or "all"
    flags = flag(emergent.rows, kind)
    of_kind = emergent.rows[flags.fillna(False).astype(bool)]
    number = of_kind["participant"].value_counts()
    days = emergent_time(protocol, data).reindex(arm.index)
    table = pd.DataFrame(
        {
            "participant": arm.index,
            "arm": arm.to_numpy(),
            "value": number.reindex(arm.index).fillna(0).to_numpy(float),
            "weeks": days.to_numpy(float) / WEEK,
        }
    ).dropna(subset=["weeks"])
    if flags.isna().any():
        what = f"{UNRECORDED[kind]} not recorded for {int(flags.isna().sum())} events"
        return table, what
    last = treatment_period(protocol, data)["end"].max()
    why = why_not_compared(protocol, float(np.inf if pd.isna(last) else last))
    return table, None if why is None else why.removeprefix(
        "not compared between arms: "
    )
