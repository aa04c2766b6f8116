"""Infusion: start, interruption, resumption and stop, each recorded as it happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import entries, lock, require_reason
from equipoise.conduct.capture.current_values import Current, current, require_unlocked
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import Saved, save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import require_form
from equipoise.conduct.forms.local_time import kept_now, moment
from equipoise.conduct.safety.readiness import (
    FORM,
    course_of,
    planned_minutes,
    vitals_of,
)
from equipoise.conduct.safety.stopping_rules import Alert, Course, standing
from equipoise.conduct.study.protocols import in_force, record
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol

DONE = "bedside action"  # recorded for each tap with a key, so that it is done once
EARLY = timedelta(minutes=1)  # tolerance before an infusion counts as stopped early


@dataclass(frozen=True, slots=True)
class Pause:
    """An interruption; ``until`` is None while it lasts."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Run(Course):
    """Status of one infusion."""

    pauses: tuple[Pause, ...] = ()
    not_given: str = ""  # why, where the infusion was marked as not done

    @property
    def state(self) -> str:
        """``not given``, ``not started``, ``running``, ``interrupted`` or ``stopped``."""
        if self.started is None:
            return "not given" if self.not_given else "not started"
        if self.stopped is not None:
            return "stopped"
        paused = self.pauses and self.pauses[-1].until is None
        return "interrupted" if paused else "running"

    @property
    def is_on(self) -> bool:
        """Whether it has started and not stopped."""
        return self.started is not None and self.stopped is None


def run_of(person: Participant, visit: str, known: Current) -> Run:
    """Status of an infusion, from the audit trail."""
    pauses: list[Pause] = []
    own = entries(person.identifier).filter(form=FORM, visit=visit)
    rows = own.filter(act__in=("pause", "resume"))
    for act, at, tapped, reason in rows.values_list("act", "at", "value", "reason"):
        when = moment(tapped) if tapped else at
        if act == "pause":
            pauses.append(Pause(when, None, reason))
        elif pauses:
            pauses[-1] = Pause(pauses[-1].since, when, pauses[-1].reason)
    course = course_of(known, visit)
    mark = known.not_done.get((FORM, visit, None))
    reason = (mark and mark.value) or ""
    return Run(course.started, course.stopped, tuple(pauses), reason)


def holding(protocol: Protocol, known: Current, visit: str) -> list[Alert]:
    """Hold rules on vital signs that prevent the start of an infusion until a decision."""
    before = [one for one in vitals_of(known, visit) if one.minute <= 0]
    rules, planned = protocol.vital_rules(), planned_minutes(protocol)
    found = standing(rules, before, Course(), planned)
    return [alert for alert in found if alert.rule.action in ("hold", "stop")]


def start(
    person: Participant,
    visit: str,
    protocol: Protocol,
    *,
    actor: Actor,
    at: datetime,
    syringe: str = "",
    weight: str = "",
    despite: str = "",
    tapped: datetime | None = None,
) -> Saved:
    """Records the start; a repeated call changes nothing.

    The weight is saved also where the start is rejected: it was measured. ``syringe`` is
    the number on the label, ``weight`` that of today in kg, empty where the form does not
    have it; ``despite``: who decided to start although a hold rule on a vital sign is met,
    and why. ``tapped`` is when it was started, if that was before ``at``, the time of the
    entry.

    Raises:
        ConductError: EQ926, a hold rule is met and there is no reason; EQ927, no syringe
            was released for it.
    """
    place = _place(person, visit, actor)
    began = kept_now(tapped or at, person.site.zone)
    with transaction.atomic():
        lock(person.identifier)
        known = current(person.identifier)
        if known.answers(FORM, visit).get("started_at"):
            return Saved(known.seq)
    if weight:
        weighed = save(place, {"weight_kg": weight}, actor=actor, at=at, seen=known.seq)
        if weighed.errors or weighed.conflicts:
            return weighed
    with transaction.atomic():
        lock(person.identifier)
        known = current(person.identifier)
        held = holding(protocol, known, visit)
        if held and not despite.strip():
            raise _held(held)
        values = {"syringe": syringe, "started_at": began}
        saved = save(place, values, actor=actor, at=at, seen=known.seq)
        if held and not saved.errors:
            ids = " ".join(alert.rule.id for alert in held)
            fact = Fact("override", FORM, visit, value=ids, reason=despite.strip())
            record(person.identifier, fact, actor=actor.name, at=at)
        return saved


def interrupt(
    person: Participant,
    visit: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    tapped: datetime | None = None,
) -> None:
    """Records an interruption (EQ922, no reason; EQ923, the infusion is not running)."""
    _place(person, visit, actor)
    with transaction.atomic():
        _require(person, visit, tapped or at, "running")
        reason = require_reason(
            reason, "EQ922", "an interruption needs a reason", "the infusion",
            "enter the reason",
        )  # fmt: skip
        when = kept_now(tapped or at, person.site.zone)
        fact = Fact("pause", FORM, visit, value=when, reason=reason)
        record(person.identifier, fact, actor=actor.name, at=at)


def resume(
    person: Participant,
    visit: str,
    *,
    actor: Actor,
    at: datetime,
    tapped: datetime | None = None,
) -> None:
    """Records that an infusion is resumed; EQ923 if it is not interrupted."""
    _place(person, visit, actor)
    with transaction.atomic():
        _require(person, visit, tapped or at, "interrupted")
        when = kept_now(tapped or at, person.site.zone)
        fact = Fact("resume", FORM, visit, value=when)
        record(person.identifier, fact, actor=actor.name, at=at)


def stop(
    person: Participant,
    visit: str,
    *,
    actor: Actor,
    at: datetime,
    early: str = "",
    tapped: datetime | None = None,
) -> Saved:
    """Records the end, and completes the form if nothing is missing.

    Whether it was stopped early follows from its length; without a reason it is stopped
    nevertheless, and the form requires the reason. ``early`` is why it was stopped early;
    ``tapped`` when it was stopped, if that was before ``at``, the time of the entry.
    EQ923, the infusion is not running.
    """
    place, end = _place(person, visit, actor), tapped or at
    with transaction.atomic():
        run = _require(person, visit, end, "running", "interrupted", "stopped")
        known = current(person.identifier)
        if run.stopped is not None:
            return Saved(known.seq)
        planned = timedelta(minutes=planned_minutes(in_force()))
        length = end - (run.started or end)
        is_early = length < planned - EARLY or bool(early.strip())
        values = {
            "stopped_at": kept_now(end, person.site.zone),
            "interrupted": "yes" if run.pauses else "no",
            "reason": "; ".join(pause.reason for pause in run.pauses),
            "stopped_early": "yes" if is_early else "no",
            "early_reason": early.strip(),
        }
        saved = save(place, values, actor=actor, at=at, seen=known.seq)
        if not saved.errors:
            save(place, {}, actor=actor, at=at, seen=saved.seq, complete=True)
        return saved


def is_done(person: Participant, visit: str, key: str) -> bool:
    """Whether the tap with a key was performed already; called with the chain locked."""
    own = entries(person.identifier).filter(form=FORM, visit=visit, act=DONE)
    return own.filter(value=key).exists()


def note_done(
    person: Participant, visit: str, key: str, what: str, actor: Actor, at: datetime
) -> None:
    """Records that the tap with a key was performed, and what it was."""
    fact = Fact(DONE, FORM, visit, value=key, reason=what)
    record(person.identifier, fact, actor=actor.name, at=at)


def _place(person: Participant, visit: str, actor: Actor) -> Place:
    place = place_of(person, FORM, visit)
    require_form(actor, person, place.form)
    return place


def _require(person: Participant, visit: str, when: datetime, *states: str) -> Run:
    lock(person.identifier)
    known = current(person.identifier)
    require_unlocked(known)
    run = run_of(person, visit, known)
    last = [run.started, *(t for p in run.pauses for t in (p.since, p.until))]
    is_late = all(when >= t - timedelta(seconds=1) for t in last if t is not None)
    if run.state not in states or (not is_late and run.stopped is None):
        raise ConductError.single(
            "EQ923",
            f"the infusion is {run.state}",
            where=f"{person.identifier}, {visit}",
            fix="load the page again to see its status",
        )
    return run


def _held(held: list[Alert]) -> ConductError:
    first = held[0]
    return ConductError.single(
        "EQ926",
        f"the infusion is on hold: {first.sign} {first.measured.value:g} "
        f"{first.rule.unit}",
        where=f"rule {first.rule.id}",
        fix=f"{first.rule.do} To start nevertheless, enter who decided it and why",
    )
