"""One proportion: its intervals, and tests against an assumed one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import optimize, special, stats

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import (
    checked_events_of,
    checked_number,
    checked_option,
)
from equipoise.stats.options import ALTERNATIVES, Alternative
from equipoise.stats.proportion_options import (
    BINOMIAL_TESTS,
    PROPORTION_INTERVALS,
    TWO_SIDED,
    BinomialTest,
    ProportionInterval,
    TwoSided,
)
from equipoise.stats.proportions.score import p_value, standardized
from equipoise.stats.result import IntervalEstimate, Result

Limits = tuple[float, float]
GRID = 2_000  # points at which Blaker's function is evaluated on each side
EQUAL = 1 + 1e-7  # likelihoods closer than this count as equal, as in R


class Proportion(IntervalEstimate):
    """A proportion with its interval."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False)
class ProportionTest(Result):
    """A test of one proportion.

    Attributes:
        estimate: events over participants.
        null: proportion under the null hypothesis.
        statistic: z; None for an exact test.
        p: P value.
        method: name of the test.
    """

    estimate: float
    null: float
    statistic: float | None
    p: float
    method: str


def wilson(events: int, n: int, level: float = 0.95) -> Proportion:
    """One proportion with its score interval.

    Raises:
        AnalysisError: EQ460, EQ462: a level or counts that are impossible.

    Example:
        >>> wilson(9, 15)  # R prop.test(correct = FALSE)
        Proportion(estimate=0.6, lower=0.3575, upper=0.8018)

    Source: Wilson 1927, JASA 22:209-212; R binom.confint, method wilson.
    """
    return proportion(events, n, level, "wilson")


def proportion(
    events: int,
    n: int,
    level: float = 0.95,
    method: ProportionInterval = "wilson",
) -> Proportion:
    """One proportion with its interval.

    SAS's BINOMIAL takes the first level of the variable, often "No", unless LEVEL= names
    the event; here the count is that of the event.

    Args:
        events: participants with the event, 0 to ``n``.
        n: participants, at least 1.
        level: coverage.
        method: ``clopper-pearson`` (exact), ``blaker`` (exact, contained in it) and
            ``wilson-cc`` cover at least ``level``; ``wilson``, ``mid-p``, ``jeffreys``
            and ``agresti-coull`` cover it on average; ``wald`` and ``wald-cc`` cover less
            with few events. Limits are cut to 0 and 1.

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or counts that are impossible;
            EQ467, ``wald`` where all participants have one outcome.

    Example:
        >>> proportion(10, 15, method="clopper-pearson")  # R binom.test: 0.3838 to 0.8818
        Proportion(estimate=0.6667, lower=0.3838, upper=0.8818)

    Source: Brown, Cai and DasGupta 2001, Stat Sci 16:101-133; Newcombe 1998, Stat Med
    17:857-872 (method 4, corrected for continuity); Blaker 2000, Can J Stat 28:783-798;
    SAS PROC FREQ, BINOMIAL(CL=); R binom.test, prop.test, DescTools::BinomCI.
    """
    checked_option("method", method, PROPORTION_INTERVALS)
    checked_events_of((events, n), level=level)
    if method == "wald" and events in (0, n):
        raise AnalysisError.single(
            "EQ467",
            f"Wald's interval has no width with {events} events among "
            f"{counted(n, 'participant')}",
            where="method",
            fix="use method = 'wilson' or 'clopper-pearson'",
        )
    lower, upper = INTERVALS[method](int(events), int(n), level)
    lower, upper = (0.0 if events == 0 else lower, 1.0 if events == n else upper)
    return Proportion(events / n, max(float(lower), 0.0), min(float(upper), 1.0))


def binomial_test(
    events: int,
    n: int,
    null: float = 0.5,
    *,
    method: BinomialTest = "exact",
    alternative: Alternative = "two-sided",
    two_sided: TwoSided = "minimum-likelihood",
) -> ProportionTest:
    """Test of one proportion against an assumed one.

    Args:
        events: participants with the event.
        n: participants, at least 1.
        null: proportion under the null hypothesis, between 0 and 1.
        method: ``exact``; ``mid-p``, which counts half the probability of the observed
            number; ``score`` with the variance under the null hypothesis, corrected for
            continuity as ``score-cc``; ``wald`` with the observed variance.
        alternative: of the proportion to the assumed one.
        two_sided: of the exact test: ``minimum-likelihood`` adds up the outcomes no
            likelier than the observed, as R; ``central`` is twice the smaller one-sided
            P value, as SAS, and always that of ``mid-p``.

    Raises:
        AnalysisError: EQ460, EQ462: an option or numbers that are impossible.

    Example:
        >>> round(binomial_test(3, 15).p, 8)  # R binom.test
        0.03515625

    Source: R binom.test, prop.test, exactci::binom.exact; SAS PROC FREQ, EXACT BINOMIAL.
    """
    checked_option("method", method, BINOMIAL_TESTS)
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_option("two_sided", two_sided, TWO_SIDED)
    checked_events_of((events, n))
    checked_number("null", null, 0, 1)
    estimate = events / n
    if method in ("exact", "mid-p"):
        p = _exact_p(
            int(events), int(n), null, method == "mid-p", alternative, two_sided
        )
        return ProportionTest(estimate, null, None, p, method)
    spread = estimate * (1 - estimate) if method == "wald" else null * (1 - null)
    distance = estimate - null
    if method == "score-cc":
        distance -= np.sign(distance) * min(0.5 / n, abs(distance))
    z = standardized(distance, spread / n)
    return ProportionTest(estimate, null, z, p_value(z, alternative), method)


def _exact_p(
    x: int, n: int, null: float, mid: bool, alternative: str, two_sided: str
) -> float:
    law = stats.binom(n, null)
    half = 0.5 * float(law.pmf(x)) if mid else 0.0
    above, below = float(law.sf(x - 1)) - half, float(law.cdf(x)) - half
    if alternative != "two-sided":
        return above if alternative == "greater" else below
    if mid or two_sided == "central":
        return min(2 * min(above, below), 1.0)
    likelihood = law.pmf(np.arange(n + 1))
    return min(float(likelihood[likelihood <= likelihood[x] * EQUAL].sum()), 1.0)


def _z(level: float) -> float:
    return float(special.ndtri((1 + level) / 2))


def _wilson(x: int, n: int, level: float) -> Limits:
    z = _z(level)
    p, shift = x / n, z**2 / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return (p + shift - half) / (1 + z**2 / n), (p + shift + half) / (1 + z**2 / n)


def _wilson_cc(x: int, n: int, level: float) -> Limits:
    z, p = _z(level), x / n
    low = z * sqrt(max(z**2 - 2 - 1 / n + 4 * p * (n * (1 - p) + 1), 0.0)) + 1
    high = z * sqrt(max(z**2 + 2 - 1 / n + 4 * p * (n * (1 - p) - 1), 0.0)) + 1
    return (2 * n * p + z**2 - low) / (2 * (n + z**2)), (2 * n * p + z**2 + high) / (
        2 * (n + z**2)
    )


def _clopper_pearson(x: int, n: int, level: float) -> Limits:
    tail = (1 - level) / 2
    low = float(special.betaincinv(x, n - x + 1, tail)) if x else 0.0
    high = float(special.betaincinv(x + 1, n - x, 1 - tail)) if x < n else 1.0
    return low, high


def _jeffreys(x: int, n: int, level: float) -> Limits:
    tail = (1 - level) / 2
    low, high = special.betaincinv(x + 0.5, n - x + 0.5, [tail, 1 - tail])
    return float(low), float(high)


def _mid_p(x: int, n: int, level: float) -> Limits:
    tail = (1 - level) / 2

    def below(p: float) -> float:
        law = stats.binom(n, p)
        return float(law.cdf(x) - 0.5 * law.pmf(x))

    low = high = 0.0
    if x > 0:
        low = optimize.brentq(lambda p: below(p) - (1 - tail), 0.0, x / n, xtol=1e-14)
    if x < n:
        high = optimize.brentq(lambda p: below(p) - tail, x / n, 1.0, xtol=1e-14)
    return float(low), float(high)


def _agresti_coull(x: int, n: int, level: float) -> Limits:
    z = _z(level)
    size = n + z**2
    p = (x + z**2 / 2) / size
    half = z * sqrt(p * (1 - p) / size)
    return p - half, p + half


def _wald(x: int, n: int, level: float, more: float = 0.0) -> Limits:
    p = x / n
    half = _z(level) * sqrt(p * (1 - p) / n) + more / (2 * n)
    return p - half, p + half


def _wald_cc(x: int, n: int, level: float) -> Limits:
    return _wald(x, n, level, 1.0)


def _blaker(x: int, n: int, level: float) -> Limits:
    low, high = _clopper_pearson(x, n, level)
    lower = _acceptable(x, n, low, x / n, 1 - level) if x else 0.0
    upper = 1 - _acceptable(n - x, n, 1 - high, 1 - x / n, 1 - level) if x < n else 1.0
    return lower, upper


def _acceptable(x: int, n: int, low: float, high: float, alpha: float) -> float:
    """Smallest proportion, from the exact limit, of an acceptability above alpha."""

    def acceptability(p: float) -> float:
        law = stats.binom(n, p)
        tail = float(law.sf(x - 1))
        other = int(law.ppf(min(tail * EQUAL, 1.0))) - 1
        while law.cdf(other + 1) <= tail * (1 + 1e-12):
            other += 1
        return tail + float(law.cdf(other))

    points = np.linspace(low, high, GRID)
    at = next(i for i, p in enumerate(points) if acceptability(p) >= alpha)
    if at == 0:
        return float(low)
    inner, outer = points[at], points[at - 1]
    for _ in range(60):
        middle = (inner + outer) / 2
        accepted = acceptability(middle) >= alpha
        inner, outer = (middle, outer) if accepted else (inner, middle)
    return float(inner)


INTERVALS: dict[str, Callable[[int, int, float], Limits]] = {
    "wilson": _wilson,
    "wilson-cc": _wilson_cc,
    "clopper-pearson": _clopper_pearson,
    "mid-p": _mid_p,
    "jeffreys": _jeffreys,
    "agresti-coull": _agresti_coull,
    "blaker": _blaker,
    "wald": _wald,
    "wald-cc": _wald_cc,
}
