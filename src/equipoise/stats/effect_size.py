"""Standardized differences of two groups: Cohen's d and Hedges' g, by name."""

from __future__ import annotations

from math import exp, lgamma, log, sqrt

from scipy import special

from equipoise.stats.input_checks import (
    checked_count,
    checked_level,
    checked_number,
    impossible,
)
from equipoise.stats.result import IntervalEstimate


class StandardizedDifference(IntervalEstimate):
    """A difference in units of a standard deviation, with its interval."""

    __slots__ = ()


def cohens_d_from_t(t: float, df: float) -> float:
    """``2 t / sqrt(df)``: Cohen's d of two groups of equal size.

    Args:
        t: t statistic of the difference.
        df: its degrees of freedom, more than 0.

    Raises:
        AnalysisError: EQ462, a number is infinite or missing, or ``df`` is not above 0.

    Example:
        >>> round(cohens_d_from_t(11.88 / 3.96, 28), 2)  # as Feder et al. 2021 print it
        1.13

    Source: Rosenthal 1991, Meta-Analytic Procedures for Social Research, equation 2.16.
    """
    checked_number("t", t)
    if checked_number("df", df) <= 0:
        raise impossible(f"df = {df!r} must be above 0", "df")
    return 2 * t / sqrt(df)


def pooled_sd(n1: int, sd1: float, n2: int, sd2: float) -> float:
    """Within-group standard deviation of two groups, of at least 3 participants together.

    Raises:
        AnalysisError: EQ462, impossible numbers.

    Example:
        >>> round(pooled_sd(15, 10.0, 15, 12.0), 2)
        11.05

    Source: Cohen 1988, Statistical Power Analysis, equation 2.5.2.
    """
    for n, sd in ((n1, sd1), (n2, sd2)):
        checked_count("participants of a group", n, 1)
        checked_number("standard deviation", sd, 0)
    checked_count("participants of both groups", n1 + n2, 3)
    return sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))


def cohens_d(d: float, n1: int, n2: int, level: float = 0.95) -> StandardizedDifference:
    """Cohen's d with its interval, whichever standard deviation it has.

    The variance is ``1 / n1 + 1 / n2 + d ** 2 / (2 (N - 2))``, the interval normal.

    Args:
        d: standardized difference.
        n1: participants of the first group, at least 1.
        n2: participants of the second group, at least 1; together at least 3.
        level: coverage of the interval.

    Raises:
        AnalysisError: EQ460, EQ462: a level or numbers that are impossible.

    Example:
        >>> cohens_d(1.13, 15, 15)  # Feder et al. 2021 print 0.36 to 1.91
        StandardizedDifference(estimate=1.13, lower=0.3555, upper=1.904)

    Source: Hedges and Olkin 1985, Statistical Methods for Meta-Analysis, chapter 5.
    """
    checked_number("d", d)
    checked_count("n1", n1, 1)
    checked_count("n2", n2, 1)
    checked_count("participants of both groups", n1 + n2, 3)
    checked_level(level)
    error = sqrt(1 / n1 + 1 / n2 + d**2 / (2 * (n1 + n2 - 2)))
    half = float(special.ndtri((1 + level) / 2)) * error
    return StandardizedDifference(d, d - half, d + half)


def hedges_g(d: float, n1: int, n2: int, level: float = 0.95) -> StandardizedDifference:
    """Cohen's d without its bias in small groups; its interval is scaled in the same way.

    Raises:
        AnalysisError: EQ460, EQ462, as ``cohens_d``.

    Example:
        >>> hedges_g(1.13, 15, 15)
        StandardizedDifference(estimate=1.099, lower=0.3459, upper=1.853)

    Source: Hedges 1981, J Educ Stat 6:107-128: the exact factor by gamma functions.
    """
    plain = cohens_d(d, n1, n2, level)
    J = hedges_correction(n1 + n2 - 2)
    return StandardizedDifference(J * d, J * plain.lower, J * plain.upper)


def hedges_correction(df: int) -> float:
    """``J = gamma(df / 2) / (sqrt(df / 2) gamma((df - 1) / 2))``; 1 for df below 2.

    Example:
        >>> round(hedges_correction(28), 4)  # about 1 - 3 / (4 df - 1)
        0.9729
    """
    checked_count("df", df)
    if df < 2:
        return 1.0
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2) - log(df / 2) / 2)
