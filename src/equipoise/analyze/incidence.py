"""Adverse events: how many participants had at least one."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.binary import compare
from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.treatment_emergent import emergent
from equipoise.analyze.sets import members
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def incidence(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Participants with at least one event of the kind that the endpoint names.

    Events since day 0 count, and those without a day. Whoever has no event recorded
    counts as having had none: there is no missing value.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    events, note = emergent(data, endpoint.variable.events or "all")
    having = pd.Series(arm.index.isin(events["participant"]), index=arm.index)
    return compare(protocol, endpoint, arm, having, note)
