"""Time to the loss of a state for each participant, after intercurrent events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.intercurrent_events import first_event, first_event_since
from equipoise.analyze.safety.treatment_emergent import infusion_days
from equipoise.analyze.time_to_event.from_randomization import (
    first_event_from_randomization,
    is_from_randomization,
    last_rating,
)
from equipoise.dataset.attendance import after_event
from equipoise.dataset.derive import first_loss, holds, visit_days
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.errors.counted import agreeing, counted
from equipoise.protocol.estimand import Endpoint, Strategy
from equipoise.protocol.model import Protocol

STRATEGIES: tuple[Strategy, ...] = ("composite", "hypothetical")


@derived_once
def times(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Time and event of each participant at risk, after intercurrent events.

    Time counts from the state that can be lost, or from randomization; there every
    participant of the analysis set is at risk, and an intercurrent event before
    randomization does not count.

    A composite event is an event on its day, also after the last rating; a hypothetical
    one ends the observation. A participant with a composite event up to time zero, or a
    hypothetical one before it, is not at risk: the state at time zero has been lost, or
    is unknown.

    Returns:
        ``participant, arm, time, event, since, start_day, last_known, cause``; time in
        days since time zero: the visit, or the last infusion up to it where the
        definition says so. A participant without a rating after the visit is censored
        at it. ``since`` is the last time at which the state is known to have been held,
        and the day itself for an event that is dated; ``last_known`` that of the last
        rating that shows the state. ``cause`` is ``loss`` (an event found at a rating),
        ``milestone`` (one with a day, of a time from randomization), ``composite``,
        ``hypothetical`` where such an event ended the observation, else empty.
    """
    loss = _states(protocol, data, endpoint)
    loss = loss[~loss["before"]]
    start, day = loss["start_day"].astype(float), loss["day"].astype(float)
    composite, hypothetical = loss["composite"], loss["hypothetical"]
    event = loss["event"].astype(bool)
    sooner = composite.notna() & ((composite <= day) | ~event)
    day, event = day.mask(sooner, composite), event | sooner
    rated = pd.DataFrame({"participant": loss["participant"], "day": day, "held": True})
    ended = after_event(hypothetical.set_axis(loss["participant"]), rated)
    cause = (
        pd.Series("", index=loss.index).mask(event, "loss").mask(sooner, "composite")
    )
    day, event = day.mask(ended, hypothetical), event & ~ended
    known = _last_known(protocol, data, endpoint, loss, day)
    zero = _time_zero(protocol, data, endpoint, loss["participant"], start)
    dated = loss["dated"] & event & ~sooner
    cause = cause.mask(dated, "milestone")
    found_at_rating = event & ~sooner & ~dated
    table = pd.DataFrame(
        {
            "participant": loss["participant"],
            "arm": loss["arm"],
            "time": day - zero,
            "event": event,
            "since": known.where(found_at_rating | ended, day) - zero,
            "start_day": zero,
            "last_known": known - zero,
            "cause": cause.mask(ended, "hypothetical"),
        }
    )
    return table.reset_index(drop=True)


def not_at_risk(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Participants of the set who are not at risk, with the reason.

    Returns:
        ``participant, arm, reason``: ``unrated`` (the state at time zero is not known),
        ``event`` (an intercurrent event came first), or ``without`` (the state did not
        hold).
    """
    arm = members(protocol, data, endpoint.estimand.population)
    if is_from_randomization(protocol, endpoint):
        return pd.DataFrame(columns=["participant", "arm", "reason"])
    loss = protocol.definition(endpoint.variable.definition or "")
    held = holds(data, protocol, loss.of or "", loss.at or "").reindex(arm.index)
    states = _states(protocol, data, endpoint)
    before = set(states.loc[states["before"], "participant"])
    at_risk = set(states["participant"]) - before
    rows = arm[~arm.index.isin(at_risk)]
    reason = [
        "event" if who in before else "unrated" if pd.isna(held[who]) else "without"
        for who in rows.index
    ]
    return pd.DataFrame(
        {"participant": rows.index, "arm": rows.to_numpy(), "reason": reason}
    )


def _states(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """``first_loss`` with arm, days of events, and whether one came before time zero."""
    arm = members(protocol, data, endpoint.estimand.population)
    if is_from_randomization(protocol, endpoint):
        found = first_event_from_randomization(protocol, data, endpoint)
        who, zero = found["participant"], found["start_day"]
        end = zero + _until(protocol, endpoint)
        inside = {}
        for strategy in STRATEGIES:
            days = first_event_since(data, endpoint, strategy, zero.set_axis(who))
            day = who.map(days).astype(float)
            inside[strategy] = day.where(day <= end)
        return found.assign(arm=who.map(arm), before=False, **inside)
    loss = first_loss(data, protocol, endpoint.variable.definition or "")
    loss = loss[loss["participant"].isin(arm.index)]
    composite, hypothetical = (
        loss["participant"].map(first_event(data, endpoint, strategy)).astype(float)
        for strategy in STRATEGIES
    )
    start = pd.DataFrame(
        {
            "participant": loss["participant"],
            "day": loss["start_day"].astype(float),
            "held": True,  # it was rated
        }
    )
    who = loss["participant"]
    before = after_event(composite.set_axis(who), start) | (composite == start["day"])
    before |= after_event(hypothetical.set_axis(who), start)
    return loss.assign(
        arm=who.map(arm),
        composite=composite,
        hypothetical=hypothetical,
        before=before,
        dated=False,
    )


def _until(protocol: Protocol, endpoint: Endpoint) -> float:
    definition = protocol.definition(endpoint.variable.definition or "")
    return np.inf if definition.until is None else definition.until


def _last_known(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    states: pd.DataFrame,
    limit: pd.Series[Any],
) -> pd.Series[Any]:
    """Day of the last rating up to ``limit`` that shows the state."""
    loss = protocol.definition(endpoint.variable.definition or "")
    participants = states["participant"]
    if loss.rule == "time-to":
        if loss.of is None:
            return limit
        start, until = (
            days.set_axis(participants) for days in (states["start_day"], limit)
        )
        last = last_rating(protocol, data, loss, start, until)
        return last.set_axis(participants.index)
    order = [visit.id for visit in protocol.schedule.visits]
    days = visit_days(data, protocol).set_index(["visit", "participant"])["day"]
    latest = pd.Series(np.nan, index=participants.index)
    for visit in order[order.index(loss.at or "") :]:
        held = participants.map(holds(data, protocol, loss.of or "", visit))
        day = participants.map(days[visit]).astype(float)
        shows = held.fillna(False).astype(bool) & (day <= limit)
        latest = latest.mask(shows & ~(latest > day), day)
    return latest


def _time_zero(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    participants: pd.Series[Any],
    visit_day: pd.Series[Any],
) -> pd.Series[Any]:
    """The day from which time counts.

    Raises:
        AnalysisError: EQ453, it is the last infusion, and a participant has none
            recorded.
    """
    definition = protocol.definition(endpoint.variable.definition or "")
    if definition.rule == "time-to" or definition.zero == "visit":
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
            f"{counted(int(zero.isna().sum()), 'participant')} at risk "
            f"{agreeing(int(zero.isna().sum()), 'has')} no infusion recorded",
            where=f"table exposures, endpoint {endpoint.id}",
            fix="record the infusions, or count time from the visit",
            records=participants[zero.isna()].to_frame(),
        )
    return zero
