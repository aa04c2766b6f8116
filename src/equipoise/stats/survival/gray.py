"""Gray's test of cumulative incidences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.stats.input_checks import checked_lengths, checked_number, impossible
from equipoise.stats.result import Result
from equipoise.stats.survival.columns import as_frame, column, labels, strata_codes
from equipoise.stats.survival.cumulative_incidence import checked_causes

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, repr=False)
class GrayTest(Result):
    """A test that the cumulative incidence of one kind is equal in all groups.

    Attributes:
        statistic: chi-square.
        df: groups minus 1.
        p: two-sided.
        groups: ``group, n, events, competing, score``; the score is negative where a
            group had fewer events of the kind than expected.
    """

    statistic: float
    df: int
    p: float
    groups: pd.DataFrame = field(compare=False)


def gray_test(
    time: ArrayLike | str,
    cause: ArrayLike | str,
    group: ArrayLike | str,
    kind: int,
    strata: Any = None,
    *,
    rho: float = 0.0,
    data: Any = None,
) -> GrayTest:
    """Compares the cumulative incidence of one kind of event among groups.

    Args:
        time: N, not negative.
        cause: N; 0 for the end of observation, else the kind of event, 1, 2, ...
        group: N, two values or more.
        kind: of the event.
        strata: N, or a frame of columns: the scores and their variances are added up.
        rho: power of 1 - incidence in the weight of an event.
        data: frame in which the other arguments name columns.

    Raises:
        AnalysisError: EQ460, a column that is not in ``data``; EQ461, times are
            impossible; EQ462, causes or kind are impossible, lengths differ, there is
            one group, or no event compares the groups.

    Example:
        >>> time, cause = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 0, 2, 1, 0, 1, 2, 0, 1, 0]
        >>> test = gray_test(time, cause, ["a"] * 5 + ["b"] * 5, kind=1)
        >>> round(test.statistic, 4), round(test.p, 4)
        (0.445, 0.5047)

    Source: Gray 1988, Ann Stat 16:1141-1154; R cmprsk::cuminc; SAS PROC LIFETEST with
    EVENTCODE= and STRATA.
    """
    frame = as_frame(data)
    times, causes = checked_causes(time, cause, kind, frame)
    checked_number("rho", rho, 0)
    group = column(frame, group, "group")
    checked_lengths(time=times, group=group)
    codes, names = labels(group, "group")
    cells = strata_codes(strata, len(times), frame)
    K = len(names)
    if K < 2:
        raise impossible("there is only one group", "group", "compare two or more")
    score, V = np.zeros(K), np.zeros((K, K))
    for cell in np.unique(cells):
        rows = cells == cell
        if (causes[rows] == kind).any():
            u, v = _stratum(times[rows], causes[rows], codes[rows], K, kind, rho)
            score, V = score + u, V + v
    values = np.linalg.eigvalsh(V[:-1, :-1])
    if not values[0] > 1e-10 * max(values[-1], 1e-300):
        raise impossible(
            f"no event of kind {kind} compares every group with another",
            "group",
            "compare groups in which the event was possible",
        )
    statistic = float(score[:-1] @ np.linalg.solve(V[:-1, :-1], score[:-1]))
    table = pd.DataFrame(
        {
            "group": pd.Series(names, dtype=object),
            "n": np.bincount(codes, minlength=K),
            "events": np.bincount(codes[causes == kind], minlength=K),
            "competing": np.bincount(
                codes[(causes > 0) & (causes != kind)], minlength=K
            ),
            "score": score,
        }
    )
    p = float(special.chdtrc(K - 1, statistic))
    return GrayTest(statistic, K - 1, p, table)


def _stratum(
    time: Numbers, cause: Codes, group: Codes, K: int, kind: int, rho: float
) -> tuple[Numbers, Numbers]:
    """Scores and their covariance.

    With h = n / S the size of a group's risk set for the incidence, H its sum, F the
    common incidence: the score is a sum of counts minus expectations, and each group's
    increments of the two kinds of events enter it through a(t) and through all that
    comes later, C - c(t).
    """
    moments = np.unique(time[cause > 0])
    place, M = np.searchsorted(moments, time), len(moments)
    d1, d2 = np.zeros((M, K)), np.zeros((M, K))
    np.add.at(d1, (place[cause == kind], group[cause == kind]), 1.0)
    other = (cause > 0) & (cause != kind)
    np.add.at(d2, (place[other], group[other]), 1.0)
    n = np.zeros((M + 1, K))
    np.add.at(n, (np.searchsorted(moments, time, side="right"), group), 1.0)
    n = n[::-1].cumsum(axis=0)[::-1][1:]
    held = np.maximum(n, 1)
    S = np.cumprod(1 - (d1 + d2) / held, axis=0)
    S_before = np.vstack([np.ones(K), S[:-1]])
    rise = np.cumsum(S_before * d1 / held, axis=0)
    F_before = np.vstack([np.zeros(K), rise[:-1]])
    h = np.divide(n, S_before, out=np.zeros_like(n), where=n > 0)
    H, all1 = h.sum(axis=1), d1.sum(axis=1)
    F = np.cumsum(all1 / H)
    common = np.concatenate([[0.0], F[:-1]])
    weight = (1 - common) ** rho
    R = h * (1 - F_before)
    score = (weight[:, None] * (d1 - all1[:, None] * R / R.sum(axis=1)[:, None])).sum(0)
    a = weight[:, None, None] * (
        h[:, :, None] * np.eye(K) - h[:, :, None] * h[:, None, :] / H[:, None, None]
    )
    c = np.cumsum(a * (all1 / (H * (1 - common)))[:, None, None], axis=0)
    ratio = np.divide((1 - F)[:, None], S, out=np.zeros_like(S), where=S > 0)
    of1 = np.where(S > 0, 1 - ratio, 1.0)
    # Variance of a group's events of either kind, in units of the incidence.
    many = (all1 > 1)[:, None] & (n > 0)
    denominator = np.where(many, H[:, None] * S_before - 1, 1.0)
    fewer = np.where(many, 1 - (all1 - 1)[:, None] / denominator, 1.0)
    v1 = np.where(n > 0, fewer * S_before * (all1 / H)[:, None] / held, 0.0)
    fewer2 = np.where(d2 > 1, 1 - (d2 - 1) / np.maximum(n - 1, 1), 1.0)
    v2 = np.where(S > 0, fewer2 * (S_before / held) ** 2 * d2, 0.0)
    later = c[-1] - c
    u1 = a + of1[:, None, :] * later
    u2 = ratio[:, None, :] * later
    V = np.einsum("mik,mlk,mk->il", u1, u1, v1) + np.einsum(
        "mik,mlk,mk->il", u2, u2, v2
    )
    return score, V
