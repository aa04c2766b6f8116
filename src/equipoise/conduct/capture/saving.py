"""Saving a form: checked, never overwritten, every change with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import append, lock
from equipoise.conduct.capture.consent import require_consent
from equipoise.conduct.capture.current import (
    Current,
    Value,
    Where,
    current,
    require_unlocked,
)
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.permission import require_form
from equipoise.conduct.capture.released import INFUSION, SYRINGE, unreleased
from equipoise.conduct.capture.standing import note_status
from equipoise.conduct.forms.checking import problems
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.local_time import taken
from equipoise.conduct.statements import Cell, change, stored
from equipoise.conduct.study.protocols import hash_in_force
from equipoise.errors import ConductError

# Forms from which it follows how far a participant has come.
TELLING = ("consent", "exclusion", "milestone")
NOTED = (
    "UPDATE capture_formstate SET status = %s, seq = %s, changed_at = %s, changed_by = %s "
    "WHERE participant_id = %s AND form = %s AND visit = %s AND "
)
NEVER = "minute IS NULL"


@dataclass(frozen=True, slots=True)
class Place:
    """A form at one time of a participant."""

    participant: Participant
    form: Form
    visit: str = ""
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that somebody else has changed meanwhile.

    Attributes:
        theirs: the value that holds now.
        yours: the value that was not saved.
    """

    field: str
    theirs: str
    yours: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save.

    Attributes:
        seq: length of the chain now, to be sent back with the next save.
        errors: field -> what is wrong; nothing was saved if there are any.
        conflicts: nothing was saved if there are any.
        changed: fields that were written.
    """

    seq: int
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    changed: tuple[str, ...] = ()


def save(
    place: Place,
    values: Mapping[str, str],
    *,
    actor: Actor,
    at: datetime,
    seen: int,
    complete: bool = False,
    reason: str = "",
) -> Saved:
    """Saves what was answered; a draft as it is written, or a complete form.

    Args:
        place: participant, form and time.
        values: field -> value; an empty text takes a value away; fields that are left
            out stay as they are. Times are local times of the site.
        actor: who saves.
        at: UTC.
        seen: length of the chain when the form was shown: fields that others have
            changed since are conflicts, and nothing is overwritten.
        complete: signs the form off; every required field must be answered.
        reason: why, if a value is changed after the form was complete.

    Returns:
        What was saved, or why nothing was.

    Raises:
        AccessError: EQ911, EQ913, the person may not fill this form in.
        ConductError: EQ921, the form is frozen or locked; EQ922, a change without reason;
            EQ923, no valid consent; EQ927, an infusion without a released syringe.
    """
    require_form(actor, place.participant, place.form)
    site = place.participant.site
    with transaction.atomic():
        head = lock(place.participant.identifier)
        known = current(
            place.participant.identifier,
            (place.form.id, "consent", SYRINGE),
            place.visit,
            head=head,
        )
        where = place.form.id, place.visit, place.minute
        _open(known, where)
        require_consent(known, place.form, on=site.day(at))
        held = known.values.get(where, {})
        said, unclear = taken(
            place.form,
            {n: v.strip() for n, v in values.items()},
            {n: _text(held, n) for n in held},
            site.zone,
        )
        new = {n: v for n, v in said.items() if v != _text(held, n)}
        conflicts = _conflicts(held, new, seen, actor.name)
        if conflicts:
            return Saved(known.seq, conflicts=conflicts)
        merged = {n: v.value or "" for n, v in held.items()} | new
        signed = known.status.get(where) == "complete"
        whole = complete or signed  # a form that was signed off stays complete
        found = problems(place.form, merged, complete=whole) | unclear
        found = {n: what for n, what in found.items() if whole or n in new}
        if place.form.id == INFUSION:
            found = unreleased(known, place.visit, new, merged) | found
        if found:
            return Saved(known.seq, errors=found)
        changing = [n for n in new if _text(held, n)]
        if changing and signed:
            actor.require("correct", place.participant.site.code)
            if not reason.strip():
                raise _needs_reason(changing)
        facts = [
            Fact(
                "correct" if n in changing and signed else "answer",
                *where,
                item=n,
                value=v or None,
                reason=reason.strip() if n in changing else "",
            )
            for n, v in new.items()
        ]
        if complete and not signed:
            facts.append(Fact("complete", *where))
        if facts:
            made = append(
                place.participant.identifier,
                facts,
                actor=actor.name,
                protocol=hash_in_force(),
                at=at,
                head=head,
            )
            state = "complete" if complete or signed else "started"
            note_state(place.participant, where, state,
                       actor=actor, at=at, seq=made[-1].seq)  # fmt: skip
            if complete and place.form.id.partition("#")[0] in TELLING:
                note_status(place.participant)
            return Saved(made[-1].seq, changed=tuple(new))
        return Saved(known.seq)


def _text(held: Mapping[str, Value], name: str) -> str:
    return (held[name].value or "") if name in held else ""


def _open(known: Current, where: tuple[str, str, int | None]) -> None:
    require_unlocked(known)
    if known.status.get(where) == "frozen":
        raise ConductError.single(
            "EQ921",
            "this form is frozen",
            where="the form",
            mend="ask an investigator to unfreeze it",
        )


def _conflicts(
    held: Mapping[str, Value], new: Mapping[str, str], seen: int, name: str
) -> tuple[Conflict, ...]:
    """Fields that somebody else wrote after the form was shown."""
    return tuple(
        Conflict(n, held[n].value or "", v, held[n].actor, held[n].at)
        for n, v in new.items()
        if n in held and held[n].seq > seen and held[n].actor != name
    )


def _needs_reason(changing: list[str]) -> ConductError:
    return ConductError.single(
        "EQ922",
        f"{', '.join(changing)} would be changed after the form was complete",
        where="the form",
        mend="give the reason of the change; the value before stays on record",
    )


def note_state(
    person: Participant,
    where: Where,
    status: str,
    *,
    actor: Actor,
    at: datetime,
    seq: int,
) -> None:
    """Notes the state of a form, for lists; the chain is locked."""
    form, visit, minute = where
    asked, at_minute = ("minute = %s", [minute]) if minute is not None else (NEVER, [])
    new: list[Cell] = [status, seq, stored(at), actor.name]
    if not change(NOTED + asked, [*new, person.pk, form, visit, *at_minute]):
        FormState.objects.create(
            participant=person, form=form, visit=visit, minute=minute,
            status=status, seq=seq, changed_at=at, changed_by=actor.name,
        )  # fmt: skip
