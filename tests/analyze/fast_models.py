"""The Cox and Weibull models of ``durability`` for simulations: a thousand times faster.

A test compares them with the functions that the analysis uses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from equipoise.numerics.distributions import t_two_sided
from equipoise.stats.survival.comparisons import MONOTONE, PARAMETERS

Times = NDArray[np.float64]
Events = NDArray[np.bool_]


def cox_p(time: Times, event: Events, treated: Events) -> float | None:
    """Wald P of a proportional hazards model for two groups, ties by Efron."""
    if min(event[treated].sum(), event[~treated].sum()) == 0:
        return None
    moments = np.unique(time[event])
    at_risk = time[:, None] >= moments
    now = (time[:, None] == moments) & event[:, None]
    n = [at_risk[rows].sum(axis=0) for rows in (~treated, treated)]
    d = [now[rows].sum(axis=0) for rows in (~treated, treated)]
    total = d[0] + d[1]
    position = np.repeat(np.arange(len(moments)), total)
    starts = np.repeat(np.cumsum(total) - total, total)
    part = (np.arange(len(position)) - starts) / total[position]
    d0, d1 = d
    n0, n1 = n[0][position] - part * d0[position], n[1][position] - part * d1[position]
    beta = 0.0
    for _ in range(50):
        share = n1 * np.exp(beta) / (n0 + n1 * np.exp(beta))
        information = float((share * (1 - share)).sum())
        if information <= MONOTONE**-2:
            return None
        step = float(d1.sum() - share.sum()) / information
        beta += max(min(step, 2.0), -2.0)
        if abs(step) < 1e-10:
            return float(t_two_sided(beta * information**0.5, np.inf))
    return None


def weibull_p(
    since: Times, until: Times, event: Events, treated: Events
) -> float | None:
    """P of the time ratio of a Weibull model with interval censoring, by t."""
    if min(event[treated].sum(), event[~treated].sum()) == 0:
        return None
    rows = np.column_stack([since, np.where(event, until, np.inf), treated])
    rows, weight = np.unique(rows, axis=0, return_counts=True)
    with np.errstate(divide="ignore"):
        low, high = np.log(rows[:, 0]), np.log(rows[:, 1])

    def loss(beta: NDArray[np.float64]) -> float:
        place, scale = beta[0] + beta[1] * rows[:, 2], np.exp(beta[2])
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            first, second = (
                np.exp(-np.exp(np.clip((t - place) / scale, -700, 700)))
                for t in (low, high)
            )
            second = np.where(np.isinf(high), 0.0, second)
            value = float((weight * np.log(first - second)).sum())
        return -value if np.isfinite(value) else 1e10

    start = np.array([np.log(max(float(until.mean()), 1.0)), 0.0, 0.0])
    found = optimize.minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-7}
    ).x
    step = 1e-4
    hessian = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            a, b = np.eye(3)[i] * step, np.eye(3)[j] * step
            hessian[i, j] = (
                loss(found + a + b) - loss(found + a - b)
                - loss(found - a + b) + loss(found - a - b)
            ) / (4 * step**2)  # fmt: skip
    if np.linalg.matrix_rank(hessian) < 3:
        return None  # flat: the likelihood climbs for ever
    variance = float(np.linalg.inv(hessian)[1, 1])
    if not 0 < variance < MONOTONE**2:
        return None
    df = len(since) - PARAMETERS
    error = (variance * len(since) / df) ** 0.5
    return float(t_two_sided(found[1] / error, df))
