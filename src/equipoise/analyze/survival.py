"""Time to an event: Kaplan-Meier curves and the log-rank test."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.intercurrent import first_event
from equipoise.analyze.kaplan_meier import comparable, kaplan_meier, log_rank
from equipoise.analyze.lasting import UNPROTECTED, comparisons
from equipoise.analyze.lasting_curves import between_visits, leaving
from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.treatment_emergent import infusion_days
from equipoise.analyze.sets import members
from equipoise.dataset.derive import first_loss
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint, Strategy
from equipoise.protocol.model import Protocol


def survival(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """For each arm median, events and curve, the arm of interest first; comparisons."""
    table = times(protocol, data, endpoint)
    first = endpoint.estimand.treatment.arm
    visits = _later_visits(protocol, endpoint)
    made: list[Estimate] = []
    for arm in sorted((a.id for a in protocol.arms), key=lambda a: a != first):
        mine = table[table["arm"] == arm]
        made += _arm(endpoint, arm, mine, visits)
        made += between_visits(endpoint, arm, mine)
        made += leaving(data, endpoint, arm, mine)
    return [*made, _log_rank(endpoint, table), *comparisons(endpoint, table)]


def _later_visits(protocol: Protocol, endpoint: Endpoint) -> dict[str, int]:
    """Ratings after time zero, each with its planned day since then."""
    loss = protocol.definition(endpoint.variable.definition or "")
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


def times(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Time and event of each participant at risk, after intercurrent events.

    A composite event is an event on its day, also after the last rating; a hypothetical
    one ends the observation. Who had a composite event by time zero, or a hypothetical
    one before it, is not at risk: the state at time zero has been lost, or is unknown.

    Returns:
        ``participant, arm, time, event, since, start_day``; time in days since time
        zero: the visit, or the last infusion up to it where the definition says so. Who
        was never rated after the visit is censored at it. ``since`` is the last time at
        which the state is known to have held; the day itself for an event that is
        dated, and for who has none.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    loss = first_loss(data, protocol, endpoint.variable.definition or "")
    loss = loss[loss["participant"].isin(arm.index)]
    composite = _day_of(data, endpoint, "composite", loss)
    hypothetical = _day_of(data, endpoint, "hypothetical", loss)
    start = loss["start_day"].astype(float)
    kept = ~((composite <= start) | (hypothetical < start))
    loss, start = loss[kept], start[kept]
    composite, hypothetical = composite[kept], hypothetical[kept]
    day, event = loss["day"].astype(float), loss["event"].astype(bool)
    sooner = composite.notna() & ((composite <= day) | ~event)
    day, event = day.mask(sooner, composite), event | sooner
    ended = hypothetical < day
    dated = sooner | ended | ~event
    since = (
        loss["last_day_known"]
        .astype(float)
        .where(~dated, day.mask(ended, hypothetical))
    )
    day, event = day.mask(ended, hypothetical), event & ~ended
    start = _time_zero(protocol, data, endpoint, loss["participant"], start)
    table = pd.DataFrame(
        {
            "participant": loss["participant"],
            "arm": loss["participant"].map(arm),
            "time": day - start,
            "event": event,
            "since": since - start,
            "start_day": start,
        }
    )
    return table.reset_index(drop=True)


def _time_zero(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    participants: pd.Series[Any],
    visit_day: pd.Series[Any],
) -> pd.Series[Any]:
    """The day from which time counts.

    Raises:
        AnalysisError: EQ453, it is the last infusion, and somebody's is not recorded.
    """
    definition = protocol.definition(endpoint.variable.definition or "")
    if definition.zero == "visit":
        return visit_day
    given = infusion_days(protocol, data)
    given = given.assign(
        limit=given["participant"].map(
            pd.Series(visit_day.to_numpy(), index=participants)
        )
    )
    last = given[given["day"] <= given["limit"]].groupby("participant")["day"].max()
    zero = participants.map(last).astype(float)
    if zero.isna().any():
        raise AnalysisError.single(
            "EQ453",
            f"{int(zero.isna().sum())} participants at risk have no infusion recorded",
            where=f"table exposures, endpoint {endpoint.id}",
            mend="record the infusions, or count time from the visit",
            records=participants[zero.isna()].to_frame(),
        )
    return zero


def _day_of(
    data: UnblindedTrialData, endpoint: Endpoint, strategy: Strategy, loss: pd.DataFrame
) -> pd.Series[Any]:
    days = first_event(data, endpoint, strategy)
    return loss["participant"].map(days).astype(float)


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
    curve, median = kaplan_meier(
        table["time"], table["event"], level, endpoint.analysis.interval
    )
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
    return made + _at_visits(curve, table["time"], visits, level, shared)


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
    made = []
    for visit, day in visits.items():
        row = curve[curve["time"] <= day].iloc[-1]
        known = day <= time.max() or row["survival"] == 0
        made.append(
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
                note=f"day {day}" if known else f"day {day}: nobody is still observed",
                **shared,
            )
        )
    return made


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
    if not comparable(both["time"], both["event"], both["arm"]):
        return Estimate(**shared, note=f"cannot be tested: {_why_not(both)}")
    statistic, p = log_rank(both["time"], both["event"], both["arm"])
    return Estimate(
        **shared,
        statistic=statistic,
        df=1.0,
        p=p,
        note=f"log-rank test; {UNPROTECTED}",
    )


def _why_not(both: pd.DataFrame) -> str:
    if both.empty:
        return "nobody was at risk"
    if both["arm"].nunique() < 2:
        return "an arm has nobody at risk"
    if not both["event"].any():
        return "there were no events"
    return "at no event were both arms, and somebody else, at risk"
