"""The reference trial on virtual participants."""

from __future__ import annotations

from functools import cache

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
