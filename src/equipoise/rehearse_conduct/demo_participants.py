"""Twelve simulated participants, each at another stage of the trial today.

A simulated trial takes years. Of each participant the visits are moved by whole weeks, so
that weekdays stay, to where today lies in the stage that is to be shown; what would happen
later is omitted. Withdrawal, loss of response and exclusion follow from the simulation; it
has no participant with discontinued treatment who remains in the study, so one participant
has no infusion after the third.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import pandas as pd

from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import calendar
from equipoise.rehearse_conduct.action_plan import STATED, Deed, Part, parts
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.trial import simulate

SIMULATED, SEEDS = (
    24,
    20,
)  # randomized participants of a simulation; seeds that are tried
DAY, WEEK, SATURDAY = timedelta(days=1), timedelta(days=7), 5
INFUSIONS = 3  # of the participant whose treatment is discontinued
NEW = "in screening, consented today"
TO_SIGN = "in screening, eligibility to be confirmed"
READY = "eligible, to be randomized"
EXCLUDED = "not included"
FIRST = "first infusion today"
TODAY = "infusion today"
BETWEEN = "between infusions"
DISCONTINUED = "treatment discontinued, in follow-up"
WITHDRAWN = "withdrew from the study"
FOLLOW_UP = "in follow-up, a visit is due"
LOST = "in follow-up, response lost"
COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Case:
    """A simulated participant, with the data that decide on the stage.

    Attributes:
        first: day of the screening.
        is_randomized: whether the participant was not excluded.
        milestones: milestone -> day of the schedule.
        visits: visit that was done -> day.
        infusions: number that was given.
        responds: whether the participant has the visits of responders.
        lost_on: day of the first visit at which a response was lost, or None.
    """

    identifier: str
    day0: date
    first: int
    is_randomized: bool
    milestones: dict[str, int]
    visits: dict[str, int]
    infusions: int
    responds: bool
    lost_on: int | None

    @property
    def is_regular(self) -> bool:
        """Whether the participant was randomized, and nothing ended early."""
        return self.is_randomized and not self.milestones


@dataclass(frozen=True, slots=True)
class Shown:
    """A participant of the demonstration.

    Attributes:
        stage: one of the names of this module.
        part: with today's dates, in the time zone of the site, until today.
        remaining: data of the simulation from today on.
        open_visit: the visit of today, of which nothing is recorded yet, or empty.
    """

    stage: str
    part: Part
    remaining: list[Deed]
    open_visit: str = ""


def participants(
    protocol: Protocol, scenario: Scenario, today: date, zone: tzinfo, *, seed: int = 1
) -> list[Shown]:
    """One participant at each stage, in the order in which they are screened.

    Args:
        protocol: in force.
        scenario: assumptions of the simulation (scenario).
        today: on the calendar of the site.
        zone: of the site.
        seed: the first of ``SEEDS`` that are tried, until every stage has a participant.

    Raises:
        SimulationError: the scenario does not fit the protocol.
        LookupError: no simulation has a participant of every stage.
    """
    for one in range(seed, seed + SEEDS):
        data = simulate(protocol, scenario, seed=one, n=SIMULATED)
        chosen = _chosen(list(_cases(protocol, data)))
        if chosen is not None:
            return _moved(protocol, data, chosen, today, zone)
    raise LookupError(f"no participants for every stage in {SEEDS} simulations")


def _cases(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Case]:
    lost = _losses(protocol, data)
    triggered = {v.id for v in protocol.triggered()}
    follow_up = {v.id for v in protocol.schedule.visits if v.only_if} - triggered
    done = data.visits[data.visits["status"] == "done"]
    people = data.participants
    columns = (
        people[name] for name in ("participant", "consented_at", "randomized_at")
    )
    for name, consented, randomized in zip(*columns, strict=True):
        reached = _own(data.dispositions, name, "milestone", "day")
        visits = _own(done, name, "visit", "actual_day")
        first = next(
            (day for v, day in visits.items() if v in lost.get(name, ())), None
        )
        yield Case(
            name,
            day0=consented.date() - reached["screened"] * DAY,
            first=reached["screened"],
            is_randomized=bool(pd.notna(randomized)),
            milestones={m: day for m, day in reached.items() if m in STATED},
            visits=visits,
            infusions=int((data.exposures["participant"] == name).sum()),
            responds=not follow_up.isdisjoint(visits),
            lost_on=first,
        )


def _own(frame: pd.DataFrame, name: str, key: str, value: str) -> dict[str, int]:
    """Two columns of one participant, in the order of their days."""
    own = frame[frame["participant"] == name].sort_values(value)
    return {str(k): int(v) for k, v in zip(own[key], own[value], strict=True)}


def _losses(protocol: Protocol, data: UnblindedTrialData) -> dict[str, set[str]]:
    """Participant -> visits with a loss of a response that the protocol follows."""
    from equipoise.conduct.capture.scores import holds  # once Django is set up

    rule = next((d for d in protocol.definitions if d.rule == "loss-of"), None)
    if rule is None:
        return {}
    response = protocol.definition(rule.of or "")
    instrument, _, score = (response.score or "").partition(".")
    rows = data.scores[data.scores["instrument"] == instrument]
    later = [v.id for v in protocol.schedule.visits if v.only_if == rule.of]
    found: dict[str, set[str]] = {}
    for name, own in rows[rows["score"] == score].groupby("participant"):
        values = dict(zip(own["visit"], own["value"], strict=True))
        before, then = values.get(protocol.schedule.baseline), values.get(rule.at)
        if before is None or then is None:
            continue
        if not holds(protocol, response, before, then):
            continue
        found[str(name)] = {
            visit
            for visit in later
            if visit in values and not holds(protocol, response, before, values[visit])
        }
    return found


Fits = Callable[[Case], bool]
# Stage -> who can be shown at it. Rare ones first: each participant is shown once.
STAGES: dict[str, Fits] = {
    WITHDRAWN: lambda c: 0 < c.milestones.get("study-withdrawn", 99) < 12,
    LOST: lambda c: c.is_regular and c.lost_on is not None and c.lost_on < 60,
    FOLLOW_UP: lambda c: c.is_regular and c.responds and (c.lost_on or 99) > 60,
    READY: lambda c: c.is_regular and c.visits.get("baseline", 0) < -3,
    COMPLETED: lambda c: c.is_regular and not c.responds and c.infusions > 5,
    EXCLUDED: lambda c: not c.is_randomized,
    DISCONTINUED: lambda c: c.is_regular and c.infusions > 5,
    TODAY: lambda c: c.is_regular and c.infusions > 5,
    BETWEEN: lambda c: c.is_regular,
    FIRST: lambda c: c.is_regular,
    TO_SIGN: lambda c: c.is_regular,
    NEW: lambda c: c.is_regular,
}


def _chosen(cases: list[Case]) -> dict[str, Case] | None:
    """Stage -> participant; None if a stage has no participant."""
    chosen: dict[str, Case] = {}
    for stage, fits in STAGES.items():
        free = (case for case in cases if case not in chosen.values() and fits(case))
        case = next(free, None)
        if case is None:
            return None
        chosen[stage] = case
    return chosen


def _moved(
    protocol: Protocol,
    data: UnblindedTrialData,
    chosen: dict[str, Case],
    today: date,
    zone: tzinfo,
) -> list[Shown]:
    """The participants with today's dates, and with their identifiers in the trial."""
    days = {
        case.identifier: _day0(stage, case, today) - case.day0
        for stage, case in chosen.items()
    }
    stages = {case.identifier: stage for stage, case in chosen.items()}
    found = [
        _shown(protocol, stages[part.identifier], _local(part, zone), today)
        for part in parts(protocol, _shifted(data, days))
    ]
    found.sort(key=lambda one: one.part.screened_at)
    return [
        replace(one, part=replace(one.part, identifier=f"P{number:04d}"))
        for number, one in enumerate(found, start=1)
    ]


def _shifted(
    data: UnblindedTrialData, days: dict[str, timedelta]
) -> UnblindedTrialData:
    """Some participants, with all times shifted by a number of days each."""
    tables: dict[str, Any] = {}
    for name, frame in data.tables():
        own = frame[frame["participant"].isin(list(days))].copy()
        later = own["participant"].map(days)
        for column in own.select_dtypes("datetime"):
            own[column] += later
        tables[name] = own
    return replace(data, **tables)


def _local(part: Part, zone: tzinfo) -> Part:
    """The same actions with local times of the site."""

    def at(moment: datetime) -> datetime:
        return moment.replace(tzinfo=zone)

    return replace(
        part,
        screened_at=at(part.screened_at),
        day0=at(part.day0),
        before=[replace(deed, at=at(deed.at)) for deed in part.before],
        randomized_at=None if part.randomized_at is None else at(part.randomized_at),
        after=[replace(deed, at=at(deed.at)) for deed in part.after],
    )


def _day0(stage: str, case: Case, today: date) -> date:
    """Day 0 of a participant at a stage; a Monday, where today does not fix it."""
    monday = today - today.weekday() * DAY
    if stage == NEW:
        return today - case.first * DAY
    if stage in (FIRST, BETWEEN):
        return today if stage == FIRST else today - DAY
    if stage == READY:  # the next working day; the baseline is over
        days = [today + ahead * DAY for ahead in range(1, -case.visits["baseline"])]
        return next((day for day in days if day.weekday() < SATURDAY), days[0])
    if stage == LOST:  # it was observed within the last week
        lost = case.lost_on or 0
        return monday - ((lost - today.weekday()) // 7 + 1) * WEEK
    weeks = {TO_SIGN: 1, EXCLUDED: -4, TODAY: -1, DISCONTINUED: -1, WITHDRAWN: -3,
             FOLLOW_UP: -6, COMPLETED: -7}  # fmt: skip
    return monday + weeks[stage] * WEEK


def _open_visit(protocol: Protocol, stage: str, day0: date, today: date) -> str:
    """The first visit whose window is not over, for stages at which one is due today."""
    if stage in (NEW, READY):
        return protocol.schedule.visits[0].id if stage == NEW else ""
    if stage == TO_SIGN:
        return protocol.schedule.baseline
    if stage not in (FIRST, TODAY, BETWEEN, FOLLOW_UP):
        return ""
    infused = stage in (FIRST, TODAY)
    planned = [
        one
        for one in calendar(protocol, day0, responder=True)
        if (one.visit.infusion is not None) or not infused
    ]
    open_ = (one for one in planned if max(one.latest, one.date) >= today)
    return next(open_, planned[-1]).visit.id


def _shown(protocol: Protocol, stage: str, part: Part, today: date) -> Shown:
    """A participant until yesterday, without anything from the open visit on."""
    open_visit = _open_visit(protocol, stage, part.day0.date(), today)
    visits = protocol.schedule.visits
    order = [visit.id for visit in visits]
    never = order[order.index(open_visit) :] if open_visit else []
    if stage == DISCONTINUED:
        never = [v.id for v in visits if (v.infusion or 0) > INFUSIONS]
    left = {LOST: "follow up", TO_SIGN: "eligibility", READY: "eligibility"}  # today

    def is_done(deed: Deed) -> bool:
        if deed.at.date() >= today or deed.visit in never:
            return False
        return deed.form != left.get(stage)

    randomized = part.randomized_at
    if stage in (TO_SIGN, READY) or (
        randomized is not None and randomized.date() >= today
    ):
        randomized = None
    done = replace(
        part,
        before=[deed for deed in part.before if is_done(deed)],
        randomized_at=randomized,
        after=[deed for deed in part.after if is_done(deed)],
    )
    remaining = [deed for deed in (*part.before, *part.after) if not is_done(deed)]
    return Shown(stage, done, remaining, open_visit)
