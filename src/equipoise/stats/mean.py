"""The mean of a sample with its t interval, as fields of an estimate."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.distributions import t_quantile


class Mean(TypedDict):
    """Fields of an ``Estimate``; None where the sample is too small."""

    estimate: float | None
    std_error: float | None
    lower: float | None
    upper: float | None
    level: float
    n: int


def mean_with_interval(values: NDArray[np.float64], level: float = 0.95) -> Mean:
    """Mean, standard error and t interval with n - 1 degrees of freedom.

    Args:
        values: finite; an empty sample has no mean, one value no interval.
        level: coverage.
    """
    n = len(values)
    mean = float(values.mean()) if n else None
    error = float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else None
    lower = upper = None
    if mean is not None and error is not None:
        half = float(t_quantile((1 + level) / 2, n - 1)) * error
        lower, upper = mean - half, mean + half
    return Mean(
        estimate=mean, std_error=error, lower=lower, upper=upper, level=level, n=n
    )
