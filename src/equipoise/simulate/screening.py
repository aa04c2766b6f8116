"""Who is screened, who is excluded and why, and who is randomized to what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SimulationError
from equipoise.errors.counted import agreeing
from equipoise.protocol.population import SITE, Requirement
from equipoise.randomize.methods import allocation_sequence, minimized
from equipoise.simulate.characteristics import Values, characteristics
from equipoise.simulate.context import Context
from equipoise.simulate.random_draws import Floats, Roster, choices, uniforms
from equipoise.simulate.recruitment import sites_of
from equipoise.simulate.score_trajectories import Arms

FEWEST_RANDOMIZED = 0.02  # share of the screened below which a trial would not end


@dataclass(frozen=True)
class Cohort:
    """All screened participants, in the order of arrival, the last one randomized.

    A cohort holds one trial or many, one after the other.

    Attributes:
        people: who they are.
        values: characteristic id -> values; also ``site``.
        z: (people, visits, instruments) correlated standard normal numbers.
        arms: index of the arm, -1 for who was excluded.
        why: index into ``texts`` of the reason of exclusion; -1 for who was not excluded.
        texts: reasons of exclusion.
        last_visit: index of the last visit of the excluded; of all for the others.
    """

    people: Roster
    values: Values
    z: Floats
    arms: Arms
    why: NDArray[np.intp]
    texts: tuple[str, ...]
    last_visit: NDArray[np.intp]

    @property
    def ids(self) -> NDArray[np.object_]:
        """(people,) names, ``P0001`` onwards in each trial."""
        return self.people.names

    @property
    def randomized(self) -> NDArray[np.bool_]:
        """(people,) whether each was randomized."""
        return self.arms >= 0

    @cached_property
    def reasons(self) -> NDArray[np.object_]:
        """(people,) why each was excluded; an empty text for who was not."""
        return np.array([*self.texts, ""], dtype=object)[self.why]


def screen(context: Context, seeds: tuple[int, ...], n: int) -> Cohort:
    """Screens people until ``n`` of them are randomized in each trial.

    Args:
        context: states who comes and who is eligible.
        seeds: of the trials.
        n: randomized in each.

    Raises:
        SimulationError: EQ622, fewer than 2% of the screened are eligible.
    """
    batch, left = n + 20, np.arange(len(seeds))
    found: list[tuple[NDArray[np.intp], Cohort]] = []
    while len(left):
        people = Roster.of(tuple(seeds[i] for i in left), [batch] * len(left))
        drawn = _screened(context, people)
        eligible = (drawn.why < 0).reshape(len(left), batch)
        enough = eligible.sum(axis=1) >= n
        if not enough.all() and batch > 1000:
            _refuse_few(context, eligible[~enough].sum(axis=1), batch)
        order = np.cumsum(eligible, axis=1)
        until = order - eligible < n  # the last one is the n-th who is eligible
        chosen = (enough[:, None] & until).reshape(-1)
        found.append((left, _some(drawn, chosen)))
        left, batch = left[~enough], 2 * batch
    whole = found[0][1] if len(found) == 1 else _joined(seeds, found)
    arms = np.full(len(whole.people), -1, dtype=np.intp)
    for t, seed in enumerate(whole.people.seeds):
        start, end = np.searchsorted(whole.people.trial, [t, t + 1])
        who = start + np.flatnonzero(whole.why[start:end] < 0)
        arms[who] = _allocated(context, seed, whole.values, who)
    return replace(whole, arms=arms)


def _screened(context: Context, people: Roster) -> Cohort:
    """People as far as screening goes: nobody has an arm."""
    values = characteristics(context.scenario, people)
    values[SITE] = sites_of(context.scenario.conduct.recruitment, people)
    z = context.plan.correlated(people)
    why, texts, last_visit = _excluded(context, values, z, people)
    nobody = np.full(len(people), -1, dtype=np.intp)
    return Cohort(people, values, z, nobody, why, texts, last_visit)


def _some(cohort: Cohort, chosen: NDArray[np.bool_]) -> Cohort:
    return Cohort(
        cohort.people.some(chosen),
        {name: column[chosen] for name, column in cohort.values.items()},
        cohort.z[chosen],
        cohort.arms[chosen],
        cohort.why[chosen],
        cohort.texts,
        cohort.last_visit[chosen],
    )


def _joined(
    seeds: tuple[int, ...], found: list[tuple[NDArray[np.intp], Cohort]]
) -> Cohort:
    """The trials of several rounds of screening, in their order."""
    trial = np.concatenate([left[part.people.trial] for left, part in found])
    order = np.argsort(trial, kind="stable")
    parts = [part for _, part in found]

    def put(columns: list[NDArray[np.generic]]) -> NDArray[np.generic]:
        return np.concatenate(columns)[order]

    place = np.concatenate([part.people.place for part in parts])[order]
    return Cohort(
        Roster(seeds, trial[order], place),
        {name: put([p.values[name] for p in parts]) for name in parts[0].values},
        np.concatenate([p.z for p in parts])[order],
        np.concatenate([p.arms for p in parts])[order],
        np.concatenate([p.why for p in parts])[order],
        parts[0].texts,
        np.concatenate([p.last_visit for p in parts])[order],
    )


def _refuse_few(context: Context, eligible: NDArray[np.intp], batch: int) -> None:
    """Rejects a scenario under which a trial would not end."""
    fewest = int(eligible.min())
    if fewest >= FEWEST_RANDOMIZED * batch:
        return
    raise SimulationError.single(
        "EQ622",
        f"of {batch:,} people screened only {fewest} {agreeing(fewest, 'is')} eligible",
        where=f"scenario {context.scenario.scenario.id}: conduct.exclusions, "
        "characteristics and courses, against the protocol's eligibility rules",
        fix="lower the probabilities of exclusion, or state characteristics "
        "and baseline scores that the eligibility rules allow",
    )


def _excluded(
    context: Context, values: Values, z: Floats, people: Roster
) -> tuple[NDArray[np.intp], tuple[str, ...], NDArray[np.intp]]:
    """Reason of exclusion of each, the reasons, and each one's last visit."""
    scores = context.plan.scores(context.plan.untreated(z))
    last = np.full(len(people), len(context.visits) - 1)
    stated = context.scenario.conduct.exclusions
    criteria = {part.id: part.text for part in context.protocol.eligibility}
    texts = [e.reason or criteria[e.criterion or ""] for e in stated]
    why = choices(uniforms(people, "exclusion"), [e.probability for e in stated])
    why = np.where(why < len(stated), why, -1)
    last[why >= 0] = 0
    for criterion in context.protocol.eligibility:
        if criterion.require is None:
            continue
        met = _meets(context, criterion.require, values, scores)
        fails = (why < 0) & (met == (criterion.kind == "exclusion"))
        why[fails] = len(texts)
        texts.append(criterion.text)
        at = criterion.require.visit
        last[fails] = context.visit[at] if at else 0
    return why, tuple(texts), last


def _meets(
    context: Context, rule: Requirement, values: Values, scores: Floats
) -> NDArray[np.bool_]:
    """Whether each person fulfils a rule."""
    if rule.characteristic is not None:
        column = values[rule.characteristic]
    else:
        k = context.plan.instruments.index((rule.score or "").partition(".")[0])
        column = scores[:, context.visit[rule.visit or ""], k]
    met = np.ones(len(column), dtype=bool)
    if rule.one_of:
        met &= np.isin(column, rule.one_of)
    if rule.min is not None:
        met &= column >= rule.min
    if rule.max is not None:
        met &= column <= rule.max
    return met


def _allocated(
    context: Context, seed: int, values: Values, who: NDArray[np.intp]
) -> Arms:
    """Arms of the randomized of a trial, from the list of each one's stratum."""
    protocol = context.protocol
    if protocol.randomization.method == "minimization":
        names = protocol.randomization.strata
        people = [{n: str(values[n][person]) for n in names} for person in who]
        draws = minimized(protocol, people, seed=seed)
        return np.array([context.arm[draw.arm] for draw in draws], dtype=np.intp)
    strata: defaultdict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(who):
        levels = {n: str(values[n][person]) for n in protocol.randomization.strata}
        strata[protocol.randomization.stratum(levels)].append(place)
    arms = np.empty(len(who), dtype=np.intp)
    for stratum, places in strata.items():
        drawn = allocation_sequence(protocol, len(places), seed=seed, stratum=stratum)
        arms[places] = [context.arm[arm] for arm in drawn]
    return arms
