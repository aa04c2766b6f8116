"""Rates of events in person-time and their ratio, with intervals and tests."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import Literal

import numpy as np
from scipy import optimize, special, stats

from equipoise.stats.input_checks import (
    checked_count,
    checked_level,
    checked_number,
    checked_option,
)
from equipoise.stats.options import ALTERNATIVES, Alternative
from equipoise.stats.proportion_options import (
    RATE_INTERVALS,
    RATE_TESTS,
    TWO_SIDED,
    RateInterval,
    RateTest,
    TwoSided,
)
from equipoise.stats.proportions.one_proportion import binomial_test, proportion
from equipoise.stats.result import IntervalEstimate, Result

Limits = tuple[float, float]
EQUAL = 1 + 1e-7  # likelihoods closer than this count as equal, as in R
OF_PROPORTION: dict[str, Literal["clopper-pearson", "mid-p", "wilson", "jeffreys"]] = {
    "exact": "clopper-pearson",
    "mid-p": "mid-p",
    "score": "wilson",
    "jeffreys": "jeffreys",
}


class Rate(IntervalEstimate):
    """A rate or a ratio of rates, with its interval."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False)
class RateTestResult(Result):
    """A test of a rate or of a ratio of rates.

    Attributes:
        estimate: rate, or ratio of rates.
        null: its value under the null hypothesis.
        p: P value.
        method: name of the test.
    """

    estimate: float
    null: float
    p: float
    method: str


def event_rate(
    events: int, time: float, level: float = 0.95, method: RateInterval = "exact"
) -> Rate | None:
    """Events in a unit of time, Poisson.

    Args:
        events: at least 0.
        time: person-time, in any unit, not negative.
        level: coverage.
        method: ``exact`` (Garwood), ``mid-p``, ``score``, ``jeffreys``, or ``wald`` of the
            logarithm, which needs an event.

    Returns:
        None without person-time; for ``wald`` also without an event.

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or numbers that are impossible.

    Example:
        >>> event_rate(26, 52.0)  # R poisson.test(26, 52)
        Rate(estimate=0.5, lower=0.3266, upper=0.7326)

    Source: Garwood 1936, Biometrika 28:437-442; R poisson.test, ratesci::rateci; SAS PROC
    STDRATE, STAT=RATE.
    """
    checked_option("method", method, RATE_INTERVALS)
    checked_count("events", events)
    checked_number("time", time, 0)
    checked_level(level)
    if time == 0 or (method == "wald" and events == 0):
        return None
    low, high = _counted(int(events), level, method)
    return Rate(events / time, low / time, high / time)


def rate_test(
    events: int,
    time: float,
    null: float,
    *,
    method: RateTest = "exact",
    alternative: Alternative = "two-sided",
    two_sided: TwoSided = "minimum-likelihood",
) -> RateTestResult:
    """Test of one rate against an assumed one.

    Args:
        events: at least 0.
        time: person-time, positive.
        null: rate under the null hypothesis, positive.
        method: ``exact`` or ``mid-p``.
        alternative: of the rate to the assumed one.
        two_sided: of the exact test, as in ``binomial_test``.

    Raises:
        AnalysisError: EQ460, EQ462: an option or numbers that are impossible.

    Example:
        >>> round(rate_test(137, 24.19893, 1.0).p, 4), rate_test(10, 9.0, 1.0).p > 0.7
        (0.0, True)

    Source: R poisson.test with one sample, exactci::poisson.exact.
    """
    checked_option("method", method, RATE_TESTS)
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_option("two_sided", two_sided, TWO_SIDED)
    x = checked_count("events", events)
    mean = checked_number("time", time, 1e-300) * checked_number("null", null, 1e-300)
    law = stats.poisson(mean)
    half = 0.5 * float(law.pmf(x)) if method == "mid-p" else 0.0
    above, below = float(law.sf(x - 1)) - half, float(law.cdf(x)) - half
    if alternative != "two-sided":
        p = above if alternative == "greater" else below
    elif method == "mid-p" or two_sided == "central":
        p = min(2 * min(above, below), 1.0)
    else:
        far = int(max(x, mean) + 20 * sqrt(max(x, mean, 1.0)) + 50)
        likelihood = law.pmf(np.arange(far))
        unlikely = likelihood <= law.pmf(x) * EQUAL
        p = min(float(likelihood[unlikely].sum() + law.sf(far - 1)), 1.0)
    return RateTestResult(x / time, null, p, method)


def rate_ratio(
    events1: int,
    time1: float,
    events2: int,
    time2: float,
    level: float = 0.95,
    method: RateInterval = "exact",
) -> Rate | None:
    """Ratio of two rates, first over second, given the number of events in all.

    Args:
        events1: events of the first group.
        time1: its person-time.
        events2: events of the second group.
        time2: its person-time, in the same unit.
        level: coverage.
        method: interval of the proportion of the first group among the events:
            ``exact`` (Clopper and Pearson), ``mid-p``, ``score`` (Wilson), ``jeffreys``;
            or ``wald`` of the logarithm of the ratio.

    Returns:
        None without any event or without person-time. Where only one group has events,
        the ratio is 0 or infinite and its interval has one finite end; by ``wald`` it
        has none, and the result is None.

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or numbers that are impossible.

    Example:
        >>> rate_ratio(26, 52.0, 17, 48.0)  # R poisson.test(c(26, 17), c(52, 48))
        Rate(estimate=1.412, lower=0.7374, upper=2.773)

    Source: R poisson.test with two samples; Sahai and Khurshid 1996, Statistics in
    Epidemiology, chapter 8.
    """
    checked_option("method", method, RATE_INTERVALS)
    for events, time in ((events1, time1), (events2, time2)):
        checked_count("events", events)
        checked_number("time", time, 0)
    checked_level(level)
    total = events1 + events2
    if total == 0 or min(time1, time2) == 0:
        return None
    scale = time2 / time1
    estimate = events1 / events2 * scale if events2 else float("inf")
    if method == "wald":
        if min(events1, events2) == 0:
            return None
        half = _z(level) * sqrt(1 / events1 + 1 / events2)
        return Rate(estimate, estimate * exp(-half), estimate * exp(half))
    found = proportion(events1, total, level, OF_PROPORTION[method])
    low, high = (
        share / (1 - share) * scale if share < 1 else float("inf")
        for share in found.interval
    )
    return Rate(estimate, float(low), float(high))


def rate_ratio_test(
    events1: int,
    time1: float,
    events2: int,
    time2: float,
    null: float = 1.0,
    *,
    method: RateTest = "exact",
    alternative: Alternative = "two-sided",
    two_sided: TwoSided = "minimum-likelihood",
) -> RateTestResult:
    """Test of the ratio of two rates, given the number of events in all.

    Args:
        events1: events of the first group.
        time1: its person-time, positive.
        events2: events of the second group.
        time2: its person-time, positive.
        null: ratio under the null hypothesis, positive; a margin of non-inferiority with
            ``alternative="less"``.
        method: ``exact`` or ``mid-p``.
        alternative: of the ratio to the assumed one.
        two_sided: of the exact test, as in ``binomial_test``.

    Raises:
        AnalysisError: EQ460, EQ462: an option or numbers that are impossible, or no event.

    Example:
        >>> round(rate_ratio_test(11, 800, 21, 3011).p, 5)  # R poisson.test: 0.07967
        0.07967

    Source: Przyborowski and Wilenski 1940, Biometrika 31:313-323; R poisson.test.
    """
    checked_option("method", method, RATE_TESTS)
    x1, x2 = checked_count("events1", events1), checked_count("events2", events2)
    for name, value in (("time1", time1), ("time2", time2), ("null", null)):
        checked_number(name, value, 1e-300)
    share = null * time1 / (null * time1 + time2)
    found = binomial_test(
        x1,
        x1 + x2,
        share,
        method=method,
        alternative=alternative,
        two_sided=two_sided,
    )
    ratio = (x1 / time1) / (x2 / time2) if x2 else float("inf")
    return RateTestResult(ratio, null, found.p, method)


def _z(level: float) -> float:
    return float(special.ndtri((1 + level) / 2))


def _counted(x: int, level: float, method: str) -> Limits:
    """Interval of the expected number of events."""
    tail = (1 - level) / 2
    z = _z(level)
    if method == "score":
        half = z * sqrt(x + z**2 / 4)
        return (x + z**2 / 2 - half if x else 0.0), x + z**2 / 2 + half
    if method == "wald":
        return x * exp(-z / sqrt(x)), x * exp(z / sqrt(x))
    if method == "jeffreys":
        low, high = np.asarray(stats.gamma.ppf([tail, 1 - tail], x + 0.5))
        return (float(low) if x else 0.0), float(high)
    low = float(stats.chi2.ppf(tail, 2 * x)) / 2 if x else 0.0
    high = float(stats.chi2.ppf(1 - tail, 2 * (x + 1))) / 2
    if method == "exact":
        return low, high

    def below(mean: float) -> float:
        law = stats.poisson(mean)
        return float(law.cdf(x) - 0.5 * law.pmf(x))

    if x:
        low = float(
            optimize.brentq(lambda m: below(m) - (1 - tail), low, x, xtol=1e-12)
        )
    return low, float(optimize.brentq(lambda m: below(m) - tail, x, high, xtol=1e-12))
