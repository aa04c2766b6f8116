"""Tests of means by Student's t: one sample, pairs, two samples, equivalence."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.stats.input_checks import (
    Numbers,
    checked_flag,
    checked_lengths,
    checked_level,
    checked_number,
    checked_numbers,
    checked_option,
    impossible,
    scalar,
)
from equipoise.stats.options import ALTERNATIVES, Alternative
from equipoise.stats.result import Result


@dataclass(frozen=True, slots=True, repr=False)
class TTest(Result):
    """A t test with its interval.

    Attributes:
        estimate: mean, mean of the paired differences, or first mean minus second.
        std_error: of the estimate.
        t: distance of the estimate from ``null`` in standard errors.
        df: degrees of freedom.
        p: of the alternative.
        lower: limit; minus infinity for the alternative ``less``.
        upper: limit; infinity for the alternative ``greater``.
        level: coverage.
        null: value under the null hypothesis.
        n: values, pairs, or values of both groups.
    """

    estimate: float
    std_error: float
    t: float
    df: float
    p: float
    lower: float
    upper: float
    level: float
    null: float
    n: int

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper limit."""
        return self.lower, self.upper


@dataclass(frozen=True, slots=True, repr=False)
class Equivalence(Result):
    """Two one-sided t tests of equivalence.

    Attributes:
        estimate: difference, or mean of the differences.
        std_error: of the estimate.
        df: degrees of freedom.
        p_low: P value of the null hypothesis that the difference is ``low`` or less.
        p_high: of the null hypothesis that it is ``high`` or more.
        p: the larger of both: equivalence is shown at ``alpha`` if it is smaller.
        lower: limit of the interval with coverage 1 - 2 alpha.
        upper: limit.
        equivalent: the interval is inside the margins, and ``p < alpha``.
    """

    estimate: float
    std_error: float
    df: float
    p_low: float
    p_high: float
    p: float
    lower: float
    upper: float
    equivalent: bool


def one_sample_t_test(
    values: ArrayLike,
    null: float = 0.0,
    *,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> TTest:
    """Tests the mean of a sample.

    Args:
        values: N, finite, at least two, not all equal.
        null: mean under the null hypothesis.
        alternative: ``two-sided``; ``greater``; ``less``. One-sided tests have one-sided
            intervals, as in R and SAS.
        level: coverage.

    Raises:
        AnalysisError: EQ460, an option; EQ462, missing values; EQ469, fewer than two
            values, or all equal.

    Example:
        >>> test = one_sample_t_test([1.5, 2.0, 3.5, 4.0], 2)  # R t.test(mu = 2)
        >>> round(test.t, 4), round(test.p, 4)
        (1.2603, 0.2967)

    Source: Student 1908, Biometrika 6:1-25; SAS PROC TTEST; R ``stats::t.test``.
    """
    y = checked_numbers("values", values)
    return _tested(_mean(y, "values"), null, alternative, level, len(y))


def paired_t_test(
    values: ArrayLike,
    versus: ArrayLike,
    null: float = 0.0,
    *,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> TTest:
    """Tests the mean of paired differences, the first value minus the second.

    Args:
        values: N, finite.
        versus: N, of the same participants in the same order.
        null: mean difference under the null hypothesis.
        alternative: ``two-sided``; ``greater``; ``less``.
        level: coverage.

    Raises:
        AnalysisError: EQ460, EQ462, EQ469, as ``one_sample_t_test``; EQ462, lengths that
            differ.

    Example:
        >>> test = paired_t_test([9, 7, 8, 6], [7, 6, 8, 3])  # R t.test(paired = TRUE)
        >>> round(test.estimate, 4), round(test.p, 4)
        (1.5, 0.1027)

    Source: SAS PROC TTEST, PAIRED; R ``stats::t.test(paired = TRUE)``.
    """
    first = checked_numbers("values", values)
    second = checked_numbers("versus", versus)
    checked_lengths(values=first, versus=second)
    difference = first - second
    return _tested(
        _mean(difference, "differences"), null, alternative, level, len(difference)
    )


def two_sample_t_test(
    values: ArrayLike,
    versus: ArrayLike,
    null: float = 0.0,
    *,
    equal_variances: bool = False,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> TTest:
    """Tests the difference of two means, first minus second.

    Args:
        values: of the first group, finite.
        versus: of the second group.
        null: difference under the null hypothesis, such as minus a margin.
        equal_variances: False is Welch's test: R's default, and the line "Satterthwaite"
            of SAS; True pools the variances: the line "Pooled".
        alternative: ``two-sided``; ``greater``, the first mean is larger; ``less``.
        level: coverage.

    Raises:
        AnalysisError: EQ460, EQ462, EQ469, as ``one_sample_t_test``.

    Example:
        >>> first, second = [1.5, 2.0, 3.5, 4.0], [0.0, 1.0, 1.5, 3.0, 2.0]
        >>> welch = two_sample_t_test(first, second)
        >>> pooled = two_sample_t_test(first, second, equal_variances=True)
        >>> round(welch.p, 4), round(pooled.p, 4)  # R t.test, var.equal = TRUE
        (0.1562, 0.149)

    Source: Welch 1947, Biometrika 34:28-35; SAS PROC TTEST; R ``stats::t.test``.
    """
    checked_flag("equal_variances", equal_variances)
    moments, n = _difference(values, versus, equal_variances)
    return _tested(moments, null, alternative, level, n)


def equivalence_test(
    values: ArrayLike,
    versus: ArrayLike,
    low: float,
    high: float,
    *,
    paired: bool = False,
    equal_variances: bool = False,
    alpha: float = 0.05,
) -> Equivalence:
    """Tests that the difference of two means is between two margins (TOST).

    Args:
        values: of the first group or condition, finite.
        versus: of the second; of the same participants if ``paired``.
        low: lower margin of the difference, first minus second.
        high: upper margin.
        paired: the values are pairs.
        equal_variances: pools the variances of two groups; False is Welch's test.
        alpha: level of each of the two one-sided tests.

    Raises:
        AnalysisError: EQ460, an alpha that is not between 0 and 0.5; EQ462, margins in
            the wrong order, missing values; EQ469, too few values, or all equal.

    Example:
        >>> test = equivalence_test([9, 7, 8, 6, 7], [7, 8, 8, 6, 9], -2, 2)
        >>> round(test.p, 4), test.equivalent
        (0.0186, True)

    Source: Schuirmann 1987, J Pharmacokinet Biopharm 15:657-680; SAS PROC TTEST
    TOST(-2, 2); R ``t.test`` with ``alternative = "greater"`` and ``"less"``.
    """
    if not 0 < scalar(alpha) < 0.5:
        raise AnalysisError.single(
            "EQ460",
            f"alpha = {alpha!r} is not between 0 and 0.5",
            where="alpha",
            fix="give the level of one of the two tests, such as 0.05",
        )
    checked_number("low", low)
    checked_number("high", high)
    if not low < high:
        raise impossible(
            f"low = {low!r} is not below high = {high!r}",
            "low and high",
            "give the margins of the difference, such as low=-2, high=2",
        )
    if paired:
        test = paired_t_test(values, versus, level=1 - 2 * alpha)
    else:
        test = two_sample_t_test(
            values, versus, equal_variances=equal_variances, level=1 - 2 * alpha
        )
    p_low = _one_sided((test.estimate - low) / test.std_error, test.df)
    p_high = _one_sided((high - test.estimate) / test.std_error, test.df)
    p = max(p_low, p_high)
    return Equivalence(
        test.estimate, test.std_error, test.df, p_low, p_high, p,
        test.lower, test.upper, p < alpha,
    )  # fmt: skip


Moments = tuple[float, float, float]  # estimate, standard error, degrees of freedom


def _mean(values: Numbers, name: str) -> Moments:
    n = len(values)
    _require_spread(values, name)
    return float(values.mean()), float(values.std(ddof=1)) / sqrt(n), n - 1.0


def _difference(
    values: ArrayLike, versus: ArrayLike, equal_variances: bool
) -> tuple[Moments, int]:
    first = checked_numbers("values", values)
    second = checked_numbers("versus", versus)
    n1, n2 = len(first), len(second)
    least = 1 if equal_variances else 2
    for name, sample in (("values", first), ("versus", second)):
        if len(sample) < least or n1 + n2 < 3:
            raise _no_error(f"{name} has {counted(len(sample), 'value')}")
    estimate = float(first.mean() - second.mean())
    squares = [float(((v - v.mean()) ** 2).sum()) for v in (first, second)]
    size = max(np.abs(first).max(), np.abs(second).max())
    if sum(squares) <= (1e-14 * size) ** 2 * (n1 + n2):
        raise _no_error("the values of each group are all equal")
    if equal_variances:
        df = float(n1 + n2 - 2)
        error = sqrt(sum(squares) / df * (1 / n1 + 1 / n2))
        return (estimate, error, df), n1 + n2
    parts = squares[0] / (n1 - 1) / n1, squares[1] / (n2 - 1) / n2
    df = sum(parts) ** 2 / (parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1))
    return (estimate, sqrt(sum(parts)), df), n1 + n2


def _tested(
    moments: Moments, null: float, alternative: str, level: float, n: int
) -> TTest:
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_level(level)
    checked_number("null", null)
    estimate, error, df = moments
    t = (estimate - null) / error
    if alternative == "two-sided":
        half = float(t_quantile((1 + level) / 2, df)) * error
        p, lower, upper = float(t_two_sided(t, df)), estimate - half, estimate + half
    else:
        half = float(t_quantile(level, df)) * error
        greater = alternative == "greater"
        p = _one_sided(t if greater else -t, df)
        lower = estimate - half if greater else -inf
        upper = inf if greater else estimate + half
    return TTest(estimate, error, t, df, p, lower, upper, level, null, n)


def _one_sided(t: float, df: float) -> float:
    """Probability of a larger t."""
    half = float(t_two_sided(t, df)) / 2
    return half if t > 0 else 1 - half


def _require_spread(values: Numbers, name: str) -> None:
    if len(values) < 2:
        raise _no_error(f"there are {len(values)} {name}")
    if values.std() <= 1e-14 * np.abs(values).max():
        raise _no_error(f"all {name} are equal")


def _no_error(why: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ469",
        f"the standard error cannot be estimated: {why}",
        where="values",
        fix="give at least two values of each group that differ",
    )
