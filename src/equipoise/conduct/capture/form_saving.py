"""Saving of forms: edit checks, conflicts, and a reason for every change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar, cast

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Head
from equipoise.conduct.audit.record import lock, require_reason
from equipoise.conduct.capture.consent import require_consent
from equipoise.conduct.capture.current_values import (
    Current,
    Value,
    Where,
    current,
    require_unlocked,
)
from equipoise.conduct.capture.form_instance import (
    Place,
    as_filled_by,
    other_rating,
    require_other_rater,
)
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.participant_status import note_status
from equipoise.conduct.capture.permission import require_attester, require_form
from equipoise.conduct.capture.syringe_release import INFUSION, SYRINGE, unreleased
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.edit_checks import Known, failing
from equipoise.conduct.forms.local_time import moment, taken
from equipoise.conduct.forms.value_checks import problems
from equipoise.conduct.sql_statements import Cell, change, stored
from equipoise.conduct.study.protocols import record
from equipoise.errors import ConductError
from equipoise.protocol.forms import FormCheck

# Forms that determine the status of a participant.
TELLING = ("consent", "exclusion", "milestone")
NOTED = (
    "UPDATE capture_formstate SET status = %s, seq = %s, changed_at = %s, changed_by = %s "
    "WHERE participant_id = %s AND form = %s AND visit = %s AND "
)
NOTHING: Mapping[str, str] = MappingProxyType({})
# For packages above this one, such as ``safety``. Both are sent in the transaction of the
# save. ``checking`` (place, known, new, at) returns field -> problem; ``saved`` (place,
# known, before, changed, at) returns facts, added under the same actor.
checking, saved = Signal(), Signal()
T = TypeVar("T")
Answers = list[tuple[object, T]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that another user has changed meanwhile."""

    field: str
    theirs: str  # the current value
    yours: str  # the value that was not saved
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """Result of a save."""

    seq: int  # length of the chain now, to be sent back with the next save
    errors: dict[str, str] = field(default_factory=dict)  # nothing was saved if any
    conflicts: tuple[Conflict, ...] = ()  # nothing was saved if there are any
    changed: tuple[str, ...] = ()  # fields that were written
    # Soft checks that fail and are not confirmed: a draft is saved with them, a form is
    # not completed.
    doubts: tuple[FormCheck, ...] = ()
    # Field -> value or missing code of the form now.
    said: Mapping[str, str] = field(default_factory=dict, compare=False)


def save(
    place: Place,
    values: Mapping[str, str],
    *,
    actor: Actor,
    at: datetime,
    seen: int,
    complete: bool = False,
    reason: str = "",
    confirmed: Mapping[str, str] = NOTHING,
) -> Saved:
    """Saves the values of a form, as a draft or as a complete form.

    An empty text clears a value; omitted fields remain unchanged; times are local times of
    the site. Fields that others have changed since the form was shown, when the chain had
    the length ``seen``, are conflicts, and nothing is overwritten. ``complete`` signs the
    form off; ``confirmed`` is soft check -> reason why the value is right although the
    check fails.

    Raises:
        AccessError: EQ911, EQ913, the user may not fill in this form, or made the other
            one of two ratings.
        ConductError: EQ921, the form is frozen or locked; EQ922, a change without reason;
            EQ923, no valid consent; EQ927, an infusion without a released syringe.
    """
    require_form(actor, place.participant, place.form)
    place = as_filled_by(actor, place)
    person, form, where = place.participant, place.form, place.where
    with transaction.atomic():
        head = lock(person.identifier)
        known = _open_form(place, head, actor, at)
        before, held = known.answers(*where), known.values.get(where, {})
        new, unclear = _changes(place, held, values)
        conflicts = tuple(c for c in newer(held, new, seen) if c.actor != actor.name)
        if conflicts:
            return Saved(known.seq, conflicts=conflicts)
        signed = known.status.get(where) == "complete"
        whole = complete or signed  # a form that was signed off remains complete
        failed = failing(form, _merged(held, new), compared(place, known, at))
        errors = unclear | _wrong(place, known, new, failed, at, whole=whole)
        if errors:
            return Saved(known.seq, errors=errors)
        doubts = unconfirmed(failed, known, where, new, confirmed)
        if doubts and whole:
            return Saved(known.seq, doubts=doubts)
        facts = _facts(
            place, held, new, signed=signed, reason=reason.strip(), actor=actor
        )
        facts += confirmations(failed, where, confirmed)
        if complete and not signed:
            require_attester(actor, place)
            facts.append(Fact("complete", *where))
        if not facts:
            return Saved(known.seq, doubts=doubts, said=known.said(*where))
        seq = _record(place, known, facts, head, actor, at)
        if complete and form.id.partition("#")[0] in TELLING:
            note_status(person)
        seq = (_follow(place, known, before, new, actor, at) if new else 0) or seq
        return Saved(seq, changed=tuple(new), doubts=doubts, said=known.said(*where))


def _open_form(place: Place, head: Head, actor: Actor, at: datetime) -> Current:
    """What is known of a form that may be saved now; refuses any other."""
    person, form = place.participant, place.form
    read = form.id, "consent", SYRINGE, *needed(form), *other_rating(form)
    known = current(person.identifier, read, place.visit, head=head)
    _open(known, place.where)
    require_other_rater(place, known, actor.name)
    require_consent(known, form, on=person.site.day(at))
    return known


def _changes(
    place: Place, held: Mapping[str, Value], values: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Field -> value of those that differ from the saved ones; field -> unclear time."""
    sent, unclear = taken(
        place.form,
        {n: v.strip() for n, v in values.items()},
        {n: _text(held, n) for n in held},
        place.participant.site.zone,
    )
    return {n: v for n, v in sent.items() if v != _text(held, n)}, unclear


def _record(
    place: Place,
    known: Current,
    facts: list[Fact],
    head: Head,
    actor: Actor,
    at: datetime,
) -> int:
    """Adds facts to the audit trail, to what is known, and to the list of states."""
    person, where = place.participant, place.where
    made = record(person.identifier, *facts, actor=actor.name, at=at, head=head)
    for e in made:
        known.add(e.seq, e.at, e.actor, e.act, *where, e.item, e.value)
    seq, status = made[-1].seq, known.status.get(where, "")
    note_state(person, where, status, actor=actor, at=at, seq=seq)
    return seq


def _follow(
    place: Place,
    known: Current,
    before: Mapping[str, str],
    new: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> int:
    """Adds facts that follow from the values; the length of the chain, or 0."""
    sent = saved.send(save, place=place, known=known, before=before, changed=new, at=at)
    facts = [f for _, more in cast("Answers[list[Fact]]", sent) for f in more]
    if not facts:
        return 0
    return record(place.participant.identifier, *facts, actor=actor.name, at=at)[-1].seq


def _merged(held: Mapping[str, Value], new: Mapping[str, str]) -> dict[str, str]:
    return {n: v.value or "" for n, v in held.items()} | dict(new)


def _wrong(
    place: Place,
    known: Current,
    new: Mapping[str, str],
    failed: Sequence[FormCheck],
    at: datetime,
    *,
    whole: bool,
) -> dict[str, str]:
    """Field -> problem that prevents saving; in a draft, of the changed fields only."""
    held = _merged(known.values.get(place.where, {}), {})
    merged = held | dict(new)
    hard = {check.field: check.text for check in failed if check.hard}
    found = hard | problems(place.form, merged, complete=whole, held=held)
    found = {n: what for n, what in found.items() if whole or n in new}
    if place.form.id == INFUSION:
        found = unreleased(known, place.visit, new, merged) | found
    sent = checking.send(save, place=place, known=known, new=new, at=at)
    for _, more in cast("Answers[dict[str, str]]", sent):
        found |= more
    return found


def _facts(
    place: Place,
    held: Mapping[str, Value],
    new: Mapping[str, str],
    *,
    signed: bool,
    reason: str,
    actor: Actor,
) -> list[Fact]:
    """Audit facts of the fields; a change after signing needs a reason."""
    changing = [n for n in new if _text(held, n)]
    if changing and signed:
        actor.require("correct", place.participant.site.code)
        labels = ", ".join(f.label for f in place.form.fields if f.name in changing)
        require_reason(
            reason, "EQ922",
            f"the form is complete: a change of {labels} needs a reason",
            "the form", "enter the reason; the audit trail keeps both values",
        )  # fmt: skip
    return [
        Fact(
            "correct" if n in changing and signed else "answer",
            *place.where,
            item=n,
            value=v or None,
            reason=reason if n in changing else "",
        )
        for n, v in new.items()
    ]


def _text(held: Mapping[str, Value], name: str) -> str:
    return (held[name].value or "") if name in held else ""


def _open(known: Current, where: Where) -> None:
    require_unlocked(known)
    state = known.status.get(where, "")
    mends = {
        "frozen": "ask an investigator to unfreeze it",
        "not done": 'remove the mark "not done" first',
        "void": "open a new one from the participant's page",
    }
    if state in mends and (state != "void" or "#" in where[0]):
        raise ConductError.single(
            "EQ921", f"this form is {state}", where="the form", fix=mends[state]
        )


def newer(
    held: Mapping[str, Value], new: Mapping[str, str], seen: int
) -> Iterator[Conflict]:
    """Fields that were written after the form was shown."""
    for n, v in new.items():
        if n in held and held[n].seq > seen:
            yield Conflict(n, held[n].value or "", v, held[n].actor, held[n].at)


def note_state(
    person: Participant,
    where: Where,
    status: str,
    *,
    actor: Actor,
    at: datetime,
    seq: int,
) -> None:
    """Stores the status of a form, for lists; the chain is locked."""
    form, visit, minute = where
    at_minute: list[Cell] = [] if minute is None else [minute]
    statement = NOTED + ("minute = %s" if at_minute else "minute IS NULL")
    new: list[Cell] = [status, seq, stored(at), actor.name]
    if not change(statement, [*new, person.pk, form, visit, *at_minute]):
        FormState.objects.create(
            participant=person, form=form, visit=visit, minute=minute,
            status=status, seq=seq, changed_at=at, changed_by=actor.name,
        )  # fmt: skip


def record_states(
    person: Participant,
    facts: Sequence[Fact],
    states: Iterable[str],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Adds facts on forms, and stores the status of each form after its fact."""
    made = record(person.identifier, *facts, actor=actor.name, at=at)
    for state, entry in zip(states, made, strict=True):
        where = entry.form, entry.visit, entry.minute
        note_state(person, where, state, actor=actor, at=at, seq=entry.seq)


CONFIRM = "confirm value"


def needed(form: Form) -> list[str]:
    """Other forms that the checks of a form read."""
    others = [check.other or "" for check in form.checks]
    found = {other.partition(".")[0] for other in others if "." in other}
    return sorted(found | {"infusion"} if "infusion start" in others else found)


def compared(place: Place, known: Current, at: datetime) -> Known:
    """Values with which the values of a form are compared.

    ``known`` has the forms of ``needed``.
    """
    start = known.answers("infusion", place.visit).get("started_at")
    return Known(
        now=at + settings.CLOCK_TOLERANCE,  # a device may be ahead by seconds
        zone=place.participant.site.zone,
        day0=place.participant.day0,
        infusion_start=None if start is None else moment(start),
        window=_window(place),
        answer=lambda form, field: known.answers(form).get(field, ""),
    )


def _window(place: Place) -> tuple[date, date] | None:
    """First and last day of a planned visit, once day 0 is planned."""
    day0 = place.participant.day0
    if day0 is None or not any("window" in (c.other or "") for c in place.form.checks):
        return None
    found = (v for v in plan_in_force().calendar(day0) if v.visit.id == place.visit)
    return next(((v.earliest, v.latest) for v in found), None)


def unconfirmed(
    failed: Iterable[FormCheck],
    known: Current,
    where: Where,
    changing: Collection[str],
    confirmed: Mapping[str, str],
) -> tuple[FormCheck, ...]:
    """Open queries: soft checks that fail and are not confirmed for the current values.

    An earlier confirmation is void for fields that are changed now (``changing``);
    ``confirmed`` is soft check -> reason, entered now.
    """
    before = known.confirmed.get(where, {})
    return tuple(
        check
        for check in failed
        if not check.hard
        and not confirmed.get(check.id, "").strip()
        and (check.id not in before or check.field in changing)
    )


def confirmations(
    failed: Iterable[FormCheck], where: Where, confirmed: Mapping[str, str]
) -> list[Fact]:
    """Facts about values: each confirmed soft check, with its reason."""
    return [
        Fact(CONFIRM, *where, item=check.field, value=check.id, reason=reason)
        for check in failed
        if not check.hard and (reason := confirmed.get(check.id, "").strip())
    ]
