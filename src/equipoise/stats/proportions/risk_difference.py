"""Proportions of two independent groups: difference, score interval, Fisher's test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import acos, cos, inf, pi, sqrt

import numpy as np
from scipy import optimize, special, stats

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import (
    checked_events_of,
    checked_number,
    checked_option,
)
from equipoise.stats.options import ALTERNATIVES, Alternative
from equipoise.stats.proportion_options import (
    DIFFERENCE_INTERVALS,
    DIFFERENCE_TESTS,
    DifferenceInterval,
    DifferenceTest,
)
from equipoise.stats.proportions.difference_intervals import INTERVALS
from equipoise.stats.proportions.one_proportion import Proportion, wilson
from equipoise.stats.proportions.score import p_value, score_variance, standardized
from equipoise.stats.result import IntervalEstimate, Result

__all__ = [
    "Proportion",
    "RiskDifference",
    "RiskDifferenceTest",
    "fisher",
    "risk_difference",
    "risk_difference_test",
    "wilson",
]


class RiskDifference(IntervalEstimate):
    """Difference of two proportions, first minus second, with its interval."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False)
class RiskDifferenceTest(Result):
    """A test of a difference of two proportions against an assumed one.

    Attributes:
        estimate: first minus second proportion.
        null: difference under the null hypothesis.
        statistic: z.
        p: P value.
        method: name of the test.
    """

    estimate: float
    null: float
    statistic: float
    p: float
    method: str


def risk_difference(
    events1: int,
    n1: int,
    events2: int,
    n2: int,
    level: float = 0.95,
    method: DifferenceInterval = "miettinen-nurminen",
) -> RiskDifference:
    """Difference of proportions, by default with the interval of Miettinen and Nurminen.

    It holds every difference that the score test, with the variance under
    that difference times N / (N - 1), does not reject at ``1 - level``.

    Args:
        events1: events in the first group, 0 to ``n1``.
        n1: size of the first group, at least 1.
        events2: events in the second group, 0 to ``n2``.
        n2: size of the second group, at least 1.
        level: coverage of the interval.
        method: ``miettinen-nurminen``; ``mee`` without N / (N - 1); ``newcombe`` (hybrid
            of Wilson intervals), ``newcombe-cc``; ``agresti-caffo``; ``wald``,
            ``wald-cc``, ``hauck-anderson``; exact unconditional by the score
            (``exact-score``, Chan and Zhang; ``exact-agresti-min``, one two-sided test)
            or by the difference itself (``exact``, Santner and Snell, SAS's default
            exact one, the longest).

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or counts that are impossible;
            EQ467, Wald's interval where neither group varies.

    Example:
        >>> risk_difference(10, 15, 3, 15)  # R ratesci::scoreci, 0.108738 to 0.718351
        RiskDifference(estimate=0.4667, lower=0.1087, upper=0.7184)

    Source: Miettinen and Nurminen 1985, Stat Med 4:213-226, equations 8 to 10; SAS PROC
    FREQ, RISKDIFF(CL=MN); R ratesci::scoreci(skew = FALSE). The other methods:
    ``difference_intervals`` and ``exact_difference``.
    """
    checked_option("method", method, DIFFERENCE_INTERVALS)
    checked_events_of((events1, n1), (events2, n2), level=level)
    estimate = events1 / n1 - events2 / n2
    if method == "wald" and events1 in (0, n1) and events2 in (0, n2):
        raise AnalysisError.single(
            "EQ467",
            "Wald's interval has no width where no group has both outcomes",
            where="method",
            fix="use method = 'miettinen-nurminen' or 'newcombe'",
        )
    if method in INTERVALS:
        ends = INTERVALS[method](int(events1), int(n1), int(events2), int(n2), level)
        return RiskDifference(estimate, max(ends[0], -1.0), min(ends[1], 1.0))
    z = float(special.ndtri((1 + level) / 2))

    def score(difference: float) -> float:
        return _score(events1, n1, events2, n2, difference)

    lower = _root(score, -1.0, estimate, z)
    upper = _root(score, estimate, 1.0, -z)
    return RiskDifference(estimate, lower, upper)


def risk_difference_test(
    events1: int,
    n1: int,
    events2: int,
    n2: int,
    *,
    null: float = 0.0,
    method: DifferenceTest = "miettinen-nurminen",
    alternative: Alternative = "two-sided",
) -> RiskDifferenceTest:
    """Test of a difference of two proportions, such as of non-inferiority.

    Args:
        events1: events in the first group.
        n1: size of the first group, at least 1.
        events2: events in the second group.
        n2: size of the second group, at least 1.
        null: difference under the null hypothesis: minus the margin, with
            ``alternative="greater"``, for non-inferiority where more events are better.
        method: ``miettinen-nurminen`` agrees with the default interval and, at 0, with
            the N - 1 chi-square; ``farrington-manning`` is the same without N / (N - 1),
            at 0 Pearson's chi-square; ``wald`` has the observed variance;
            ``hauck-anderson`` has n - 1 in it and is corrected for continuity.
        alternative: of the difference to the assumed one.

    Raises:
        AnalysisError: EQ460, EQ462: an option or numbers that are impossible.

    Example:
        >>> found = risk_difference_test(36, 154, 12, 77, null=-0.036,
        ...     alternative="greater", method="farrington-manning")
        >>> round(found.statistic, 4), round(found.p, 4)  # SAS: 1.9632, 0.0248
        (1.9632, 0.0248)

    Source: Farrington and Manning 1990, Stat Med 9:1447-1454; Miettinen and Nurminen
    1985; Hauck and Anderson 1986; SAS PROC FREQ, RISKDIFF(NONINF METHOD=FM).
    """
    checked_option("method", method, DIFFERENCE_TESTS)
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_events_of((events1, n1), (events2, n2))
    checked_number("null", null, -1, 1)
    p1, p2 = events1 / n1, events2 / n2
    distance, less = p1 - p2 - null, 0
    if method in ("wald", "hauck-anderson"):
        if method == "hauck-anderson":
            less = 1
            distance -= np.sign(distance) * min(0.5 / min(n1, n2), abs(distance))
        variance = p1 * (1 - p1) / max(n1 - less, 1) + p2 * (1 - p2) / max(n2 - less, 1)
    else:
        a, m, b, n = (np.array([float(v)]) for v in (events1, n1, events2, n2))
        unbiased = method == "miettinen-nurminen"
        variance = float(score_variance(a, m, b, n, null, unbiased)[0])
    z = standardized(distance, variance)
    return RiskDifferenceTest(p1 - p2, null, z, p_value(z, alternative), method)


def fisher(
    events1: int,
    n1: int,
    events2: int,
    n2: int,
    alternative: Alternative = "two-sided",
) -> float:
    """P value of Fisher's exact test; two-sided: tables no likelier than the observed.

    Args:
        events1: events in the first group.
        n1: size of the first group, at least 1.
        events2: events in the second group.
        n2: size of the second group, at least 1.
        alternative: ``greater`` if the first group has more events.

    Raises:
        AnalysisError: EQ460, EQ462: an option or counts that are impossible.

    Example:
        >>> round(fisher(10, 15, 3, 15), 6)  # R fisher.test: 0.02532769
        0.025328

    Source: Fisher 1935; R fisher.test, SAS PROC FREQ, EXACT FISHER.
    """
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_events_of((events1, n1), (events2, n2))
    table = np.array([[events1, n1 - events1], [events2, n2 - events2]])
    return float(stats.fisher_exact(table, alternative=alternative).pvalue)


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
    return standardized(x1 / n1 - x2 / n2 - difference, variance)


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
