"""Proportions of two independent groups: difference, score interval, Fisher's test."""

from __future__ import annotations

from collections.abc import Callable
from math import acos, cos, inf, pi, sqrt

import numpy as np
from scipy import optimize, special, stats

from equipoise.stats.input_checks import checked_events_of
from equipoise.stats.result import IntervalEstimate


class Proportion(IntervalEstimate):
    """A proportion with its interval."""

    __slots__ = ()


class RiskDifference(IntervalEstimate):
    """Difference of two proportions, first minus second, with its interval."""

    __slots__ = ()


def wilson(events: int, n: int, level: float = 0.95) -> Proportion:
    """One proportion with its score interval.

    Raises:
        AnalysisError: EQ460, EQ462: a level or counts that are impossible.

    Example:
        >>> wilson(9, 15)  # R prop.test(correct = FALSE)
        Proportion(estimate=0.6, lower=0.3575, upper=0.8018)

    Source: Wilson 1927, JASA 22:209-212; R binom.confint, method wilson.
    """
    checked_events_of((events, n), level=level)
    z = float(special.ndtri((1 + level) / 2))
    p, shift = events / n, z**2 / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    lower = (p + shift - half) / (1 + z**2 / n)
    upper = (p + shift + half) / (1 + z**2 / n)
    lower, upper = (0.0 if events == 0 else lower, 1.0 if events == n else upper)
    return Proportion(p, lower, upper)


def risk_difference(
    events1: int, n1: int, events2: int, n2: int, level: float = 0.95
) -> RiskDifference:
    """Difference of proportions with the interval of Miettinen and Nurminen.

    The interval holds every difference that the score test, with the variance under
    that difference times N / (N - 1), does not reject at ``1 - level``.

    Args:
        events1: events in the first group, 0 to ``n1``.
        n1: size of the first group, at least 1.
        events2: events in the second group, 0 to ``n2``.
        n2: size of the second group, at least 1.
        level: coverage of the interval.

    Raises:
        AnalysisError: EQ460, EQ462: a level or counts that are impossible.

    Example:
        >>> risk_difference(10, 15, 3, 15)  # R ratesci::scoreci, 0.108738 to 0.718351
        RiskDifference(estimate=0.4667, lower=0.1087, upper=0.7184)

    Source: Miettinen and Nurminen 1985, Stat Med 4:213-226, equations 8 to 10; SAS PROC
    FREQ, RISKDIFF(CL=MN); R ratesci::scoreci(skew = FALSE).
    """
    checked_events_of((events1, n1), (events2, n2), level=level)
    estimate = events1 / n1 - events2 / n2
    z = float(special.ndtri((1 + level) / 2))

    def score(difference: float) -> float:
        return _score(events1, n1, events2, n2, difference)

    lower = _root(score, -1.0, estimate, z)
    upper = _root(score, estimate, 1.0, -z)
    return RiskDifference(estimate, lower, upper)


def fisher(events1: int, n1: int, events2: int, n2: int) -> float:
    """Two-sided p-value of Fisher's exact test: tables no likelier than the observed.

    Raises:
        AnalysisError: EQ462, impossible counts.

    Example:
        >>> round(fisher(10, 15, 3, 15), 6)  # R fisher.test: 0.02532769
        0.025328

    Source: Fisher 1935; R fisher.test, SAS PROC FREQ, EXACT FISHER.
    """
    checked_events_of((events1, n1), (events2, n2))
    table = np.array([[events1, n1 - events1], [events2, n2 - events2]])
    return float(stats.fisher_exact(table).pvalue)


def _root(
    score: Callable[[float], float], low: float, high: float, target: float
) -> float:
    """Where the falling score passes ``target``; an end of the interval if nowhere."""
    inner_low, inner_high = low + 1e-12, high - 1e-12
    if low == -1.0 and score(inner_low) <= target:
        return -1.0
    if high == 1.0 and score(inner_high) >= target:
        return 1.0
    if inner_low >= inner_high:
        return low
    return float(optimize.brentq(lambda d: score(d) - target, low, high, xtol=1e-14))


def _score(x1: int, n1: int, x2: int, n2: int, difference: float) -> float:
    """Standardized distance of the observed from the assumed difference."""
    if difference <= -1.0:
        return inf
    if difference >= 1.0:
        return -inf
    p1, p2 = _constrained(x1, n1, x2, n2, difference)
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
    distance = x1 / n1 - x2 / n2 - difference
    if variance <= 0:
        return 0.0 if distance == 0 else (inf if distance > 0 else -inf)
    return distance / sqrt(variance)


def _constrained(
    x1: int, n1: int, x2: int, n2: int, difference: float
) -> tuple[float, float]:
    """Likeliest proportions with this difference: the root of a cubic in p2.

    Source: Miettinen and Nurminen 1985, appendix I.
    """
    n, x = n1 + n2, x1 + x2
    l3 = n
    l2 = (n1 + 2 * n2) * difference - n - x
    l1 = (n2 * difference - n - 2 * x2) * difference + x
    l0 = x2 * difference * (1 - difference)
    q = l2**3 / (3 * l3) ** 3 - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
    root = sqrt(max(l2**2 / (3 * l3) ** 2 - l1 / (3 * l3), 0.0))
    p = root if q > 0 else -root
    ratio = 0.0 if p == 0 else min(max(q / p**3, -1.0), 1.0)
    angle = (pi + acos(ratio)) / 3
    p2 = 2 * p * cos(angle) - l2 / (3 * l3)
    p2 = min(max(p2, 0.0, -difference), 1.0, 1.0 - difference)
    return p2 + difference, p2
