"""What the imbalance of a randomization costs the analysis."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from equipoise.randomize.trial_factors import Floats, Integers

CELLS = 4_000_000  # of the design matrices in memory at a time


def information_loss(
    arms: Integers, levels: Integers, counts: tuple[int, ...], shares: Floats
) -> Floats:
    """Participants whose information a trial loses by imbalance, of each trial.

    The analysis estimates the differences between arms adjusted for the main effects of
    the factors (analysis of variance, equal variances). The variance of a difference is
    that of a trial with ``n - loss`` participants, balanced in everything; for more than
    two arms, the mean over pairs of arms.

    Args:
        arms: position of the arm of each participant, (trials, n).
        levels: of each participant, (trials, n, factors).
        counts: number of levels of each factor.
        shares: planned proportions of the arms, adding up to 1.

    Returns:
        Participants, 0 to n; n if a difference cannot be estimated.

    Example:
        >>> arms = np.array([[0, 1, 0, 1], [0, 0, 0, 1]])
        >>> nothing = np.zeros((2, 4, 0), dtype=int)
        >>> information_loss(arms, nothing, (), np.array([0.5, 0.5])).round(3).tolist()
        [0.0, 1.0]

    Source: Atkinson 2002, J R Stat Soc A 165:349-373; Burman 1996, On sequential
    treatment allocations in clinical trials, section 3.
    """
    n = arms.shape[1]
    step = max(1, CELLS // (n * (1 + sum(counts))))
    chunks = [
        _of_chunk(arms[k : k + step], levels[k : k + step], counts, shares)
        for k in range(0, len(arms), step)
    ]
    return np.concatenate(chunks)


def power_after_loss(
    loss: Floats, n: int, *, power: float, alpha: float = 0.05
) -> Floats:
    """Power of trials planned with a power, after the loss (normal approximation).

    Args:
        loss: participants, of each trial.
        n: participants randomized.
        power: of a trial without loss.
        alpha: two-sided error.

    Example:
        >>> power_after_loss(np.array([0.0, 10.0]), 100, power=0.9).round(3).tolist()
        [0.9, 0.868]
    """
    limit = norm.isf(alpha / 2)
    shift = (limit + norm.ppf(power)) * np.sqrt(np.maximum(1 - loss / n, 0))
    return np.asarray(norm.sf(limit - shift))


def _of_chunk(
    arms: Integers, levels: Integers, counts: tuple[int, ...], shares: Floats
) -> Floats:
    x = _main_effects(levels, counts)
    z = (arms[..., None] == np.arange(1, len(shares))).astype(float)
    inverse = np.linalg.pinv(x.transpose(0, 2, 1) @ x, rcond=1e-9, hermitian=True)
    common = z.transpose(0, 2, 1) @ x
    left = z.transpose(0, 2, 1) @ z - common @ inverse @ common.transpose(0, 2, 1)
    estimable = np.linalg.eigvalsh(left)[:, 0] > 1e-9
    n = arms.shape[1]
    found = np.full(len(arms), float(n))
    if estimable.any():
        ratio = _efficiency(np.linalg.inv(left[estimable]), shares, n)
        found[estimable] = n * (1 - ratio)
    return found


def _main_effects(levels: Integers, counts: tuple[int, ...]) -> NDArray[np.float64]:
    """Intercept and an indicator of each level, (trials, n, columns)."""
    blocks = [np.ones((*levels.shape[:2], 1))]
    for k, count in enumerate(counts):
        blocks.append((levels[..., k, None] == np.arange(count)).astype(float))
    return np.concatenate(blocks, axis=2)


def _efficiency(variance: Floats, shares: Floats, n: int) -> Floats:
    """Planned variance of a difference through the actual, mean over pairs."""
    arms = len(shares)
    full = np.zeros((len(variance), arms, arms))  # the first arm is the reference
    full[:, 1:, 1:] = variance
    pairs = [
        (1 / shares[a] + 1 / shares[b])
        / n
        / (full[:, a, a] + full[:, b, b] - 2 * full[:, a, b])
        for a, b in combinations(range(arms), 2)
    ]
    return np.asarray(np.mean(pairs, axis=0))
