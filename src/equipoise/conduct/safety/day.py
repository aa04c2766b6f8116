"""Infusion day on one screen: what is due when, what was measured, what fires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.current import Current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_read
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan
from equipoise.conduct.capture.scores import score_of
from equipoise.conduct.forms.from_protocol import Due
from equipoise.conduct.safety.discharge import Criterion, Observed, criteria, limits
from equipoise.conduct.safety.infusion import Run, planned_minutes, run_of, vitals_of
from equipoise.conduct.safety.rules import Alert, alerts, standing

SOON = 5  # minutes before a timepoint is called due


@dataclass(frozen=True, slots=True)
class Timepoint:
    """A minute at which something is measured or rated.

    Attributes:
        clock: when that is; None before the start.
        state: ``done``, ``due``, ``late``, ``coming`` or ``started``.
        repeated: vital signs that the protocol did not plan at this minute.
    """

    minute: int
    clock: datetime | None
    state: str
    places: tuple[Place, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that the screen shows."""

    run: Run
    times: tuple[Timepoint, ...]
    now: tuple[Alert, ...]
    earlier: tuple[Alert, ...]
    discharge: tuple[Criterion, ...]

    def next(self) -> Timepoint | None:
        """The timepoint that is due now; else the next one; else one that is late."""
        for state in ("due", "started", "coming", "late"):
            for one in self.times:
                if one.state == state:
                    return one
        return self.times[-1] if self.times else None


def day_of(
    person: Participant,
    visit: str,
    plan: Plan,
    known: Current,
    *,
    actor: Actor,
    at: datetime,
) -> Day:
    """The day as somebody may see it who sees infusions.

    Args:
        person: the participant.
        visit: id of a visit with an infusion.
        plan: of the protocol in force.
        known: what holds now.
        actor: who looks.
        at: UTC.
    """
    run, measured = run_of(person, visit, known), vitals_of(known, visit)
    rules, planned = plan.protocol.safety_rules, planned_minutes(plan.protocol)
    now = standing(rules, measured, run.course, planned)
    shown = {(a.measured.name, a.measured.minute) for a in now}
    earlier = [
        alert
        for alert in alerts(rules, measured, run.course, planned)
        if (alert.measured.name, alert.measured.minute) not in shown
    ]
    observed = Observed(run.minutes(at), measured, _dissociation(plan, known, visit))
    return Day(
        run,
        _times(person, visit, plan, known, actor, run, at),
        tuple(now),
        tuple(earlier),
        tuple(criteria(observed)),
    )


def next_minute(known: Current, visit: str, run: Run, at: datetime) -> int:
    """A minute at which vital signs can be repeated now.

    After the start it is the minute of the clock; before it the first of -15, -10, -5 to
    -1 that comes after what was measured.
    """
    taken = {
        m
        for form, where, m in known.status
        if form == "vitals" and where == visit and m is not None
    }
    since = run.minutes(at)
    if since is not None:
        minute = max(0, int(since))
        while minute in taken:
            minute += 1
        return minute
    before = [m for m in taken if m < 0]
    last = max(before, default=-30)
    return next((m for m in (-15, -10, -5, -4, -3, -2, -1) if m > last), -1)


def _times(
    person: Participant,
    visit: str,
    plan: Plan,
    known: Current,
    actor: Actor,
    run: Run,
    at: datetime,
) -> tuple[Timepoint, ...]:
    dues = [
        d
        for d in plan.dues[visit]
        if d.minute is not None and may_read(actor, person, d.form, plan.protocol)
    ]
    vitals = next((d.form for d in dues if d.form.id == "vitals"), None)
    planned = {d.minute for d in dues}
    repeated = {
        m for form, where, m in known.status
        if form == "vitals" and where == visit and m is not None and m not in planned
    }  # fmt: skip
    if vitals is not None:
        dues += [Due(vitals, minute) for minute in repeated]
    found = []
    for minute in sorted({d.minute for d in dues if d.minute is not None}):
        places = tuple(
            Place(person, d.form, visit, minute) for d in dues if d.minute == minute
        )
        clock = None if run.started is None else run.started + timedelta(minutes=minute)
        state = _state(places, known, clock, at)
        found.append(Timepoint(minute, clock, state, places, minute in repeated))
    return tuple(found)


def _state(
    places: tuple[Place, ...], known: Current, clock: datetime | None, at: datetime
) -> str:
    states = [known.status.get((p.form.id, p.visit, p.minute), "") for p in places]
    if all(state in ("complete", "frozen", "locked") for state in states):
        return "done"
    if clock is None:
        minute = places[0].minute or 0
        return "due" if minute < 0 else "coming"
    if at < clock - timedelta(minutes=SOON):
        return "coming"
    return "due" if at <= clock + timedelta(minutes=2 * SOON) else "late"


def _dissociation(plan: Plan, known: Current, visit: str) -> dict[int, float] | None:
    """Minute -> total of the dissociation scale; None if it is not rated at the visit."""
    name = limits()["dissociation"]["instrument"]
    form = f"instrument:{name}"
    minutes = [
        d.minute for d in plan.dues[visit] if d.form.id == form and d.minute is not None
    ]
    if not minutes:
        return None
    found = {}
    for minute in minutes:
        if known.is_complete(form, visit, minute):
            value = score_of(
                plan.protocol.scales[name], known.answers(form, visit, minute)
            )
            if value is not None:
                found[minute] = value
    return found
