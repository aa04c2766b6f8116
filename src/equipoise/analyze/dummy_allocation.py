"""Dummy allocation: dry run of the analysis while the trial is blinded."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equipoise.dataset.tables import TABLES
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.numerics.rng import stream
from equipoise.protocol.model import Protocol


def with_dummy_arms(
    protocol: Protocol, data: TrialData, *, seed: int
) -> UnblindedTrialData:
    """The data with arms drawn in the protocol's ratio, for all randomized participants.

    The real allocation is not used: blinded data do not contain it.

    Args:
        protocol: of the trial.
        data: blinded.
        seed: names the draw.
    """
    people = data.participants
    randomized = people["randomized_at"].notna()
    milestone = data.dispositions["milestone"] == "randomized"
    randomized |= people["participant"].isin(
        data.dispositions.loc[milestone, "participant"]
    )
    if not randomized.any():
        randomized |= True  # the data do not say who was screened only
    shares = [arm.id for arm in protocol.arms for _ in range(arm.ratio)]
    n = int(randomized.sum())
    arms = np.resize(np.array(shares, dtype=object), n)
    arms = stream(seed, "dummy-allocation").permutation(arms)
    column = pd.Series(pd.NA, index=people.index, dtype="string")
    column[randomized] = arms
    tables = dict(data.tables())
    tables["participants"] = people.assign(arm=column)
    tables["exposures"] = data.exposures.assign(
        drug=pd.Series(pd.NA, index=data.exposures.index, dtype="string"),
        dose_mg=np.nan,
    )
    for name in ("participants", "exposures"):
        stated = [c.name for c in TABLES[name].columns if c.name in tables[name]]
        extra = [c for c in tables[name].columns if c not in stated]
        tables[name] = tables[name][[*stated, *extra]]
    return UnblindedTrialData(
        **tables,
        origin=data.origin.blinded(),
        scales=data.scales,
        not_answered=data.not_answered,
        provided=data.provided,
    )
