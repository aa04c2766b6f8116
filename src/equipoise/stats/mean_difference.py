"""Difference of the means of two samples, with Welch's interval."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.distributions import t_quantile


class MeanDifference(TypedDict):
    """Fields of an ``Estimate``; None where a sample is too small."""

    estimate: float | None
    std_error: float | None
    df: float | None
    lower: float | None
    upper: float | None
    level: float
    n: int


def mean_difference(
    values: NDArray[np.float64], versus: NDArray[np.float64], level: float = 0.95
) -> MeanDifference:
    """Mean of the first sample minus that of the second, variances not taken as equal.

    Args:
        values: finite; an empty sample gives no difference, one value no interval.
        versus: of the other group.
        level: coverage.

    Source: Welch 1947, Biometrika 34:28-35; R t.test with its default var.equal = FALSE.
    """
    n1, n2 = len(values), len(versus)
    estimate = float(values.mean() - versus.mean()) if n1 and n2 else None
    error = df = lower = upper = None
    if estimate is not None and n1 > 1 and n2 > 1:
        parts = values.var(ddof=1) / n1, versus.var(ddof=1) / n2
        if sum(parts) > 0:
            error = float(np.sqrt(sum(parts)))
            weights = parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1)
            df = float(sum(parts) ** 2 / weights)
            half = float(t_quantile((1 + level) / 2, df)) * error
            lower, upper = estimate - half, estimate + half
    return MeanDifference(
        estimate=estimate,
        std_error=error,
        df=df,
        lower=lower,
        upper=upper,
        level=level,
        n=n1 + n2,
    )
