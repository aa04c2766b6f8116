"""Wilcoxon's rank-sum test of two groups (Mann-Whitney)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import (
    Numbers,
    checked_flag,
    checked_numbers,
    checked_option,
    impossible,
)
from equipoise.stats.options import ALTERNATIVES, RANK_TESTS, Alternative, RankTest
from equipoise.stats.ranks.midranks import midranks, tie_term
from equipoise.stats.ranks.permutation import affordable, rank_sums
from equipoise.stats.result import Result

EXACT_UP_TO = 100  # participants: ``auto`` is exact below, in milliseconds


@dataclass(frozen=True, slots=True, repr=False)
class RankSum(Result):
    """A rank-sum test.

    Attributes:
        u: pairs in which the first group has the larger value, ties counted as a half: R's
            W.
        rank_sum: sum of the midranks of the first group: SAS's S.
        expected: of the rank sum under the null hypothesis.
        z: standardized with the variance for ties, corrected for continuity if asked.
        p: of the alternative, by the method.
        method: ``exact``, ``normal`` or ``t``.
        n1: participants of the first group.
        n2: of the second.
    """

    u: float
    rank_sum: float
    expected: float
    z: float
    p: float
    method: str
    n1: int
    n2: int


def rank_sum_test(
    values: ArrayLike,
    versus: ArrayLike,
    *,
    method: RankTest = "auto",
    correction: bool = True,
    alternative: Alternative = "two-sided",
) -> RankSum:
    """Tests whether one of two groups tends to larger values.

    The exact P value is that of the permutation distribution of the midranks, so it is
    exact with ties as well, as in SAS ``exact wilcoxon`` and R coin. R's ``wilcox.test``
    has no exact value with ties, and ``scipy.stats.mannwhitneyu(method="exact")`` ignores
    ties. The programs differ in what they print by default:

    =====================  =============================================
    SAS PROC NPAR1WAY      ``method="normal"``; with ``correct=no``
                           ``correction=False``; below it ``method="t"``
    SAS, exact wilcoxon    ``method="exact"``
    R wilcox.test          ``method="exact"`` without ties below 50 in a
                           group, otherwise ``method="normal"``
    =====================  =============================================

    Args:
        values: of the first group, finite.
        versus: of the second group.
        method: ``exact``; ``normal``; ``t``, the normal deviate referred to N - 1
            degrees of freedom; ``auto``, exact up to 100 participants in total and
            normal beyond, and ``method`` of the result states which.
        correction: moves the rank sum by a half towards its expectation (``normal`` and
            ``t`` only).
        alternative: ``two-sided``; ``greater``, the first group has larger values;
            ``less``.

    Raises:
        AnalysisError: EQ460, unknown options, or an exact distribution that would take
            more than some seconds; EQ462, no values, or missing ones.

    Example:
        >>> test = rank_sum_test([1.1, 2.0, 2.0, 3.5], [2.0, 4.1, 5.0, 6.2])
        >>> test.u, test.rank_sum, round(test.p, 6), test.method  # 8 of 70 permutations
        (2.0, 12.0, 0.114286, 'exact')

    Source: Wilcoxon 1945, Biometrics Bull 1:80-83; Lehmann 1975, Nonparametrics, 1.4 and
    appendix; SAS/STAT 15.3, PROC NPAR1WAY, simple linear rank tests.
    """
    checked_option("method", method, RANK_TESTS)
    checked_option("alternative", alternative, ALTERNATIVES)
    first, second = two_samples(values, versus)
    n1, n = len(first), len(first) + len(second)
    ranks, sizes = midranks(np.concatenate([first, second]))
    total, expected = float(ranks[:n1].sum()), n1 * (n + 1) / 2
    u = total - n1 * (n1 + 1) / 2
    chosen = method
    if method == "auto":
        chosen = "exact" if n <= EXACT_UP_TO else "normal"
    shift = (
        continuity(total - expected, alternative)
        if checked_flag("correction", correction)
        else 0.0
    )
    deviation = rank_sum_error(n1, n - n1, sizes)
    shift = 0.0 if chosen == "exact" else shift
    z = (total - expected - shift) / deviation if deviation > 0 else 0.0
    if chosen == "exact":
        _require_affordable(n, min(n1, n - n1))
        p = _exact(ranks, n1, alternative)
    else:
        p = tail(z, alternative, n - 1 if chosen == "t" else np.inf)
        p = p if deviation > 0 else 1.0
    return RankSum(u, total, expected, float(z), p, chosen, n1, n - n1)


def two_samples(values: ArrayLike, versus: ArrayLike) -> tuple[Numbers, Numbers]:
    """Two samples of finite numbers, neither empty: EQ462."""
    first = checked_numbers("values", values)
    second = checked_numbers("versus", versus)
    for name, sample in (("values", first), ("versus", second)):
        if not len(sample):
            raise impossible(f"{name} is empty", name, "give the values of both groups")
    return first, second


def rank_sum_error(n1: int, n2: int, ties: Numbers) -> float:
    """Standard error of the rank sum under the null hypothesis, with ties."""
    n = n1 + n2
    correction = tie_term(ties) / (n * (n - 1)) if n > 1 else 0.0
    return sqrt(max(n1 * n2 / 12 * (n + 1 - correction), 0.0))


def continuity(distance: float, alternative: str) -> float:
    """A half of a rank towards the expectation."""
    half = {"greater": 0.5, "less": -0.5}
    return half.get(alternative, 0.5 * float(np.sign(distance)))


def tail(z: float, alternative: str, df: float = np.inf) -> float:
    """The P value of a standardized statistic."""
    at = {"less": z, "greater": -z}.get(alternative, -abs(z))
    one = float(special.ndtr(at) if np.isinf(df) else special.stdtr(df, at))
    return min(1.0, 2 * one) if alternative == "two-sided" else one


def _exact(ranks: Numbers, n1: int, alternative: str) -> float:
    """By the smaller group, whose distribution takes the fewer steps."""
    n2 = len(ranks) - n1
    if n1 <= n2:
        return rank_sums(ranks, n1).p(2 * ranks[:n1].sum(), alternative)
    turned = {"less": "greater", "greater": "less"}.get(alternative, alternative)
    return rank_sums(ranks, n2).p(2 * ranks[n1:].sum(), turned)


def _require_affordable(n: int, size: int) -> None:
    if not affordable(n, size):
        raise AnalysisError.single(
            "EQ460",
            f"method = 'exact' would take too long for {counted(n, 'participant')}",
            where="method",
            fix="use method='normal', which is accurate for groups of this size",
        )
