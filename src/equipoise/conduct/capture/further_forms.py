"""Forms that are filled in whenever they are needed, with those that are there.

Adverse events, milestones, and forms of the protocol with ``any_time``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.current import Current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.occurrences import opened
from equipoise.conduct.capture.permission import may_fill, may_read
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_definition import numbered

EVERYWHERE = ("event", "milestone")  # of which every participant can have many
NAMING = ("text", "choice")  # kinds of fields whose answer says what a form is about


@dataclass(frozen=True, slots=True)
class Instance:
    """A form that was opened.

    Attributes:
        place: for its address.
        state: ``""`` (opened, or emptied), ``started``, ``complete``, ``not done``,
            ``void``, ``frozen`` or ``locked``.
        label: the first answer that says what it is about, such as the medication; empty
            while there is none.
    """

    place: Place
    state: str
    label: str


@dataclass(frozen=True, slots=True)
class FurtherForm:
    """A form of one kind, as one user may see it.

    Attributes:
        form: without a number; ``repeats`` says whether there can be many.
        instances: in their order; voided ones among them.
        may_fill: whether the user may fill one in; nobody once the participant is locked.
    """

    form: Form
    instances: tuple[Instance, ...]
    may_fill: bool

    @property
    def may_begin(self) -> bool:
        """Whether another one can be opened: ``occurrences.begin`` of ``form.id``.

        A form of which there is one is opened by its address alone.
        """
        return self.may_fill and (self.form.repeats or not self.instances)


def further_forms(
    plan: Plan, known: Current, actor: Actor, person: Participant
) -> tuple[FurtherForm, ...]:
    """Adverse events, milestones and forms of the protocol, in this order.

    Args:
        plan: of the protocol in force.
        known: everything of the participant.
        actor: who looks; forms that the user may not read are not in the result.
        person: the participant.
    """
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
