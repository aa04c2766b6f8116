"""A simulated trial with interim analyses, and its protocol with other plans."""

from functools import cache

import pandas as pd

import equipoise as eq
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.exchange.scenarios import load_scenario
from equipoise.protocol.interim import InterimAnalyses
from equipoise.protocol.model import Protocol
from equipoise.simulate.trial import simulate

FEDER = eq.load_protocol("feder2021")


def planned(**keys: object) -> Protocol:
    """The reference protocol with ``[interim]``; ``endpoint`` becomes the primary one."""
    plan = {
        "endpoint": "caps5_change",
        "analyses": (0.5, 0.75, 1.0),
        "efficacy": "lan-demets-of",
        "power": 0.8,
    } | keys
    interim = InterimAnalyses.model_validate(plan | {"assumed": True})
    return FEDER.model_copy(update={"interim": interim})


@cache
def virtual(n: int = 30) -> UnblindedTrialData:
    """Simulated participants, 30 over three years; not to be changed."""
    data = simulate(FEDER, load_scenario("feder2021"), seed=5, n=n)
    assert isinstance(data, UnblindedTrialData)
    return data


def changed(**tables: pd.DataFrame) -> TrialData:
    """The simulated trial with other tables."""
    made = dict(virtual().tables()) | tables
    return TrialData.from_tables(FEDER, made, origin=virtual().origin)
