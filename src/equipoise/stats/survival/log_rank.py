"""The log-rank test of two groups, stratified or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.stats.input_checks import checked_survival, impossible
from equipoise.stats.result import Result


@dataclass(frozen=True, slots=True, repr=False)
class LogRank(Result):
    """A log-rank test: its chi-square statistic, degrees of freedom and p-value."""

    statistic: float
    df: int
    p: float


def log_rank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike | None = None,
) -> LogRank:
    """Log-rank test of two groups, two-sided, on request stratified.

    Args:
        time: N, not negative.
        event: N, True (or 1) for an event.
        group: N, two values.
        strata: N; the groups are compared within each value; observed minus expected
            events, and their variances, are added up over the strata.

    Raises:
        AnalysisError: EQ461, times or events are impossible; EQ462, the arguments
            differ in length, there are not two groups, or at no event were both groups
            at risk (``log_rank_estimable``).

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> log_rank(time, event, ["a"] * 5 + ["b"] * 5)  # R survdiff: 1.603369
        LogRank(statistic=1.603, df=1, p=0.2054)

    Source: Mantel 1966, Cancer Chemother Rep 50:163-170; R survdiff, with strata() on
    the right side; SAS PROC LIFETEST, STRATA statement with GROUP=.
    """
    difference, variance = _added_up(time, event, group, strata)
    groups = pd.Series(np.asarray(group)).nunique()
    if groups > 2 or variance <= 0:
        raise impossible(
            f"the log-rank test compares two groups, not {groups}"
            if groups > 2
            else "at no event were both groups, and another participant, at risk",
            "group",
            "compare two groups in which the event was possible",
        )
    statistic = difference**2 / variance
    return LogRank(statistic, 1, float(special.chdtrc(1, statistic)))


def log_rank_estimable(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike | None = None,
) -> bool:
    """Whether any event compares two groups: the log-rank variance is positive.

    It adds up over events at which both groups are at risk and a participant survives.

    Example:
        >>> log_rank_estimable([3, 5], [False, False], ["a", "b"])
        False
    """
    variance = _added_up(time, event, group, strata)[1]
    return pd.Series(np.asarray(group)).nunique() == 2 and variance > 0


def _added_up(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike | None,
) -> tuple[float, float]:
    """Observed minus expected events of the first group, and the variance."""
    times, events = checked_survival(time, event, group=group, strata=strata)
    if pd.isna(np.asarray(group)).any():
        raise impossible("participants without a group cannot be compared", "group")
    first = np.asarray(group) == np.asarray(group)[:1]
    codes = np.zeros(len(times), dtype=int)
    if strata is not None:
        codes = pd.factorize(np.asarray(strata), use_na_sentinel=False)[0]
    parts = [
        _observed_minus_expected(times[rows], events[rows], first[rows])
        for rows in (codes == code for code in np.unique(codes))
    ]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def _observed_minus_expected(
    time: NDArray[np.float64], event: NDArray[np.bool_], first: NDArray[np.bool_]
) -> tuple[float, float]:
    """Of one stratum, with the hypergeometric variance."""
    moments = np.unique(time[event])
    at_risk = time[:, None] >= moments
    now = (time[:, None] == moments) & event[:, None]
    n, d = at_risk.sum(axis=0), now.sum(axis=0)
    share = at_risk[first].sum(axis=0) / n
    spread = np.where(n > 1, (n - d) / np.maximum(n - 1, 1), 0.0)
    difference = now[first].sum(axis=0) - d * share
    return float(difference.sum()), float((d * share * (1 - share) * spread).sum())
