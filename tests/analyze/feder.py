"""The reference trial on virtual participants."""

from __future__ import annotations

from functools import cache

import pandas as pd

from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.protocol.model import Protocol
from equipoise.simulate.trial import simulate


@cache
def feder() -> Protocol:
    """The protocol of the library."""
    return load_protocol("feder2021")


def virtual(seed: int = 2021, n: int | None = None) -> UnblindedTrialData:
    """Fresh data: a test may change them."""
    data = simulate(feder(), load_scenario("feder2021"), seed=seed, n=n)
    assert isinstance(data, UnblindedTrialData)
    return data


def emergent(data: UnblindedTrialData) -> pd.DataFrame:
    """Events until 3 days after the last infusion, by the days of the visits."""
    given = data.exposures[["participant", "visit"]].merge(data.visits)
    last = given.groupby("participant")["actual_day"].max()
    events = data.events
    return events[events["started_day"] <= events["participant"].map(last) + 3]
