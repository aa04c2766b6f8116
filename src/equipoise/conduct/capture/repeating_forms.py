"""Repeating forms and forms for any time.

Adverse events, milestones, unscheduled visits, and forms of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.capture.consent import require_consent
from equipoise.conduct.capture.current_values import Current, Where, changing
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import UNSCHEDULED, place_of
from equipoise.conduct.capture.form_plan import Plan
from equipoise.conduct.capture.form_saving import record_states
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.permission import may_fill, may_read, require_form
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_definition import numbered

UNPLANNED = "unscheduled"  # kind of an unscheduled visit; other kinds are form ids


def begin(person: Participant, kind: str, *, actor: Actor, at: datetime) -> Place:
    """Opens the next form of a kind, or an empty one again (EQ913, EQ921, EQ923)."""
    require_form(actor, person, _place(person, kind, 1).form)
    with changing(person.identifier) as known:
        require_consent(known, _place(person, kind, 1).form, on=person.site.day(at))
        numbers = opened(known, kind)
        for number in numbers:
            if _is_left_empty(person, kind, number, known, actor):
                return _place(person, kind, number)
        place = _place(person, kind, 1 + max(numbers, default=0))
        fact = Fact("open", *place.where)
        record_states(person, [fact], [""], actor=actor, at=at)
    return place


def opened(known: Current, kind: str) -> list[int]:
    """Numbers of the forms of a kind, in order."""
    found = set()
    for form, visit, _ in known.status:
        if kind == UNPLANNED and visit.startswith(UNSCHEDULED):
            found.add(int(visit.removeprefix(UNSCHEDULED)))
        elif kind != UNPLANNED and form.startswith(f"{kind}#"):
            found.add(int(form.partition("#")[2]))
    return sorted(found)


def in_order(place: Place, known: Current) -> bool:
    """Whether a numbered form is open, or is the next one: numbers have no gaps."""
    kind, _, number = place.form.id.partition("#")
    if place.visit.startswith(UNSCHEDULED):
        kind, number = UNPLANNED, place.visit.removeprefix(UNSCHEDULED)
    if not number:
        return True
    last = max(opened(known, kind), default=0)
    return int(number) <= 1 + last


def _place(person: Participant, kind: str, number: int) -> Place:
    if kind == UNPLANNED:
        return place_of(person, "visit", f"{UNSCHEDULED}{number}")
    return place_of(person, f"{kind}#{number}")


def _is_left_empty(
    person: Participant, kind: str, number: int, known: Current, actor: Actor
) -> bool:
    place = _place(person, kind, number)
    where: Where = place.form.id, place.visit, None
    if known.values.get(where) or known.status.get(where) != "":
        return False
    state = FormState.objects.filter(
        participant=person, form=where[0], visit=where[1], minute=None
    ).first()
    return state is not None and state.changed_by == actor.name


EVERYWHERE = ("event", "milestone")  # of which every participant can have many
NAMING = ("text", "choice")  # kinds of fields whose value labels a form


@dataclass(frozen=True, slots=True)
class Instance:
    """A form that was opened."""

    place: Place  # for its address
    state: str  # empty (opened, or emptied), else as in ``current_values``
    label: str  # first value that labels it; empty while there is none


@dataclass(frozen=True, slots=True)
class FurtherForm:
    """A form of one kind, as one user may view it."""

    form: Form  # without a number; ``repeats``: whether there can be many
    instances: tuple[Instance, ...]  # in order, with voided ones
    may_fill: bool  # whether the user may fill in one

    @property
    def may_begin(self) -> bool:
        """Whether another instance can be opened, by ``begin`` of ``form.id``.

        A form that does not repeat is opened by its address alone.
        """
        return self.may_fill and (self.form.repeats or not self.instances)


def further_forms(
    plan: Plan, known: Current, actor: Actor, person: Participant
) -> tuple[FurtherForm, ...]:
    """Events, milestones and forms of the protocol that a user may read, in order."""
    kinds = [plan.standing[name] for name in EVERYWHERE] + [*plan.any_time.values()]
    return tuple(
        FurtherForm(
            form,
            tuple(_instances(form, known, person)),
            known.locked is None and may_fill(actor, person, form, plan.protocol),
        )
        for form in kinds
        if may_read(actor, person, form, plan.protocol)
    )


def _instances(form: Form, known: Current, person: Participant) -> Iterator[Instance]:
    numbers = opened(known, form.id) if form.repeats else []
    forms = [numbered(form, f"{n}") for n in numbers] if form.repeats else [form]
    for one in forms:
        place = Place(person, one)
        if place.where in known.status:
            yield Instance(place, known.status[place.where], _label(place, known))


def _label(place: Place, known: Current) -> str:
    said = known.answers(*place.where)
    for field in place.form.fields:
        if field.kind in NAMING and field.name in said:
            labels = {choice.value: choice.label for choice in field.choices}
            return labels.get(said[field.name], said[field.name])
    return ""
