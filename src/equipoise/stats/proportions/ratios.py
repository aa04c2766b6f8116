"""Ratios and exact tests of two proportions, and Newcombe's interval."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, isinf, sqrt

import numpy as np
from scipy import optimize, special, stats

from equipoise.stats.input_checks import checked_events_of, checked_option
from equipoise.stats.options import ALTERNATIVES, Alternative
from equipoise.stats.proportion_options import (
    ODDS_INTERVALS,
    RATIO_INTERVALS,
    OddsInterval,
    RatioInterval,
)
from equipoise.stats.proportions.ratio_intervals import (
    EDGE,
    ODDS_RATIOS,
    RISK_RATIOS,
    conditional_odds_ratio,
)
from equipoise.stats.proportions.risk_difference import RiskDifference, risk_difference
from equipoise.stats.proportions.score import standardized
from equipoise.stats.result import IntervalEstimate


class Ratio(IntervalEstimate):
    """A ratio with its interval; infinite where the data allow any size."""

    __slots__ = ()


def newcombe(
    events1: int, n1: int, events2: int, n2: int, level: float = 0.95
) -> RiskDifference:
    """Difference of proportions with the hybrid of two Wilson intervals.

    Raises:
        AnalysisError: EQ460, EQ462: a level or counts that are impossible.

    Example:
        >>> newcombe(10, 15, 3, 15)  # as R ratesci::moverci
        RiskDifference(estimate=0.4667, lower=0.1121, upper=0.6897)

    Source: Newcombe 1998, Stat Med 17:873-890, method 10; SAS PROC FREQ,
    RISKDIFF(CL=NEWCOMBE).
    """
    return risk_difference(events1, n1, events2, n2, level, "newcombe")


def risk_ratio(
    events1: int,
    n1: int,
    events2: int,
    n2: int,
    level: float = 0.95,
    method: RatioInterval = "miettinen-nurminen",
) -> Ratio:
    """Ratio of proportions, by default with the score interval of Miettinen and Nurminen.

    Args:
        events1: events in the first group.
        n1: size of the first group, at least 1.
        events2: events in the second group.
        n2: size of the second group, at least 1.
        level: coverage of the interval.
        method: ``miettinen-nurminen``; ``koopman``, the score without N / (N - 1);
            ``likelihood``; ``wald`` of the logarithm (Katz), with 1/2 more in each number
            as ``wald-modified``.

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or counts that are impossible;
            EQ467, Wald's interval without an event in a group.

    Example:
        >>> risk_ratio(10, 15, 3, 15)  # R ratesci::scoreci: 1.275589 to 10.053773
        Ratio(estimate=3.333, lower=1.276, upper=10.05)

    Source: Miettinen and Nurminen 1985, Stat Med 4:213-226, equation 14; R
    ratesci::scoreci(contrast = "RR", skew = FALSE); Koopman 1984, Biometrics 40:513-517;
    SAS PROC FREQ, RELRISK(CL=).
    """
    checked_option("method", method, RATIO_INTERVALS)
    checked_events_of((events1, n1), (events2, n2), level=level)
    if method in RISK_RATIOS:
        ends = RISK_RATIOS[method](events1, n1, events2, n2, level)
        return Ratio(_over(events1 * n2, events2 * n1), *ends)
    factor = 1.0 if method == "koopman" else (n1 + n2) / (n1 + n2 - 1)

    def score(ratio: float) -> float:
        p2 = _smaller_root(
            (n1 + n2) * ratio,
            -(n1 * ratio + events1 + n2 + events2 * ratio),
            events1 + events2,
        )
        p1 = min(ratio * p2, 1.0)
        variance = p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2
        return standardized(events1 / n1 - ratio * events2 / n2, variance * factor)

    if events1 + events2 == 0:
        return Ratio(float("nan"), 0.0, inf)
    return _inverted(score, _over(events1 / n1, events2 / n2), level)


def odds_ratio(
    events1: int,
    n1: int,
    events2: int,
    n2: int,
    level: float = 0.95,
    method: OddsInterval = "miettinen-nurminen",
) -> Ratio:
    """Odds ratio, by default with the score interval of Miettinen and Nurminen.

    Args:
        events1: events in the first group.
        n1: size of the first group, at least 1.
        events2: events in the second group.
        n2: size of the second group, at least 1.
        level: coverage of the interval.
        method: ``miettinen-nurminen``; ``score`` without N / (N - 1); ``likelihood``;
            ``wald`` of the logarithm (Woolf), with 1/2 more in each cell as
            ``wald-modified``; ``exact`` and ``mid-p`` given the margins of the table,
            with the conditional estimate, as R fisher.test; SAS prints that of the
            sample with the same interval.

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or counts that are impossible;
            EQ467, Wald's interval with an empty cell.

    Example:
        >>> odds_ratio(10, 15, 3, 15)
        Ratio(estimate=8, lower=1.557, upper=40.51)

    Source: Miettinen and Nurminen 1985, equation 16; R PropCIs::orscoreci. R ratesci
    adds a correction of the score's bias by default (Laud 2018), which is another
    interval: 1.534 to 35.78 where this one is 1.557 to 40.51. SAS PROC FREQ, OR(CL=).
    """
    checked_option("method", method, ODDS_INTERVALS)
    checked_events_of((events1, n1), (events2, n2), level=level)
    total = events1 + events2
    estimate = _over(events1 * (n2 - events2), events2 * (n1 - events1))
    if method in ("exact", "mid-p"):
        counts = (int(events1), int(n1), int(events2), int(n2))
        return Ratio(*conditional_odds_ratio(*counts, level, method == "mid-p"))
    if method in ODDS_RATIOS:
        return Ratio(estimate, *ODDS_RATIOS[method](events1, n1, events2, n2, level))
    factor = 1.0 if method == "score" else sqrt((n1 + n2 - 1) / (n1 + n2))

    def score(ratio: float) -> float:
        if ratio > 1:  # the same with the groups exchanged: small ratios lose no digits
            return -factor * _odds_score(events2, n2, total, n1, 1 / ratio)
        return factor * _odds_score(events1, n1, total, n2, ratio)

    if total in (0, n1 + n2):
        return Ratio(float("nan"), 0.0, inf)
    return _inverted(score, estimate, level)


def boschloo(
    events1: int,
    n1: int,
    events2: int,
    n2: int,
    alternative: Alternative = "two-sided",
) -> float:
    """P value of Boschloo's exact test: Fisher's p as the statistic, unconditional.

    Raises:
        AnalysisError: EQ460, EQ462: an option or counts that are impossible.

    Example:
        >>> round(boschloo(10, 15, 3, 15), 4)
        0.0127

    Source: Boschloo 1970, Stat Neerl 24:1-9; scipy.stats.boschloo_exact, two-sided as
    twice the smaller one-sided p-value.
    """
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_events_of((events1, n1), (events2, n2))
    table = np.array([[events1, events2], [n1 - events1, n2 - events2]])
    if 0 in table.sum(axis=1):
        return 1.0  # all have the same outcome: no table is more extreme
    return float(stats.boschloo_exact(table, alternative).pvalue)


def barnard(
    events1: int,
    n1: int,
    events2: int,
    n2: int,
    alternative: Alternative = "two-sided",
) -> float:
    """P value of Barnard's exact test with the pooled score statistic.

    Raises:
        AnalysisError: EQ460, EQ462: an option or counts that are impossible.

    Example:
        >>> round(barnard(10, 15, 3, 15), 4)
        0.0127

    Source: Barnard 1947, Biometrika 34:123-138; scipy.stats.barnard_exact.
    """
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_events_of((events1, n1), (events2, n2))
    table = np.array([[events1, events2], [n1 - events1, n2 - events2]])
    if 0 in table.sum(axis=1):
        return 1.0
    return float(stats.barnard_exact(table, alternative).pvalue)


def _over(top: float, bottom: float) -> float:
    if bottom == 0:
        return inf if top > 0 else float("nan")
    return top / bottom


def _smaller_root(a: float, b: float, c: float) -> float:
    root = sqrt(max(b * b - 4 * a * c, 0.0))
    return min(max(2 * c / (-b + root), 0.0), 1.0)


def _odds_score(events1: int, n1: int, total: int, n2: int, ratio: float) -> float:
    """Standardized distance of the first proportion at an odds ratio of at most 1."""
    a, b = n2 * (1 - ratio), n1 * ratio + n2 + total * (1 - ratio)
    p2 = 2 * total / (b + sqrt(max(b * b - 4 * a * total, 0.0)))
    q2 = 1 - p2
    if p2 > 0.5 and total > n2:  # 1 - p2 may be tiny: by the odds of the first group
        p1 = (total - n2 * p2) / n1
        q2 = ratio * p2 * (1 - p1) / p1
    p1 = ratio * p2 / (q2 + ratio * p2)
    q1 = q2 / (q2 + ratio * p2)
    if min(p1, q1, p2, q2) <= 0:
        return 0.0 if events1 == n1 * p1 else (inf if events1 > n1 * p1 else -inf)
    information = 1 / (n1 * p1 * q1) + 1 / (n2 * p2 * q2)
    return (events1 - n1 * p1) * sqrt(information)


def _inverted(score: Callable[[float], float], estimate: float, level: float) -> Ratio:
    """Every ratio that the falling score does not reject."""
    z = float(special.ndtri((1 + level) / 2))

    def end(target: float, otherwise: float) -> float:
        def miss(log_ratio: float) -> float:
            value = score(exp(log_ratio)) - target
            return float(np.clip(value, -1e6, 1e6))

        if miss(-EDGE) <= 0 or miss(EDGE) >= 0:
            return otherwise
        return exp(float(optimize.brentq(miss, -EDGE, EDGE, xtol=1e-13)))

    lower = 0.0 if estimate == 0 else end(z, 0.0)
    upper = inf if isinf(estimate) else end(-z, inf)
    return Ratio(estimate, lower, upper)
