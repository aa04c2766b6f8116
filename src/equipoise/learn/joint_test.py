"""The test of no heterogeneity: does the effect of the treatment differ at all?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.learn.interaction_scores import (
    SMALLEST,
    STATISTICS,
    Candidates,
    Floats,
    statistics,
)

ROUNDING = 1e-10  # relative: equal statistics of two allocations


@dataclass(frozen=True, slots=True)
class JointTest:
    """The result of the test that no candidate changes the effect.

    Attributes:
        p: smallest P value of the statistics, ranked again over the same allocations.
        by_statistic: name of each statistic -> value, and its own P value.
        std_error: Monte Carlo error of p.
        draws: number of other allocations.
        n: participants.
    """

    p: float
    by_statistic: dict[str, tuple[float, float]]
    std_error: float
    draws: int
    n: int


def joint_test(
    outcome: Floats,
    treated: NDArray[np.bool_],
    values: Floats,
    allocations: NDArray[np.bool_],
) -> JointTest:
    """Tests that the effect of the treatment is the same for all participants.

    Under this hypothesis an outcome in the other arm would differ by the common effect.
    Each other allocation is one that the randomization of the trial could have given;
    every participant keeps the residual of the model with arm and candidates, corrected
    for its leverage, divided by the SD of the own arm and multiplied by that of the arm
    that is drawn, so that arms with different SDs do not look like heterogeneity.

    Args:
        outcome: (n,) finite, such as the change from baseline.
        treated: (n,) who is in the arm of interest.
        values: (n, p) candidates, measured before randomization; categories as 0 and 1.
        allocations: (draws, n) other allocations by the randomization of the trial. One
            with fewer than two participants in an arm has no statistic, and is omitted.

    Raises:
        ValueError: an arm has fewer than two participants; numbers are not finite;
            candidates are constant, collinear or too many.

    Source: statistics: ``interaction_scores``; permutation of residuals: Freedman and
    Lane 1983, J Bus Econ Stat 1:292-298; the smallest P value over the same draws:
    Westfall and Young 1993; p as in Phipson and Smyth 2010.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> severe, arm = rng.normal(size=60), np.arange(60) % 2 == 0
        >>> outcome = rng.normal(size=60) - 1 * arm - 1.5 * arm * severe
        >>> lists = rng.permuted(np.tile(arm, (999, 1)), axis=1)
        >>> joint_test(outcome, arm, severe[:, None], lists).p < 0.05
        True
    """
    if not (np.isfinite(outcome).all() and np.isfinite(values).all()):
        raise ValueError("an outcome or a candidate is not finite")
    allocations = allocations[_two_in_each(allocations)]
    if not _two_in_each(treated[None])[0]:
        raise ValueError("an arm has fewer than two participants")
    candidates = Candidates.of(values)
    residual, noise, sd = residuals(outcome, treated, candidates)
    arms = np.vstack([treated[None], allocations]).astype(float)
    drawn = noise * np.where(allocations, sd[1], sd[0])
    found = statistics(np.vstack([residual[None], drawn]), arms, candidates)
    each = tail_shares(found)
    smallest = each.min(axis=0)
    p = float((smallest <= smallest[0] * (1 + ROUNDING)).mean())
    draws = len(allocations)
    return JointTest(
        p=p,
        by_statistic={
            name: (float(found[k, 0]), float(each[k, 0]))
            for k, name in enumerate(STATISTICS)
        },
        std_error=float(np.sqrt(p * (1 - p) / max(draws, 1))),
        draws=draws,
        n=len(outcome),
    )


def tail_shares(found: Floats) -> Floats:
    """P value of each draw among all draws, the observed one included.

    Args:
        found: (statistics, draws), large where heterogeneity is.

    Returns:
        (statistics, draws): share of draws with at least that value.
    """
    draws = found.shape[1]
    shares = np.empty_like(found)
    for row, values in zip(shares, found, strict=True):
        below = np.searchsorted(np.sort(values), values * (1 - ROUNDING), side="left")
        row[:] = (draws - below) / draws
    return shares


def residuals(
    outcome: Floats, treated: NDArray[np.bool_], candidates: Candidates
) -> tuple[Floats, Floats, tuple[float, float]]:
    """Residuals of arm and candidates; standardized by arm; SDs of both arms.

    Args:
        outcome: (n,).
        treated: (n,).
        candidates: of the same participants.

    Returns:
        (n,) residuals; (n,) corrected for leverage and divided by the SD of the own arm;
        SD of the other arm, and of the arm of interest.
    """
    basis = candidates.basis
    arm = treated - basis @ (basis.T @ treated.astype(float))
    full = np.column_stack([basis, arm / np.linalg.norm(arm)])
    residual = outcome - full @ (full.T @ outcome)
    free = np.maximum(1 - (full**2).sum(axis=1), SMALLEST)
    noise = residual / np.sqrt(free)
    sd = tuple(float(np.sqrt((noise[treated == k] ** 2).mean())) for k in (False, True))
    if min(sd) > 0:
        noise = noise / np.where(treated, sd[1], sd[0])
    return residual, noise, (sd[0], sd[1])


def _two_in_each(allocations: NDArray[np.bool_]) -> NDArray[np.bool_]:
    count = allocations.sum(axis=1)
    return np.asarray((count >= 2) & (count <= allocations.shape[1] - 2))
