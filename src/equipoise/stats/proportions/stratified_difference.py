"""The common difference of two proportions over strata."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import checked_number, checked_option
from equipoise.stats.options import ALTERNATIVES, Alternative
from equipoise.stats.proportion_options import (
    COMMON_DIFFERENCES,
    STRATUM_WEIGHTS,
    CommonDifference,
    StratumWeights,
)
from equipoise.stats.proportions.risk_difference import risk_difference
from equipoise.stats.proportions.score import (
    constrained,
    falling_root,
    inverted,
    iterated_weights,
    p_value,
    score_variance,
    standardized,
)
from equipoise.stats.proportions.strata import Numbers, Strata, checked_strata
from equipoise.stats.result import IntervalEstimate

ROUNDING = 1e-15  # a variance or width up to which it is 0


@dataclass(frozen=True, slots=True, repr=False)
class StratifiedDifference(IntervalEstimate):
    """Common difference of two proportions, first minus second.

    Attributes:
        std_error: of the estimate; None where the interval has none (score, Newcombe).
        statistic: z of the test of ``null``; None for Newcombe's interval.
        p: of this test.
        method: name of the method.
        strata: how many compare the arms.
        notes: strata without contribution, and changes to the data.
    """

    std_error: float | None
    statistic: float | None
    p: float | None
    method: str
    strata: int
    notes: tuple[str, ...]


def stratified_risk_difference(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    method: CommonDifference = "miettinen-nurminen",
    weights: StratumWeights = "mantel-haenszel",
    null: float = 0.0,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> StratifiedDifference:
    """Common difference of two proportions over strata, with interval and test.

    ``miettinen-nurminen`` inverts the stratified score test; with Mantel-Haenszel weights
    its test of no difference is the test of Cochran, Mantel and Haenszel.
    ``mantel-haenszel`` has Sato's variance (as SAS), ``greenland-robins`` that of 1985 for
    the same estimate; ``klingenberg`` inverts Sato's variance; ``newcombe`` is the
    stratified hybrid of Yan and Su; ``summary-score`` averages the midpoints of the
    strata's score intervals, which is what SAS gives for COMMONRISKDIFF(CL=SCORE) and is
    another estimate than ``miettinen-nurminen``.

    Args:
        events1: events of the first arm in each of K strata.
        n1: participants of the first arm, by stratum; 0 is allowed.
        events2: events of the second arm.
        n2: participants of the second arm.
        strata: names of the strata, for the notes; their numbers if absent.
        method: of estimate and interval.
        weights: of the strata, for ``miettinen-nurminen`` only: ``mantel-haenszel``,
            ``miettinen-nurminen`` (iterated) or ``inverse-variance``, for which strata
            without any event, or with nothing else, count 0.5 more in each cell.
        null: difference under the null hypothesis, such as minus the margin of
            non-inferiority.
        alternative: of the test; ``greater`` for non-inferiority of the first arm.
        level: coverage of the two-sided interval.

    Raises:
        AnalysisError: EQ460, an option; EQ462, impossible counts; EQ467, no stratum has
            participants in both arms, or an interval would have no width.

    Example:
        >>> counts = [20, 8], [40, 12], [25, 4], [49, 10]
        >>> found = stratified_risk_difference(*counts, method="mantel-haenszel")
        >>> round(found.lower, 4), round(found.upper, 4)  # SAS: -0.1431 to 0.2326
        (-0.1431, 0.2326)

    Source: Miettinen and Nurminen 1985, Stat Med 4:213-226, equations 15 to 17; Greenland
    and Robins 1985, Biometrics 41:55-68; Sato 1989, Biometrics 45:1323-1324; Klingenberg
    2014, Stat Med 33:2968-2983; Yan and Su 2010, Biostatistics 11:484-497; Agresti 2013,
    Categorical Data Analysis, p. 231. SAS PROC FREQ, COMMONRISKDIFF; R
    ratesci::scoreci(stratified = TRUE, skew = FALSE).
    """
    checked_option("method", method, COMMON_DIFFERENCES)
    checked_option("weights", weights, STRATUM_WEIGHTS)
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_number("null", null, -1, 1)
    data = checked_strata(events1, n1, events2, n2, strata, level)
    if method == "miettinen-nurminen":
        found = _score(data, weights, null, level)
    else:
        found = METHODS[method](data, null, level)
    if found.statistic is None:
        return found
    return replace(found, p=p_value(found.statistic, alternative))


def _score(
    data: Strata, weights: StratumWeights, null: float, level: float
) -> StratifiedDifference:
    if weights == "inverse-variance":
        total = data.x1 + data.x2
        same = (total == 0) | (total == data.n1 + data.n2)
        data = data.with_continuity(same, " with one outcome only")
    x1, n1, x2, n2 = data.x1, data.n1, data.x2, data.n2
    differences = x1 / n1 - x2 / n2

    def shares(difference: float) -> Numbers:
        raw = _weights(data, weights, difference)
        return np.asarray(raw / raw.sum())

    def score(difference: float) -> float:
        w = shares(difference)
        variance = float((w**2 * score_variance(x1, n1, x2, n2, difference)).sum())
        return standardized(float((w * (differences - difference)).sum()), variance)

    estimate = float((shares(0.0) * differences).sum())
    if weights != "mantel-haenszel":
        low, high = differences.min(), differences.max()
        estimate = falling_root(score, max(low, -1 + 1e-12), min(high, 1 - 1e-12), 0.0)
    lower, upper = inverted(score, estimate, level)
    bounded = float(np.clip(null, -1 + 1e-12, 1 - 1e-12))
    return StratifiedDifference(
        estimate,
        lower,
        upper,
        None,
        score(bounded),
        None,
        f"miettinen-nurminen, weights {weights}",
        len(n1),
        data.notes,
    )


def _weights(data: Strata, weights: StratumWeights, difference: float) -> Numbers:
    x1, n1, x2, n2 = data.x1, data.n1, data.x2, data.n2
    if weights == "mantel-haenszel":
        return data.mantel_haenszel
    if weights == "inverse-variance":
        variance = score_variance(x1, n1, x2, n2, difference)
        return np.asarray(1 / np.maximum(variance, np.finfo(float).tiny))
    p1, p2 = constrained(x1, n1, x2, n2, difference)
    return iterated_weights(p1, n1, p2, n2, _ratio)


def _ratio(mean1: float, mean2: float) -> float:
    """Of the variances of two proportions."""
    return max(mean1 * (1 - mean1) / max(mean2 * (1 - mean2), 1e-8), 1e-8)


def _mantel_haenszel(
    data: Strata, null: float, level: float, variance: str = "sato"
) -> StratifiedDifference:
    w, d, p, q = _sato(data)
    spread = (d * p + q) / w**2
    if variance == "greenland-robins":
        a, b, c, e = data.cells
        n1, n2 = data.n1, data.n2
        terms = (a * b * n2**3 + c * e * n1**3) / (n1 * n2 * (n1 + n2) ** 2)
        spread = float(terms.sum()) / w**2
    if spread <= ROUNDING:
        raise _without_width()
    return _normal(d, float(np.sqrt(spread)), null, level, data, variance)


def _without_width() -> AnalysisError:
    return AnalysisError.single(
        "EQ467",
        "the interval has no width: within each arm all participants are alike",
        where="method",
        fix="use method = 'miettinen-nurminen' or 'newcombe'",
    )


def _greenland_robins(data: Strata, null: float, level: float) -> StratifiedDifference:
    return _mantel_haenszel(data, null, level, "greenland-robins")


def _sato(data: Strata) -> tuple[float, float, float, float]:
    """Sum of weights, the estimate, and the sums P and Q of Sato's variance."""
    a, b, c, e = data.cells
    n1, n2, n = data.n1, data.n2, data.n1 + data.n2
    w = data.mantel_haenszel
    d = float((w * (data.x1 / n1 - data.x2 / n2)).sum() / w.sum())
    p = (n1**2 * c - n2**2 * a + n1 * n2 * (n2 - n1) / 2) / n**2
    q = (a * e + b * c) / (2 * n)
    return float(w.sum()), d, float(p.sum()), float(q.sum())


def _normal(
    estimate: float, error: float, null: float, level: float, data: Strata, name: str
) -> StratifiedDifference:
    half = float(special.ndtri((1 + level) / 2)) * error
    return StratifiedDifference(
        estimate,
        estimate - half,
        estimate + half,
        error,
        standardized(estimate - null, error**2),
        None,
        "mantel-haenszel, variance of Sato" if name == "sato" else name,
        len(data.n1),
        data.notes,
    )


def _klingenberg(data: Strata, null: float, level: float) -> StratifiedDifference:
    """Differences that Sato's variance under the null hypothesis does not reject."""
    w, d, p, q = _sato(data)
    z2 = float(special.ndtri((1 + level) / 2)) ** 2
    middle = d + z2 * p / (2 * w**2)
    half = float(np.sqrt(max(middle**2 - d**2 + z2 * q / w**2, 0.0)))
    if half <= ROUNDING:
        raise _without_width()
    statistic = standardized(d - null, (null * p + q) / w**2)
    return StratifiedDifference(
        d, middle - half, middle + half, None, statistic, None,
        "klingenberg", len(data.n1), data.notes,
    )  # fmt: skip


def _newcombe(data: Strata, null: float, level: float) -> StratifiedDifference:
    """Yan and Su's hybrid of stratified Wilson intervals, Mantel-Haenszel weights."""
    del null
    w = data.mantel_haenszel / data.mantel_haenszel.sum()
    z = float(special.ndtri((1 + level) / 2))
    d = float((w * (data.x1 / data.n1 - data.x2 / data.n2)).sum())
    low1, high1 = _stratified_wilson(data.x1, data.n1, w, z)
    low2, high2 = _stratified_wilson(data.x2, data.n2, w, z)
    l1, l2 = float((w**2 / data.n1).sum()), float((w**2 / data.n2).sum())
    below = z * np.sqrt(l1 * low1 * (1 - low1) + l2 * high2 * (1 - high2))
    above = z * np.sqrt(l1 * high1 * (1 - high1) + l2 * low2 * (1 - low2))
    return StratifiedDifference(
        d, float(d - below), float(d + above), None, None, None,
        "newcombe", len(data.n1), data.notes,
    )  # fmt: skip


def _stratified_wilson(
    x: Numbers, n: Numbers, w: Numbers, z: float
) -> tuple[float, float]:
    """Weighted limits of Wilson intervals at a quantile that fits their sum."""
    p = x / n
    variance = p * (1 - p) / n
    if not variance.any():
        variance = 1 / n  # all or none in each stratum: relative sizes decide
    quantile = z * np.sqrt((w**2 * variance).sum()) / (w * np.sqrt(variance)).sum()
    k = quantile**2 / n
    half = np.sqrt(k * p * (1 - p) + k**2 / 4)
    low = np.where(x == 0, 0.0, (p + k / 2 - half) / (1 + k))
    high = np.where(x == n, 1.0, (p + k / 2 + half) / (1 + k))
    return float((w * low).sum()), float((w * high).sum())


def _summary_score(data: Strata, null: float, level: float) -> StratifiedDifference:
    z = float(special.ndtri((1 + level) / 2))
    limits = np.array(
        [
            risk_difference(int(a), int(m), int(b), int(n), level).interval
            for a, m, b, n in zip(data.x1, data.n1, data.x2, data.n2, strict=True)
        ]
    )
    middle, precision = limits.mean(axis=1), (2 * z / np.ptp(limits, axis=1)) ** 2
    estimate = float((precision * middle).sum() / precision.sum())
    error = float(1 / np.sqrt(precision.sum()))
    return _normal(estimate, error, null, level, data, "summary-score")


METHODS: dict[str, Callable[[Strata, float, float], Any]] = {
    "mantel-haenszel": _mantel_haenszel,
    "greenland-robins": _greenland_robins,
    "klingenberg": _klingenberg,
    "newcombe": _newcombe,
    "summary-score": _summary_score,
}
