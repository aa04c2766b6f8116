"""Time to an event: Kaplan-Meier curves, comparisons, and what they are based on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.binary.intercurrent_events import EVENTS_NOT_KNOWN
from equipoise.analyze.binary.outcome_labels import by_arm_text
from equipoise.analyze.result import Estimate
from equipoise.analyze.strata import stratum_of
from equipoise.analyze.time_to_event.comparisons import comparisons
from equipoise.analyze.time_to_event.curves import between_visits, leaving
from equipoise.analyze.time_to_event.event_labels import event_labels
from equipoise.analyze.time_to_event.from_randomization import (
    is_from_randomization,
    rated_visits,
)
from equipoise.analyze.time_to_event.times import not_at_risk, times
from equipoise.dataset.collected import collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.stats.survival import KaplanMeier, kaplan_meier


def survival(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """For each arm median, events and curve, the arm of interest first; comparisons.

    Last the participants behind them: at risk, not at risk and why, and reached by each
    strategy for intercurrent events.
    """
    table = times(protocol, data, endpoint)
    first = endpoint.estimand.treatment.arm
    visits = later_visits(protocol, endpoint)
    estimates: list[Estimate] = []
    for arm in sorted((a.id for a in protocol.arms), key=lambda a: a != first):
        rows = table[table["arm"] == arm]
        estimates += _arm(endpoint, arm, rows, visits)
        estimates += between_visits(endpoint, arm, rows)
    estimates += leaving(protocol, data, endpoint, table, visits)
    stratum = None
    if analysis_strata(protocol, endpoint):
        stratum = stratum_of(protocol, data, endpoint, table["participant"])
    estimates += comparisons(protocol, endpoint, table, stratum)
    return estimates + _behind(protocol, data, endpoint, table)


def later_visits(protocol: Protocol, endpoint: Endpoint) -> dict[str, int]:
    """Ratings after time zero, each with its planned day since then.

    The protocol has no planned day of randomization: it is taken as that of the baseline
    visit, or day 0 if that comes later.
    """
    loss = protocol.definition(endpoint.variable.definition or "")
    if loss.rule == "time-to":
        start = max(0, protocol.schedule.visit(protocol.schedule.baseline).day)
        until = float("inf") if loss.until is None else loss.until
        days = {
            name: protocol.schedule.visit(name).day - start
            for name in rated_visits(protocol, loss)
        }
        return {name: day for name, day in days.items() if 0 < day <= until}
    score = protocol.definition(loss.of or "").score or ""
    visits = protocol.schedule.visits
    zero = next(n for n, visit in enumerate(visits) if visit.id == loss.at)
    rated = {
        visit.id: visit.day - visits[zero].day
        for visit in visits[zero + 1 :]
        if score.partition(".")[0]
        in {a.instrument for a in protocol.schedule.assessments(visit)}
    }
    return {visit: day for visit, day in rated.items() if day > 0}


def _arm(
    endpoint: Endpoint, arm: str, table: pd.DataFrame, visits: dict[str, int]
) -> list[Estimate]:
    shared: dict[str, Any] = {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "contrast": arm,
    }
    n, level = len(table), endpoint.analysis.level
    if not n:
        return [
            Estimate(
                id=f"{endpoint.id}.median.{arm}",
                analysis="median",
                n=0,
                note="no participant was at risk",
                **shared,
            )
        ]
    events = int(table["event"].sum())
    fit = kaplan_meier(table["time"], table["event"], level, endpoint.analysis.interval)
    estimates = [
        Estimate(
            id=f"{endpoint.id}.median.{arm}",
            analysis="median",
            estimate=fit.median,
            lower=fit.median_lower,
            upper=fit.median_upper,
            level=level,
            n=n,
            note=_median_note(fit),
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
    estimates += [
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
        for row in fit.curve.to_dict("records")
    ]
    return estimates + _at_visits(fit.curve, table["time"], visits, level, shared)


def _median_note(fit: KaplanMeier) -> str:
    """The unit, and which limits the curve or its intervals never reach."""
    ends = {"lower": fit.median_lower, "upper": fit.median_upper}
    missing = [name for name, value in ends.items() if value is None]
    limits = {
        0: "",
        1: f"; {''.join(missing)} limit not estimable",
        2: "; interval not estimable",
    }[len(missing)]
    return ("days" if fit.median is not None else "not reached") + limits


def _at_visits(
    curve: pd.DataFrame,
    time: pd.Series[Any],
    visits: dict[str, int],
    level: float,
    shared: dict[str, Any],
) -> list[Estimate]:
    """The curve and the number at risk on the planned day of each later visit.

    After the longest observation the curve is unknown, unless it has come down to 0.
    """
    estimates = []
    for visit, day in visits.items():
        row = curve[curve["time"] <= day].iloc[-1]
        known = day <= time.max() or row["survival"] == 0
        estimates.append(
            Estimate(
                id=f"{shared['endpoint']}.at-visit.{visit}.{shared['contrast']}",
                analysis="at-visit",
                visit=visit,
                estimate=float(row["survival"]) if known else None,
                lower=row["lower"] if known else None,
                upper=row["upper"] if known else None,
                level=level,
                statistic=float(day),
                n=int((time >= day).sum()),
                note=f"day {day}"
                if known
                else f"day {day}: no participant is still observed",
                **shared,
            )
        )
    return estimates


def _behind(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    table: pd.DataFrame,
) -> list[Estimate]:
    """Participants at risk of those in the set, and whom events reached, by arm.

    The note of each states the counts of all arms. Where the data hold no dispositions
    it is not known whom an event reached: no count.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    others = not_at_risk(protocol, data, endpoint)
    kinds: dict[str, tuple[str, pd.Series[Any], str]] = {
        "at-risk": (
            "at-risk",
            table["arm"],
            event_labels(protocol, endpoint).at_risk,
        ),
    }
    selected = not is_from_randomization(protocol, endpoint)
    if selected:
        kinds["missing"] = (
            "missing",
            others.loc[others["reason"] == "unrated", "arm"],
            "participants without a rating at time zero, not at risk",
        )
    strategies = {event.strategy for event in endpoint.estimand.intercurrent}
    if selected and strategies & {"composite", "hypothetical"}:
        kinds["reached.before"] = (
            "intercurrent-event",
            others.loc[others["reason"] == "event", "arm"],
            "participants with an intercurrent event by time zero, not at risk",
        )
    if "composite" in strategies:
        kinds["reached.composite"] = (
            "intercurrent-event",
            table.loc[table["cause"] == "composite", "arm"],
            "participants with an intercurrent event counted as an event on its day "
            "(composite strategy)",
        )
    if "hypothetical" in strategies:
        kinds["reached.hypothetical"] = (
            "intercurrent-event",
            table.loc[table["cause"] == "hypothetical", "arm"],
            "participants whose observation ended at an intercurrent event (hypothetical "
            "strategy)",
        )
    estimates = []
    for name, (analysis, rows, text) in kinds.items():
        counts = {a.id: int((rows == a.id).sum()) for a in protocol.arms}
        known = analysis != "intercurrent-event" or collected(data, "dispositions")
        found = by_arm_text(protocol, counts) if known else EVENTS_NOT_KNOWN
        estimates += [
            Estimate(
                id=f"{endpoint.id}.{name}.{group}",
                endpoint=endpoint.id,
                analysis=analysis,
                population=endpoint.estimand.population,
                contrast=group,
                estimate=float(count) if known else None,
                n=int((arm == group).sum()),
                note=f"{text}: {found}",
            )
            for group, count in counts.items()
        ]
    return estimates
