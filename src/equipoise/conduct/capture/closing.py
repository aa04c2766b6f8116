"""Freezing and locking: what is closed is read and never changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import append, lock
from equipoise.conduct.capture.current import Where, current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_read
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.saving import note_state
from equipoise.conduct.study.protocols import hash_in_force
from equipoise.errors import AccessError, ConductError

# Deed -> state before it, state after it.
STEPS: dict[str, tuple[str, str]] = {
    "freeze": ("complete", "frozen"),
    "unfreeze": ("frozen", "complete"),
}


def close(
    place: Place, deed: str, *, actor: Actor, at: datetime, reason: str = ""
) -> None:
    """Freezes a complete form, or opens a frozen one again with a reason.

    Doing it twice is doing it once.

    Raises:
        AccessError: EQ911.
        ConductError: EQ923, the form is not in that state; EQ922, no reason is given.
    """
    person = place.participant
    actor.require("freeze", person.site.code)
    if not may_read(actor, person, place.form) and not actor.may("lock", ALL_SITES):
        raise AccessError.single(
            "EQ913",
            "this form is not yours to close",
            where="the form",
            mend="forms that are yours are on the participant's page",
        )
    if deed == "unfreeze" and not reason.strip():
        raise ConductError.single(
            "EQ922",
            "a form is opened again only with a reason",
            where="the form",
            mend="write why it has to be changed",
        )
    before, after = STEPS[deed]
    where: Where = place.form.id, place.visit, place.minute
    with transaction.atomic():
        lock(person.identifier)
        state = current(person.identifier).status.get(where)
        if state == after:
            return
        if state != before:
            raise _wrong_state(deed, state)
        fact = Fact(deed, *where, reason=reason.strip())
        _write(person, [fact], [where], after, actor, at)


def lock_participant(person: Participant, *, actor: Actor, at: datetime) -> int:
    """Locks every form of a participant, for good; the number of forms.

    Raises:
        AccessError: EQ911.
        ConductError: EQ923, forms are still begun and not complete.
    """
    actor.require("lock", person.site.code)
    with transaction.atomic():
        lock(person.identifier)
        known = current(person.identifier)
        states = known.status
        unfinished = sum(state == "started" for state in states.values())
        if unfinished:
            raise ConductError.single(
                "EQ923",
                f"{unfinished} forms of {person.identifier} are begun and not complete",
                where=person.identifier,
                mend="complete them, then lock",
            )
        wheres = [
            w for w, state in states.items() if state not in ("", "locked", "void")
        ]
        if "lock" not in known.acts:  # of the whole: no form is begun any more
            append(
                person.identifier, [Fact("lock")], actor=actor.name,
                protocol=hash_in_force(), at=at,
            )  # fmt: skip
        if wheres:
            facts = [Fact("lock", *where) for where in wheres]
            _write(person, facts, wheres, "locked", actor, at)
    return len(wheres)


def _write(
    person: Participant,
    facts: list[Fact],
    wheres: list[Where],
    state: str,
    actor: Actor,
    at: datetime,
) -> None:
    made = append(
        person.identifier, facts, actor=actor.name, protocol=hash_in_force(), at=at
    )
    for where, entry in zip(wheres, made, strict=True):
        note_state(person, where, state, actor=actor, at=at, seq=entry.seq)


def _wrong_state(deed: str, state: str | None) -> ConductError:
    return ConductError.single(
        "EQ923",
        f"the form is {state or 'not begun'}: it is not one to {deed}",
        where="the form",
        mend="complete the form first" if deed == "freeze" else "load the page again",
    )
