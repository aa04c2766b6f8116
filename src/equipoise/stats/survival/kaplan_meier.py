"""The Kaplan-Meier curve with its intervals and its median."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.stats.input_checks import (
    checked_level,
    checked_option,
    checked_survival,
    impossible,
)
from equipoise.stats.options import SURVIVAL_INTERVALS, SurvivalInterval
from equipoise.stats.result import Result

Numbers = NDArray[np.float64]
ROUNDING = 1e-9  # a product of fractions is 1/2 up to rounding


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KaplanMeier(Result):
    """A survival curve with its median.

    Attributes:
        median: time at which the curve comes down to one half; None where it does not,
            as the two limits of its interval.
        curve: ``time, at_risk, events, censored, survival, lower, upper``, a row for
            time 0 and for each time with an event or a censored observation.
    """

    median: float | None
    median_lower: float | None
    median_upper: float | None
    curve: pd.DataFrame


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    level: float = 0.95,
    interval: SurvivalInterval = "log-log",
) -> KaplanMeier:
    """The product-limit estimate with its intervals, and its median.

    Args:
        time: N, not negative, in any unit.
        event: N, True (or 1) for an event, False (or 0) for the end of observation.
        level: coverage of the intervals.
        interval: transformation on which they are symmetric: log(-log S), as SAS PROC
            LIFETEST has it by default; log S, as R survfit; or S itself.

    Raises:
        AnalysisError: EQ460, an unknown ``interval`` or a level that is no coverage;
            EQ461, a negative or missing time, or events not coded as above; EQ462, time
            and event differ in length.

    Example:
        >>> time = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15]
        >>> fit = kaplan_meier(time, [1, 1, 0, 1, 0, 1, 1, 1, 1, 0])
        >>> fit.median, fit.median_lower, fit.median_upper  # as R survfit
        (8.5, 2.0, None)
        >>> print(round(fit.curve.loc[5, "lower"], 4))  # at time 8
        0.1836

    Source: Kaplan and Meier 1958, JASA 53:457-481; Greenwood's variance; Kalbfleisch
    and Prentice 2002, The Statistical Analysis of Failure Time Data, 1.4; median by
    Brookmeyer and Crowley 1982, Biometrics 38:29-41. Where the curve is one half from
    one event to the next, the median is the middle between them, as in SAS and R.
    """
    from lifelines import KaplanMeierFitter

    checked_option("interval", interval, SURVIVAL_INTERVALS)
    checked_level(level)
    times, events = checked_survival(time, event)
    if not len(times):
        raise impossible("there are no participants", "time")
    fitter = KaplanMeierFitter().fit(times, events)
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
    median, lower, upper = (
        _halved(curve, name) for name in ("survival", "lower", "upper")
    )
    curve = curve.astype({"lower": object, "upper": object})
    curve = curve.where(curve.notna(), None)
    return KaplanMeier(median, lower, upper, curve)


def _log_log(S: Numbers, z: float, error: Numbers) -> tuple[Numbers, Numbers]:
    spread = z * error / np.log(S)
    return S ** np.exp(-spread), S ** np.exp(spread)


LIMITS: dict[str, Callable[[Numbers, float, Numbers], tuple[Numbers, Numbers]]] = {
    "log-log": _log_log,
    "log": lambda S, z, error: (S * np.exp(-z * error), S * np.exp(z * error)),
    "plain": lambda S, z, error: (S - z * S * error, S + z * S * error),
}


def _bounds(curve: pd.DataFrame, level: float, interval: str) -> tuple[Any, Any]:
    """Intervals at each time; none before the first event and at survival 0."""
    n, d = curve["at_risk"].to_numpy(float), curve["events"].to_numpy(float)
    S = curve["survival"].to_numpy(float)
    z = float(special.ndtri((1 + level) / 2))
    with np.errstate(all="ignore"):  # at survival 0 the variance has no value
        error = np.sqrt(np.cumsum(np.where(d > 0, d / (n * (n - d)), 0.0)))
        ends = LIMITS[interval](S, z, error)
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
