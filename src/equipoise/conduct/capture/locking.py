"""Freeze, database lock and unlock of forms and participants; void and "not done".

Frozen and locked forms cannot be changed. A form that was opened in error is voided, or
marked as not done, with a reason: its values remain in the audit trail but are no longer
current, so they are on no page, in no score and in no export. A planned form that was
voided can be started again; an instance of a repeating form cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import ALL_SITES, Actor
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.access.proposals import require_substance
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import (
    entries,
    has_changed,
    lock,
    require_blinded,
    require_reason,
)
from equipoise.conduct.capture.current_values import (
    COLUMNS,
    Current,
    Where,
    changing,
    current,
    locked,
)
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import TELLING, record_states
from equipoise.conduct.capture.form_status import BEFORE_LOCK
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.participant_status import note_status
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.capture.permission import may_read, require_form
from equipoise.conduct.forms.short_labels import short
from equipoise.conduct.study.protocols import in_force, record
from equipoise.errors import AccessError, ConductError

# Action -> state before it, state after it.
STEPS: dict[str, tuple[str, str]] = {
    "freeze": ("complete", "frozen"),
    "unfreeze": ("frozen", "complete"),
}


def close(
    place: Place, deed: str, *, actor: Actor, at: datetime, reason: str = ""
) -> None:
    """Freezes a complete form, or unfreezes a frozen form with a reason.

    A repeated call changes nothing.

    Raises:
        ConductError: EQ923, the form is not in that state; EQ922, no reason.
    """
    person = place.participant
    actor.require("freeze", person.site.code)
    if not may_read(actor, person, place.form) and not actor.may("lock", ALL_SITES):
        raise AccessError.single(
            "EQ913",
            "you may not freeze or unfreeze this form",
            where="the form",
            fix="your forms are on the participant's page",
        )
    if deed not in STEPS:
        raise has_changed("EQ923", f"{deed!r} is not an action of a form", "the form")
    if deed == "unfreeze":
        require_reason(
            reason, "EQ922", "a form is unfrozen only with a reason",
            "the form", "enter why it has to be changed",
        )  # fmt: skip
    before, after = STEPS[deed]
    where = place.where
    with transaction.atomic():
        lock(person.identifier)
        state = current(person.identifier).status.get(where)
        if state == after:
            return
        if state != before:
            raise ConductError.single(
                "EQ923",
                f"you cannot {deed} a form that is {state or 'not started'}",
                where="the form",
                fix="complete the form first"
                if deed == "freeze"
                else "load the page again",
            )
        fact = Fact(deed, *where, reason=reason.strip())
        record_states(person, [fact], [after], actor=actor, at=at)


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that prevents the lock of a participant."""

    what: str
    place: Place | None = None  # the form concerned; None if it is not a form
    page: str = ""  # name of an address of the participant, if it is not a form


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a participant is locked, or can be."""

    person: Participant
    locked: tuple[str, datetime] | None  # user and time; None if not locked
    blockers: tuple[Blocker, ...]  # empty for a participant who can be locked now


# Further obstacles to the lock, such as open urgent tasks: identifiers -> identifier ->
# obstacle. Packages with such tasks add to it.
MORE: list[Callable[[Collection[str]], Mapping[str, Sequence[Blocker]]]] = []


def lockable(actor: Actor) -> list[Participant]:
    """Participants whom a user may lock, in order of screening."""
    actor.require_anywhere("lock")
    return [p for p in visible(actor) if actor.may("lock", p.site.code)]


def standings(people: Sequence[Participant]) -> list[Standing]:
    """Lock or obstacles of each participant, in order."""
    names = [person.identifier for person in people]
    since, more = locked(names), [ask(names) for ask in MORE]
    begun: dict[int, list[Where]] = {person.pk: [] for person in people}
    rows = FormState.objects.filter(status="started").order_by("id")
    forms = rows.values_list("participant", "form", "visit", "minute")
    for pk, form, visit, minute in forms:
        begun.get(pk, []).append((form, visit, minute))
    return [
        Standing(
            person,
            since.get(person.identifier),
            tuple(_blockers(person, begun[person.pk], more)),
        )
        for person in people
    ]


def lock_participant(person: Participant, *, actor: Actor, at: datetime) -> int:
    """Locks every form of a participant; their number (EQ923, with all obstacles)."""
    actor.require("lock", person.site.code)
    name = person.identifier
    with transaction.atomic():
        lock(name)
        known = current(name)
        begun = [w for w, state in known.status.items() if state == "started"]
        found = list(_blockers(person, begun, [ask([name]) for ask in MORE]))
        if found:
            raise ConductError.several(
                "EQ923",
                (f"{name} cannot be locked: {one.what}" for one in found),
                where=name,
                fix='open the page *Lock* to complete, void or mark it as "not done"',
            )
        wheres = [w for w, s in known.status.items() if s not in ("", "locked", "void")]
        if known.locked is None:  # of the participant: no form can be started any more
            record(name, Fact("lock"), actor=actor.name, at=at)
        if wheres:
            facts = [Fact("lock", *where) for where in wheres]
            record_states(person, facts, ["locked"] * len(facts), actor=actor, at=at)
    return len(wheres)


@transaction.atomic
def lock_database(*, actor: Actor, at: datetime) -> int:
    """Database lock: every form of all participants, or none (EQ911, EQ923); the number."""
    actor.require("lock", ALL_SITES)
    everybody = Participant.objects.select_related("site")
    return sum(lock_participant(one, actor=actor, at=at) for one in everybody)


def lock_ready(
    people: Iterable[Participant], *, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Locks all participants who can be locked; numbers locked now, and not lockable."""
    done, left = 0, [one for one in standings(list(people)) if one.locked is None]
    for one in left:
        if not one.blockers:
            with suppress(ConductError):  # a user has started a form meanwhile
                lock_participant(one.person, actor=actor, at=at)
                done += 1
    return done, len(left) - done


def propose_unlock(
    person: Participant, *, actor: Actor, at: datetime, reason: str
) -> Proposal:
    """Proposes to a second approver to unlock a participant.

    Raises:
        AccessError: EQ911; EQ916, there is no second approver.
        ConductError: EQ921, the participant is not locked; EQ922, the reason is too short;
            EQ970, the trial is unblinded.
    """
    require_substance(reason, "EQ922", "a participant is unlocked")
    return proposals.propose(
        "unlock", actor=actor, at=at, reason=reason, site=person.site,
        about=person.identifier,
    )  # fmt: skip


def _require_locked(held: Proposal, at: datetime) -> None:
    require_blinded()
    if current(held.about, ("consent",)).locked is None:
        raise has_changed("EQ921", f"{held.about} is not locked", held.about)


def _unlock(held: Proposal, at: datetime) -> str:
    """Unlocks every form, to its state before the lock."""
    person = Participant.objects.select_related("site").get(identifier=held.about)
    lock(person.identifier)
    _require_locked(held, at)
    before = _before_lock(person.identifier)
    by = Actor(held.confirmed_by, {})
    whole = Fact("unlock", reason=f"asked for by {held.proposed_by}: {held.reason}")
    record(person.identifier, whole, actor=by.name, at=at)
    if before:
        facts = [Fact("unlock", *where, value=state) for where, state in before.items()]
        record_states(person, facts, before.values(), actor=by, at=at)
    return ""


def _before_lock(identifier: str) -> dict[Where, str]:
    """Form, visit and minute -> state before the lock, of every locked form."""
    known, before = Current(), dict[Where, str]()
    for entry in entries(identifier).values_list(*COLUMNS):
        act, *place = entry[3:7]
        where = place[0], place[1], place[2]
        if act == "lock" and known.status.get(where) in BEFORE_LOCK:
            before[where] = known.status[where]
        known.add(*entry)
    return {w: before[w] for w, state in known.status.items() if state == "locked"}


def _blockers(
    person: Participant,
    begun: Iterable[Where],
    more: Iterable[Mapping[str, Sequence[Blocker]]],
) -> Iterator[Blocker]:
    for where in begun:
        try:
            place = place_of(person, *where)
        except ConductError:  # of a protocol that was in force before
            yield Blocker(" ".join(filter(None, where[:2])))
            continue
        by = f", not signed off by the {place.form.by}" if place.form.attested else ""
        yield Blocker(f"{_title(place)}{by or ', started and not complete'}", place)
    for found in more:
        yield from found.get(person.identifier, ())


def _title(place: Place) -> str:
    """The form with its number, the visit and the minute."""
    number = place.form.id.partition("#")[2]
    visits = {v.id: v.label for v in in_force().schedule.visits}
    parts = [
        f"{short(place.form.title)} {number}".strip(),
        visits.get(place.visit, place.visit.replace("-", " ")),
        "" if place.minute is None else f"minute {place.minute}",
    ]
    return ", ".join(filter(None, parts))


proposals.kinds["unlock"] = proposals.Kind("lock", _require_locked, _unlock)


# Action -> states of the form in which it is possible.
DEEDS: dict[str, tuple[str, ...]] = {
    "void": ("", "started", "complete", "not done"),
    "not done": ("", "started", "void"),
    "reopen": ("not done",),
}


def set_aside(
    place: Place, deed: str, *, actor: Actor, at: datetime, reason: str
) -> None:
    """Voids a form, marks it as not done, or removes that mark.

    Raises:
        AccessError: EQ911, EQ913.
        ConductError: EQ921, frozen or locked; EQ922, no reason; EQ923, not possible in the
            state of the form.
    """
    person = place.participant
    require_form(actor, person, place.form)
    reason = require_reason(
        reason, "EQ922", "this action needs a reason",
        "the form", "enter the reason; the audit trail records it",
    )  # fmt: skip
    with changing(person.identifier) as known:
        state = known.status.get(place.where)
        if deed == "void" and state == "complete":
            actor.require("correct", person.site.code)
        _require_possible(place, deed, state, known)
        # The reason is the value too: readers of current values find it there.
        fact = Fact(deed, *place.where, value=reason, reason=reason)
        after = "" if deed == "reopen" else deed
        record_states(person, [fact], [after], actor=actor, at=at)
        if place.form.id.partition("#")[0] in TELLING:
            note_status(person)


def _require_possible(
    place: Place, deed: str, state: str | None, known: Current
) -> None:
    if state in ("frozen", "locked"):
        raise ConductError.single(
            "EQ921",
            f"this form is {state}",
            where="the form",
            fix="ask an investigator to unfreeze it",
        )
    numbered = "#" in place.form.id
    possible = DEEDS[deed]
    begun = state is not None or (deed == "not done" and not numbered)
    if not begun or (state or "") not in possible or (numbered and state == "void"):
        what = f"the form is {state or 'not started'}: {deed!r} is not possible"
        raise has_changed("EQ923", what, "the form")
