"""Rank tests of several groups: Kruskal-Wallis, Jonckheere-Terpstra, Friedman."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import (
    Numbers,
    checked_labels,
    checked_lengths,
    checked_numbers,
    checked_option,
    float_array,
    impossible,
)
from equipoise.stats.options import ALTERNATIVES, Alternative
from equipoise.stats.ranks.midranks import midranks, tie_term
from equipoise.stats.ranks.rank_sum import tail
from equipoise.stats.result import Result


@dataclass(frozen=True, slots=True, repr=False)
class RankAnova(Result):
    """A rank test of several groups.

    Attributes:
        chi_square: statistic, corrected for ties.
        df: groups minus 1.
        p: from the chi-square distribution.
        n: values, or participants of Friedman's test.
        groups: number of groups, or of conditions.
    """

    chi_square: float
    df: int
    p: float
    n: int
    groups: int


@dataclass(frozen=True, slots=True, repr=False)
class RankTrend(Result):
    """A rank test of a trend over ordered groups.

    Attributes:
        j: pairs of values in the order of their groups, ties counted as a half.
        expected: of ``j`` under the null hypothesis.
        z: standardized with the variance for ties.
        p: of the alternative, from the normal distribution.
        n: values.
        groups: number of groups.
    """

    j: float
    expected: float
    z: float
    p: float
    n: int
    groups: int


def kruskal_wallis(values: ArrayLike, groups: ArrayLike) -> RankAnova:
    """Tests whether all groups have the same distribution.

    For two groups it is the rank-sum test without correction for continuity. The
    chi-square distribution is an approximation for five values or more in each group.

    Args:
        values: N, finite.
        groups: N labels; their order does not count.

    Raises:
        AnalysisError: EQ462, missing values or groups, lengths that differ; EQ469, one
            group only, or values that are all equal.

    Example:
        >>> kruskal_wallis([2.9, 3, 2.5, 2.6, 3.2, 3.8, 2.7, 4, 2.4, 2.8, 3.4, 3.7, 2.2, 2],
        ...                [1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3])  # R kruskal.test
        RankAnova(chi_square=0.7714, df=2, p=0.68, n=14, groups=3)

    Source: Kruskal and Wallis 1952, JASA 47:583-621; SAS PROC NPAR1WAY WILCOXON; R
    ``stats::kruskal.test``.
    """
    y, code, k = _grouped(values, groups, None)
    n = len(y)
    ranks, sizes = midranks(y)
    spread = 1 - tie_term(sizes) / (n**3 - n)
    if spread <= 0:
        raise _not_comparable("all values are equal")
    sums, counts = np.bincount(code, ranks, k), np.bincount(code, minlength=k)
    h = 12 / (n * (n + 1)) * float((sums**2 / counts).sum()) - 3 * (n + 1)
    h = max(h / spread, 0.0)
    return RankAnova(h, k - 1, float(special.chdtrc(k - 1, h)), n, k)


def jonckheere_terpstra(
    values: ArrayLike,
    groups: ArrayLike,
    *,
    order: Sequence[Any] | None = None,
    alternative: Alternative = "two-sided",
) -> RankTrend:
    """Tests a trend over ordered groups, such as doses.

    Args:
        values: N, finite.
        groups: N doses, or labels. Numbers have their own order, a pandas categorical
            that of its categories; the order of text must be given.
        order: all labels from the lowest group to the highest.
        alternative: ``two-sided``; ``greater``, values grow with the group; ``less``.

    Raises:
        AnalysisError: EQ460, an unknown option, text without an order, or an order that
            does not name each group once; EQ462, EQ469 as ``kruskal_wallis``.

    Example:
        >>> jonckheere_terpstra([40, 35, 38, 43, 44, 41, 38, 40, 47, 44, 40, 42, 48, 40,
        ...                      45, 43, 46, 44], [0] * 6 + [10] * 6 + [20] * 6)
        RankTrend(j=79, expected=54, z=2.039, p=0.04142, n=18, groups=3)

    Source: Jonckheere 1954, Biometrika 41:133-145; Hollander and Wolfe 1999, 6.2 (the
    example: J = 79); SAS/STAT 15.3, PROC FREQ, Jonckheere-Terpstra test.
    """
    checked_option("alternative", alternative, ALTERNATIVES)
    levels = _ordered_levels(groups, order)
    y, code, k = _grouped(values, groups, levels)
    n = len(y)
    j = 0.0
    for low, high in combinations(range(k), 2):
        first, second = y[code == high], y[code == low]
        ranks, _ = midranks(np.concatenate([first, second]))
        size = len(first)
        j += float(ranks[:size].sum()) - size * (size + 1) / 2
    counts, (_, ties) = np.bincount(code, minlength=k).astype(float), midranks(y)
    expected = (n**2 - float((counts**2).sum())) / 4
    variance = _trend_variance(n, counts, ties)
    if variance <= 0:
        raise _not_comparable("all values are equal")
    z = (j - expected) / sqrt(variance)
    return RankTrend(j, expected, z, tail(z, alternative), n, k)


def friedman(values: ArrayLike) -> RankAnova:
    """Tests whether conditions differ within participants.

    Args:
        values: participants x conditions, finite; a participant without a value in some
            condition must be excluded, or the conditions analyzed by a mixed model.

    Raises:
        AnalysisError: EQ462, not a finite matrix of two conditions or more; EQ469, every
            participant has the same value in all conditions.

    Example:
        >>> friedman([[5.4, 5.5, 5.55], [5.85, 5.7, 5.75], [5.2, 5.6, 5.5],
        ...           [5.55, 5.5, 5.4], [5.9, 5.85, 5.7]])
        RankAnova(chi_square=0.4, df=2, p=0.8187, n=5, groups=3)

    Source: Friedman 1937, JASA 32:675-701; Hollander and Wolfe 1999, 7.1; SAS PROC FREQ
    CMH2 SCORES=RANK by participant; R ``stats::friedman.test``.
    """
    y = float_array("values", values)
    if y.ndim != 2 or y.shape[1] < 2 or not len(y) or not np.isfinite(y).all():
        raise impossible(
            f"values of shape {y.shape} are not a complete table of participants by two "
            "or more conditions",
            "values",
            "exclude participants without a value in some condition",
        )
    n, k = y.shape
    ranked = [midranks(row) for row in y]
    sums = np.sum([ranks for ranks, _ in ranked], axis=0)
    ties = sum(tie_term(sizes) for _, sizes in ranked)
    scale = n * k * (k + 1) - ties / (k - 1)
    if scale <= 0:
        raise _not_comparable("each participant has one value in all conditions")
    q = 12 * float(((sums - n * (k + 1) / 2) ** 2).sum()) / scale
    return RankAnova(q, k - 1, float(special.chdtrc(k - 1, q)), n, k)


def _grouped(
    values: ArrayLike, groups: ArrayLike, levels: list[Any] | None
) -> tuple[Numbers, Any, int]:
    """Values, the number of the group of each, and the number of groups."""
    y = checked_numbers("values", values)
    labels = pd.Series(checked_labels("groups", groups), dtype=object)
    checked_lengths(values=y, groups=labels)
    if labels.isna().any():
        raise impossible(f"{int(labels.isna().sum())} groups are missing", "groups")
    levels = list(pd.unique(labels)) if levels is None else levels
    if len(levels) < 2:
        raise _not_comparable("there is one group only")
    return (
        y,
        labels.map({each: i for i, each in enumerate(levels)}).to_numpy(),
        len(levels),
    )


def _ordered_levels(groups: ArrayLike, order: Sequence[Any] | None) -> list[Any]:
    checked_labels("groups", groups)
    series = pd.Series(groups) if not isinstance(groups, pd.Series) else groups
    observed = set(series.dropna().astype(object))
    if order is not None:
        order = checked_labels("order", order).tolist()
        if len(set(order)) != len(order) or not observed <= set(order):
            raise _order_needed(
                observed, f"order = {order!r} does not name each of the groups once"
            )
        return [each for each in order if each in observed]
    if isinstance(series.dtype, pd.CategoricalDtype):
        return [each for each in series.cat.categories if each in observed]
    if all(isinstance(each, int | float | np.number) for each in observed):
        return sorted(observed)
    raise _order_needed(
        observed,
        "the order of groups that are text is not known: it is not the alphabet",
    )


def _order_needed(observed: set[Any], what: str) -> AnalysisError:
    names = ", ".join(sorted(map(repr, observed))[:8])
    return AnalysisError.single(
        "EQ460",
        what,
        where="order",
        fix=f"give order=[...] from the lowest to the highest of {names}",
    )


def _trend_variance(n: int, counts: Numbers, ties: Numbers) -> float:
    def falling(sizes: Numbers, upto: int) -> float:
        product = sizes.copy()
        for step in range(1, upto):
            product = product * (sizes - step)
        return float(product.sum())

    def cubic(sizes: Numbers) -> float:
        return float((sizes * (sizes - 1) * (2 * sizes + 5)).sum())

    first = (n * (n - 1) * (2 * n + 5) - cubic(counts) - cubic(ties)) / 72
    triples = falling(counts, 3) * falling(ties, 3)
    second = triples / (36 * n * (n - 1) * (n - 2)) if n > 2 else 0.0
    return first + second + falling(counts, 2) * falling(ties, 2) / (8 * n * (n - 1))


def _not_comparable(why: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ469",
        f"the groups cannot be compared: {why}",
        where="values and groups",
        fix="check that the values and the groups are the intended columns",
    )
