"""A trial that compares mean days in response instead of the time to their first loss."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np
from scipy import stats

from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.fixed.means import means
from equipoise.design.requirements import Target, split
from equipoise.numerics.rng import stream
from equipoise.simulate.maintenance.compare import Comparison, Number, ScheduleResult
from equipoise.simulate.maintenance.withdrawal import (
    BLOCK,
    ROUNDS,
    check_reachable,
    check_simulation,
    enlarged,
    proportion,
)
from equipoise.simulate.random_draws import Floats


@dataclass(frozen=True, slots=True)
class MeanDays:
    """Responders are randomized to a schedule or to placebo infusions.

    Attributes:
        difference: of mean days in response as rated.
        participants: in both arms.
        power: of Welch's test in simulated trials.
        treated: people to be given the induction for so many responders.
    """

    difference: Number
    participants: int
    power: Number
    treated: int


def mean_days(
    comparison: Comparison,
    schedule: ScheduleResult,
    target: Target | None = None,
    *,
    dropout: float = 0.1,
    trials: int = 2000,
    seed: int = 1,
) -> MeanDays:
    """Sizes the trial by the t test, and simulates it with Welch's until it has its power.

    Args:
        comparison: schedules over the same people.
        schedule: one of them, not the first.
        target: error, power and allocation of schedule to placebo.
        dropout: share without an outcome, at random; so many more are randomized.
        trials: simulated, of participants drawn with replacement from the responders.
        seed: of the trials.

    Raises:
        DesignError: EQ801; EQ802, the means differ so little that more than 20,000
            participants are needed.

    Source: ``design.fixed.means``; Welch 1947, Biometrika 34:28-35.
    """
    target = target or Target()
    check_simulation(dropout, trials)
    none = comparison.kept[0]
    arms = [kept.values["days_rated"] for kept in (schedule, none)]
    sd = sqrt(float(np.mean([arm.var(ddof=1) for arm in arms])))
    difference = float(arms[0].mean() - arms[1].mean())
    check_reachable(0.0 if difference else inf, "mean days in response")
    size = means(difference, sd, target)
    check_reachable(size.total, "mean days in response")
    n, power = sum(size.rounded), Number(0.0, 0.0)
    for number in range(ROUNDS):
        rng = stream(seed, "maintenance", "mean days", number)
        power = _power((arms[0], arms[1]), n, target, trials, rng)
        better = enlarged(n, power, target)
        if better == n or number == ROUNDS - 1:
            break
        n = better
    participants = sum(for_dropout(split(n, target), dropout).rounded)
    return MeanDays(
        difference=comparison.gain(schedule, "days_rated"),
        participants=participants,
        power=power,
        treated=ceil(participants * comparison.treated / comparison.responders),
    )


def _power(
    arms: tuple[Floats, Floats],
    n: int,
    target: Target,
    trials: int,
    rng: np.random.Generator,
) -> Number:
    """Share of simulated trials in which the schedule is significantly better."""
    sizes = split(n, target).rounded
    hits, done = 0, 0
    while done < trials:
        block = min(trials - done, max(BLOCK // n, 1))
        drawn = [
            rng.choice(arm, (block, size))
            for arm, size in zip(arms, sizes, strict=True)
        ]
        found = stats.ttest_ind(*drawn, axis=1, equal_var=False)
        better = (found.statistic > 0) | (target.sides == 2)
        hits += int((better & (found.pvalue / 2 <= target.one_sided)).sum())
        done += block
    return proportion(hits, trials)
