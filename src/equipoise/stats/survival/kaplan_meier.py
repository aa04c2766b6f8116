"""The Kaplan-Meier curve with its intervals, its median, and the log-rank test."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from equipoise.stats.survival.input_checks import (
    checked_events,
    checked_level,
    checked_option,
    checked_times,
)

Interval = Literal["log-log", "log", "plain"]
INTERVALS: tuple[Interval, ...] = get_args(Interval)
ROUNDING = 1e-9  # a product of fractions is 1/2 up to rounding


def kaplan_meier(
    time: pd.Series[Any],
    event: pd.Series[Any],
    level: float = 0.95,
    interval: Interval = "log-log",
) -> tuple[pd.DataFrame, tuple[float | None, float | None, float | None]]:
    """The product-limit estimate with its intervals.

    Args:
        time: not negative, in days.
        event: True (or 1) for an event, False (or 0) for the end of observation.
        level: coverage of the intervals.
        interval: transformation on which they are symmetric: log(-log S), as SAS PROC
            LIFETEST has it by default; log S, as R survfit; or S itself.

    Returns:
        ``time, at_risk, events, censored, survival, lower, upper``, one row for time 0
        and each time at which something happened; and the median with its interval,
        None where it is not reached.

    Raises:
        AnalysisError: EQ460, an unknown ``interval`` or a level that is no coverage;
            EQ461, a negative or missing time, or events not coded as above.

    Example:
        >>> curve, median = kaplan_meier(pd.Series([3, 5]), pd.Series([True, False]))
        >>> curve["survival"].tolist()
        [1.0, 0.5, 0.5]

    Source: Kaplan and Meier 1958, JASA 53:457-481; Greenwood's variance; Kalbfleisch
    and Prentice 2002, The Statistical Analysis of Failure Time Data, 1.4; median by
    Brookmeyer and Crowley 1982, Biometrics 38:29-41. Where the curve is one half from
    one event to the next, the median is the middle between them, as in SAS and R.
    """
    from lifelines import KaplanMeierFitter

    checked_option("interval", interval, INTERVALS)
    checked_level(level)
    fitter = KaplanMeierFitter().fit(checked_times(time), checked_events(event))
    table = fitter.event_table
    curve = pd.DataFrame(
        {
            "time": table.index.to_numpy(float),
            "at_risk": table["at_risk"].to_numpy(int),
            "events": table["observed"].to_numpy(int),
            "censored": table["censored"].to_numpy(int),
            "survival": fitter.survival_function_.iloc[:, 0].to_numpy(float),
        }
    )
    curve["lower"], curve["upper"] = _bounds(curve, level, interval)
    median = (
        _halved(curve, "survival"),
        _halved(curve, "lower"),
        _halved(curve, "upper"),
    )
    curve = curve.astype({"lower": object, "upper": object})
    return curve.where(curve.notna(), None), median


def _bounds(curve: pd.DataFrame, level: float, interval: Interval) -> tuple[Any, Any]:
    """Intervals at each time; none before the first event and at survival 0."""
    n, d = curve["at_risk"].to_numpy(float), curve["events"].to_numpy(float)
    S = curve["survival"].to_numpy(float)
    z = float(special.ndtri((1 + level) / 2))
    with np.errstate(all="ignore"):  # at survival 0 the variance has no value
        error = np.sqrt(np.cumsum(np.where(d > 0, d / (n * (n - d)), 0.0)))
        if interval == "log-log":
            spread = z * error / np.log(S)
            ends = S ** np.exp(-spread), S ** np.exp(spread)
        elif interval == "log":
            ends = S * np.exp(-z * error), S * np.exp(z * error)
        else:
            ends = S - z * S * error, S + z * S * error
    known = (S < 1 - ROUNDING) & (S > ROUNDING)
    lower, upper = (np.where(known, np.clip(end, 0.0, 1.0), np.nan) for end in ends)
    return lower, upper


def _halved(curve: pd.DataFrame, name: str) -> float | None:
    """When a curve comes down to one half: in the middle of a step that lies on it.

    Source: R survival 3.5, ``quantile.survfit``; SAS PROC LIFETEST, "Percentiles".
    """
    known = curve[curve[name] <= 0.5 + ROUNDING]
    if known.empty:
        return None
    first = known.iloc[0]
    below = known[known[name] < first[name] - ROUNDING]
    if abs(first[name] - 0.5) <= ROUNDING and len(below):
        return float(first["time"] + below.iloc[0]["time"]) / 2
    return float(first["time"])


def log_rank(
    time: pd.Series[Any],
    event: pd.Series[Any],
    group: pd.Series[Any],
    strata: pd.Series[Any] | None = None,
) -> tuple[float, float]:
    """Chi-square statistic of the log-rank test of two groups, and its p-value.

    Args:
        time: not negative.
        event: True (or 1) for an event.
        group: two values.
        strata: the groups are compared within each value; observed minus expected
            events, and their variances, are added up over the strata.

    Raises:
        AnalysisError: EQ461, times or events are impossible.
        ValueError: there are more than two groups; or at no event could it have been
            either group, so that nothing is compared.

    Source: Mantel 1966, Cancer Chemother Rep 50:163-170; R survdiff, with strata() on
    the right side; SAS PROC LIFETEST, STRATA statement with GROUP=.
    """
    if group.nunique() > 2:
        raise ValueError(
            f"the log-rank test compares two groups, not {group.nunique()}"
        )
    difference, variance = _added_up(time, event, group, strata)
    if variance <= 0:
        raise ValueError(
            "at no event were both groups, and another participant, at risk"
        )
    statistic = difference**2 / variance
    return statistic, float(special.chdtrc(1, statistic))


def comparable(
    time: pd.Series[Any],
    event: pd.Series[Any],
    group: pd.Series[Any],
    strata: pd.Series[Any] | None = None,
) -> bool:
    """Whether any event tells two groups apart: the log-rank variance is positive.

    It adds up over events at which both groups are at risk and a participant survives.
    """
    return group.nunique() == 2 and _added_up(time, event, group, strata)[1] > 0


def _added_up(
    time: pd.Series[Any],
    event: pd.Series[Any],
    group: pd.Series[Any],
    strata: pd.Series[Any] | None,
) -> tuple[float, float]:
    """Observed minus expected events of the first group, and the variance."""
    times, events = checked_times(time), checked_events(event)
    first = (
        (group == group.iloc[0]).to_numpy() if len(group) else np.zeros(0, dtype=bool)
    )
    codes = np.zeros(len(times), dtype=int)
    if strata is not None:
        codes = pd.factorize(strata, use_na_sentinel=False)[0]
    parts = [
        _observed_minus_expected(times[rows], events[rows], first[rows])
        for rows in (codes == code for code in np.unique(codes))
    ]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def _observed_minus_expected(
    time: NDArray[np.float64], event: NDArray[np.bool_], first: NDArray[np.bool_]
) -> tuple[float, float]:
    """Of one stratum, with the hypergeometric variance."""
    moments = np.unique(time[event])
    at_risk = time[:, None] >= moments
    now = (time[:, None] == moments) & event[:, None]
    n, d = at_risk.sum(axis=0), now.sum(axis=0)
    share = at_risk[first].sum(axis=0) / n
    spread = np.where(n > 1, (n - d) / np.maximum(n - 1, 1), 0.0)
    difference = now[first].sum(axis=0) - d * share
    return float(difference.sum()), float((d * share * (1 - share) * spread).sum())
