"""Other allocations that the randomization of a protocol could have given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError, listing
from equipoise.numerics.rng import stream
from equipoise.protocol.model import Protocol
from equipoise.randomize.compared_methods import own_method
from equipoise.randomize.trial_factors import TrialFactors


@dataclass(frozen=True, slots=True)
class Redrawn:
    """Allocations of all randomized participants.

    Attributes:
        participants: (n,) ids in the order of randomization.
        treated: (draws, n) who would have been in the arm of interest.
        method: how they were drawn, for a sentence.
        ordered: whether the data state when each was randomized.
        stratum: (n,) number of the stratum of each; 0 without strata.
    """

    participants: tuple[str, ...]
    treated: NDArray[np.bool_]
    method: str
    ordered: bool
    stratum: NDArray[np.int64]


def redrawn(
    protocol: Protocol,
    data: UnblindedTrialData,
    *,
    arm: str,
    versus: str,
    draws: int,
    seed: int,
) -> Redrawn:
    """Draws the allocation of a trial again.

    Two arms: by the method of the protocol, its block sizes, strata or factors. More
    arms: the arms of the two compared are permuted within strata, given who is in them.

    Args:
        protocol: with its randomization.
        data: with the actual arms and the levels of the strata.
        arm: of interest.
        versus: the other arm.
        draws: number of allocations.
        seed: of the stream ``learn, allocations``.

    Raises:
        AnalysisError: EQ853, a participant has no level of a stratum.
    """
    people = data.participants[data.participants["arm"].isin([arm, versus])]
    ordered = bool(people["randomized_at"].notna().all())
    if ordered:
        people = people.sort_values("randomized_at", kind="stable")
    factors, levels = _factors(protocol, people)
    rng = stream(seed, "learn", "allocations")
    n = len(people)
    plan = protocol.randomization
    stratum = factors.stratum(levels)
    if len(protocol.arms) == 2:
        ratios = {one.id: one.ratio for one in protocol.arms}
        method = own_method(ratios, plan, stratified=bool(plan.strata))
        every = np.broadcast_to(levels, (draws, *levels.shape))
        arms = method.allocate(factors, every, rng.random((draws, n))).arms
        treated = arms == list(ratios).index(arm)
        how: str = plan.method
    else:
        order = np.argsort(stratum + rng.random((draws, n)), axis=1)
        home = np.argsort(stratum, kind="stable")
        own = (people["arm"] == arm).to_numpy(bool)
        treated = np.empty((draws, n), dtype=bool)
        np.put_along_axis(treated, order, np.broadcast_to(own[home], (draws, n)), 1)
        how = "permutation of the two arms compared"
    return Redrawn(tuple(people["participant"]), treated, how, ordered, stratum)


def _factors(
    protocol: Protocol, people: pd.DataFrame
) -> tuple[TrialFactors, NDArray[np.int64]]:
    """The factors of the randomization, and the level of each participant."""
    names = protocol.randomization.strata
    absent = [n for n in names if n not in people or people[n].isna().any()]
    if absent:
        raise AnalysisError.single(
            "EQ853",
            "the allocation cannot be drawn again: a participant has no "
            f"{listing(absent)}, by which the randomization is stratified",
            where=f"data, participants.{absent[0]}",
            fix="complete the strata in the data",
        )
    proportions, codes = {}, []
    for name in names:
        code, own = pd.factorize(people[name].astype(str), sort=True)
        proportions[name] = {level: 1 / len(own) for level in own}
        codes.append(code)
    levels = np.array(codes, dtype=np.int64).reshape(len(names), len(people)).T
    return TrialFactors(proportions), levels
