"""The common odds ratio and risk ratio of two arms over strata, and homogeneity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from equipoise.stats.input_checks import checked_option
from equipoise.stats.proportion_options import (
    COMMON_RATIOS,
    HOMOGENEITY,
    CommonRatio,
    HomogeneityTest,
)
from equipoise.stats.proportions.chi_square import ChiSquare, chi_square_p
from equipoise.stats.proportions.score import p_value, score_variance
from equipoise.stats.proportions.strata import (
    Numbers,
    Strata,
    checked_strata,
    nothing_compared,
)
from equipoise.stats.result import IntervalEstimate


@dataclass(frozen=True, slots=True, repr=False)
class StratifiedRatio(IntervalEstimate):
    """Common ratio of two arms, first over second.

    Attributes:
        std_error: of the logarithm; None where the ratio is 0 or infinite.
        statistic: z of the test that the ratio is 1; None likewise.
        p: of this test, two-sided.
        method: name of the method.
        strata: how many contribute.
        notes: strata without contribution, and changes to the data.
    """

    std_error: float | None
    statistic: float | None
    p: float | None
    method: str
    strata: int
    notes: tuple[str, ...]


def common_odds_ratio(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    method: CommonRatio = "mantel-haenszel",
    level: float = 0.95,
) -> StratifiedRatio:
    """Common odds ratio over strata.

    Strata without an event, or with nothing else, contribute nothing; a note names them.

    Args:
        events1: events of the first arm in each of K strata.
        n1: participants of the first arm; 0 is allowed.
        events2: events of the second arm.
        n2: participants of the second arm.
        strata: names of the strata, for the notes.
        method: ``mantel-haenszel`` with the variance of Robins, Breslow and Greenland, or
            ``logit``, Woolf's mean of logarithms; there 1/2 is added to each cell of a
            stratum with an empty cell, as SAS does.
        level: coverage.

    Raises:
        AnalysisError: EQ460, EQ462: an option or counts; EQ467, no stratum compares the
            arms.

    Example:
        >>> found = common_odds_ratio([20, 8], [40, 12], [25, 4], [49, 10])
        >>> round(found.lower, 7), round(found.upper, 7)  # R: 0.5671347, 2.5129874
        (0.5671347, 2.5129874)

    Source: Mantel and Haenszel 1959, J Natl Cancer Inst 22:719-748; Robins, Breslow and
    Greenland 1986, Biometrics 42:311-323; Woolf 1955, Ann Hum Genet 19:251-253; R
    mantelhaen.test; SAS PROC FREQ, CMH.
    """
    checked_option("method", method, COMMON_RATIOS)
    data = _with_both_outcomes(checked_strata(events1, n1, events2, n2, strata, level))
    if method == "logit":
        a, b, c, e = (data := _filled(data, "any")).cells
        return _woolf(
            np.log(a * e / (b * c)), 1 / a + 1 / b + 1 / c + 1 / e, level, data
        )
    a, b, c, e = data.cells
    n = data.n1 + data.n2
    r, s = a * e / n, b * c / n
    if r.sum() == 0 or s.sum() == 0:
        return without_limit(float(r.sum()), float(s.sum()), data)
    p, q = (a + e) / n, (b + c) / n
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    estimate = float(r.sum() / s.sum())
    return on_log_scale(estimate, sqrt(variance), level, data, "mantel-haenszel")


def common_risk_ratio(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    method: CommonRatio = "mantel-haenszel",
    level: float = 0.95,
) -> StratifiedRatio:
    """Common ratio of risks over strata; arguments and errors as ``common_odds_ratio``.

    EQ467 also where every participant has the event: the interval would have no width.

    Example:
        >>> round(common_risk_ratio([20, 8], [40, 12], [25, 4], [49, 10]).estimate, 4)
        1.0917

    Source: Greenland and Robins 1985, Biometrics 41:55-68; SAS PROC FREQ, CMH (relative
    risk of column 1).
    """
    checked_option("method", method, COMMON_RATIOS)
    data = checked_strata(events1, n1, events2, n2, strata, level)
    data = data.only(data.x1 + data.x2 > 0, "no event")
    if method == "logit":
        data = _filled(data, "events")
        x1, n1_, x2, n2_ = data.x1, data.n1, data.x2, data.n2
        variance = 1 / x1 - 1 / n1_ + 1 / x2 - 1 / n2_
        same = variance <= 0
        if same.any():
            data = data.only(~same, "the event in every participant")
            variance, x1, n1_ = variance[~same], data.x1, data.n1
            x2, n2_ = data.x2, data.n2
        return _woolf(np.log(x1 / n1_ / (x2 / n2_)), variance, level, data)
    x1, x2, n = data.x1, data.x2, data.n1 + data.n2
    top, bottom = float((x1 * data.n2 / n).sum()), float((x2 * data.n1 / n).sum())
    if top == 0 or bottom == 0:
        return without_limit(top, bottom, data)
    spread = (data.n1 * data.n2 * (x1 + x2) - x1 * x2 * n) / n**2
    if not (spread > 0).any():
        raise nothing_compared("each has the event in every participant")
    error = sqrt(float(spread.sum()) / (top * bottom))
    return on_log_scale(top / bottom, error, level, data, "mantel-haenszel")


def homogeneity(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    method: HomogeneityTest = "breslow-day",
) -> ChiSquare:
    """Test that an effect is equal in all strata; it has little power in small strata.

    Args:
        events1: events of the first arm in each of K strata.
        n1: participants of the first arm; 0 is allowed.
        events2: events of the second arm.
        n2: participants of the second arm.
        strata: names of the strata, for the notes.
        method: of odds ratios ``breslow-day``, ``tarone`` (its correction) or ``woolf``;
            ``risk-difference``, distances of the strata from the common difference with
            Mantel-Haenszel weights, in the score variance of Miettinen and Nurminen.

    Raises:
        AnalysisError: EQ460, EQ462: an option or counts; EQ467, fewer than two strata
            compare the arms, or the common odds ratio is 0 or infinite.

    Example:
        >>> homogeneity([20, 8], [40, 12], [25, 4], [49, 10])  # SAS: 1.3540, 0.2446
        ChiSquare(statistic=1.354, df=1, p=0.2446, method='breslow-day', notes=())

    Source: Breslow and Day 1980, Statistical Methods in Cancer Research I, p. 142; Tarone
    1985, Biometrika 72:91-95; Woolf 1955; Laud 2017, Pharm Stat 16:334-348, equation S3.
    SAS PROC FREQ, CMH(BREDAY, BDT); R vcd::woolf_test, ratesci::scoreci (Qtest).
    """
    checked_option("method", method, HOMOGENEITY)
    data = checked_strata(events1, n1, events2, n2, strata)
    if method != "risk-difference":
        data = _with_both_outcomes(data)
    if len(data.n1) < 2:
        raise nothing_compared("fewer than two of them contribute")
    if method == "risk-difference":
        statistic = _distances(data)
    elif method == "woolf":
        data = _all_filled(data)
        a, b, c, e = data.cells
        logs, precision = np.log(a * e / (b * c)), 1 / (1 / a + 1 / b + 1 / c + 1 / e)
        mean = (precision * logs).sum() / precision.sum()
        statistic = float((precision * (logs - mean) ** 2).sum())
    else:
        statistic = _breslow_day(data, method == "tarone")
    df = len(data.n1) - 1
    return ChiSquare(statistic, df, chi_square_p(statistic, df), method, data.notes)


def _breslow_day(data: Strata, tarone: bool) -> float:
    a, b, c, e = data.cells
    n1, n2, total, n = data.n1, data.n2, a + c, data.n1 + data.n2
    top, bottom = float((a * e / n).sum()), float((b * c / n).sum())
    if top == 0 or bottom == 0:
        raise nothing_compared("the common odds ratio is 0 or infinite")
    ratio = top / bottom
    # Expected events of the first arm: E (n2 - m + E) = ratio (n1 - E) (m - E).
    linear = n2 - total + ratio * (n1 + total)
    constant, square = -ratio * n1 * total, 1 - ratio
    root = np.sqrt(np.maximum(linear**2 - 4 * square * constant, 0.0))
    safe = np.where(square == 0, 1.0, square)
    expected = np.where(
        linear >= 0,
        -2 * constant / np.where(linear >= 0, linear + root, 1.0),
        (root - linear) / (2 * safe),
    )
    variance = 1 / (
        1 / expected
        + 1 / (n1 - expected)
        + 1 / (total - expected)
        + 1 / (n2 - total + expected)
    )
    statistic = float(((a - expected) ** 2 / variance).sum())
    if tarone:
        statistic -= float((a - expected).sum() ** 2 / variance.sum())
    return max(statistic, 0.0)


def _distances(data: Strata) -> float:
    differences = data.x1 / data.n1 - data.x2 / data.n2
    w = data.mantel_haenszel
    common = float((w * differences).sum() / w.sum())
    if abs(common) == 1:
        return 0.0  # then every stratum has this difference
    variance = score_variance(data.x1, data.n1, data.x2, data.n2, common)
    squared = (differences - common) ** 2
    known = variance > 0
    return float((squared[known] / variance[known]).sum())


def _with_both_outcomes(data: Strata) -> Strata:
    total = data.x1 + data.x2
    both = (total > 0) & (total < data.n1 + data.n2)
    return data.only(both, "the same outcome in all participants")


def _filled(data: Strata, which: str) -> Strata:
    """1/2 in each cell of strata with an empty cell, or with an arm without events."""
    a, b, c, e = data.cells
    empty = (a == 0) | (c == 0)
    if which == "any":
        empty = empty | (b == 0) | (e == 0)
    return data.with_continuity(empty)


def _all_filled(data: Strata) -> Strata:
    """1/2 in each cell of all strata if any cell is empty, as R vcd."""
    empty = np.any([cell == 0 for cell in data.cells])
    return data.with_continuity(np.full(len(data.n1), empty))


def _woolf(
    logs: Numbers, variance: Numbers, level: float, data: Strata
) -> StratifiedRatio:
    """Mean of logarithms, weighted by their precision."""
    precision = 1 / variance
    mean = float((precision * logs).sum() / precision.sum())
    return on_log_scale(
        exp(mean), float(1 / np.sqrt(precision.sum())), level, data, "logit"
    )


def on_log_scale(
    estimate: float, error: float, level: float, data: Strata, method: str
) -> StratifiedRatio:
    """Interval and test of a ratio whose logarithm has this standard error."""
    half = float(special.ndtri((1 + level) / 2)) * error
    z = log(estimate) / error if error > 0 else nan
    return StratifiedRatio(
        estimate,
        estimate * exp(-half),
        estimate * exp(half),
        error,
        z,
        p_value(z, "two-sided"),
        method,
        len(data.n1),
        data.notes,
    )


def without_limit(
    top: float,
    bottom: float,
    data: Strata,
    why: str = "in no stratum do both arms allow a finite ratio",
) -> StratifiedRatio:
    """A ratio of 0, of infinity or without value: no standard error, any limit."""
    estimate = nan if top == bottom == 0 else (0.0 if top == 0 else inf)
    return StratifiedRatio(
        estimate, 0.0, inf, None, None, None,
        "mantel-haenszel", len(data.n1), (*data.notes, f"no interval: {why}"),
    )  # fmt: skip
