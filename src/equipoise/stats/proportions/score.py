"""Scores of differences of proportions, for any number of tables together.

Source: Miettinen and Nurminen 1985, Stat Med 4:213-226.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Numbers = NDArray[np.float64]
STEPS = 200
STILL = 1e-14  # change of relative weights at which they no longer change
BRACKET = 1e-12  # distance from an end of the range at which a score is evaluated


def constrained(
    x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers, difference: float | Numbers
) -> tuple[Numbers, Numbers]:
    """Likeliest proportions of two groups whose difference is given; broadcasts.

    Source: Miettinen and Nurminen 1985, appendix I: the root of a cubic in the second
    proportion, by angles.
    """
    d = np.asarray(difference, dtype=float)
    n, x = n1 + n2, x1 + x2
    l2 = ((n1 + 2 * n2) * d - n - x) / (3 * n)
    l1 = ((n2 * d - n - 2 * x2) * d + x) / n
    l0 = x2 * d * (1 - d) / n
    q = l2**3 - l1 * l2 / 2 + l0 / 2
    root = np.sqrt(np.maximum(l2**2 - l1 / 3, 0.0))
    p = np.where(q > 0, root, -root)
    ratio = np.divide(q, p**3, out=np.zeros(np.broadcast(q, p).shape), where=p**3 != 0)
    angle = (np.pi + np.arccos(np.clip(ratio, -1.0, 1.0))) / 3
    p2 = np.clip(2 * p * np.cos(angle) - l2, np.maximum(0.0, -d), np.minimum(1, 1 - d))
    return p2 + d, p2


def score_variance(
    x1: Numbers,
    n1: Numbers,
    x2: Numbers,
    n2: Numbers,
    difference: float | Numbers,
    unbiased: bool = True,
) -> Numbers:
    """Variance of each difference of proportions under an assumed difference.

    Args:
        x1: events of the first group, tables.
        n1: its size.
        x2: events of the second.
        n2: its size.
        difference: assumed.
        unbiased: times N / (N - 1), as Miettinen and Nurminen; without it that of Mee.
    """
    p1, p2 = constrained(x1, n1, x2, n2, difference)
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    if unbiased:
        variance = variance * (n1 + n2) / (n1 + n2 - 1)
    return np.asarray(np.maximum(variance, 0.0))


def standardized(distance: float, variance: float) -> float:
    """A distance in standard errors; infinite without variance, but 0 at no distance."""
    if variance > 0:
        return float(distance / np.sqrt(variance))
    return 0.0 if distance == 0 else (inf if distance > 0 else -inf)


def inverted(
    score: Callable[[float], float],
    estimate: float,
    level: float,
    low: float = -1.0,
    high: float = 1.0,
) -> tuple[float, float]:
    """Ends of the values that a falling score does not reject; the range where none."""
    z = float(special.ndtri((1 + level) / 2))
    lower, upper = low, high
    if estimate > low and score(low + BRACKET) > z:
        lower = falling_root(score, low + BRACKET, estimate, z)
    if estimate < high and score(high - BRACKET) < -z:
        upper = falling_root(score, estimate, high - BRACKET, -z)
    return lower, upper


def falling_root(
    score: Callable[[float], float], low: float, high: float, target: float
) -> float:
    """Where a falling score passes a target between two points."""

    def miss(value: float) -> float:
        return float(np.clip(score(value) - target, -1e9, 1e9))

    if low >= high or miss(high) > 0:
        return high
    if miss(low) < 0:
        return low
    return float(optimize.brentq(miss, low, high, xtol=1e-14))


def iterated_weights(
    mean1: Numbers,
    n1: Numbers,
    mean2: Numbers,
    n2: Numbers,
    ratio: Callable[[float, float], float],
) -> Numbers:
    """Weights of strata by Miettinen and Nurminen: 1 / (ratio / n1 + 1 / n2).

    Args:
        mean1: likeliest means of the first group, by stratum.
        n1: its size.
        mean2: of the second group.
        n2: its size.
        ratio: of the variances of two groups, from their means over the strata, which
            have these weights.
    """
    weight = n1 * n2 / (n1 + n2)
    for _ in range(STEPS):
        means = (float((weight * m).sum() / weight.sum()) for m in (mean1, mean2))
        new = 1 / (ratio(*means) / n1 + 1 / n2)
        change = np.abs(new / new.sum() - weight / weight.sum()).max()
        weight = new
        if change < STILL:
            break
    return np.asarray(weight)


def p_value(z: float, alternative: str) -> float:
    """P value of a standard normal statistic under an alternative."""
    if alternative == "two-sided":
        return float(2 * special.ndtr(-abs(z)))
    return float(special.ndtr(-z if alternative == "greater" else z))
