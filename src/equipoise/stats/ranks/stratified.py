"""Van Elteren's test: Wilcoxon's rank-sum test within strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import (
    checked_groups,
    checked_labels,
    checked_lengths,
    checked_numbers,
    checked_option,
    impossible,
)
from equipoise.stats.options import (
    ALTERNATIVES,
    STRATUM_WEIGHTS,
    Alternative,
    StratumWeight,
)
from equipoise.stats.ranks.midranks import midranks
from equipoise.stats.ranks.rank_sum import rank_sum_error, tail
from equipoise.stats.result import Result


@dataclass(frozen=True, slots=True, repr=False)
class VanElteren(Result):
    """A stratified rank-sum test.

    Attributes:
        z: standardized sum over the strata, positive where the treated have larger values.
        chi_square: its square: SAS's "Row Mean Scores Differ", with 1 degree of freedom.
        p: of the alternative, from the normal distribution.
        strata: strata that contain both groups; only they count.
        excluded: participants of strata with one group only.
        n: participants that count.
    """

    z: float
    chi_square: float
    p: float
    strata: int
    excluded: int
    n: int


def van_elteren(
    values: ArrayLike,
    treated: ArrayLike,
    strata: ArrayLike,
    *,
    weights: StratumWeight = "van-elteren",
    alternative: Alternative = "two-sided",
) -> VanElteren:
    """Tests whether the treated tend to larger values than the others of their stratum.

    Ranks are those within the stratum. Its rank sum is divided by N + 1, which is the
    locally most powerful choice where the shift is the same in all strata, and what SAS
    calls modified ridit scores. With one stratum it is the rank-sum test without
    correction for continuity.

    Args:
        values: N, finite.
        treated: N, True for the group of interest.
        strata: N labels, such as site or severity; for several factors their
            combination.
        weights: ``van-elteren``, the rank sum over N + 1: SAS ``cmh2 scores=modridit``;
            ``equal``, plain rank sums: SAS ``cmh2 scores=rank``, in which large strata
            count much more.
        alternative: ``two-sided``; ``greater``, the treated have larger values; ``less``.

    Raises:
        AnalysisError: EQ460, unknown options; EQ461, EQ462, groups or values that are
            impossible, a missing stratum; EQ469, no stratum has both groups, or values do
            not vary in any.

    Example:
        >>> values = [3, 5, 8, 9, 2, 4, 6, 9, 1, 3]
        >>> treated = [0, 0, 1, 1, 0, 1, 0, 1, 0, 1]
        >>> van_elteren(values, treated, list("aaaabbbbbb"))
        VanElteren(z=1.816, chi_square=3.298, p=0.06935, strata=2, excluded=0, n=10)

    Source: van Elteren 1960, Bull Int Stat Inst 37:351-361; Lehmann 1975, Nonparametrics,
    3.3; SAS/STAT 15.3, PROC FREQ, Cochran-Mantel-Haenszel statistics.
    """
    checked_option("weights", weights, STRATUM_WEIGHTS)
    checked_option("alternative", alternative, ALTERNATIVES)
    y, arm = checked_numbers("values", values), checked_groups(treated)
    labels = pd.factorize(pd.Series(checked_labels("strata", strata), dtype=object))[0]
    checked_lengths(values=y, treated=arm, strata=labels)
    if (labels < 0).any():
        raise impossible(f"{int((labels < 0).sum())} strata are missing", "strata")
    total = variance = 0.0
    counted: list[int] = []
    for label in np.unique(labels):
        inside = labels == label
        n, n1 = int(inside.sum()), int(arm[inside].sum())
        if n1 in (0, n):
            continue
        counted.append(n)
        ranks, ties = midranks(y[inside])
        weight = 1 / (n + 1) if weights == "van-elteren" else 1.0
        distance = float(ranks[arm[inside]].sum()) - n1 * (n + 1) / 2
        total += weight * distance
        variance += (weight * rank_sum_error(n1, n - n1, ties)) ** 2
    if variance <= 0:
        raise _no_stratum(len(counted))
    z = total / variance**0.5
    square = float(z**2)
    p = tail(z, alternative)
    if alternative == "two-sided":
        p = float(special.chdtrc(1, square))
    n = sum(counted)
    return VanElteren(float(z), square, p, len(counted), len(y) - n, n)


def _no_stratum(counted: int) -> AnalysisError:
    what = "the values do not vary within a stratum" if counted else ""
    return AnalysisError.single(
        "EQ469",
        f"the groups cannot be compared: {what or 'no stratum contains both groups'}",
        where="strata",
        fix="use fewer strata, or rank_sum_test without strata",
    )
