"""The interaction of the arm with one candidate at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from equipoise.errors.counted import counted

Floats = NDArray[np.float64]

ALONE = 1e-9  # 1 - leverage of a participant who determines a coefficient alone


@dataclass(frozen=True, slots=True)
class SingleInteraction:
    """The change of the effect for one SD of a candidate.

    Attributes:
        estimate: in units of the outcome.
        std_error: of least squares, with the same variance for all.
        robust_std_error: HC3, for variances that differ; None if one participant alone
            determines the interaction, such as the only one with yes in an arm.
        lower: limit of the interval with ``robust_std_error``; None without it.
        upper: the other limit.
        p: two-sided, of the same.
        df: n - 4.
    """

    estimate: float
    std_error: float
    robust_std_error: float | None
    lower: float | None
    upper: float | None
    p: float | None
    df: int


def single_interaction(
    outcome: Floats,
    treated: NDArray[np.bool_],
    candidate: Floats,
    *,
    level: float = 0.95,
) -> SingleInteraction:
    """Fits outcome = arm + candidate + arm x candidate, with the candidate standardized.

    Args:
        outcome: (n,) finite.
        treated: (n,) who is in the arm of interest.
        candidate: (n,) finite, measured before randomization; 0 and 1 for two groups.
        level: of the interval.

    Raises:
        ValueError: fewer than five participants, or the candidate is constant in an arm.

    Source: MacKinnon and White 1985, J Econometrics 29:305-325 (HC3); ``lm`` and
    ``sandwich::vcovHC`` of R.

    Example:
        >>> arm, severe = np.arange(8) % 2 == 0, np.array([1.0, 1, 2, 2, 3, 3, 4, 4])
        >>> outcome = np.where(arm, -2 * severe, 0) + np.array([1.0, 0, 0, 1, 0, 1, 1, 0])
        >>> round(single_interaction(outcome, arm, severe).estimate, 2)
        -2.39
    """
    n = len(outcome)
    spread = candidate.std(ddof=1) if n > 1 else 0.0
    groups = [candidate[treated == arm] for arm in (False, True)]
    if n < 5 or any(len(group) < 2 or np.ptp(group) == 0 for group in groups):
        raise ValueError(
            f"{counted(n, 'participant')}, or the candidate is constant in an arm"
        )
    scaled = (candidate - candidate.mean()) / spread
    design = np.column_stack([np.ones(n), treated, scaled, treated * scaled])
    q, r = np.linalg.qr(design)
    beta = np.linalg.solve(r, q.T @ outcome)
    residual = outcome - design @ beta
    last = np.linalg.solve(r, q.T)[-1]  # the estimate is last @ outcome
    left = 1 - (q**2).sum(axis=1)
    df = n - 4
    std_error = float(np.sqrt(residual @ residual / df * (last @ last)))
    estimate = float(beta[-1])
    if (left < ALONE).any():
        return SingleInteraction(estimate, std_error, None, None, None, None, df)
    robust = float(np.sqrt(((last * residual / left) ** 2).sum()))
    reach = float(stats.t.ppf(0.5 + level / 2, df)) * robust
    p = 2 * float(stats.t.sf(abs(estimate) / robust, df)) if robust > 0 else 0.0
    return SingleInteraction(
        estimate, std_error, robust, estimate - reach, estimate + reach, p, df
    )
