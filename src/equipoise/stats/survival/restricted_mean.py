"""Comparison of restricted mean times in small groups, by permutation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.input_checks import (
    checked_count,
    checked_groups,
    checked_level,
    checked_number,
    checked_survival,
)
from equipoise.stats.result import Result
from equipoise.stats.survival.ties import with_ties

Times = NDArray[np.float64]
Events = NDArray[np.bool_]
MOST_EXACT = 10_000  # assignments that are enumerated
DRAWN = 9_999  # random assignments beside the observed one
CHUNK = 2_000_000  # numbers in one step: 16 MB
TOLERANCE = 1e-9  # two statistics that differ by rounding only are equal


@dataclass(frozen=True, slots=True, repr=False)
class RmstPermutationTest(Result):
    """Difference of two restricted means, with the inference of permutations.

    Attributes:
        estimate: treated minus the others.
        std_error: by Greenwood's variance in each group.
        lower: of the interval; None where the permutations have no finite quantile.
        upper: as ``lower``.
        p: two-sided.
        assignments: that were compared, the observed one included.
        exact: True where they are all assignments there are.
    """

    estimate: float
    std_error: float
    lower: float | None
    upper: float | None
    p: float
    assignments: int
    exact: bool


def rmst_permutation_test(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    draw: np.random.Generator,
    *,
    horizon: float | None = None,
    level: float = 0.95,
    draws: int = DRAWN,
) -> RmstPermutationTest:
    """Difference of restricted mean times, tested by a studentized permutation test.

    The difference divided by its standard error is compared with that of other
    assignments of participants to two groups of these sizes: all of them if there are at
    most 10,000, else 9,999 random ones and the observed one. The interval is the
    estimate plus and minus the ``level`` quantile of the absolute statistic times the
    standard error.

    Args:
        time: N, not negative.
        event: N, True for an event.
        treated: N, True for the group of interest; both groups have participants.
        draw: generator of the random assignments.
        horizon: up to which times count. None for the smaller of the two groups' last
            times, which is then taken anew in each assignment: the test stays exact if
            the groups are exchangeable, and every curve reaches its horizon. A fixed
            horizon may lie after the last observation of a permuted group; its curve is
            then continued at its last height (method 2 of Horiguchi and Uno).
        level: coverage of the interval.
        draws: random assignments, where not all are enumerated.

    Raises:
        AnalysisError: EQ460, EQ461, EQ462: a level, times, groups or numbers that are
            impossible, or lengths that differ.

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> from equipoise.numerics.rng import stream
        >>> groups, draw = [1] * 5 + [0] * 5, stream(1, "example")
        >>> test = rmst_permutation_test(time, event, groups, draw)
        >>> round(test.estimate, 1), test.assignments, test.exact  # 10 over 5: all of them
        (4.4, 252, True)

    Source: Horiguchi and Uno 2020, Stat Med, doi 10.1002/sim.8565 (permutation, not
    studentized; R survRM2perm); Ditzhaus, Yu and Xu 2023, Stat Med, doi
    10.1002/sim.9720 (studentized: it stays valid for large groups that differ in
    censoring or spread, and gives an interval). A statistic with standard error 0 counts
    as more extreme than any other, unless the difference is 0.
    """
    time, event = checked_survival(time, event, treated=treated)
    (time,) = with_ties(time)
    treated = checked_groups(treated)
    checked_level(level)
    checked_count("draws", draws, 1)
    if horizon is not None:
        checked_number("horizon", horizon, 0)
    observed = treated[None, :]
    difference, error = (v[0] for v in _differences(time, event, observed, horizon))
    statistic = float(_absolute(np.array([difference]), np.array([error]))[0])
    others, exact = _assignments(treated, draw, draws)
    step = max(1, CHUNK // (len(time) * max(1, len(np.unique(time[event])))))
    permuted = np.concatenate(
        [
            _absolute(*_differences(time, event, others[k : k + step], horizon))
            for k in range(0, len(others), step)
        ]
    )
    if not exact:
        permuted = np.append(permuted, statistic)
    p = float((permuted >= statistic - TOLERANCE).mean())
    ordered = np.sort(permuted)
    quantile = float(ordered[int(np.ceil(level * len(ordered) - TOLERANCE)) - 1])
    finite = np.isfinite(quantile)
    return RmstPermutationTest(
        estimate=float(difference),
        std_error=float(error),
        lower=float(difference - quantile * error) if finite else None,
        upper=float(difference + quantile * error) if finite else None,
        p=p,
        assignments=len(permuted),
        exact=exact,
    )


def _assignments(
    treated: Events, draw: np.random.Generator, draws: int
) -> tuple[Events, bool]:
    """Assignments, one a row, and whether they are all there are."""
    n, size = len(treated), int(treated.sum())
    exact = comb(n, size) <= MOST_EXACT
    if exact:
        chosen = np.array(list(combinations(range(n), size)), dtype=np.intp)
    else:
        chosen = draw.random((draws, n)).argsort(axis=1)[:, :size]
    rows = np.zeros((len(chosen), n), dtype=bool)
    rows[np.arange(len(chosen))[:, None], chosen] = True
    return rows, exact


def _differences(
    time: Times, event: Events, treated: Events, horizon: float | None
) -> tuple[Times, Times]:
    """Difference and standard error for each row of assignments."""
    limit = np.full(len(treated), np.nan if horizon is None else horizon)
    if horizon is None:
        last = [np.where(t, time, -np.inf).max(axis=1) for t in (treated, ~treated)]
        limit = np.minimum(*last)
    one, other = (
        _restricted_means(time, event, rows.astype(float), limit)
        for rows in (treated, ~treated)
    )
    return one[0] - other[0], np.sqrt(one[1] + other[1])


def _restricted_means(
    time: Times, event: Events, member: Times, limit: Times
) -> tuple[Times, Times]:
    """Restricted mean and its variance, for each row of memberships."""
    moments = np.unique(time[event])
    if not len(moments):
        return limit, np.zeros(len(limit))
    n = member @ (time[:, None] >= moments).astype(float)
    d = member @ ((time[:, None] == moments) & event[:, None]).astype(float)
    d = np.where(moments <= limit[:, None], d, 0.0)
    survival = np.cumprod(np.where(n > 0, 1 - d / np.maximum(n, 1), 1.0), axis=1)
    edges = np.minimum(np.append(moments, np.inf)[None, :], limit[:, None])
    areas = survival * np.diff(edges, axis=1)
    left = np.cumsum(areas[:, ::-1], axis=1)[:, ::-1]  # area after each event time
    terms = np.where((d > 0) & (n > d), left**2 * d / np.maximum(n * (n - d), 1), 0.0)
    return edges[:, 0] + areas.sum(axis=1), terms.sum(axis=1)


def _absolute(difference: Times, error: Times) -> Times:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(difference) / error
    apart = np.abs(difference) > TOLERANCE
    return np.where(error > 0, ratio, np.where(apart, np.inf, 0.0))
