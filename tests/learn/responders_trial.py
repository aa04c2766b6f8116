"""The reference trial with virtual participants, changed where a test needs it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

import equipoise as eq
from equipoise.analyze.observed import changes
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.exchange.scenarios import load_scenario
from equipoise.protocol.candidates import Candidate
from equipoise.protocol.model import Protocol
from equipoise.protocol.worthwhile import Worthwhile
from equipoise.simulate.trial import simulate


@cache
def trial(n: int = 30, seed: int = 2021) -> tuple[Protocol, UnblindedTrialData]:
    protocol = eq.load_protocol("feder2021")
    data = simulate(protocol, load_scenario("feder2021"), seed=seed, n=n)
    assert isinstance(data, UnblindedTrialData)
    return protocol, data


@cache
def trial_with_rule() -> tuple[Protocol, UnblindedTrialData]:
    """260 participants whose age goes with the change, in each arm in another direction."""
    protocol, data = trial(260, 5)
    endpoint = protocol.endpoint("caps5_change")
    table = changes(protocol, data, endpoint).set_index("participant")
    sign = table["arm"].map({"ketamine": 1.0, "midazolam": -1.0})
    age = 45 - sign * (table["change"] - table["change"].mean()) / 2
    people = data.participants.set_index("participant", drop=False)
    people = people.assign(age=age.reindex(people.index).clip(18, 70).round())
    stated = Worthwhile(endpoint="caps5_change", difference=8.0, reason="six infusions")
    declared = declaring(protocol, candidate("age", direction="higher"))
    declared = declared.model_copy(update={"worthwhile": stated})
    return declared, with_people(data, people.reset_index(drop=True))


def with_people(data: UnblindedTrialData, people: pd.DataFrame) -> UnblindedTrialData:
    return UnblindedTrialData(
        **(dict(data.tables()) | {"participants": people}),
        origin=data.origin,
        scales=data.scales,
        not_answered=data.not_answered,
        provided=data.provided,
    )


def candidate(name: str, **stated: Any) -> Candidate:
    given = {
        "name": name,
        "direction": "unknown",
        "reason": "a test",
        "declared": "before unblinding",
    }
    return Candidate.model_validate(given | stated)


def declaring(protocol: Protocol, *candidates: Candidate) -> Protocol:
    return protocol.model_copy(update={"candidates": candidates})
