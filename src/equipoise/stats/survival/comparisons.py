"""Duration of a state in two arms: restricted mean, hazard ratio, time ratio."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.stats.survival.input_checks import (
    checked_events,
    checked_level,
    checked_times,
)
from equipoise.stats.survival.interval_weibull import weibull

PARAMETERS = 3  # of the Weibull model: location, time ratio, scale
MONOTONE = 20.0  # standard error of a log ratio that no data can give
Times = NDArray[np.float64]
Events = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An estimate with its standard error, interval and two-sided p.

    Attributes:
        std_error: of the estimate, or of its logarithm for a ratio.
    """

    estimate: float
    std_error: float
    lower: float
    upper: float
    p: float


def rmst(time: Times, event: Events, horizon: float) -> tuple[float, float]:
    """Restricted mean survival time up to a horizon, and its standard error.

    Args:
        time: N, not negative.
        event: N, True for an event.
        horizon: not after the last observation, unless that is an event.

    Returns:
        The mean, and its standard error by Greenwood's variance; that is 0 without an
        event before the horizon, where nothing can be inferred from it.

    Raises:
        AnalysisError: EQ461, times or events are impossible.

    Source: Royston and Parmar 2013, BMC Med Res Methodol 13:152; R survRM2::rmst2.
    """
    time, event = checked_times(time), checked_events(event)
    at = np.unique(time[event & (time <= horizon)])
    n = np.array([(time >= t).sum() for t in at], dtype=float)
    d = np.array([((time == t) & event).sum() for t in at], dtype=float)
    S = np.concatenate([[1.0], np.cumprod(1 - d / n)])
    areas = S * np.diff(np.concatenate([[0.0], at, [horizon]]))
    left = areas.sum() - np.cumsum(areas)[:-1]  # area after each event time
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(n > d, left**2 * d / (n * (n - d)), 0.0)
    return float(areas.sum()), float(np.sqrt(terms.sum()))


def common_horizon(time: Times, treated: Events) -> float:
    """The last time at which both arms were observed: the smaller of two last times.

    The data choose it, and mostly the data of the smaller arm. A protocol that names
    ``horizon`` under ``[endpoints.analysis]`` fixes it before anything is seen.

    Source: R survRM2::rmst2, its default.
    """
    return float(min(time[treated].max(), time[~treated].max()))


def rmst_difference(
    time: Times,
    event: Events,
    treated: Events,
    horizon: float,
    level: float = 0.95,
) -> Comparison:
    """Difference of restricted means, treated minus the others, by large samples.

    Not for fewer than 50 in a group: see ``restricted_mean_test.permuted_difference``.

    Source: Royston and Parmar 2013, BMC Med Res Methodol 13:152; R survRM2::rmst2.
    """
    one = rmst(time[treated], event[treated], horizon)
    other = rmst(time[~treated], event[~treated], horizon)
    error = float(np.hypot(one[1], other[1]))
    return _normal(one[0] - other[0], error, level)


def hazard_ratio(
    time: Times, event: Events, treated: Events, level: float = 0.95
) -> Comparison | None:
    """Hazard ratio of the treated arm, proportional hazards, ties by Efron.

    Returns:
        None where the likelihood has no maximum, as when one arm has no events.

    Raises:
        AnalysisError: EQ460, EQ461: a level, times or events that are impossible.

    Source: Cox 1972, JRSS B 34:187-220; lifelines.CoxPHFitter; R survival::coxph.
    """
    time, event = checked_times(time), checked_events(event)
    checked_level(level)
    if min(event[treated].sum(), event[~treated].sum()) == 0:
        return None
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    frame = pd.DataFrame(
        {"time": time, "event": event, "treated": treated.astype(float)}
    )
    fitter = CoxPHFitter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is returned shows it
            fitter.fit(frame, "time", "event", fit_options={"precision": 1e-12})
    except ConvergenceError:
        return None
    beta = float(fitter.params_["treated"])
    return _ratio(beta, float(fitter.standard_errors_["treated"]), level)


def time_ratio(
    since: Times,
    until: Times,
    event: Events,
    treated: Events,
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
        AnalysisError: EQ460, EQ461: a level, times or events that are impossible.

    Source: Turnbull 1976, JRSS B 38:290-295 (the censoring); R survival::survreg with
    Surv(since, until, type = "interval2").
    """
    since, event = checked_times(since), checked_events(event)
    checked_level(level)
    none = min(event[treated].sum(), event[~treated].sum()) == 0
    n, df = len(since), len(since) - PARAMETERS
    if none or (until[event] <= 0).any() or df < 1:
        return None
    found = weibull(since, np.where(event, until, np.inf), treated)
    if found is None:
        return None
    log_ratio, error = found
    ratio = _ratio(log_ratio, error * (n / df) ** 0.5, level, df)
    return None if ratio is None else replace(ratio, std_error=error)


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
