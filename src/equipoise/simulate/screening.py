"""Who is screened, who is excluded and why, and who is randomized to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SimulationError
from equipoise.protocol.population import Requirement
from equipoise.randomize.sequence import allocation_sequence, minimized
from equipoise.simulate.characteristics import Values, characteristics
from equipoise.simulate.course import Arms
from equipoise.simulate.draws import Floats, choices, uniforms
from equipoise.simulate.world import World

FEWEST_RANDOMIZED = 0.02  # share of the screened below which a trial would not end


@dataclass(frozen=True)
class Cohort:
    """Everybody who was screened, in the order of arrival, the last one randomized.

    Attributes:
        ids: names, ``P0001`` onwards.
        values: characteristic id -> values.
        z: (people, visits, instruments) correlated standard normal numbers.
        arms: index of the arm, -1 for who was excluded.
        reasons: why somebody was excluded; an empty text for who was not.
        last_visit: index of the last visit of the excluded; of all for the others.
    """

    ids: tuple[str, ...]
    values: Values
    z: Floats
    arms: Arms
    reasons: NDArray[np.object_]
    last_visit: NDArray[np.intp]

    @property
    def randomized(self) -> NDArray[np.bool_]:
        """(people,) whether each was randomized."""
        return self.arms >= 0


def screen(world: World, n: int) -> Cohort:
    """Screens people until ``n`` of them are randomized.

    Raises:
        SimulationError: EQ622, fewer than 2 % of the screened are eligible.
    """
    batch = n + 20
    while True:
        ids = tuple(f"P{i:04d}" for i in range(1, batch + 1))
        values = characteristics(world.truth, world.seed, ids)
        z = world.plan.correlated(world.seed, ids)
        reasons, last_visit = _excluded(world, values, z, ids)
        eligible = np.flatnonzero(reasons == "")
        if len(eligible) >= n:
            break
        if len(eligible) < FEWEST_RANDOMIZED * batch and batch > 1000:
            raise SimulationError.single(
                "EQ622",
                f"of {batch} people screened only {len(eligible)} are eligible",
                where=f"truth {world.truth.truth.id}: conduct.exclusions, "
                "characteristics and courses, against the protocol's eligibility rules",
                mend="lower the probabilities of exclusion, or state characteristics "
                "and baseline scores that the eligibility rules allow",
            )
        batch = 2 * batch
    end = int(eligible[n - 1]) + 1
    values = {name: column[:end] for name, column in values.items()}
    arms = np.full(end, -1, dtype=np.intp)
    arms[eligible[:n]] = _allocated(world, values, eligible[:n])
    return Cohort(ids[:end], values, z[:end], arms, reasons[:end], last_visit[:end])


def _excluded(
    world: World, values: Values, z: Floats, people: Sequence[str]
) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Reasons of exclusion, and the index of the last visit that each person has."""
    no_arm = np.full(len(people), -1)
    scores = world.plan.scores(world.plan.latent(z, no_arm))
    reasons = np.full(len(people), "", dtype=object)
    last = np.full(len(people), len(world.visits) - 1)
    stated = world.truth.conduct.exclusions
    criteria = {part.id: part.text for part in world.protocol.eligibility}
    texts = [e.reason or criteria[e.criterion or ""] for e in stated]
    drawn = choices(
        uniforms(world.seed, people, "exclusion"), [e.probability for e in stated]
    )
    for i, text in enumerate(texts):
        reasons[drawn == i], last[drawn == i] = text, 0
    for criterion in world.protocol.eligibility:
        if criterion.require is None:
            continue
        met = _meets(world, criterion.require, values, scores)
        fails = (reasons == "") & (met == (criterion.kind == "exclusion"))
        reasons[fails] = criterion.text
        at = criterion.require.visit
        last[fails] = world.visit[at] if at else 0
    return reasons, last


def _meets(
    world: World, rule: Requirement, values: Values, scores: Floats
) -> NDArray[np.bool_]:
    """Whether each person fulfils a rule."""
    if rule.characteristic is not None:
        column = values[rule.characteristic]
    else:
        k = world.plan.instruments.index((rule.score or "").partition(".")[0])
        column = scores[:, world.visit[rule.visit or ""], k]
    met = np.ones(len(column), dtype=bool)
    if rule.one_of:
        met &= np.isin(column, rule.one_of)
    if rule.min is not None:
        met &= column >= rule.min
    if rule.max is not None:
        met &= column <= rule.max
    return met


def _allocated(world: World, values: Values, who: NDArray[np.intp]) -> Arms:
    """Arms of the randomized, from the list of each one's stratum, in order."""
    protocol = world.protocol
    if protocol.randomization.method == "minimization":
        names = protocol.randomization.strata
        people = [{n: str(values[n][person]) for n in names} for person in who]
        draws = minimized(protocol, people, seed=world.seed)
        return np.array([world.arm[draw.arm] for draw in draws], dtype=np.intp)
    strata: defaultdict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(who):
        levels = [str(values[name][person]) for name in protocol.randomization.strata]
        strata["; ".join(levels) or "all"].append(place)
    arms = np.empty(len(who), dtype=np.intp)
    for stratum, places in strata.items():
        drawn = allocation_sequence(
            protocol, len(places), seed=world.seed, stratum=stratum
        )
        arms[places] = [world.arm[arm] for arm in drawn]
    return arms
