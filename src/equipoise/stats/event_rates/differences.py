"""Differences and common ratios of rates of two arms, on request over strata."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import (
    checked_lengths,
    checked_level,
    checked_names,
    checked_number,
    checked_option,
    float_array,
    impossible,
)
from equipoise.stats.options import ALTERNATIVES, Alternative
from equipoise.stats.proportion_options import (
    RATE_DIFFERENCES,
    STRATUM_WEIGHTS,
    RateDifferenceMethod,
    StratumWeights,
)
from equipoise.stats.proportions.common_ratios import (
    StratifiedRatio,
    on_log_scale,
    without_limit,
)
from equipoise.stats.proportions.score import (
    falling_root,
    iterated_weights,
    p_value,
    standardized,
)
from equipoise.stats.proportions.strata import Strata
from equipoise.stats.proportions.stratified_difference import StratifiedDifference

Numbers = NDArray[np.float64]
FAR = 2.0  # factor by which a bracket grows
TIMES = 200  # how often


def rate_difference(
    events1: ArrayLike,
    time1: ArrayLike,
    events2: ArrayLike,
    time2: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    method: RateDifferenceMethod = "miettinen-nurminen",
    weights: StratumWeights = "mantel-haenszel",
    null: float = 0.0,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> StratifiedDifference:
    """Difference of two rates, such as exposure-adjusted incidence rates.

    Args:
        events1: events of the first arm: a number, or one for each of K strata.
        time1: its person-time, in the same shape; 0 is allowed in a stratum.
        events2: events of the second arm.
        time2: its person-time.
        strata: names of the strata, for the notes.
        method: ``miettinen-nurminen`` inverts the score test; ``wald`` has the observed
            variance, sum of events over squared times.
        weights: of strata: ``mantel-haenszel``, t1 t2 / (t1 + t2), for both methods;
            ``miettinen-nurminen`` and ``inverse-variance`` for the score only.
        null: difference under the null hypothesis.
        alternative: of the test.
        level: coverage of the two-sided interval.

    Raises:
        AnalysisError: EQ460, an option; EQ462, impossible numbers; EQ467, no stratum has
            person-time in both arms, or ``wald`` without an event.

    Example:
        >>> found = rate_difference(11, 8.0, 21, 30.11)  # ratesci::scoreci
        >>> round(found.estimate, 4), round(found.lower, 4), round(found.upper, 4)
        (0.6776, -0.031, 1.7913)

    Source: Miettinen and Nurminen 1985, Stat Med 4:213-226, equations 5 to 7; Liu et al.
    2006, J Biopharm Stat 16:1-11 (exposure-adjusted incidence rates); R ratesci::scoreci(
    distrib = "poi", skew = FALSE); SAS PROC STDRATE, EFFECT=DIFF.
    """
    checked_option("method", method, RATE_DIFFERENCES)
    checked_option("weights", weights, STRATUM_WEIGHTS)
    checked_option("alternative", alternative, ALTERNATIVES)
    checked_number("null", null)
    data = _checked(events1, time1, events2, time2, strata, level)
    if method == "wald":
        found = _wald(data, null, level)
    else:
        found = _score(data, weights, null, level)
    return replace(found, p=p_value(float(found.statistic or 0.0), alternative))


def common_rate_ratio(
    events1: ArrayLike,
    time1: ArrayLike,
    events2: ArrayLike,
    time2: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> StratifiedRatio:
    """Common ratio of two rates over strata, Mantel and Haenszel.

    Args:
        events1: events of the first arm in each of K strata.
        time1: its person-time.
        events2: events of the second arm.
        time2: its person-time.
        strata: names of the strata, for the notes.
        level: coverage.

    Raises:
        AnalysisError: EQ460, EQ462: the level or numbers; EQ467, no stratum has
            person-time in both arms.

    Example:
        >>> found = common_rate_ratio([11, 4], [8.0, 9.0], [21, 5], [30.11, 8.0])
        >>> round(found.estimate, 3), round(found.lower, 3), round(found.upper, 3)
        (1.499, 0.803, 2.796)

    Source: Greenland and Robins 1985, Biometrics 41:55-68; SAS PROC STDRATE, METHOD=MH.
    """
    data = _checked(events1, time1, events2, time2, strata, level)
    x1, t1, x2, t2 = data.x1, data.n1, data.x2, data.n2
    total = t1 + t2
    top, bottom = float((x1 * t2 / total).sum()), float((x2 * t1 / total).sum())
    if top == 0 or bottom == 0:
        return without_limit(top, bottom, data, "an arm has no event")
    spread = float(((x1 + x2) * t1 * t2 / total**2).sum())
    error = sqrt(spread / (top * bottom))
    return on_log_scale(top / bottom, error, level, data, "mantel-haenszel")


def _checked(
    events1: ArrayLike,
    time1: ArrayLike,
    events2: ArrayLike,
    time2: ArrayLike,
    strata: Sequence[str] | None,
    level: float,
) -> Strata:
    """Strata whose sizes are person-times."""
    checked_level(level)
    given = {"events1": events1, "time1": time1, "events2": events2, "time2": time2}
    x1, t1, x2, t2 = (_numbers(name, value) for name, value in given.items())
    names = tuple(map(str, checked_names(strata, len(t1))))
    checked_lengths(events1=x1, time1=t1, events2=x2, time2=t2, strata=names)
    if ((x1 > 0) & (t1 == 0)).any() or ((x2 > 0) & (t2 == 0)).any():
        raise impossible("there are events without person-time", "events and time")
    every = Strata(x1, t1, x2, t2, names, ())
    return every.only((t1 > 0) & (t2 > 0), "no person-time in one of the arms")


def _numbers(name: str, values: ArrayLike) -> Numbers:
    numbers = np.atleast_1d(float_array(name, values))
    wrong = ~(np.isfinite(numbers) & (numbers >= 0))
    if name.startswith("events"):
        wrong = wrong | (numbers % 1 != 0)
    if numbers.ndim != 1 or not numbers.size or wrong.any():
        raise impossible(
            f"{name} must be finite and not negative, and events whole numbers", name
        )
    return numbers


def _score(
    data: Strata, weights: StratumWeights, null: float, level: float
) -> StratifiedDifference:
    x1, t1, x2, t2 = data.x1, data.n1, data.x2, data.n2
    differences = x1 / t1 - x2 / t2

    def parts(difference: float) -> tuple[Numbers, Numbers]:
        first, second = _constrained(x1, t1, x2, t2, difference)
        variance = first / t1 + second / t2
        weight = data.mantel_haenszel
        if weights == "inverse-variance":
            if not (variance > 0).all():
                variance = np.maximum(variance, np.finfo(float).tiny)
            weight = 1 / variance
        elif weights == "miettinen-nurminen":
            weight = iterated_weights(first, t1, second, t2, _ratio)
        return np.asarray(weight / weight.sum()), np.asarray(variance)

    def score(difference: float) -> float:
        w, variance = parts(difference)
        distance = float((w * (differences - difference)).sum())
        return standardized(distance, float((w**2 * variance).sum()))

    if weights == "inverse-variance" and ((x1 + x2) == 0).any():
        raise AnalysisError.single(
            "EQ467",
            "a stratum without an event has an infinite weight by its inverse variance",
            where="weights",
            fix="use weights = 'mantel-haenszel'",
        )
    estimate = float((parts(0.0)[0] * differences).sum())
    if weights != "mantel-haenszel":
        low, high = float(differences.min()), float(differences.max())
        estimate = falling_root(score, low, high, 0.0)
    z = float(special.ndtri((1 + level) / 2))
    unit = float(1 / min(t1.sum(), t2.sum()))
    lower = _end(score, estimate, -unit, z)
    upper = _end(score, estimate, unit, -z)
    return StratifiedDifference(
        estimate,
        lower,
        upper,
        None,
        score(null),
        None,
        f"miettinen-nurminen, weights {weights}",
        len(t1),
        data.notes,
    )


def _constrained(
    x1: Numbers, t1: Numbers, x2: Numbers, t2: Numbers, difference: float
) -> tuple[Numbers, Numbers]:
    """Likeliest rates with this difference: the larger root of a square in the second."""
    total = t1 + t2
    linear = total * difference - x1 - x2
    root = np.sqrt(np.maximum(linear**2 + 4 * total * x2 * difference, 0.0))
    small = np.where(root + linear > 0, root + linear, 1.0)
    second = np.where(
        linear > 0, 2 * x2 * difference / small, (root - linear) / (2 * total)
    )
    second = np.maximum(second, max(0.0, -difference))
    return np.asarray(second + difference), np.asarray(second)


def _ratio(mean1: float, mean2: float) -> float:
    """Of two rates, which are the variances of a unit of time."""
    return max(mean1, 1e-300) / max(mean2, 1e-300)


def _end(
    score: Callable[[float], float], estimate: float, step: float, target: float
) -> float:
    """An end of the interval: the bracket grows until the score passes the target."""
    value = estimate + step
    for _ in range(TIMES):
        passed = score(value) >= target if step < 0 else score(value) <= target
        if passed:
            break
        step *= FAR
        value = estimate + step
    low, high = min(value, estimate), max(value, estimate)
    return falling_root(score, low, high, target)


def _wald(data: Strata, null: float, level: float) -> StratifiedDifference:
    w = data.mantel_haenszel / data.mantel_haenszel.sum()
    estimate = float((w * (data.x1 / data.n1 - data.x2 / data.n2)).sum())
    terms = w**2 * (data.x1 / data.n1**2 + data.x2 / data.n2**2)
    error = float(np.sqrt(terms.sum()))
    if error == 0:
        raise AnalysisError.single(
            "EQ467",
            "Wald's interval has no width without an event",
            where="method",
            fix="use method = 'miettinen-nurminen'",
        )
    half = float(special.ndtri((1 + level) / 2)) * error
    z = (estimate - null) / error
    return StratifiedDifference(
        estimate, estimate - half, estimate + half, error, z, None,
        "wald", len(data.n1), data.notes,
    )  # fmt: skip
