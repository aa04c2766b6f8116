"""Time from randomization to an event: a milestone, or a state found at a visit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.intercurrent_events import day_of_first
from equipoise.analyze.population.participant_flow import LOST
from equipoise.dataset.attendance import attendance
from equipoise.dataset.collected import collected
from equipoise.dataset.derive import holds, visit_days
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.protocol.estimand import Definition, Endpoint
from equipoise.protocol.model import Protocol

NO_DISPOSITIONS = "; the data hold no dispositions"


def is_from_randomization(protocol: Protocol, endpoint: Endpoint) -> bool:
    """Whether time counts from randomization, so that all participants are at risk."""
    return protocol.definition(endpoint.variable.definition or "").rule == "time-to"


def competing_events(protocol: Protocol, endpoint: Endpoint) -> tuple[str, ...]:
    """Milestones after which the event of an endpoint cannot be observed."""
    definition = protocol.definition(endpoint.variable.definition or "")
    if definition.competing:
        return definition.competing
    return tuple(name for name in LOST if name not in definition.events)


@derived_once
def first_event_from_randomization(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """The event of each participant of the analysis set, before intercurrent events.

    The event is the earlier of the first milestone of ``events``, on its day, and the
    first visit after the day of randomization at which ``of`` is known to be met. A
    milestone recorded before randomization does not count. Without an event a
    participant is censored at the last rating of ``of`` (day 0 without any); without
    ``of`` on the last day on which the data show the participant in the study. After
    ``until`` days observation ends.

    Returns:
        One row for each participant of the set: ``participant, start_day`` (of
        randomization), ``day`` (of the event or censoring), ``event``, ``dated`` (the
        event has a known day: it was not found at a rating).

    Raises:
        AnalysisError: EQ453, the day of randomization of a participant, or of an event,
            is missing.
    """
    definition = protocol.definition(endpoint.variable.definition or "")
    people = members(protocol, data, endpoint.estimand.population).index
    start = _randomized(data, people, endpoint)
    where = f"endpoint {endpoint.id}, events"
    milestone = day_of_first(data, definition.events, where, "record the day", start)
    milestone = milestone.reindex(start.index)
    found, last = _at_ratings(protocol, data, definition, start)
    if definition.of is None:
        last = _last_contact(protocol, data, start)
    dated = milestone.notna() & ~(found < milestone)
    day = found.mask(dated, milestone)
    event = day.notna()
    day = day.where(event, last)
    if definition.until is not None:
        end = start + definition.until
        event, day = event & (day <= end), day.clip(upper=end)
    return pd.DataFrame(
        {
            "participant": people.to_numpy(),
            "start_day": start.to_numpy(float),
            "day": day.to_numpy(float),
            "event": event.to_numpy(bool),
            "dated": (dated & event).to_numpy(bool),
        }
    )


def rated_visits(protocol: Protocol, definition: Definition) -> list[str]:
    """Visits after baseline at which the state of a time is rated; all without one."""
    visits = protocol.schedule.visits
    first = next(n for n, v in enumerate(visits) if v.id == protocol.schedule.baseline)
    later = visits[first + 1 :]
    if definition.of is None:
        return [visit.id for visit in later]
    score = protocol.definition(definition.of).score or ""
    scale = score.partition(".")[0]
    return [
        visit.id
        for visit in later
        if scale
        in {a.instrument for a in protocol.schedule.assessments(visit) if not a.minutes}
    ]


def last_rating(
    protocol: Protocol,
    data: TrialData,
    definition: Definition,
    start: pd.Series[Any],
    limit: pd.Series[Any],
) -> pd.Series[Any]:
    """Day of the last rating up to ``limit`` that shows no event yet, by participant.

    The day of randomization where there is none.
    """
    latest = start.astype(float).copy()
    for day, state in _ratings(protocol, data, definition, start):
        shows = state.eq(False).fillna(False).astype(bool) & (day <= limit)
        latest = latest.mask(shows & (day > latest), day)
    return latest


def _randomized(
    data: TrialData, people: pd.Index[Any], endpoint: Endpoint
) -> pd.Series[Any]:
    rows = data.dispositions[data.dispositions["milestone"] == "randomized"]
    day = rows.groupby("participant")["day"].min().reindex(people).astype(float)
    if day.isna().any():
        absent = "" if collected(data, "dispositions") else NO_DISPOSITIONS
        raise AnalysisError.single(
            "EQ453",
            f"{counted(int(day.isna().sum()), 'participant', 'has')} "
            "no day of randomization",
            where=f"table dispositions, endpoint {endpoint.id}",
            fix=f"record the milestone randomized with its day{absent}",
            records=day[day.isna()]
            .rename("day")
            .rename_axis("participant")
            .reset_index(),
        )
    return day


def _at_ratings(
    protocol: Protocol, data: TrialData, definition: Definition, start: pd.Series[Any]
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Day of the first visit at which the state is met, and of the last rating."""
    found = pd.Series(np.nan, index=start.index)
    last = start.astype(float).copy()
    for day, state in _ratings(protocol, data, definition, start):
        met = state.fillna(False).astype(bool)
        found = found.mask(met & ~(found <= day), day)
        last = last.mask(state.notna() & (day > last), day)
    return found, last


def _ratings(
    protocol: Protocol, data: TrialData, definition: Definition, start: pd.Series[Any]
) -> list[tuple[pd.Series[Any], pd.Series[Any]]]:
    """Day and state at each rated visit after the day of randomization."""
    if definition.of is None:
        return []
    days = visit_days(data, protocol).set_index(["visit", "participant"])["day"]
    found = []
    for visit in rated_visits(protocol, definition):
        day = days[visit].reindex(start.index).astype(float)
        state = holds(data, protocol, definition.of, visit).reindex(start.index)
        found.append((day, state.where(day > start)))
    return found


def _last_contact(
    protocol: Protocol, data: TrialData, start: pd.Series[Any]
) -> pd.Series[Any]:
    """Last day on which the data show a participant in the study."""
    visits = attendance(data, protocol)
    held = visits[visits["held"]].groupby("participant")["day"].max()
    recorded = data.dispositions.groupby("participant")["day"].max().astype(float)
    last = pd.concat(
        [start, held.reindex(start.index), recorded.reindex(start.index)], axis=1
    )
    return last.max(axis=1).astype(float)
