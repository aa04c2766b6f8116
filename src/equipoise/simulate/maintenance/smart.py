"""The SMART that would settle it: randomized twice, sized and then simulated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from equipoise.design.requirements import Target
from equipoise.design.smart import Regime, embedded
from equipoise.errors import SimulationError
from equipoise.numerics.rng import stream
from equipoise.simulate.maintenance.assumptions import Assumptions
from equipoise.simulate.maintenance.compare import (
    Number,
    check_assessments,
    check_responders,
)
from equipoise.simulate.maintenance.participants import cohorts
from equipoise.simulate.maintenance.schedule_outcomes import Switch, follow_schedule
from equipoise.simulate.maintenance.schedules import Schedule, check_schedules
from equipoise.simulate.maintenance.withdrawal import (
    BLOCK,
    check_reachable,
    check_simulation,
    proportion,
)
from equipoise.simulate.random_draws import Floats

Pair = tuple[int, int]  # places of the first and the second treatment


@dataclass(frozen=True, slots=True)
class PotentialOutcomes:
    """Outcomes of the same people under every treatment that the trial has.

    Attributes:
        firsts, seconds: two schedules each.
        decision: day on which who is rated out of response is randomized again.
        lost: (2, people) who that is, by first schedule.
        outcome: (2, 2, people) days in response as rated, by first and second; who is
            in response on that day has the same under both seconds.
        infusions: (2, 2, people).
        treated: people who had the induction.
    """

    firsts: tuple[Schedule, Schedule]
    seconds: tuple[Schedule, Schedule]
    decision: int
    lost: NDArray[np.bool_]
    outcome: Floats
    infusions: Floats
    treated: int

    def regime(self, pair: Pair) -> Regime:
        """What the size of the trial needs to know of one embedded regime."""
        lost, y = self.lost[pair[0]], self.outcome[pair]
        kept, other = y[~lost], y[lost]
        return Regime(
            response=float((~lost).mean()),
            mean_response=float(kept.mean()) if kept.size else 0.0,
            sd_response=float(kept.std()) if kept.size else 0.0,
            mean_other=float(other.mean()) if other.size else 0.0,
            sd_other=float(other.std()) if other.size else 0.0,
        )

    def named(self, pair: Pair) -> str:
        """Such as ``every:28, then every:7 if lost``."""
        first, second = self.firsts[pair[0]], self.seconds[pair[1]]
        return f"{first.spelling}, then {second.spelling} if lost"


@dataclass(frozen=True, slots=True)
class Smart:
    """The trial.

    Attributes:
        one, other: the two regimes that it is sized for.
        difference: of their means, days in response as rated.
        participants: responders to randomize.
        power: of the weighted comparison in simulated trials of so many.
        error: of the first kind, where one regime is compared with a copy of itself.
        treated: people to be given the induction for so many responders.
    """

    one: Pair
    other: Pair
    difference: Number
    participants: int
    power: Number
    error: Number
    treated: int


def potential_outcomes(
    assumed: Assumptions,
    firsts: Sequence[Schedule],
    seconds: Sequence[Schedule],
    *,
    decision: int = 56,
    people: int = 5000,
    horizon: int = 182,
    seed: int = 1,
    assessed: int = 7,
    allowed: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> PotentialOutcomes:
    """Follows the same responders through all of the trial.

    Args:
        assumed: the assumptions about participants.
        firsts: two schedules.
        seconds: two schedules, whose days count from ``decision``.
        decision: day of maintenance.
        people: who have the induction.
        horizon: days of maintenance.
        seed: of the random streams.
        assessed: days between assessments.
        allowed: infusions that one person may have under one schedule.
        progress: called with what is being done.

    Raises:
        SimulationError: EQ672, other than two different schedules each, or a decision
            that is not within the horizon; EQ621, EQ622, EQ673.
    """
    if len(firsts) != 2 or len(seconds) != 2 or not 1 <= decision < horizon:
        raise SimulationError.single(
            "EQ672",
            f"{len(firsts)} first and {len(seconds)} second schedules, decision on day "
            f"{decision} of {horizon}",
            where="SMART",
            fix="give two first and two second schedules, and a day within the horizon",
        )
    check_schedules(firsts, horizon, allowed)
    check_schedules(seconds, horizon - decision, allowed)
    check_assessments(assessed, horizon)
    lost, outcome, infusions = [], [], []
    treated = 0
    for cohort in cohorts(assumed, people, horizon, seed):
        treated += cohort.treated
        if progress:
            progress(f"{treated} of {people} people")
        runs = [
            follow_schedule(cohort, a, horizon, assessed, Switch(decision, b))
            for a, b in product(firsts, seconds)
        ]
        lost.append(np.stack([runs[0].switched, runs[2].switched]))
        outcome.append(np.stack([run.days_rated for run in runs]))
        infusions.append(np.stack([run.infusions for run in runs]))
    found = np.concatenate(outcome, axis=1)
    check_responders(found.shape[1], treated)
    return PotentialOutcomes(
        firsts=(firsts[0], firsts[1]),
        seconds=(seconds[0], seconds[1]),
        decision=decision,
        lost=np.concatenate(lost, axis=1),
        outcome=found.reshape(2, 2, -1),
        infusions=np.concatenate(infusions, axis=1).reshape(2, 2, -1).astype(float),
        treated=treated,
    )


def smart(
    people: PotentialOutcomes,
    one: Pair = (0, 0),
    other: Pair = (1, 0),
    target: Target | None = None,
    *,
    dropout: float = 0.1,
    trials: int = 2000,
    seed: int = 1,
) -> Smart:
    """Sizes the trial for two regimes that begin differently, and simulates it.

    Both randomizations are 1:1. Participants of simulated trials are drawn with
    replacement from the people; means are weighted by the inverse probability of what
    each had, their variances are those of the weighted residuals.

    Args:
        people: their outcomes under everything.
        one: a regime, by the places of its first and second schedule.
        other: one with another first schedule.
        target: error and power.
        dropout: share without an outcome, at random, 0 to below 1; so many more are
            randomized.
        trials: simulated.
        seed: of the trials.

    Raises:
        DesignError: EQ801; EQ802, the regimes differ so little that more than 20,000
            participants are needed.

    Source: Murphy 2005, Stat Med 24:1455-1481; Nahum-Shani et al. 2012, Psychol Methods
    17:457-477 (weighted means).
    """
    target = target or Target()
    check_simulation(dropout, trials)
    regimes = people.regime(one), people.regime(other)
    check_reachable(0.0 if regimes[0].mean != regimes[1].mean else inf, "the regimes")
    found = embedded(*regimes, target)
    check_reachable(found.total / (1 - dropout), "the regimes")
    n = ceil(found.total - 1e-9)
    both = people.outcome[one] - people.outcome[other]
    power = _power(people, (one, other), n, target, trials, (seed, "power"))
    null = _power(people, (one, one), n, target, trials, (seed, "null"))
    randomized = ceil(n / (1 - dropout))
    return Smart(
        one=one,
        other=other,
        difference=Number(
            float(both.mean()), float(both.std(ddof=1) / np.sqrt(both.size))
        ),
        participants=randomized,
        power=power,
        error=null,
        treated=ceil(randomized * people.treated / both.size),
    )


def _power(
    people: PotentialOutcomes,
    regimes: tuple[Pair, Pair],
    n: int,
    target: Target,
    trials: int,
    names: tuple[int, str],
) -> Number:
    """Share of simulated trials in which the two weighted means differ.

    For the error, both arms of the trial have the first treatment of one regime.
    """
    rng = stream(names[0], "maintenance", "smart", names[1])
    hits, done = 0, 0
    while done < trials:
        block = min(trials - done, max(BLOCK // n, 1))
        who = rng.integers(people.lost.shape[1], size=(block, n))
        arm, again = rng.integers(2, size=(2, block, n))
        means, variances = [], []
        for place, pair in enumerate(regimes):
            lost = people.lost[pair[0]][who]
            y = people.outcome[pair][who]
            follows = (arm == place) & (~lost | (again == pair[1]))
            weight = follows * np.where(lost, 4.0, 2.0)
            total = weight.sum(axis=1)
            mean = (weight * y).sum(axis=1) / total
            means.append(mean)
            residual = weight * (y - mean[:, None])
            variances.append((residual**2).sum(axis=1) / total**2)
        z = (means[0] - means[1]) / np.sqrt(variances[0] + variances[1])
        hits += int((np.abs(z) >= target.z[0]).sum())
        done += block
    return proportion(hits, trials)
