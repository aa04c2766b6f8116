"""Start, interruption and stop of an infusion, each written down as it happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import append, entries, lock
from equipoise.conduct.capture.current import Current, current, require_unlocked
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import require_form
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.saving import Saved, save
from equipoise.conduct.forms.local_time import kept_now, moment
from equipoise.conduct.safety.rules import Alert, Course, Measured, standing
from equipoise.conduct.study.protocols import hash_in_force
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol

FORM = "infusion"


@dataclass(frozen=True, slots=True)
class Pause:
    """An interruption; ``until`` is None while it lasts."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """The course of one infusion."""

    started: datetime | None
    stopped: datetime | None
    pauses: tuple[Pause, ...] = ()

    @property
    def state(self) -> str:
        """``not started``, ``running``, ``interrupted`` or ``stopped``."""
        if self.started is None:
            return "not started"
        if self.stopped is not None:
            return "stopped"
        paused = self.pauses and self.pauses[-1].until is None
        return "interrupted" if paused else "running"

    def minutes(self, at: datetime) -> float | None:
        """Minutes from the start; None before it."""
        return (
            None if self.started is None else (at - self.started).total_seconds() / 60
        )

    @property
    def course(self) -> Course:
        """As the rules look at it."""
        length = self.minutes(self.stopped) if self.stopped is not None else None
        return Course(self.started is not None, length)


def run_of(person: Participant, visit: str, known: Current) -> Run:
    """The course of an infusion, from the entries."""
    said = known.answers(FORM, visit)
    pauses: list[Pause] = []
    rows = entries(person.identifier).filter(
        form=FORM, visit=visit, act__in=("pause", "resume")
    )
    for act, at, reason in rows.values_list("act", "at", "reason"):
        if act == "pause":
            pauses.append(Pause(at, None, reason))
        elif pauses:
            pauses[-1] = Pause(pauses[-1].since, at, pauses[-1].reason)
    return Run(_time(said, "started_at"), _time(said, "stopped_at"), tuple(pauses))


def planned_minutes(protocol: Protocol) -> float:
    """Planned length of an infusion: the longest of all arms, so that it tells nothing."""
    lengths = [
        i.infusion.value for i in protocol.interventions if i.infusion is not None
    ]
    return float(max(lengths, default=0))


def vitals_of(known: Current, visit: str) -> list[Measured]:
    """Vital signs of a visit that are written down, by minute."""
    found = []
    for form, where, minute in known.values:
        if form == "vitals" and where == visit and minute is not None:
            found += [
                Measured(name, minute, float(value))
                for name, value in known.answers(form, where, minute).items()
            ]
    return sorted(found, key=lambda one: (one.minute, one.name))


def holding(protocol: Protocol, known: Current, visit: str) -> list[Alert]:
    """Rules that keep an infusion from being started."""
    before = [one for one in vitals_of(known, visit) if one.minute <= 0]
    found = standing(
        protocol.safety_rules, before, Course(False), planned_minutes(protocol)
    )
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
) -> Saved:
    """Writes the start down; starting twice is starting once.

    Args:
        person: who receives it.
        visit: id of the visit.
        protocol: in force, for its rules.
        actor: who starts it.
        at: UTC.
        syringe: number on the label, as it was read.
        weight: of today, in kg; empty where the form does not ask for it.
        despite: why it is started although a rule holds it; recorded.

    Raises:
        ConductError: EQ926, a rule holds it and no reason is given; EQ927, no syringe was
            released for it.
    """
    place = _place(person, visit, actor)
    with transaction.atomic():
        lock(person.identifier)
        known = current(person.identifier)
        if known.answers(FORM, visit).get("started_at"):
            return Saved(known.seq)
        held = holding(protocol, known, visit)
        if held and not despite.strip():
            raise _held(held)
        values = {"syringe": syringe, "started_at": kept_now(at, person.site.zone)}
        values |= {"weight_kg": weight} if weight else {}
        saved = save(place, values, actor=actor, at=at, seen=known.seq)
        if held and not saved.errors:
            ids = " ".join(alert.rule.id for alert in held)
            _note(person, visit, Fact("override", FORM, visit, value=ids, reason=despite),
                  actor, at)  # fmt: skip
        return saved


def interrupt(
    person: Participant, visit: str, *, actor: Actor, at: datetime, reason: str
) -> None:
    """Writes an interruption down, with its reason.

    Raises:
        ConductError: EQ922, no reason; EQ923, the infusion does not run.
    """
    _place(person, visit, actor)
    with transaction.atomic():
        _require(person, visit, "running")
        if not reason.strip():
            raise _reason("an interruption")
        _note(
            person, visit, Fact("pause", FORM, visit, reason=reason.strip()), actor, at
        )


def resume(person: Participant, visit: str, *, actor: Actor, at: datetime) -> None:
    """Writes down that an interrupted infusion goes on.

    Raises:
        ConductError: EQ923, the infusion is not interrupted.
    """
    _place(person, visit, actor)
    with transaction.atomic():
        _require(person, visit, "interrupted")
        _note(person, visit, Fact("resume", FORM, visit), actor, at)


def stop(
    person: Participant, visit: str, *, actor: Actor, at: datetime, early: str = ""
) -> Saved:
    """Writes the end down, and completes the form if nothing is missing.

    Args:
        person: who received it.
        visit: id of the visit.
        actor: who stops it.
        at: UTC.
        early: why it was stopped before its time; empty for a whole infusion.

    Raises:
        ConductError: EQ923, the infusion does not run.
    """
    place = _place(person, visit, actor)
    with transaction.atomic():
        run = _require(person, visit, "running", "interrupted", "stopped")
        known = current(person.identifier)
        if run.stopped is not None:
            return Saved(known.seq)
        reasons, why = [pause.reason for pause in run.pauses], early.strip()
        values = {
            "stopped_at": kept_now(at, person.site.zone),
            "interrupted": "yes" if reasons else "no",
            "reason": "; ".join(reasons),
            "stopped_early": "yes" if why else "no",
            "early_reason": why,
        }
        saved = save(place, values, actor=actor, at=at, seen=known.seq)
        if saved.errors:
            return saved
        save(place, {}, actor=actor, at=at, seen=saved.seq, complete=True)
        return saved


def _place(person: Participant, visit: str, actor: Actor) -> Place:
    place = place_of(person, FORM, visit)
    require_form(actor, person, place.form)
    return place


def _require(person: Participant, visit: str, *states: str) -> Run:
    lock(person.identifier)
    known = current(person.identifier)
    require_unlocked(known)
    run = run_of(person, visit, known)
    if run.state not in states:
        raise ConductError.single(
            "EQ923",
            f"the infusion is {run.state}",
            where=f"{person.identifier}, {visit}",
            mend="load the page again to see how far it is",
        )
    return run


def _note(
    person: Participant, visit: str, fact: Fact, actor: Actor, at: datetime
) -> None:
    append(person.identifier, [fact], actor=actor.name, protocol=hash_in_force(), at=at)


def _time(said: dict[str, str], name: str) -> datetime | None:
    return moment(said[name]) if said.get(name) else None


def _held(held: list[Alert]) -> ConductError:
    first = held[0]
    return ConductError.single(
        "EQ926",
        f"the infusion is held: {first.sign} {first.measured.value:g} "
        f"{first.rule.unit}",
        where=f"rule {first.rule.id}",
        mend=f"{first.rule.do} To start all the same, write who decided it and why",
    )


def _reason(what: str) -> ConductError:
    return ConductError.single(
        "EQ922", f"{what} needs a reason", where="the infusion", mend="write why"
    )
