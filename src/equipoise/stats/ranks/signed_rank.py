"""Wilcoxon's signed-rank test and the pseudo-median of paired differences."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import (
    Numbers,
    checked_flag,
    checked_lengths,
    checked_level,
    checked_numbers,
    checked_option,
    impossible,
)
from equipoise.stats.options import ALTERNATIVES, RANK_TESTS, Alternative, RankTest
from equipoise.stats.ranks.midranks import EQUAL, midranks, tie_term
from equipoise.stats.ranks.permutation import signed_rank_sums
from equipoise.stats.ranks.rank_sum import continuity, tail
from equipoise.stats.ranks.shift import order_limits
from equipoise.stats.result import IntervalEstimate, Result

EXACT_UP_TO = 200  # differences: ``auto`` is exact below
EXACT_AT_MOST = 1000  # differences: a second of calculation


@dataclass(frozen=True, slots=True, repr=False)
class SignedRank(Result):
    """A signed-rank test.

    Attributes:
        v: sum of the ranks of the positive differences: R's V.
        s: ``v`` minus its expectation: SAS's S.
        z: standardized with the variance for ties, corrected for continuity if asked.
        p: of the alternative, by the method.
        method: ``exact``, ``normal`` or ``t``.
        n: differences that are not zero; only they count.
        zeros: differences that are zero.
    """

    v: float
    s: float
    z: float
    p: float
    method: str
    n: int
    zeros: int


class PseudoMedian(IntervalEstimate):
    """Median of the means of all pairs of differences, with its interval."""

    __slots__ = ()


def signed_rank_test(
    differences: ArrayLike,
    versus: ArrayLike | None = None,
    *,
    method: RankTest = "auto",
    correction: bool = True,
    alternative: Alternative = "two-sided",
) -> SignedRank:
    """Tests whether paired differences are symmetric about zero.

    Differences of zero are excluded, as in SAS and R, and their number is reported. The
    exact P value is that of all assignments of signs to the observed midranks, so it is
    exact with ties. SAS PROC UNIVARIATE is exact up to 20 differences and prints
    ``method="t"`` above; R is exact below 50 without ties and zeros and prints
    ``method="normal"`` otherwise.

    Args:
        differences: N, finite; or the first value of each pair.
        versus: N, the second value of each pair, which is subtracted.
        method: ``exact``, up to 1,000 differences; ``normal``; ``t``, which has no
            correction for continuity; ``auto``, exact up to 200 differences.
        correction: for continuity, of ``normal`` only.
        alternative: ``two-sided``; ``greater``, positive differences; ``less``.

    Raises:
        AnalysisError: EQ460, an unknown option, or too many differences for an exact
            value; EQ462, missing values, or lengths that differ; EQ469, every
            difference is zero.

    Example:
        >>> signed_rank_test([1.5, -0.5, 2.5, 3.0, 0.0, 2.5, -1.0])
        SignedRank(v=18, s=7.5, z=1.577, p=0.1562, method='exact', n=6, zeros=1)

    Source: Wilcoxon 1945, Biometrics Bull 1:80-83; Lehmann 1975, Nonparametrics, 3.2; SAS
    9.4, PROC UNIVARIATE, signed rank test (Iman 1974, the t approximation); R
    ``stats::wilcox.test(paired = TRUE)``.
    """
    checked_option("method", method, RANK_TESTS)
    checked_option("alternative", alternative, ALTERNATIVES)
    values, zeros = _nonzero(differences, versus)
    n = len(values)
    if not n:
        raise AnalysisError.single(
            "EQ469",
            f"all {zeros} differences are zero, so that no sign can be tested",
            where="differences",
            fix="report that the pairs do not differ",
        )
    chosen = method
    if method == "auto":
        chosen = "exact" if n <= EXACT_UP_TO else "normal"
    if chosen == "exact" and n > EXACT_AT_MOST:
        raise AnalysisError.single(
            "EQ460",
            f"method = 'exact' would take too long for {n} differences",
            where="method",
            fix="use method='normal', which is accurate for so many",
        )
    ranks, sizes = midranks(np.abs(values))
    v = float(ranks[values > 0].sum())
    s = v - n * (n + 1) / 4
    variance = n * (n + 1) * (2 * n + 1) / 24 - tie_term(sizes) / 48
    half = (
        continuity(s, alternative)
        if checked_flag("correction", correction) and chosen == "normal"
        else 0.0
    )
    z = (s - half) / sqrt(variance)
    if chosen == "exact":
        p = signed_rank_sums(ranks).p(2 * v, alternative)
    elif chosen == "t":
        p = _student(s, variance, n, alternative)
    else:
        p = tail(z, alternative)
    return SignedRank(v, s, z, p, chosen, n, zeros)


def pseudo_median(
    differences: ArrayLike, versus: ArrayLike | None = None, *, level: float = 0.95
) -> PseudoMedian:
    """Hodges and Lehmann's median of paired differences, with the exact interval.

    It is the median of the means of all pairs of differences (Walsh averages, each
    difference with itself included). The interval contains every shift that the exact
    signed-rank test does not reject, infinite where so few differences exclude none. R
    prints the same where no differences are tied or zero.

    Args:
        differences: N, at least one, at most 1,000; or the first value of each pair.
        versus: N, the second value of each pair, which is subtracted.
        level: coverage of the interval.

    Raises:
        AnalysisError: EQ460, EQ462: a level or numbers that are impossible.

    Example:
        >>> pseudo_median([1.5, -0.5, 2.5, 3.0, 0.2, 2.6, -1.0])  # R wilcox.test
        PseudoMedian(estimate=1.15, lower=-0.5, upper=2.75)

    Source: Hodges and Lehmann 1963, Ann Math Stat 34:598-611; Hollander and Wolfe 1999,
    3.2 and 3.3; R ``wilcox.test(paired = TRUE, conf.int = TRUE)``.
    """
    checked_level(level)
    values = _differences(differences, versus)
    n = len(values)
    if not 1 <= n <= EXACT_AT_MOST:
        raise impossible(
            f"{n} differences are not from 1 to {EXACT_AT_MOST}",
            "differences",
            "give the differences of all pairs",
        )
    first, second = np.triu_indices(n)
    averages = np.sort((values[first] + values[second]) / 2)
    ranks, _ = midranks(np.abs(values))
    rank = ceil(signed_rank_sums(ranks).quantile((1 - level) / 2) - 1e-9)
    lower, upper = order_limits(averages, rank)
    return PseudoMedian(float(np.median(averages)), lower, upper)


def _differences(differences: ArrayLike, versus: ArrayLike | None) -> Numbers:
    values = checked_numbers("differences", differences)
    if versus is None:
        return values
    second = checked_numbers("versus", versus)
    checked_lengths(differences=values, versus=second)
    # 3.6 - 3.4 - 0.2 is not 0 in the stored numbers, but the pairs differ as much.
    difference = values - second
    size = np.maximum(np.abs(values), np.abs(second))
    return np.where(np.abs(difference) <= EQUAL * size, 0.0, difference)


def _nonzero(differences: ArrayLike, versus: ArrayLike | None) -> tuple[Numbers, int]:
    values = _differences(differences, versus)
    return values[values != 0], int((values == 0).sum())


def _student(s: float, variance: float, n: int, alternative: str) -> float:
    """SAS's approximation for more than 20 differences (Iman 1974)."""
    left = n * variance - s * s
    t = s * sqrt((n - 1) / left) if left > 0 else (inf if s > 0 else -inf)
    if n == 1:
        return 1.0
    return tail(t, alternative, n - 1)
