"""Many simulated two-arm trials whose allocation follows the responses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from equipoise.design.adaptive.allocation_rules import (
    RULES,
    Outcomes,
    Rule,
    Superiority,
    doubly_adaptive,
    neyman_target,
    optimal_target,
    play_the_winner,
    rates_so_far,
)
from equipoise.design.requirements import out_of_range
from equipoise.errors import DesignError, Problem, listing, refuse, require_known
from equipoise.errors.counted import counted
from equipoise.numerics.rng import stream

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Statistic = Literal["score", "wald"]
CHUNK = 5_000  # trials at a time
BLOCK = 4  # of the equal allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptiveTrial:
    """A trial of two arms with a binary outcome.

    Attributes:
        n: participants, at least 4.
        rates: of a good outcome in the two arms, averaged over the trial.
        rule: of allocation. ``equal`` is permuted blocks of four.
        burn_in: participants in each arm before the rule begins, by random permutation.
        delay: participants who are allocated before an outcome is known, beyond the next.
        gamma: pull of the doubly adaptive coin, for ``neyman`` and ``optimal``.
        cap: largest chance of an arm, above 0.5 and at most 1.
        drift: how much both rates rise, linearly, from the first participant to the last.
        start: balls of each arm in the urn of ``play-the-winner``.
        added: balls for each outcome.

    Raises:
        DesignError: EQ801, a number is out of range; EQ806, the rule is not known, or
            burn-in, delay or drift do not fit.

    Source: the rules, ``coins``; the chance of ``thompson`` is the posterior probability
    to the power i / 2n, both arms scaled to sum to 1 (Thall and Wathen 2007, Eur J Cancer
    43:859-866), i being the participants so far.
    """

    n: int
    rates: tuple[float, float]
    rule: Rule = "optimal"
    burn_in: int = 5
    delay: int = 0
    gamma: float = 2.0
    cap: float = 0.9
    drift: float = 0.0
    start: float = 1.0
    added: float = 1.0

    def __post_init__(self) -> None:
        refuse(DesignError, [*_numbers(self), *_fit(self)])

    def with_rule(self, rule: Rule) -> AdaptiveTrial:
        """The same trial by another rule."""
        return replace(self, rule=rule)


@dataclass(frozen=True, slots=True)
class Counts:
    """What trials came to.

    Attributes:
        allocated: 2 x trials, participants in each arm.
        good: 2 x trials, good outcomes.
    """

    allocated: Matrix
    good: Matrix

    @property
    def rates(self) -> Matrix:
        """Observed rates; NaN for an arm without participants."""
        entered = np.where(self.allocated > 0, self.allocated, np.nan)
        return np.asarray(self.good / entered)

    def z(self, statistic: Statistic) -> Vector:
        """The difference, first minus second, standardized; 0 where nothing varies.

        Args:
            statistic: ``score`` with the pooled rate, ``wald`` with the rates of the arms.

        Source: R prop.test(correct = FALSE); Fleiss, Levin and Paik 2003, 3.
        """
        require_known("statistic", statistic, get_args(Statistic))
        p = np.nan_to_num(self.rates)
        n = np.maximum(self.allocated, 1.0)
        if statistic == "score":
            mean = self.good.sum(axis=0) / self.allocated.sum(axis=0)
            variance = mean * (1 - mean) * (1 / n).sum(axis=0)
        else:
            variance = (p * (1 - p) / n).sum(axis=0)
        sd = np.sqrt(variance)
        both = (self.allocated > 0).all(axis=0) & (sd > 0)
        return np.asarray(np.where(both, (p[0] - p[1]) / np.where(both, sd, 1.0), 0.0))


def simulate_trials(trial: AdaptiveTrial, trials: int, seed: int = 1) -> Counts:
    """Simulates trials.

    Args:
        trial: rates and rule.
        trials: how many, at least 1.
        seed: names the random numbers; rules with the same seed share none.

    Raises:
        DesignError: EQ801.
    """
    if trials < 1:
        refuse(DesignError, [out_of_range("trials", trials, "above 0")])
    rates = f"{trial.rates[0]!r} {trial.rates[1]!r} {trial.drift!r}"
    rng = stream(seed, "design", "responsive", trial.rule, rates)
    parts = [
        _chunk(trial, min(CHUNK, trials - begin), rng)
        for begin in range(0, trials, CHUNK)
    ]
    return Counts(
        np.concatenate([p.allocated for p in parts], axis=1),
        np.concatenate([p.good for p in parts], axis=1),
    )


def _chunk(trial: AdaptiveTrial, trials: int, rng: np.random.Generator) -> Counts:
    seen = Outcomes(*(np.zeros((2, trials)) for _ in range(3)))
    total = np.zeros((2, trials))
    better = Superiority(trials) if trial.rule == "thompson" else None
    first = np.zeros((trial.n, trials), dtype=bool)
    good = np.zeros((trial.n, trials), dtype=bool)
    shift = trial.drift * (np.arange(trial.n) / (trial.n - 1) - 0.5)
    for i in range(trial.n):
        known = i - trial.delay - 1
        if known >= 0:
            _learn(seen, first[known], good[known], better)
        chance = _chance(trial, seen, i, better)
        first[i] = rng.random(trials) < chance
        rate = np.where(first[i], *trial.rates) + shift[i]
        good[i] = rng.random(trials) < rate
        seen.allocated[0] += first[i]
        seen.allocated[1] += ~first[i]
        total[0] += first[i] & good[i]
        total[1] += ~first[i] & good[i]
    return Counts(seen.allocated, total)


def _learn(
    seen: Outcomes,
    first: NDArray[np.bool_],
    good: NDArray[np.bool_],
    better: Superiority | None,
) -> None:
    seen.good[0] += first & good
    seen.good[1] += ~first & good
    seen.bad[0] += first & ~good
    seen.bad[1] += ~first & ~good
    if better is not None:
        better.learn(first, good)


def _chance(
    trial: AdaptiveTrial, seen: Outcomes, i: int, better: Superiority | None
) -> Vector:
    """Chance of the first arm for participant ``i``, counted from 0."""
    if trial.rule == "equal":
        return _remaining(seen, i - i % BLOCK, min(BLOCK, trial.n - i + i % BLOCK), i)
    if i < 2 * trial.burn_in:
        return _remaining(seen, 0, 2 * trial.burn_in, i)
    if trial.rule == "play-the-winner":
        chance = play_the_winner(seen, trial.start, trial.added)
    elif better is not None:
        power = i / (2 * trial.n)
        for_first, for_second = better.chance**power, (1 - better.chance) ** power
        chance = for_first / (for_first + for_second)
    else:
        rates = rates_so_far(seen)
        target = (neyman_target if trial.rule == "neyman" else optimal_target)(rates)
        # before anybody is in an arm, its share is that of half a participant
        share = np.maximum(seen.allocated, 0.5)
        chance = doubly_adaptive(target, share / share.sum(axis=0), trial.gamma)[0]
    return np.asarray(np.clip(chance, 1 - trial.cap, trial.cap))


def _remaining(seen: Outcomes, begin: int, size: int, i: int) -> Vector:
    """Chance of the first arm where a block of ``size`` has as many of both arms.

    Whole blocks before it are balanced, so half of ``begin`` are in the first arm.
    """
    inside = seen.allocated[0] - begin / 2
    return np.asarray((size / 2 - inside) / (size - (i - begin)))


def _numbers(trial: AdaptiveTrial) -> list[Problem]:
    checks = [
        ("participants", trial.n, trial.n >= 4, "of at least 4"),
        ("burn in", trial.burn_in, trial.burn_in >= 0, "of at least 0"),
        ("delay", trial.delay, trial.delay >= 0, "of at least 0"),
        ("gamma", trial.gamma, 0 <= trial.gamma < 1000, "of at least 0"),
        ("cap", trial.cap, 0.5 < trial.cap <= 1, "above 0.5, at most 1"),
        ("start", trial.start, 0 < trial.start < np.inf, "above 0"),
        ("added", trial.added, 0 <= trial.added < np.inf, "of at least 0"),
        *(("rate", r, 0 < r < 1, "between 0 and 1") for r in trial.rates),
    ]
    return [out_of_range(n, v, needed) for n, v, good, needed in checks if not good]


def _fit(trial: AdaptiveTrial) -> list[Problem]:
    found = []
    if trial.rule not in RULES:
        found.append(_unfit(f"the rule {trial.rule!r} is not known", listing(RULES)))
    if trial.n >= 4 and 2 * trial.burn_in > trial.n:
        found.append(
            _unfit(
                f"a burn-in of {trial.burn_in} in each arm of "
                f"{counted(trial.n, 'participant')}",
                "begin with fewer, or take more participants",
            )
        )
    if trial.n >= 4 and trial.delay >= trial.n:
        found.append(
            _unfit(
                f"outcomes are known {counted(trial.delay, 'participant')} "
                f"late, of {trial.n}",
                "nothing would be known in time; take a delay below the size",
            )
        )
    lowest, highest = min(trial.rates), max(trial.rates)
    half = abs(trial.drift) / 2
    if lowest > 0 and highest < 1 and not (half < lowest and highest + half < 1):
        found.append(
            _unfit(
                f"a drift of {trial.drift:g} carries a rate out of 0 to 1",
                "give a smaller drift, half of which fits on both sides of the rates",
            )
        )
    return found


def _unfit(what: str, fix: str) -> Problem:
    return Problem(code="EQ806", what=what, where="design, allocation", fix=fix)
