"""Randomization methods of a stratified trial, for many simulated trials together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from equipoise.randomize.minimization import MEASURES, TIE, Measure, coin
from equipoise.randomize.processes import (
    SURE,
    Belief,
    Process,
    exact_by_position,
    learn,
)
from equipoise.randomize.trial_factors import Floats, Integers, TrialFactors

NEVER = 1e-12  # expected number of lists that use a position


@dataclass(frozen=True, slots=True)
class Allocated:
    """Trials allocated by one method.

    Attributes:
        arms: position of the arm of each participant, (trials, participants).
        guessed: probability with which the best guess is right, of the same shape.
    """

    arms: Integers
    guessed: Floats

    @property
    def certain(self) -> NDArray[np.bool_]:
        """Whether the next arm was known before the allocation."""
        return self.guessed > SURE


class StratifiedMethod(Protocol):
    """A method that allocates participants with known levels of the factors."""

    def allocate(
        self, factors: TrialFactors, levels: Integers, uniform: Floats
    ) -> Allocated:
        """Allocates trials.

        Args:
            factors: of the trial.
            levels: of each participant, (trials, participants, factors).
            uniform: random numbers from 0 to 1, (trials, participants).
        """
        ...  # pragma: no cover

    def exact(self, factors: TrialFactors, n: int) -> tuple[float, float] | None:
        """Exact proportions guessed and certain; None if only simulation gives them."""
        ...  # pragma: no cover


@dataclass(frozen=True)
class FromLists:
    """One list for the trial, or an independent list for each stratum.

    Attributes:
        process: of a list.
        stratified: whether each stratum has its own list.
    """

    process: Process
    stratified: bool

    def allocate(
        self, factors: TrialFactors, levels: Integers, uniform: Floats
    ) -> Allocated:
        """Draws each arm from its probability after the history of its list.

        An arm that is drawn given all arms before it has the distribution of the list,
        whatever the observer does not see, such as the size of a block.
        """
        own = factors.stratum(levels) * self.stratified
        arms, guessed = np.zeros(own.shape, dtype=np.int64), np.zeros(own.shape)
        start: Belief = ((self.process.start, 1.0),)
        known: dict[Belief, dict[int, tuple[float, Belief]]] = {}
        for t, strata in enumerate(own.tolist()):
            beliefs: dict[int, Belief] = {}
            for k, (stratum, u) in enumerate(zip(strata, uniform[t], strict=True)):
                belief = beliefs.get(stratum, start)
                if belief not in known:
                    known[belief] = learn(self.process, belief)
                following = known[belief]
                arm = _selected(following, u)
                arms[t, k] = arm
                guessed[t, k] = max(chance for chance, _ in following.values())
                beliefs[stratum] = following[arm][1]
        return Allocated(arms, guessed)

    def exact(self, factors: TrialFactors, n: int) -> tuple[float, float] | None:
        """By recursion in a list, over the binomial number of participants of it."""
        proportions = factors.strata if self.stratified else np.ones(1)
        reached = np.asarray(binom.sf(np.arange(n)[:, None], n, proportions)).sum(
            axis=1
        )
        reached = reached[reached > NEVER]
        by_position = exact_by_position(self.process, len(reached))
        if by_position is None:
            return None
        guessed, certain = (float(own @ reached / n) for own in by_position)
        return guessed, certain


@dataclass(frozen=True)
class Minimized:
    """Minimization over the margins of the factors, as ``minimization`` does.

    Attributes:
        ratios: arm -> positive ratio.
        probability: of the preferred arm.
        measure: of the imbalance in a margin.
    """

    ratios: Mapping[str, int]
    probability: float
    measure: Measure = "range"

    def allocate(
        self, factors: TrialFactors, levels: Integers, uniform: Floats
    ) -> Allocated:
        """Allocates the same participant of every trial in one step."""
        share = np.array(list(self.ratios.values()), dtype=float)
        trials, n, _ = levels.shape
        offsets = np.cumsum([0, *factors.levels[:-1]])
        counts = np.zeros((trials, sum(factors.levels), len(share)))
        chances_of = self._chances(share)
        bits = 1 << np.arange(len(share))
        rows = np.arange(trials)
        arms, guessed = np.zeros((trials, n), dtype=np.int64), np.zeros((trials, n))
        for k in range(n):
            margins = levels[:, k] + offsets
            score = self._scores(counts[rows[:, None], margins], share)
            best = score <= score.min(axis=1, keepdims=True) + TIE
            chances = chances_of[best @ bits]
            passed = np.cumsum(chances, axis=1)[:, :-1]
            arms[:, k] = (uniform[:, k, None] >= passed).sum(axis=1)
            guessed[:, k] = chances.max(axis=1)
            counts[rows[:, None], margins, arms[:, k, None]] += 1
        return Allocated(arms, guessed)

    def exact(self, factors: TrialFactors, n: int) -> tuple[float, float] | None:
        """None: the allocations of all strata depend on each other."""
        return None

    def _scores(self, counts: Floats, share: Floats) -> Floats:
        """Imbalance after the allocation of each arm, (trials, arms)."""
        scores = []
        for arm in range(len(share)):
            after = counts.copy()
            after[..., arm] += 1
            scores.append(MEASURES[self.measure](after / share).sum(axis=1))
        return np.stack(scores, axis=1)

    def _chances(self, share: Floats) -> Floats:
        """Probability of each arm by which arms are preferred, as bits of a number."""
        arms = np.arange(len(share))
        made = np.zeros((2 ** len(share), len(share)))
        for mask in range(1, len(made)):
            made[mask] = coin((mask >> arms) & 1 == 1, share, self.probability)
        return made


def _selected(following: Mapping[int, tuple[float, Belief]], u: float) -> int:
    passed, last = 0.0, 0
    for arm, (chance, _) in sorted(following.items()):
        passed, last = passed + chance, arm
        if u < passed:
            break
    return last
