"""Infusion day on one page: due measurements, recorded values, alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Current
from equipoise.conduct.capture.due_visits import is_over
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_plan import Plan
from equipoise.conduct.capture.form_status import FINISHED
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_read
from equipoise.conduct.capture.scores import score_of
from equipoise.conduct.forms.from_protocol import MEASURED_AT, Due, repeated
from equipoise.conduct.safety.alerts import Alarm, shown_alarms
from equipoise.conduct.safety.discharge import Criterion, Observed, criteria, limits
from equipoise.conduct.safety.infusion import Run, run_of
from equipoise.conduct.safety.readiness import planned_minutes, time_of, vitals_of
from equipoise.conduct.safety.stopping_rules import Alert, standing

SOON = 5  # minutes before a timepoint is called due


@dataclass(frozen=True, slots=True)
class Timepoint:
    """A minute at which something is measured or rated."""

    minute: int
    clock: datetime | None  # its time; None before the start
    state: str  # done, due, late, coming, started, or not due after the discharge
    places: tuple[Place, ...]
    repeated: bool = False  # vital signs that the protocol did not plan at this minute
    measured: datetime | None = None  # when its vital signs were measured


@dataclass(frozen=True, slots=True)
class Day:
    """Data of the page."""

    run: Run
    times: tuple[Timepoint, ...]
    now: tuple[Alert, ...]  # met by the last value of each sign, and acknowledged
    # Unacknowledged alerts, the latest first, each with whether the last value still
    # meets the rule.
    waiting: tuple[tuple[Alarm, bool], ...]
    earlier: tuple[Alarm, ...]  # alerts that were acknowledged, the latest first
    discharge: tuple[Criterion, ...]
    left: datetime | None = None  # None before the discharge is signed

    def next(self) -> Timepoint | None:
        """The timepoint that is due now; else the next one; else one that is late."""
        order = ("due", "started", "coming", "late")
        found = (t for state in order for t in self.times if t.state == state)
        return next(found, self.times[-1] if self.times else None)


def day_of(
    person: Participant,
    visit: str,
    plan: Plan,
    known: Current,
    *,
    actor: Actor,
    at: datetime,
) -> Day:
    """The infusion day for a user who may view infusions."""
    run, measured = run_of(person, visit, known), vitals_of(known, visit)
    rules, planned = plan.protocol.vital_rules(), planned_minutes(plan.protocol)
    now = standing(rules, measured, run, planned)
    own = reversed(shown_alarms(actor, person))
    facts = [alarm for alarm in own if alarm.where[1] == visit]
    waiting = [alarm for alarm in facts if not alarm.acknowledged_by]
    unacknowledged = {(a.where[2], a.item, a.rule) for a in waiting}
    firing = {(a.measured.slot, a.measured.name, a.rule.id): a for a in now}
    observed = Observed(run.minutes(at), measured, _dissociation(plan, known, visit))
    return Day(
        run,
        _times(person, visit, plan, known, actor, run, at),
        tuple(alert for key, alert in firing.items() if key not in unacknowledged),
        tuple((a, (a.where[2], a.item, a.rule) in firing) for a in waiting),
        tuple(alarm for alarm in facts if alarm.acknowledged_by),
        tuple(criteria(observed)),
        _left(known, visit),
    )


def next_minute(known: Current, visit: str, plan: Plan, run: Run, at: datetime) -> int:
    """The number of the form on which vital signs are repeated now.

    After the start it is the current minute, or the next free one if that has values
    already. Before the start there is no minute yet: the forms are numbered from -29 to
    -1, with the time recorded on them.
    """
    planned = {d.minute for d in plan.dues[visit] if d.form.id == "vitals"}
    taken, since = _recorded(known, visit), run.minutes(at)
    if since is not None:
        return next(m for m in count(max(0, int(since))) if m not in taken)
    free = (m for m in range(-29, 0) if m not in planned | taken)
    return next(free, -1)


def _recorded(known: Current, visit: str) -> set[int]:
    """Numbers of the forms with vital signs of a visit."""
    kept = {where[2] for where in known.status if where[:2] == ("vitals", visit)}
    return {minute for minute in kept if minute is not None}


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
    again = _recorded(known, visit) - {d.minute for d in dues}
    if vitals is not None:
        dues += [Due(repeated(vitals, minute), minute) for minute in again]
    found = []
    for minute in sorted({d.minute for d in dues if d.minute is not None}):
        places = tuple(
            Place(person, d.form, visit, minute) for d in dues if d.minute == minute
        )
        clock = None if run.started is None else run.started + timedelta(minutes=minute)
        state = _state(places, known, clock, at)
        over = all(is_over(known.status, Due(p.form, minute), visit) for p in places)
        if state in ("due", "late", "coming") and over:
            state = "not due"
        measured = time_of(known.answers("vitals", visit, minute), MEASURED_AT)
        found.append(Timepoint(minute, clock, state, places, minute in again, measured))
    return tuple(found)


def _state(
    places: tuple[Place, ...], known: Current, clock: datetime | None, at: datetime
) -> str:
    states = [known.status.get((p.form.id, p.visit, p.minute), "") for p in places]
    if all(state in FINISHED for state in states):
        return "done"
    if clock is None:
        minute = places[0].minute or 0
        return "due" if minute < 0 else "coming"
    if at < clock - timedelta(minutes=SOON):
        return "coming"
    return "due" if at <= clock + timedelta(minutes=2 * SOON) else "late"


def _left(known: Current, visit: str) -> datetime | None:
    """When the participant left, once the discharge is signed."""
    if not known.is_complete("discharge", visit):
        return None
    return time_of(known.answers("discharge", visit), "left_at")


def _dissociation(plan: Plan, known: Current, visit: str) -> dict[int, float] | None:
    """Minute -> total of the dissociation scale; None if it is not rated at the visit."""
    name = limits()["dissociation"]["instrument"]
    form = f"instrument:{name}"
    minutes = [
        d.minute for d in plan.dues[visit] if d.form.id == form and d.minute is not None
    ]
    if not minutes:
        return None
    scores = {
        m: score_of(plan.protocol.scales[name], known.answers(form, visit, m))
        for m in minutes
        if known.is_complete(form, visit, m)
    }
    return {minute: score for minute, score in scores.items() if score is not None}
