"""Means of samples and their difference, with t intervals, as fields of an estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.numerics.distributions import t_quantile
from equipoise.stats.input_checks import checked_level, checked_numbers
from equipoise.stats.result import Result


@dataclass(frozen=True, repr=False)
class Mean(Result):
    """The mean of a sample; None where the sample is too small for a number."""

    estimate: float | None
    std_error: float | None
    lower: float | None
    upper: float | None
    level: float
    n: int


@dataclass(frozen=True, repr=False)
class MeanDifference(Result):
    """The difference of two means; None where a sample is too small for a number."""

    estimate: float | None
    std_error: float | None
    df: float | None
    lower: float | None
    upper: float | None
    level: float
    n: int


def mean_with_interval(values: ArrayLike, level: float = 0.95) -> Mean:
    """Mean, standard error and t interval with n - 1 degrees of freedom.

    Args:
        values: finite; an empty sample has no mean, one value no interval.
        level: coverage.

    Raises:
        AnalysisError: EQ460, EQ462: a level that is no coverage, values that are missing.

    Example:
        >>> mean_with_interval([1.5, 2.0, 3.5, 4.0])  # R t.test
        Mean(estimate=2.75, std_error=0.5951, lower=0.8561, upper=4.644, level=0.95, n=4)
    """
    values = checked_numbers("values", values)
    checked_level(level)
    n = len(values)
    mean = float(values.mean()) if n else None
    error = float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else None
    lower = upper = None
    if mean is not None and error is not None:
        half = float(t_quantile((1 + level) / 2, n - 1)) * error
        lower, upper = mean - half, mean + half
    return Mean(mean, error, lower, upper, level, n)


def mean_difference(
    values: ArrayLike, versus: ArrayLike, level: float = 0.95
) -> MeanDifference:
    """Mean of the first sample minus that of the second, variances not taken as equal.

    Args:
        values: finite; an empty sample gives no difference, one value no interval.
        versus: of the other group.
        level: coverage.

    Raises:
        AnalysisError: EQ460, EQ462, as ``mean_with_interval``.

    Example:
        >>> fit = mean_difference([1.5, 2.0, 3.5, 4.0], [0.0, 1.0, 1.5, 3.0, 2.0])
        >>> round(fit.estimate, 3), round(fit.lower, 3), round(fit.upper, 3)  # R t.test
        (1.25, -0.626, 3.126)

    Source: Welch 1947, Biometrika 34:28-35; R t.test with its default var.equal = FALSE.
    """
    values, versus = (
        checked_numbers("values", values),
        checked_numbers("versus", versus),
    )
    checked_level(level)
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
    return MeanDifference(estimate, error, df, lower, upper, level, n1 + n2)
