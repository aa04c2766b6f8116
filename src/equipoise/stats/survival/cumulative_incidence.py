"""Cumulative incidence where one event forestalls another: loss, or leaving before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.stats.survival.input_checks import checked_level, checked_times

STEP = 1e-30  # of a complex derivative: exact to rounding


@dataclass(frozen=True, slots=True)
class Incidence:
    """Share with the event by a time, with its standard error and interval."""

    estimate: float
    std_error: float
    lower: float | None
    upper: float | None


def cumulative_incidence(
    time: NDArray[np.float64],
    cause: NDArray[np.int_],
    wanted: int,
    at: float,
    level: float = 0.95,
) -> Incidence:
    """Share that has had an event of one kind by a time.

    Args:
        time: N, not negative.
        cause: N; 0 for the end of observation, else the kind of event.
        wanted: kind.
        at: time.
        level: coverage; the interval is that of log(-log).

    Returns:
        No interval for a share of 0 or 1.

    Source: Aalen and Johansen 1978, Scand J Stat 5:141-150; standard error by the
    infinitesimal jackknife, as R survival::survfit with a factor as status.
    """
    checked_times(time)
    checked_level(level)
    n = len(time)
    value = _incidence(time, cause, wanted, at, np.ones(n))
    influence = np.empty(n)
    for person in range(n):
        weights = np.ones(n, dtype=complex)
        weights[person] += 1j * STEP
        influence[person] = _incidence(time, cause, wanted, at, weights).imag / STEP
    error = float(np.sqrt((influence**2).sum()))
    share = min(max(float(value.real), 0.0), 1.0)  # a sum may pass 1 by rounding
    if not 0 < share < 1:
        return Incidence(share, error, None, None)
    z = float(special.ndtri((1 + level) / 2))
    spread = z * error / (share * np.log(share))
    ends = sorted((share ** np.exp(spread), share ** np.exp(-spread)))
    return Incidence(share, error, float(ends[0]), float(ends[1]))


def _incidence(
    time: NDArray[np.float64],
    cause: NDArray[np.int_],
    wanted: int,
    at: float,
    weights: NDArray[Any],
) -> Any:
    """Aalen and Johansen's estimate with weights of the participants."""
    survival: Any = 1.0
    total: Any = 0.0
    for moment in np.unique(time[(cause > 0) & (time <= at)]):
        here = time == moment
        risk = weights[time >= moment].sum()
        total = total + survival * weights[here & (cause == wanted)].sum() / risk
        survival = survival * (1 - weights[here & (cause > 0)].sum() / risk)
    return np.asarray(total)[()]
