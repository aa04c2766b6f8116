"""The curve of events that are known to lie between two visits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.input_checks import checked_count, checked_intervals
from equipoise.stats.result import Result
from equipoise.stats.survival.ties import with_ties

Times = NDArray[np.float64]
SETTLED = 1e-12
MOST_STEPS = 100_000


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Turnbull(Result):
    """The curve of events known to lie in an interval.

    Attributes:
        median: interval in which the curve comes down to one half; None if it does not.
        curve: ``lower, upper, probability, survival``: the mass that lies in each (lower,
            upper], and the survival after ``upper``. Where in the interval it falls the
            data cannot tell. Mass beyond the last ``upper`` belongs to no event.
    """

    median: tuple[float, float] | None
    curve: pd.DataFrame


def turnbull(since: ArrayLike, until: ArrayLike, event: ArrayLike) -> Turnbull:
    """The nonparametric likeliest curve, the state having held at ``since``.

    Intervals are open at the left: what was seen to hold on a day was not lost on it.
    (lifelines takes them as closed at both ends, and lets two intervals that only share
    an end share an event.)

    Args:
        since: last time at which the state held, not negative.
        until: time at which it was lost, after ``since``, or equal to it for an event
            whose day is known; does not count without an event.
        event: True for a loss.

    Raises:
        AnalysisError: EQ461, a time is negative or missing, events are not booleans, or
            an event comes before its interval starts; EQ462, no observation, or lengths
            that differ.

    Example:
        >>> since = [0, 7, 14, 28, 28, 0, 0, 7, 7, 28]
        >>> until = [7, 14, 0, 0, 0, 7, 7, 14, 28, 0]
        >>> turnbull(since, until, [1, 1, 0, 0, 0, 1, 1, 1, 1, 0])  # survival as R survfit
        Turnbull(median=(7, 14))
        curve:
        lower upper probability survival
            0     7         0.3      0.7
            7    14         0.3      0.4

    Source: Turnbull 1976, JRSS B 38:290-295, self-consistency; R survival::survfit with
    Surv(type = "interval2").
    """
    since, until, event = checked_intervals(since, until, event)
    checked_count("number of observations", len(since), 1)
    since, until = with_ties(since, until)
    exact = event & (since == until)
    # A known day is an interval that holds nothing but that day.
    left = np.where(exact, np.nextafter(since, -np.inf), since)
    right = np.where(event, until, np.inf)
    lower, upper = _innermost(left, right)
    inside = (left[:, None] <= lower) & (upper <= right[:, None])
    p = np.full(len(lower), 1 / len(lower))
    for _ in range(MOST_STEPS):
        share = inside * p
        new = (share / share.sum(axis=1, keepdims=True)).mean(axis=0)
        done = np.abs(new - p).max() < SETTLED
        p = new
        if done:
            break
    finite = np.isfinite(upper)
    kept = finite & (p > 1e-9)
    curve = pd.DataFrame(
        {
            "lower": lower[kept],
            "upper": upper[kept],
            "probability": p[kept],
            "survival": 1 - np.cumsum(p[kept]),
        }
    )
    half = curve[curve["survival"] <= 0.5 + 1e-9][["lower", "upper"]].to_numpy(float)
    return Turnbull(
        (float(half[0, 0]), float(half[0, 1])) if len(half) else None, curve
    )


def _innermost(left: Times, right: Times) -> tuple[Times, Times]:
    """Intervals from a left end to the next right end: only they can hold mass."""
    ends = sorted({(value, 1) for value in left} | {(value, 0) for value in right})
    # At a tie a right end comes first: (a, b] and (b, c] have nothing in common.
    pairs = [
        (one[0], other[0])
        for one, other in pairwise(ends)
        if one[1] == 1 and other[1] == 0
    ]
    lower, upper = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    return lower, upper
