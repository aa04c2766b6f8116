"""The Kaplan-Meier curve with its intervals, its quantiles and the numbers at risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.stats.input_checks import (
    checked_count,
    checked_level,
    checked_option,
    checked_survival,
    checked_times,
    float_array,
)
from equipoise.stats.options import (
    QUANTILE_RULES,
    SURVIVAL_INTERVALS,
    QuantileRule,
    SurvivalInterval,
)
from equipoise.stats.result import Result
from equipoise.stats.survival.columns import as_frame, column, labels
from equipoise.stats.survival.ties import with_ties

Numbers = NDArray[np.float64]
ROUNDING = 1e-9  # a product of fractions is 1/2 up to rounding
QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KaplanMeier(Result):
    """A survival curve with its median.

    Attributes:
        median: time at which the curve comes down to one half; None where it does not,
            as the two limits of its interval.
        median_lower: of its interval.
        median_upper: of its interval.
        curve: ``time, at_risk, events, censored, survival, lower, upper``, a row for
            time 0 and for each time with an event or a censored observation.
        quantiles: ``quantile, time, lower, upper``: the times by which a quarter, half
            and three quarters had the event.
        quantile_rule: whose definition they have where the curve is flat.
    """

    median: float | None
    median_lower: float | None
    median_upper: float | None
    curve: pd.DataFrame
    quantiles: pd.DataFrame = field(default_factory=pd.DataFrame)
    quantile_rule: QuantileRule = "r"

    def at(self, times: ArrayLike) -> pd.DataFrame:
        """``time, at_risk, survival, lower, upper`` at some times.

        Args:
            times: not negative. After the last observation, unless that is an event, the
                curve is not known: its numbers are None.
        """
        moments = np.atleast_1d(checked_times(np.atleast_1d(np.asarray(times))))
        own = self.curve["time"].to_numpy(float)
        place = np.searchsorted(own, moments, side="right") - 1
        rows = self.curve.iloc[place][["survival", "lower", "upper"]]
        rows = rows.astype(object).reset_index(drop=True)
        ended = float(self.curve["survival"].iloc[-1]) <= ROUNDING
        rows[(moments > own[-1]) & (not ended)] = None
        left = np.searchsorted(own, moments, side="left")
        n = np.append(self.curve["at_risk"].to_numpy(int), 0)[left]
        rows.insert(0, "at_risk", n)
        rows.insert(0, "time", moments)
        return rows


def kaplan_meier(
    time: ArrayLike | str,
    event: ArrayLike | str,
    level: float = 0.95,
    interval: SurvivalInterval = "log-log",
    *,
    quantile_rule: QuantileRule = "r",
    data: Any = None,
) -> KaplanMeier:
    """The product-limit estimate with its intervals, median and quartiles.

    Args:
        time: N, not negative, in any unit. Times that differ by rounding only are tied,
            as in R.
        event: N, True (or 1) for an event, False (or 0) for the end of observation.
        level: coverage of the intervals.
        interval: transformation on which they are symmetric: log(-log S), as SAS PROC
            LIFETEST has it by default; log S, as R survfit; or S itself.
        quantile_rule: of a curve that lies on one half (or a quartile) from one event to
            the next, all rules take the middle between the two. They differ where no
            event follows: ``r`` takes the time at which the curve gets there, as R's
            ``print(survfit)``; ``r-quantile`` the middle between it and the last
            observation, as R's ``quantile(survfit)``; ``sas`` has none, as PROC LIFETEST.
            The default is what most R users see and what earlier versions did: a curve
            that came down to one half has a median, and it does not depend on how long
            others were followed.
        data: frame in which ``time`` and ``event`` name columns.

    Raises:
        AnalysisError: EQ460, an unknown ``interval`` or rule, or a level that is no
            coverage; EQ461, a negative or missing time, or events not coded as above;
            EQ462, time and event differ in length, or there is no participant.

    Example:
        >>> time = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15]
        >>> fit = kaplan_meier(time, [1, 1, 0, 1, 0, 1, 1, 1, 1, 0])
        >>> fit.median, fit.median_lower, fit.median_upper  # as R survfit
        (8.5, 2.0, None)
        >>> print(round(fit.curve.loc[5, "lower"], 4))  # at time 8
        0.1836

    Source: Kaplan and Meier 1958, JASA 53:457-481; Greenwood's variance; Kalbfleisch
    and Prentice 2002, The Statistical Analysis of Failure Time Data, 1.4; quantiles by
    Brookmeyer and Crowley 1982, Biometrics 38:29-41; R survival 3.5, ``print.survfit``
    and ``quantile.survfit``; SAS PROC LIFETEST, "Percentiles".
    """
    checked_option("interval", interval, SURVIVAL_INTERVALS)
    checked_option("quantile_rule", quantile_rule, QUANTILE_RULES)
    checked_level(level)
    frame = as_frame(data)
    times, events = checked_survival(
        column(frame, time, "time"), column(frame, event, "event")
    )
    checked_count("number of participants", len(times), 1)
    (times,) = with_ties(times)
    curve = _curve(times, events)
    curve["lower"], curve["upper"] = _bounds(curve, level, interval)
    quantiles = pd.DataFrame(
        [
            [p, *(_quantile(curve, n, 1 - p, quantile_rule) for n in SIDES)]
            for p in QUARTILES
        ],
        columns=["quantile", "time", "lower", "upper"],
    ).astype({"time": object, "lower": object, "upper": object})
    quantiles = quantiles.where(quantiles.notna(), None)
    curve = curve.astype({"lower": object, "upper": object})
    curve = curve.where(curve.notna(), None)
    middle = quantiles.iloc[1]
    return KaplanMeier(
        middle["time"],
        middle["lower"],
        middle["upper"],
        curve,
        quantiles,
        quantile_rule,
    )


def number_at_risk(
    time: ArrayLike | str,
    event: ArrayLike | str,
    at: ArrayLike,
    group: ArrayLike | str | None = None,
    *,
    data: Any = None,
) -> pd.DataFrame:
    """Numbers at risk at some times, with the events and censored observations before.

    Args:
        time: N, not negative.
        event: N, True for an event.
        at: times of the table, not negative.
        group: N; without it all participants are one group.
        data: frame in which the other arguments name columns.

    Returns:
        ``group, time, at_risk, events, censored``. A participant is at risk at t until
        an event or the end of observation at t; those of earlier times are counted in
        ``events`` and ``censored``, so that the three add up to the group.

    Raises:
        AnalysisError: EQ461, times or events are impossible; EQ462, lengths differ, a
            group is missing, or there is no participant.

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> number_at_risk(time, event, [0, 10, 20], ["a"] * 5 + ["b"] * 5)
          group  time  at_risk  events  censored
        0     a   0.0        5       0         0
        1     a  10.0        3       2         0
        2     a  20.0        2       2         1
        3     b   0.0        5       0         0
        4     b  10.0        1       4         0
        5     b  20.0        0       4         1

    Source: R summary(survfit, times=) and survminer::ggsurvtable; SAS PROC LIFETEST,
    PLOTS=SURVIVAL(ATRISK).
    """
    frame = as_frame(data)
    group = column(frame, group, "group")
    times, events = checked_survival(
        column(frame, time, "time"), column(frame, event, "event"), group=group
    )
    checked_count("number of participants", len(times), 1)
    moments = checked_times(np.atleast_1d(float_array("at", at, "EQ461")))
    times, moments = with_ties(times, moments)
    codes, names = np.zeros(len(times), dtype=np.intp), ("all",)
    if group is not None:
        codes, names = labels(group, "group")
    tables = []
    for k, name in enumerate(names):
        own, lost = times[codes == k], events[codes == k]
        after = {
            label: np.searchsorted(np.sort(own[rows]), moments, side="left")
            for label, rows in (("events", lost), ("censored", ~lost))
        }
        n = len(own) - after["events"] - after["censored"]
        tables.append(
            pd.DataFrame({"group": name, "time": moments, "at_risk": n, **after})
        )
    return pd.concat(tables, ignore_index=True)


def _curve(time: Numbers, event: NDArray[np.bool_]) -> pd.DataFrame:
    """The curve at each distinct time, and at 0."""
    moments = np.unique(np.append(time, 0.0))
    place = np.searchsorted(moments, time)
    d = np.bincount(place[event], minlength=len(moments))
    c = np.bincount(place[~event], minlength=len(moments))
    n = len(time) - np.concatenate([[0], np.cumsum(d + c)[:-1]])
    return pd.DataFrame(
        {
            "time": moments,
            "at_risk": n,
            "events": d,
            "censored": c,
            "survival": np.cumprod(1 - d / n),
        }
    )


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


SIDES = ("survival", "lower", "upper")


def _quantile(
    curve: pd.DataFrame, name: str, height: float, rule: QuantileRule
) -> float | None:
    """When a curve comes down to a height: in the middle of a step that lies on it."""
    known = curve[curve[name] <= height + ROUNDING]
    if known.empty:
        return None
    first = known.iloc[0]
    below = known[known[name] < first[name] - ROUNDING]
    if abs(first[name] - height) > ROUNDING:
        return float(first["time"])
    if len(below):
        return float(first["time"] + below.iloc[0]["time"]) / 2
    if rule == "sas":
        return None
    last = float(curve["time"].iloc[-1]) if rule == "r-quantile" else first["time"]
    return float(first["time"] + last) / 2
