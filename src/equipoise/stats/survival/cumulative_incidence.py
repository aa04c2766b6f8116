"""Cumulative incidence with competing events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.stats.input_checks import (
    checked_count,
    checked_lengths,
    checked_level,
    checked_number,
    checked_numbers,
    checked_times,
)
from equipoise.stats.result import Result

STEP = 1e-30  # of a complex derivative: exact to rounding


@dataclass(frozen=True, slots=True, repr=False)
class CumulativeIncidence(Result):
    """Proportion with the event by a time; no interval for a proportion of 0 or 1."""

    estimate: float
    std_error: float
    lower: float | None
    upper: float | None


def cumulative_incidence(
    time: ArrayLike,
    cause: ArrayLike,
    kind: int,
    at: float,
    level: float = 0.95,
) -> CumulativeIncidence:
    """Proportion that has had an event of one kind by a time (Aalen-Johansen).

    Args:
        time: N, not negative.
        cause: N; 0 for the end of observation, else the kind of event, 1, 2, ...
        kind: of the event.
        at: time.
        level: coverage; the interval is that of log(-log).

    Raises:
        AnalysisError: EQ460, EQ461, EQ462: a level, time or kind that is impossible, or
            lengths that differ.

    Example:
        >>> time, cause = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 0, 2, 1, 0, 1, 2, 0, 1, 0]
        >>> round(cumulative_incidence(time, cause, kind=1, at=10).estimate, 4)  # R: 0.34
        0.34

    Source: Aalen and Johansen 1978, Scand J Stat 5:141-150; standard error by the
    infinitesimal jackknife, as R survival::survfit with a factor as status.
    """
    time, kinds = checked_times(time), checked_numbers("cause", cause)
    for value in np.unique(kinds):
        checked_count("cause", value)
    checked_lengths(time=time, cause=kinds)
    checked_count("kind", kind, 1)
    checked_number("at", at)
    checked_level(level)
    cause, n = kinds.astype(int), len(time)
    value = _incidence(time, cause, kind, at, np.ones(n))
    influence = np.empty(n)
    for person in range(n):
        weights = np.ones(n, dtype=complex)
        weights[person] += 1j * STEP
        influence[person] = _incidence(time, cause, kind, at, weights).imag / STEP
    error = float(np.sqrt((influence**2).sum()))
    share = min(max(float(value.real), 0.0), 1.0)  # a sum may pass 1 by rounding
    if not 0 < share < 1:
        return CumulativeIncidence(share, error, None, None)
    z = float(special.ndtri((1 + level) / 2))
    spread = z * error / (share * np.log(share))
    ends = sorted((share ** np.exp(spread), share ** np.exp(-spread)))
    return CumulativeIncidence(share, error, float(ends[0]), float(ends[1]))


def _incidence(
    time: NDArray[np.float64],
    cause: NDArray[np.int_],
    kind: int,
    at: float,
    weights: NDArray[Any],
) -> Any:
    """Aalen and Johansen's estimate with weights of the participants."""
    survival: Any = 1.0
    total: Any = 0.0
    for moment in np.unique(time[(cause > 0) & (time <= at)]):
        here = time == moment
        risk = weights[time >= moment].sum()
        total = total + survival * weights[here & (cause == kind)].sum() / risk
        survival = survival * (1 - weights[here & (cause > 0)].sum() / risk)
    return np.asarray(total)[()]
