"""Rules of allocation that follow responses: the chance of the first arm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Rule = Literal["equal", "play-the-winner", "neyman", "optimal", "thompson"]
RULES: tuple[Rule, ...] = ("equal", "play-the-winner", "neyman", "optimal", "thompson")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes known when a participant is allocated, in many trials.

    Attributes:
        allocated: 2 x trials, participants in each arm so far.
        good: 2 x trials, good outcomes that are known.
        bad: 2 x trials, the others that are known.
    """

    allocated: Matrix
    good: Matrix
    bad: Matrix


def play_the_winner(seen: Outcomes, start: float = 1.0, added: float = 1.0) -> Vector:
    """Chance of the first arm: the share of its balls in an urn.

    A good outcome adds balls of its arm, another one adds balls of the other arm.

    Args:
        seen: so far.
        start: balls of each arm at the beginning, above 0.
        added: balls for each outcome.

    Source: Wei and Durham 1978, JASA 73:840-843, rule RPW(start, added).
    """
    first = start + added * (seen.good[0] + seen.bad[1])
    second = start + added * (seen.good[1] + seen.bad[0])
    return np.asarray(first / (first + second))


def rates_so_far(seen: Outcomes) -> Matrix:
    """Response rates with half a response and half a failure added, never 0 or 1."""
    return np.asarray((seen.good + 0.5) / (seen.good + seen.bad + 1.0))


def neyman_target(rates: Matrix) -> Matrix:
    """Shares of arms that estimate the difference with the least variance.

    Args:
        rates: arms x trials, between 0 and 1.

    Source: Rosenberger and Lachin 2016, Randomization in Clinical Trials, 10.2: in
    proportion to the root of p (1 - p).
    """
    root = np.sqrt(rates * (1 - rates))
    return np.asarray(root / root.sum(axis=0))


def optimal_target(rates: Matrix) -> Matrix:
    """Shares of two arms with the fewest failures for a fixed variance of the difference.

    Args:
        rates: 2 x trials, between 0 and 1.

    Source: Rosenberger, Stallard, Ivanova, Harper and Ricks 2001, Biometrics 57:909-913:
    in proportion to the root of p.
    """
    root = np.sqrt(rates)
    return np.asarray(root / root.sum(axis=0))


def doubly_adaptive(target: Matrix, share: Matrix, gamma: float) -> Matrix:
    """Chance of each arm that carries the allocation towards a target.

    Args:
        target: arms x trials, shares that sum to 1, above 0.
        share: arms x trials, of participants so far, above 0.
        gamma: 0 allocates by the target itself; the larger, the firmer the pull.

    Source: Hu and Zhang 2004, Ann Stat 32:268-301, equation for g with K arms.
    """
    pull = target * (target / share) ** gamma
    return np.asarray(pull / pull.sum(axis=0))


class Superiority:
    """Posterior probability that the first arm is the better one, in many trials.

    Kept up to date outcome by outcome, exactly: with integer parameters the probability
    that one beta variable exceeds another changes by a ratio of beta functions.

    Args:
        trials: how many; both rates begin with a uniform prior.

    Source: Thompson 1933, Biometrika 25:285-294; Cook 2005, Exact calculation of beta
    inequalities, UT MD Anderson technical report UTMDABTR-005-05.
    """

    def __init__(self, trials: int) -> None:
        self.good, self.bad = np.ones((2, trials)), np.ones((2, trials))
        self.chance = np.full(trials, 0.5)
        self._log = _LogFactorials()

    def learn(self, first: NDArray[np.bool_], good: NDArray[np.bool_]) -> None:
        """One outcome in each trial.

        Args:
            first: whether it is of the first arm.
            good: whether it is good.
        """
        arm, trial = np.where(first, 0, 1), np.arange(len(first))
        size = self._log.beta(self.good.sum(axis=0), self.bad.sum(axis=0))
        size = size - self._log.beta(self.good[0], self.bad[0])
        size = np.exp(size - self._log.beta(self.good[1], self.bad[1]))
        parameter = np.where(good, self.good[arm, trial], self.bad[arm, trial])
        sign = np.where(first == good, 1.0, -1.0)
        self.chance = np.clip(self.chance + sign * size / parameter, 0.0, 1.0)
        self.good[arm, trial] += good
        self.bad[arm, trial] += ~good


class _LogFactorials:
    """Logarithms of beta functions of whole numbers, from a table that grows."""

    def __init__(self) -> None:
        self._table = np.zeros(2)  # logarithms of 0! and 1!

    def beta(self, a: Vector, b: Vector) -> Vector:
        i, j = a.astype(np.intp), b.astype(np.intp)
        most = int((i + j).max())
        if most >= len(self._table):
            numbers = np.arange(1, 2 * most + 1)
            self._table = np.concatenate([[0.0], np.cumsum(np.log(numbers))])
        table = self._table
        return np.asarray(table[i - 1] + table[j - 1] - table[i + j - 1])
