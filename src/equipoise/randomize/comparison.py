"""Comparison of randomization methods in the strata of a trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.errors import DesignError
from equipoise.errors.counted import counted
from equipoise.numerics.rng import stream
from equipoise.randomize.information_loss import information_loss, power_after_loss
from equipoise.randomize.stratified_methods import StratifiedMethod
from equipoise.randomize.trial_factors import Floats, Integers, TrialFactors

MOST = 10_000_000  # allocations of all trials of a method, in memory at a time
FEWEST = 20  # trials from which a Monte Carlo error is estimated


@dataclass(frozen=True, slots=True)
class Estimate:
    """A property with its Monte Carlo standard error; 0 if it is exact."""

    value: float
    std_error: float = 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """Properties of one method; differences between arms are in participants.

    An imbalance is twice the largest difference of an arm from its planned share: for
    two equal arms, the difference between them.

    Attributes:
        name: of the method.
        trial: imbalance of the trial at its end.
        margin: the largest imbalance in a level of a factor; that of the trial without
            factors.
        stratum: mean imbalance of the strata that have participants.
        guessed: proportion of allocations that an observer guesses correctly, who knows
            the method, the stratum and all allocations before.
        certain: proportion of which this observer is certain.
        loss: participants whose information the imbalance costs, see
            ``information_loss``.
        power: of a trial that has the planned power without this loss.
    """

    name: str
    trial: Estimate
    margin: Estimate
    stratum: Estimate
    guessed: Estimate
    certain: Estimate
    loss: Estimate
    power: Estimate


def compare(
    ratios: Mapping[str, int],
    factors: TrialFactors,
    n: int,
    methods: Mapping[str, StratifiedMethod],
    *,
    trials: int,
    seed: int,
    power: float = 0.9,
    advance: Callable[[float], None] = lambda _: None,
) -> list[Compared]:
    """Properties of methods for the same simulated participants.

    Args:
        ratios: arm -> positive ratio.
        factors: of the trial.
        n: participants of a trial, at least 2.
        methods: name -> method.
        trials: number of simulated trials, at least ``FEWEST``.
        seed: of the simulation.
        power: of a trial without imbalance, between 0.05 and 1.
        advance: is called with 1 after each method.

    Raises:
        DesignError: EQ843, a number that cannot be.

    Source: Rosenberger and Lachin 2016, Randomization in Clinical Trials, chapters 5 to
    7; Atkinson 2002, J R Stat Soc A 165:349-373.
    """
    _require(n, trials, power)
    levels = np.stack(
        [factors.draw(n, stream(seed, "comparison", t)) for t in range(trials)]
    )
    found = []
    for name, method in methods.items():
        uniform = stream(seed, "comparison", name).random((trials, n))
        made = method.allocate(factors, levels, uniform)
        exact = method.exact(factors, n)
        shares = np.array(list(ratios.values()), dtype=float)
        shares /= shares.sum()
        margins = [
            _imbalances(made.arms, levels[..., k], count, shares).max(axis=1)
            for k, count in enumerate(factors.levels)
        ]
        whole = _imbalances(made.arms, np.zeros_like(made.arms), 1, shares)[:, 0]
        loss = information_loss(made.arms, levels, factors.levels, shares)
        found.append(
            Compared(
                name=name,
                trial=_mean(whole),
                margin=_mean(np.max(margins, axis=0) if margins else whole),
                stratum=_mean(_of_strata(made.arms, factors, levels, shares)),
                guessed=Estimate(exact[0]) if exact else _mean(made.guessed.mean(1)),
                certain=Estimate(exact[1]) if exact else _mean(made.certain.mean(1)),
                loss=_mean(loss),
                power=_mean(power_after_loss(loss, n, power=power)),
            )
        )
        advance(1)
    return found


def _require(n: int, trials: int, power: float) -> None:
    most = MOST // max(trials, FEWEST)
    wrong = {
        "trials": (
            counted(trials, "trial"),
            f"{FEWEST} or more",
            trials >= FEWEST,
        ),
        "n": (
            f"a trial of {counted(n, 'participant')}",
            f"from 2 to {most}",
            2 <= n <= most,
        ),
        "power": (f"a power of {power:g}", "between 0.05 and 1", 0.05 < power < 1),
    }
    for name, (what, range_, possible) in wrong.items():
        if not possible:
            raise DesignError.single(
                "EQ843",
                f"methods cannot be compared with {what}",
                where=f"comparison of methods, {name}",
                fix=f"give {name} {range_}",
            )


def _mean(values: Floats) -> Estimate:
    error = values.std(ddof=1) / np.sqrt(len(values))
    return Estimate(float(values.mean()), float(error))


def _imbalances(arms: Integers, groups: Integers, count: int, shares: Floats) -> Floats:
    """Imbalance of each group in each trial, (trials, groups); 0 if it is empty."""
    trials = len(arms)
    counts = np.zeros((trials, count, len(shares)))
    np.add.at(counts, (np.arange(trials)[:, None], groups, arms), 1)
    expected = counts.sum(axis=2, keepdims=True) * shares
    return np.asarray(2 * np.abs(counts - expected).max(axis=2))


def _of_strata(
    arms: Integers, factors: TrialFactors, levels: Integers, shares: Floats
) -> Floats:
    """Mean imbalance over the strata with participants, of each trial."""
    strata = factors.stratum(levels)
    apart = _imbalances(arms, strata, len(factors.strata), shares)
    used = [len(set(own)) for own in strata.tolist()]
    return np.asarray(apart.sum(axis=1) / used)
