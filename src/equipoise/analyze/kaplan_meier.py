"""The Kaplan-Meier curve with its intervals, its median, and the log-rank test."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import special

Interval = Literal["log-log", "log", "plain"]
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
        event: True for an event, False for the end of observation.
        level: coverage of the intervals.
        interval: transformation on which they are symmetric: log(-log S), as SAS PROC
            LIFETEST has it by default; log S, as R survfit; or S itself.

    Returns:
        ``time, at_risk, events, censored, survival, lower, upper``, one row for time 0
        and each time at which something happened; and the median with its interval,
        None where it is not reached.

    Source: Kaplan and Meier 1958, JASA 53:457-481; Greenwood's variance; Kalbfleisch
    and Prentice 2002, The Statistical Analysis of Failure Time Data, 1.4; median by
    Brookmeyer and Crowley 1982, Biometrics 38:29-41. Where the curve is one half from
    one event to the next, the median is the middle between them, as in SAS and R.
    """
    from lifelines import KaplanMeierFitter

    fitter = KaplanMeierFitter().fit(time.to_numpy(float), event.to_numpy(bool))
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
    time: pd.Series[Any], event: pd.Series[Any], group: pd.Series[Any]
) -> tuple[float, float]:
    """Chi-square statistic of the log-rank test of two groups, and its p-value.

    Raises:
        ValueError: at no event could it have been either group: nothing is compared.

    Source: Mantel 1966, Cancer Chemother Rep 50:163-170; R survdiff, SAS PROC LIFETEST.
    """
    from lifelines.statistics import logrank_test

    if not comparable(time, event, group):
        raise ValueError("at no event were both groups, and somebody else, at risk")
    first = group == group.iloc[0]
    tested = logrank_test(time[first], time[~first], event[first], event[~first])
    return float(tested.test_statistic), float(tested.p_value)


def comparable(
    time: pd.Series[Any], event: pd.Series[Any], group: pd.Series[Any]
) -> bool:
    """Whether any event tells two groups apart: the log-rank variance is positive.

    It adds up over events at which both groups are at risk and somebody survives.
    """
    for moment in time[event].unique():
        at_risk = time >= moment
        died = int((event & (time == moment)).sum())
        if group[at_risk].nunique() == 2 and died < at_risk.sum():
            return True
    return False
