"""Hodges and Lehmann's shift of two groups, with intervals of SAS and of R."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import Numbers, checked_level, checked_option
from equipoise.stats.options import SHIFT_METHODS, ShiftMethod
from equipoise.stats.ranks.midranks import midranks
from equipoise.stats.ranks.permutation import affordable, rank_sums
from equipoise.stats.ranks.rank_sum import continuity, rank_sum_error, two_samples
from equipoise.stats.ranks.root_search import brent_root
from equipoise.stats.result import Result

R_TOLERANCE = 1e-4  # tol.root of R wilcox.test
EXACT_UP_TO = 100  # participants: ``auto`` is exact below


@dataclass(frozen=True, slots=True, repr=False)
class Shift(Result):
    """A difference of location.

    Attributes:
        estimate: values of the first group minus those of the second.
        lower: limit; minus infinity where so few values exclude no shift.
        upper: limit.
        std_error: width of the interval of ``moses`` over twice the normal quantile, as
            SAS prints it; None for other methods.
        level: coverage.
        method: whose estimate and interval.
    """

    estimate: float
    lower: float
    upper: float
    std_error: float | None
    level: float
    method: str

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper limit."""
        return self.lower, self.upper


def hodges_lehmann(
    values: ArrayLike,
    versus: ArrayLike,
    *,
    method: ShiftMethod = "auto",
    correction: bool = True,
    level: float = 0.95,
) -> Shift:
    """How much larger the values of the first group are: the shift between two groups.

    The estimate is the median of all differences between a value of the first and one of
    the second group. R prints another number where there are ties, or 50 participants in
    a group: it searches the shift at which the standardized rank sum is zero, and stops
    at a tolerance of 1e-4, somewhere on a flat stretch. Intervals:

    ===========  ===================================================================
    ``exact``    differences that the exact rank-sum test does not reject, ties
                 included: SAS ``exact hl``; R ``conf.int = TRUE`` without ties
    ``moses``    ranks of the limits from the normal distribution, to the nearest
                 whole number: SAS ``hl``, the line "Asymptotic (Moses)"
    ``r-root``   estimate and interval of R ``wilcox.test(exact = FALSE)``, by R's
                 search; ``correction`` as R's ``correct``
    ``auto``     exact up to 100 participants in total, and Moses beyond
    ===========  ===================================================================

    Args:
        values: of the first group, finite.
        versus: of the second group.
        method: one of those above; ``method`` of the result states which was used.
        correction: for continuity, of ``r-root`` only.
        level: coverage of the interval.

    Raises:
        AnalysisError: EQ460, an unknown option, or an exact interval that would take too
            long; EQ462, no values, or missing ones.

    Example:
        >>> shift = hodges_lehmann([1.1, 2.0, 2.4, 3.5, 2.2], [2.1, 4.1, 5.0, 6.2])
        >>> round(shift.estimate, 2), round(shift.lower, 2), round(shift.upper, 2)
        (-2.35, -4.2, 0.3)

    Source: Hodges and Lehmann 1963, Ann Math Stat 34:598-611; Moses in Walker and Lev
    1953, chapter 18; Hollander and Wolfe 1999, 4.3; SAS/STAT 15.3, PROC NPAR1WAY,
    Hodges-Lehmann estimation; R 4.2.2, ``stats::wilcox.test``.
    """
    checked_option("method", method, SHIFT_METHODS)
    checked_level(level)
    first, second = two_samples(values, versus)
    n = len(first) + len(second)
    chosen = method
    if method == "auto":
        chosen = "exact" if n <= EXACT_UP_TO else "moses"
    if chosen == "r-root":
        return _by_root(first, second, correction, level)
    differences = np.sort((first[:, None] - second).ravel())
    rank = (_exact_rank if chosen == "exact" else _moses_rank)(first, second, level)
    lower, upper = order_limits(differences, rank)
    error = None
    if chosen == "moses" and np.isfinite(lower):
        error = (upper - lower) / (2 * float(special.ndtri((1 + level) / 2)))
    estimate = float(np.median(differences))
    return Shift(estimate, lower, upper, error, level, chosen)


def order_limits(ordered: Numbers, rank: int) -> tuple[float, float]:
    """The values of this rank from below and from above; infinite for rank 0."""
    if rank < 1:
        return -inf, inf
    return float(ordered[rank - 1]), float(ordered[len(ordered) - rank])


def _exact_rank(first: Numbers, second: Numbers, level: float) -> int:
    n1, n2 = len(first), len(second)
    if not affordable(n1 + n2, min(n1, n2)):
        raise AnalysisError.single(
            "EQ460",
            f"method = 'exact' would take too long for {counted(n1 + n2, 'participant')}",
            where="method",
            fix="use method='moses', which is accurate for groups of this size",
        )
    ranks, _ = midranks(np.concatenate([first, second]))
    smaller = min(n1, n2)
    # Permutations do not care which ranks are observed: one group or the other.
    quantile = rank_sums(ranks, smaller).quantile((1 - level) / 2)
    return ceil(quantile - smaller * (smaller + 1) / 2 - 1e-9)


def _moses_rank(first: Numbers, second: Numbers, level: float) -> int:
    """Without a correction for ties, as SAS."""
    n1, n2 = len(first), len(second)
    z = float(special.ndtri((1 + level) / 2))
    deviation: float = (n1 * n2 * (n1 + n2 + 1) / 12) ** 0.5
    return round(n1 * n2 / 2 - z * deviation)


def _by_root(first: Numbers, second: Numbers, correct: bool, level: float) -> Shift:
    def deviate(shift: float, corrected: bool) -> float:
        ranks, sizes = midranks(np.concatenate([first - shift, second]), equal=0)
        n1, n2 = len(first), len(second)
        distance = float(ranks[:n1].sum()) - n1 * (n1 + n2 + 1) / 2
        half = continuity(distance, "two-sided") if corrected else 0.0
        error = rank_sum_error(n1, n2, sizes)
        return (distance - half) / error if error > 0 else 0.0

    ends = float(first.min() - second.max()), float(first.max() - second.min())
    z = float(special.ndtri((1 + level) / 2))
    search: Callable[..., float] = lambda target, corrected: brent_root(  # noqa: E731
        lambda shift: deviate(shift, corrected) - target, *ends, R_TOLERANCE
    )
    limits = search(z, correct), search(-z, correct)
    return Shift(search(0.0, False), *limits, None, level, "r-root")
