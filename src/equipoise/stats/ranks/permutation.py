"""Exact distributions of sums of midranks, by permutation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
CLOSE = 1e-9  # of a doubled sum of ranks, which is a whole number
WORK = 2e9  # additions that an exact distribution may take: some seconds
LARGEST = 1000  # C(1000, 500) is the largest number of permutations below 1e308


@dataclass(frozen=True, slots=True)
class Permutations:
    """Probabilities of the doubled sums 0, 1, 2, ... under the null hypothesis."""

    probability: Numbers

    @property
    def mean(self) -> float:
        """Of the doubled sum."""
        return float(np.arange(len(self.probability)) @ self.probability)

    def p(self, doubled: float, alternative: str) -> float:
        """The P value of an observed doubled sum.

        Two-sided: sums at least as far from the mean, as in SAS and R coin.
        """
        sums = np.arange(len(self.probability))
        if alternative == "less":
            extreme = sums <= doubled + CLOSE
        elif alternative == "greater":
            extreme = sums >= doubled - CLOSE
        else:
            far = abs(doubled - self.mean)
            extreme = np.abs(sums - self.mean) >= far - CLOSE * max(1.0, self.mean)
        return min(1.0, float(self.probability[extreme].sum()))

    def quantile(self, tail: float) -> float:
        """The smallest sum, not doubled, whose lower tail is at least ``tail``."""
        lower = np.cumsum(self.probability)
        return float(np.searchsorted(lower, tail * (1 - 1e-12))) / 2


def rank_sums(ranks: Numbers, size: int) -> Permutations:
    """The sum of the ranks of ``size`` participants, any of whom is as likely."""
    doubled = np.rint(2 * ranks).astype(int)
    low = int(doubled.min())
    shifted = doubled - low
    top = int(np.sort(shifted)[len(shifted) - size :].sum())
    ways = np.zeros((size + 1, top + 1))
    ways[0, 0] = 1.0
    for value in shifted:
        ways[1:, value:] += ways[:-1, : top + 1 - value].copy()
    probability = ways[size] / ways[size].sum()
    return Permutations(np.concatenate([np.zeros(size * low), probability]))


def signed_rank_sums(ranks: Numbers) -> Permutations:
    """The sum of the ranks with a positive sign, each sign as likely."""
    doubled = np.rint(2 * ranks).astype(int)
    probability = np.zeros(int(doubled.sum()) + 1)
    probability[0] = 1.0
    for value in doubled:
        moved = np.zeros_like(probability)
        moved[value:] = probability[: len(probability) - value]
        probability = (probability + moved) / 2
    return Permutations(probability)


def affordable(n: int, size: int) -> bool:
    """Whether the distribution of a rank sum is calculated in seconds."""
    return n <= LARGEST and n * size * size * 2.0 * n <= WORK
