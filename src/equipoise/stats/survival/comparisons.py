"""Duration of a state in two arms: restricted mean, hazard ratio, time ratio."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import AnalysisError
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.stats.input_checks import (
    checked_count,
    checked_groups,
    checked_intervals,
    checked_lengths,
    checked_level,
    checked_number,
    checked_survival,
    checked_times,
    impossible,
)
from equipoise.stats.result import Result
from equipoise.stats.survival.cox import cox
from equipoise.stats.survival.interval_weibull import weibull
from equipoise.stats.survival.ties import RELATIVE, with_ties

PARAMETERS = 3  # of the Weibull model: location, time ratio, scale
MONOTONE = 20.0  # standard error of a log ratio that no data can give
Times = NDArray[np.float64]
Events = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, repr=False)
class RestrictedMean(Result):
    """A restricted mean survival time with its standard error."""

    estimate: float
    std_error: float


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Result):
    """An estimate with its standard error, interval and two-sided p.

    Attributes:
        std_error: of the estimate, or of its logarithm for a ratio.
    """

    estimate: float
    std_error: float
    lower: float
    upper: float
    p: float


def rmst(time: ArrayLike, event: ArrayLike, horizon: float) -> RestrictedMean:
    """Restricted mean survival time up to a horizon, and its standard error.

    Args:
        time: N, not negative.
        event: N, True for an event.
        horizon: not after the last observation, unless that is an event.

    Returns:
        The mean, and its standard error by Greenwood's variance; that is 0 without an
        event before the horizon, where nothing can be inferred from it.

    Raises:
        AnalysisError: EQ461, times or events are impossible; EQ462, a horizon that is
            negative or after the last observation, no participant, or lengths that
            differ.

    Example:
        >>> rmst([5, 8, 12, 20, 30], [1, 1, 0, 1, 0], 15)  # R print(survfit, rmean=15)
        RestrictedMean(estimate=11.6, std_error=1.91)

    Source: Royston and Parmar 2013, BMC Med Res Methodol 13:152; R survRM2::rmst2.
    """
    time, event = checked_survival(time, event)
    checked_number("horizon", horizon, 0)
    (time,) = with_ties(time)
    _check_reach(time, event, horizon)
    return mean_up_to(time, event, horizon)


def mean_up_to(time: Times, event: Events, horizon: float) -> RestrictedMean:
    """The mean of a curve that stays at its last height up to the horizon."""
    at, d = np.unique(time[event & (time <= horizon)], return_counts=True)
    n = len(time) - np.searchsorted(np.sort(time), at).astype(float)
    S = np.concatenate([[1.0], np.cumprod(1 - d / n)])
    areas = S * np.diff(np.concatenate([[0.0], at, [horizon]]))
    left = areas.sum() - np.cumsum(areas)[:-1]  # area after each event time
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(n > d, left**2 * d / (n * (n - d)), 0.0)
    return RestrictedMean(float(areas.sum()), float(np.sqrt(terms.sum())))


def common_horizon(time: ArrayLike, treated: ArrayLike) -> float:
    """The last time at which both arms were observed: the smaller of two last times.

    The data choose it, and mostly the data of the smaller arm. A protocol that names
    ``horizon`` under ``[endpoints.analysis]`` fixes it before anything is seen.

    Example:
        >>> common_horizon([5, 8, 30, 9, 15], [True, True, True, False, False])
        15.0

    Source: R survRM2::rmst2, its default.
    """
    time, groups = checked_times(time), checked_groups(treated)
    checked_lengths(time=time, treated=groups)
    return float(min(time[groups].max(), time[~groups].max()))


def rmst_difference(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    horizon: float,
    level: float = 0.95,
) -> Comparison:
    """Difference of restricted means, treated minus the others, by large samples.

    Not for fewer than 50 in a group: see ``rmst_permutation_test``.

    Raises:
        AnalysisError: EQ460, EQ461, EQ462, as ``rmst``; EQ465, a group has no event
            before the horizon: its variance is estimated as 0, and p would be too small.

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> rmst_difference(time, event, [True] * 5 + [False] * 5, horizon=15)
        Comparison(estimate=4.4, std_error=2.828, lower=-1.144, upper=9.944, p=0.1198)

    Source: Royston and Parmar 2013, BMC Med Res Methodol 13:152; R survRM2::rmst2; SAS
    PROC LIFETEST, RMST option.
    """
    first, second = _two_means(time, event, treated, horizon, level)
    error = float(np.hypot(first.std_error, second.std_error))
    return _normal(first.estimate - second.estimate, error, level)


def rmst_ratio(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    horizon: float,
    level: float = 0.95,
    *,
    lost: bool = False,
) -> Comparison:
    """Ratio of restricted means, treated to the others, by large samples.

    Args:
        time: N, not negative.
        event: N, True for an event.
        treated: N, True for the group of interest.
        horizon: not after the last observation of a group, unless that is an event.
        level: coverage of the interval, which is symmetric on the logarithm.
        lost: the ratio of restricted mean times lost, the horizon minus the means.

    Returns:
        ``std_error`` is that of the logarithm.

    Raises:
        AnalysisError: EQ460, EQ461, EQ462, as ``rmst``; EQ465, a group has no event
            before the horizon.

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> rmst_ratio(time, event, [True] * 5 + [False] * 5, horizon=15)
        Comparison(estimate=1.611, std_error=0.3333, lower=0.8384, upper=3.096, p=0.1524)

    Source: Uno and others 2014, J Clin Oncol 32:2380-2385; R survRM2::rmst2.
    """
    first, second = _two_means(time, event, treated, horizon, level)
    means = np.array([first.estimate, second.estimate])
    means = horizon - means if lost else means
    errors = np.array([first.std_error, second.std_error])
    with np.errstate(divide="ignore"):
        error = float(np.hypot(*(errors / means)))
        ratio = _ratio(float(np.diff(np.log(means))[0]) * -1, error, level)
    if ratio is None:
        raise impossible("a restricted mean of 0 has no ratio", "horizon")
    return ratio


def _two_means(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, horizon: float, level: float
) -> tuple[RestrictedMean, RestrictedMean]:
    """Of the treated and of the others, each with a variance."""
    times, events, group = _two_groups(time, event, treated, level)
    (times,) = with_ties(times)
    means = [rmst(times[rows], events[rows], horizon) for rows in (group, ~group)]
    for mean, rows, name in zip(
        means, (group, ~group), ("treated", "other"), strict=True
    ):
        if not mean.std_error > 0:
            none = not (events[rows] & (times[rows] < horizon)).any()
            raise AnalysisError.single(
                "EQ465",
                f"the restricted mean of the {name} group has an estimated variance of 0: "
                + (
                    f"it has no event before the horizon, {horizon:g}"
                    if none
                    else "all of the group had the event at one time"
                ),
                where="horizon",
                fix="report the two means (rmst) without a test, compare the groups by "
                "rmst_permutation_test, or choose a later horizon",
            )
    return means[0], means[1]


def _check_reach(time: Times, event: Events, horizon: float) -> None:
    """A curve is known up to the last observation, and after it if that is an event."""
    checked_count("number of participants", len(time), 1)
    last = time.max()
    if horizon > last * (1 + RELATIVE) and not event[time == last].all():
        raise impossible(
            f"the horizon {horizon:g} is after the last observation, {last:g}, which is "
            "censored",
            "horizon",
            "choose a horizon up to which the curve is known",
        )


def hazard_ratio(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, level: float = 0.95
) -> Comparison | None:
    """Hazard ratio of the treated arm, proportional hazards, ties by Efron.

    Returns:
        None where the likelihood has no maximum, as when one arm has no events.

    Raises:
        AnalysisError: EQ460, EQ461, EQ462: a level, times or events that are
            impossible, or lengths that differ.

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> hazard_ratio(time, event, [True] * 5 + [False] * 5)  # as R coxph
        Comparison(estimate=0.3484, std_error=0.8706, lower=0.06323, upper=1.919, p=0.2258)

    Source: Cox 1972, JRSS B 34:187-220; R survival::coxph. ``cox`` has covariates, strata
    and other ties.
    """
    time, event, treated = _two_groups(time, event, treated, level)
    try:
        fit = cox(time, event, {"treated": treated.astype(float)}, level=level)
    except AnalysisError as error:
        if error.code in ("EQ464", "EQ465"):  # no maximum, or nothing to compare
            return None
        raise
    row = fit.coefficients.iloc[0]
    return _ratio(float(row["coef"]), float(row["std_error"]), level)


def time_ratio(
    since: ArrayLike,
    until: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    level: float = 0.95,
) -> Comparison | None:
    """Ratio of times by a Weibull model for events known to lie in an interval.

    A loss that is found at a visit happened at some time after the visit before: the day
    of the visit makes every duration too long.

    Args:
        since: last time at which the state was known to hold, not negative.
        until: time at which it was known to be lost, after ``since`` or equal to it for
            an event on a known day; for who has no event it does not count.
        event: True for a loss.
        treated: arm of interest.
        level: coverage of the interval.

    Returns:
        None where the likelihood has no maximum, and where an event on a known day has
        time 0, which has no logarithm. ``std_error`` is that of the likelihood; interval
        and p take N / (N - 3) times its square, as the residual variance of a linear
        model, and the t distribution with N - 3 degrees of freedom. Without that the
        test of 9 against 5 rejects in 10 to 13 percent of trials without a difference
        (docs/methods/endpoints.md).

    Raises:
        AnalysisError: EQ460, EQ461, EQ462: a level, times or events that are
            impossible, or lengths that differ.

    Example:
        >>> since = [0, 7, 14, 28, 28, 0, 0, 7, 7, 28]
        >>> until = [7, 14, 0, 0, 0, 7, 7, 14, 28, 0]
        >>> event = [1, 1, 0, 0, 0, 1, 1, 1, 1, 0]
        >>> fit = time_ratio(since, until, event, [True] * 5 + [False] * 5)
        >>> round(fit.estimate, 2), round(fit.std_error, 2)  # R survreg: exp(1.343), 1.329
        (3.83, 1.33)

    Source: Turnbull 1976, JRSS B 38:290-295 (the censoring); R survival::survreg with
    Surv(since, until, type = "interval2").
    """
    since, until, event = checked_intervals(since, until, event, treated=treated)
    treated = checked_groups(treated)
    checked_level(level)
    since, until = with_ties(since, until)
    none = min(event[treated].sum(), event[~treated].sum()) == 0
    n, df = len(since), len(since) - PARAMETERS
    if none or (until[event] <= 0).any() or df < 1:
        return None
    fit = weibull(since, np.where(event, until, np.inf), treated)
    if fit is None:
        return None
    log_ratio, error = fit
    ratio = _ratio(log_ratio, error * (n / df) ** 0.5, level, df)
    return None if ratio is None else replace(ratio, std_error=error)


def _two_groups(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, level: float
) -> tuple[Times, Events, Events]:
    """Arrays of one length, the last true or false."""
    checked_level(level)
    times, events = checked_survival(time, event, treated=treated)
    return times, events, checked_groups(treated)


def _normal(value: float, error: float, level: float, df: float = np.inf) -> Comparison:
    half = float(t_quantile((1 + level) / 2, df)) * error
    p = float(t_two_sided(value / error, df)) if error > 0 else float("nan")
    return Comparison(value, error, value - half, value + half, p)


def _ratio(
    log_ratio: float, error: float, level: float, df: float = np.inf
) -> Comparison | None:
    if not 0 < error < MONOTONE:  # the likelihood climbs for ever
        return None
    plain = _normal(log_ratio, error, level, df)
    ends = np.exp([plain.estimate, plain.lower, plain.upper])
    return Comparison(float(ends[0]), error, float(ends[1]), float(ends[2]), plain.p)
