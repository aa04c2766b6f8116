"""Time to an event: Kaplan-Meier curves and the log-rank test."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.intercurrent import first_event
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import members
from equipoise.dataset.derive import first_loss
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def survival(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """For each arm median, events and curve, the arm of interest first; log-rank."""
    table = times(protocol, data, endpoint)
    first = endpoint.estimand.treatment.arm
    made: list[Estimate] = []
    for arm in sorted((a.id for a in protocol.arms), key=lambda a: a != first):
        made += _arm(endpoint, arm, table[table["arm"] == arm])
    return [*made, _log_rank(endpoint, table)]


def times(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Time and event of each participant at risk, after intercurrent events.

    A composite event is an event on its day; a hypothetical one ends the observation.

    Returns:
        ``participant, arm, time, event``; time in days since the visit that is time
        zero. Who was never at risk after it is censored at 0.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    loss = first_loss(data, protocol, endpoint.variable.definition or "")
    loss = loss[loss["participant"].isin(arm.index)].reset_index(drop=True)
    who, event = loss["participant"], loss["event"].astype(bool)
    start, day = loss["start_day"].astype(float), loss["day"].astype(float)
    composite = who.map(first_event(data, endpoint, "composite")).astype(float)
    earlier = (composite > start) & (composite <= day) | (
        composite.notna() & ~event & (composite > start)
    )
    day, event = day.mask(earlier, composite), event | earlier
    hypothetical = who.map(first_event(data, endpoint, "hypothetical")).astype(float)
    ended = (hypothetical >= start) & (hypothetical < day)
    day, event = day.mask(ended, hypothetical), event & ~ended
    return pd.DataFrame(
        {"participant": who, "arm": who.map(arm), "time": day - start, "event": event}
    )


def _arm(endpoint: Endpoint, arm: str, table: pd.DataFrame) -> list[Estimate]:
    shared: dict[str, Any] = {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "contrast": arm,
    }
    n, level = len(table), endpoint.analysis.level
    if not n:
        nobody = "nobody was at risk"
        return [
            Estimate(
                id=f"{endpoint.id}.median.{arm}",
                analysis="median",
                n=0,
                note=nobody,
                **shared,
            )
        ]
    events = int(table["event"].sum())
    curve, median = kaplan_meier(table["time"], table["event"], level)
    made = [
        Estimate(
            id=f"{endpoint.id}.median.{arm}",
            analysis="median",
            estimate=median[0],
            lower=median[1],
            upper=median[2],
            level=level,
            n=n,
            note="days" if median[0] is not None else "not reached",
            **shared,
        ),
        Estimate(
            id=f"{endpoint.id}.events.{arm}",
            analysis="count",
            estimate=float(events),
            n=n,
            **shared,
        ),
    ]
    made += [
        Estimate(
            id=f"{endpoint.id}.survival.{arm}.day-{row['time']:g}",
            analysis="survival",
            estimate=row["survival"],
            lower=row["lower"],
            upper=row["upper"],
            level=level,
            statistic=row["time"],
            n=row["at_risk"],
            note=f"day {row['time']:g}; {row['censored']} censored",
            **shared,
        )
        for row in curve.to_dict("records")
    ]
    return made


def kaplan_meier(
    time: pd.Series[Any], event: pd.Series[Any], level: float = 0.95
) -> tuple[pd.DataFrame, tuple[float | None, float | None, float | None]]:
    """The product-limit estimate with log-log intervals.

    Args:
        time: not negative, in days.
        event: True for an event, False for the end of observation.
        level: coverage of the intervals.

    Returns:
        ``time, at_risk, events, censored, survival, lower, upper``, one row for time 0
        and each time at which something happened; and the median with its interval,
        None where it is not reached.

    Source: Kaplan and Meier 1958, JASA 53:457-481; Greenwood's variance; intervals by
    log(-log S), as SAS PROC LIFETEST and R survfit(conf.type = "log-log"); median by
    Brookmeyer and Crowley 1982, Biometrics 38:29-41.
    """
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    fitter = KaplanMeierFitter(alpha=1 - level)
    with warnings.catch_warnings():
        # A curve without events has no interval; lifelines warns of its own logarithm.
        warnings.simplefilter("ignore")
        fitter.fit(time.to_numpy(float), event.to_numpy(bool))
        bounds = fitter.confidence_interval_survival_function_
        limits = median_survival_times(bounds).iloc[0]
    table = fitter.event_table
    curve = pd.DataFrame(
        {
            "time": table.index.to_numpy(float),
            "at_risk": table["at_risk"].to_numpy(int),
            "events": table["observed"].to_numpy(int),
            "censored": table["censored"].to_numpy(int),
            "survival": fitter.survival_function_.iloc[:, 0].to_numpy(float),
            "lower": bounds.iloc[:, 0].to_numpy(float),
            "upper": bounds.iloc[:, 1].to_numpy(float),
        }
    )
    # Before the first event, and at survival 0, log(-log S) has no interval.
    inner = (curve["survival"] < 1) & (curve["survival"] > 0)
    curve[["lower", "upper"]] = curve[["lower", "upper"]].where(inner).astype(object)
    curve = curve.astype({"lower": object, "upper": object})
    curve = curve.where(curve.notna(), None)
    found = fitter.median_survival_time_
    return curve, (_finite(found), _finite(limits.iloc[0]), _finite(limits.iloc[1]))


def log_rank(
    time: pd.Series[Any], event: pd.Series[Any], group: pd.Series[Any]
) -> tuple[float, float]:
    """Chi-square statistic of the log-rank test, and its p-value.

    Source: Mantel 1966; R survdiff, SAS PROC LIFETEST.
    """
    from lifelines.statistics import multivariate_logrank_test

    tested = multivariate_logrank_test(time, group, event)
    return float(tested.test_statistic), float(tested.p_value)


def _log_rank(endpoint: Endpoint, table: pd.DataFrame) -> Estimate:
    pair = endpoint.estimand.treatment
    both = table[table["arm"].isin([pair.arm, pair.versus])]
    shared: dict[str, Any] = {
        "id": f"{endpoint.id}.log-rank",
        "endpoint": endpoint.id,
        "analysis": "log-rank",
        "population": endpoint.estimand.population,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": len(both),
    }
    if both["arm"].nunique() < 2 or not both["event"].any():
        why = "an arm has nobody at risk" if len(both) else "nobody was at risk"
        if both["arm"].nunique() == 2:
            why = "there were no events"
        return Estimate(**shared, note=f"cannot be tested: {why}")
    statistic, p = log_rank(both["time"], both["event"], both["arm"])
    return Estimate(
        **shared,
        statistic=statistic,
        df=1.0,
        p=p,
        note="log-rank test; among those for whom it held at time zero, a comparison "
        "that randomization does not protect",
    )


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None
