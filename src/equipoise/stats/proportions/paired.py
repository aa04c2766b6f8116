"""Two proportions of the same participants: tests, differences and ratios of pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log, nan, sqrt
from typing import NamedTuple

from numpy.typing import ArrayLike
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import (
    checked_count,
    checked_events,
    checked_lengths,
    checked_level,
    checked_option,
    impossible,
)
from equipoise.stats.proportion_options import (
    MCNEMAR_TESTS,
    PAIRED_DIFFERENCES,
    PAIRED_RATIOS,
    PROPORTION_INTERVALS,
    McNemarTest,
    PairedDifference,
    PairedRatio,
    ProportionInterval,
)
from equipoise.stats.proportions.chi_square import chi_square_p
from equipoise.stats.proportions.one_proportion import (
    binomial_test,
    proportion,
    wilson,
)
from equipoise.stats.proportions.ratio_intervals import EDGE
from equipoise.stats.proportions.ratios import Ratio
from equipoise.stats.proportions.risk_difference import RiskDifference
from equipoise.stats.proportions.score import falling_root, inverted, standardized
from equipoise.stats.result import Result

Pairs = tuple[int, int, int, int]
Limits = tuple[float, float]


class PairedCounts(NamedTuple):
    """Participants by two outcomes of each.

    Fields:
        both: with the first and the second outcome.
        first_only: with the first, not the second.
        second_only: with the second, not the first.
        neither: with neither.
    """

    both: int
    first_only: int
    second_only: int
    neither: int


@dataclass(frozen=True, slots=True, repr=False)
class McNemar(Result):
    """A test of equal proportions of pairs.

    Attributes:
        statistic: chi-square with 1 degree of freedom; None for an exact test.
        p: two-sided P value.
        method: name of the test.
        discordant: pairs of which one outcome is present; only they count.
    """

    statistic: float | None
    p: float
    method: str
    discordant: int


def paired_counts(first: ArrayLike, second: ArrayLike) -> PairedCounts:
    """Counts of pairs from two outcomes of each participant.

    Args:
        first: N, True (or 1) for the outcome, such as under active treatment.
        second: N, of the same participants in the same order.

    Raises:
        AnalysisError: EQ461, outcomes are not true and false; EQ462, lengths differ.

    Example:
        >>> paired_counts([1, 1, 0, 0], [1, 0, 0, 0])
        PairedCounts(both=1, first_only=1, second_only=0, neither=2)

    Source: the cells of a TABLES first * second of SAS PROC FREQ.
    """
    one, two = checked_events(first, "first"), checked_events(second, "second")
    checked_lengths(first=one, second=two)
    cells = (one & two, one & ~two, ~one & two, ~one & ~two)
    return PairedCounts(*(int(cell.sum()) for cell in cells))


def mcnemar(
    first_only: int, second_only: int, method: McNemarTest = "asymptotic"
) -> McNemar:
    """Test that two proportions of the same participants are equal.

    Args:
        first_only: pairs with the first outcome only.
        second_only: pairs with the second outcome only.
        method: ``asymptotic`` without correction, as SAS; ``corrected`` for continuity,
            R's default; ``exact`` binomial; ``mid-p``, less conservative.

    Raises:
        AnalysisError: EQ460, EQ462: an option or counts that are impossible; EQ467, an
            asymptotic test without a discordant pair.

    Example:
        >>> mcnemar(256, 144)  # SAS, and R mcnemar.test(correct = FALSE): 31.36
        McNemar(statistic=31.36, p=2.144e-08, method='asymptotic', discordant=400)

    Source: McNemar 1947, Psychometrika 12:153-157; Edwards 1948 (correction); Fagerland,
    Lydersen and Laake 2013, BMC Med Res Methodol 13:91 (mid-P). SAS PROC FREQ, AGREE; R
    mcnemar.test.
    """
    checked_option("method", method, MCNEMAR_TESTS)
    b = checked_count("first_only", first_only)
    c = checked_count("second_only", second_only)
    if method == "exact" or method == "mid-p":
        p = 1.0
        if b + c:
            p = binomial_test(b, b + c, method=method, two_sided="central").p
        return McNemar(None, p, method, b + c)
    if b + c == 0:
        raise no_variance_of_pairs()
    less = min(1.0, abs(b - c)) if method == "corrected" else 0.0
    statistic = (abs(b - c) - less) ** 2 / (b + c)
    return McNemar(statistic, chi_square_p(statistic, 1), method, b + c)


def paired_difference(
    both: int,
    first_only: int,
    second_only: int,
    neither: int,
    level: float = 0.95,
    method: PairedDifference = "tango",
) -> RiskDifference:
    """Difference of two proportions of the same participants, first minus second.

    Args:
        both: pairs with both outcomes.
        first_only: pairs with the first outcome only.
        second_only: pairs with the second outcome only.
        neither: pairs with neither.
        level: coverage.
        method: ``tango`` inverts the score test, which agrees with McNemar's at 0;
            ``newcombe``, hybrid of Wilson intervals with the correlation corrected
            (method 10); ``agresti-min``, ``bonett-price``: Wald's interval with 1/2 more
            in each cell, or 1 more in each discordant one; ``wald``.

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or counts that are impossible;
            EQ467, Wald's interval without a discordant pair.

    Example:
        >>> paired_difference(20, 15, 6, 5)  # ratesci: 0.000419, 0.377185
        RiskDifference(estimate=0.1957, lower=0.0004191, upper=0.3772)

    Source: Tango 1998, Stat Med 17:891-908; Newcombe 1998, Stat Med 17:2635-2650; Agresti
    and Min 2005, Stat Med 24:729-740; Bonett and Price 2012, J Educ Behav Stat
    37:479-488. R ratesci::rdpairci; SAS has no statement for them.
    """
    checked_option("method", method, PAIRED_DIFFERENCES)
    pairs = _checked(both, first_only, second_only, neither, level)
    estimate = (first_only - second_only) / sum(pairs)
    if method == "wald" and (first_only + second_only == 0 or abs(estimate) == 1):
        raise no_variance_of_pairs()
    lower, upper = DIFFERENCES[method](pairs, level)
    return RiskDifference(estimate, max(lower, -1.0), min(upper, 1.0))


def paired_ratio(
    both: int,
    first_only: int,
    second_only: int,
    neither: int,
    level: float = 0.95,
    method: PairedRatio = "tang",
) -> Ratio:
    """Ratio of two proportions of the same participants, first over second.

    Args:
        both: pairs with both outcomes.
        first_only: pairs with the first outcome only.
        second_only: pairs with the second outcome only.
        neither: pairs with neither; they do not change the ratio.
        level: coverage.
        method: ``tang`` inverts the score test; ``wald`` of the logarithm.

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or counts that are impossible;
            EQ467, Wald's interval where one outcome never occurs, or without a
            discordant pair.

    Example:
        >>> paired_ratio(20, 15, 6, 5)  # ratesci: 1.000639, 1.85982
        Ratio(estimate=1.346, lower=1.001, upper=1.86)

    Source: Tang, Tang and Chan 2003, Stat Med 22:1217-1233; Nam and Blackwelder 2002,
    Stat Med 21:689-699; R ratesci::rrpairci.
    """
    checked_option("method", method, PAIRED_RATIOS)
    pairs = _checked(both, first_only, second_only, neither, level)
    first, second = both + first_only, both + second_only
    if first == second == 0:
        return Ratio(nan, 0.0, inf)
    estimate = first / second if second else inf
    if method == "wald":
        if min(first, second, first_only + second_only) == 0:
            raise no_variance_of_pairs()
        z = float(special.ndtri((1 + level) / 2))
        half = z * sqrt((first_only + second_only) / (first * second))
        return Ratio(estimate, estimate * exp(-half), estimate * exp(half))
    return Ratio(estimate, *_tang(pairs, estimate, level))


def paired_odds_ratio(
    first_only: int,
    second_only: int,
    level: float = 0.95,
    method: ProportionInterval = "clopper-pearson",
) -> Ratio:
    """Odds ratio of pairs, given their number of discordant ones.

    Args:
        first_only: pairs with the first outcome only.
        second_only: pairs with the second outcome only.
        level: coverage.
        method: interval of the proportion of the first among discordant pairs.

    Raises:
        AnalysisError: EQ460, EQ462: an option, a level or counts that are impossible.

    Example:
        >>> paired_odds_ratio(15, 6)
        Ratio(estimate=2.5, lower=0.9166, upper=7.865)

    Source: Breslow and Day 1980, Statistical Methods in Cancer Research I, p. 165; R
    ratesci::orpairci.
    """
    checked_option("method", method, PROPORTION_INTERVALS)
    b = checked_count("first_only", first_only)
    c = checked_count("second_only", second_only)
    checked_level(level)
    if b + c == 0:
        return Ratio(nan, 0.0, inf)
    ends = proportion(b, b + c, level, method).interval
    lower, upper = (p / (1 - p) if p < 1 else inf for p in ends)
    return Ratio(b / c if c else inf, lower, upper)


def _checked(a: int, b: int, c: int, d: int, level: float) -> Pairs:
    names = ("both", "first_only", "second_only", "neither")
    pairs = [checked_count(n, v) for n, v in zip(names, (a, b, c, d), strict=True)]
    checked_level(level)
    if sum(pairs) == 0:
        raise impossible("there are no pairs", "counts")
    return pairs[0], pairs[1], pairs[2], pairs[3]


def _tango(pairs: Pairs, level: float) -> Limits:
    _, b, c, _ = pairs
    n = sum(pairs)

    def score(difference: float) -> float:
        linear = (2 * n - b + c) * difference - b - c
        constant = -c * difference * (1 - difference)
        p21 = (sqrt(max(linear**2 - 8 * n * constant, 0.0)) - linear) / (4 * n)
        variance = n * (2 * p21 + difference * (1 - difference))
        return standardized(b - c - n * difference, variance)

    return inverted(score, (b - c) / n, level)


def _newcombe(pairs: Pairs, level: float) -> Limits:
    a, b, c, d = pairs
    n = sum(pairs)
    one, two = wilson(a + b, n, level), wilson(a + c, n, level)
    product = (a + b) * (c + d) * (a + c) * (b + d)
    excess = float(a * d - b * c)
    if excess > 0:
        excess = max(excess - n / 2, 0.0)
    phi = excess / sqrt(product) if product else 0.0
    below, over = one.estimate - one.lower, two.upper - two.estimate
    above, under = one.upper - one.estimate, two.estimate - two.lower
    estimate = (b - c) / n
    lower = estimate - sqrt(max(below**2 - 2 * phi * below * over + over**2, 0.0))
    upper = estimate + sqrt(max(under**2 - 2 * phi * under * above + above**2, 0.0))
    return lower, upper


def _wald(pairs: Pairs, level: float, more: float = 0.0, size: float = 0.0) -> Limits:
    b, c, n = pairs[1] + more, pairs[2] + more, sum(pairs) + size
    half = float(special.ndtri((1 + level) / 2)) * sqrt(b + c - (b - c) ** 2 / n) / n
    return (b - c) / n - half, (b - c) / n + half


def _agresti_min(pairs: Pairs, level: float) -> Limits:
    return _wald(pairs, level, 0.5, 2.0)


def _bonett_price(pairs: Pairs, level: float) -> Limits:
    return _wald(pairs, level, 1.0, 2.0)


def _tang(pairs: Pairs, estimate: float, level: float) -> Limits:
    a, b, c, _ = pairs
    n = sum(pairs)

    def score(log_ratio: float) -> float:
        ratio = exp(log_ratio)
        linear = (a + c) * ratio**2 - (a + b + 2 * c)
        constant = c * (1 - ratio) * (a + b + c) / n
        square = n * (1 + ratio)
        root = sqrt(max(linear**2 - 4 * square * constant, 0.0))
        p21 = max((root - linear) / (2 * square), 0.0)
        if linear > 0:
            p21 = max(-2 * constant / (root + linear), 0.0)
        variance = n * (1 + ratio) * p21 + (a + b + c) * (ratio - 1)
        return standardized(a + b - (a + c) * ratio, variance)

    z = float(special.ndtri((1 + level) / 2))
    middle = -EDGE if estimate == 0 else (EDGE if estimate == inf else log(estimate))
    lower, upper = 0.0, inf
    if estimate > 0 and score(-EDGE) > z:
        lower = exp(falling_root(score, -EDGE, middle, z))
    if estimate < inf and score(EDGE) < -z:
        upper = exp(falling_root(score, middle, EDGE, -z))
    return lower, upper


def no_variance_of_pairs(
    fix: str = "use a score or exact method",
) -> AnalysisError:
    """The error EQ467: a method divides by a variance that the pairs do not have."""
    return AnalysisError.single(
        "EQ467",
        "the pairs do not vary: this method has no variance",
        where="counts",
        fix=fix,
    )


DIFFERENCES: dict[str, Callable[[Pairs, float], Limits]] = {
    "tango": _tango,
    "newcombe": _newcombe,
    "agresti-min": _agresti_min,
    "bonett-price": _bonett_price,
    "wald": _wald,
}
