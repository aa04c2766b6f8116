"""Forms of ``[[forms]]``, as pages, interface and export know them."""

from __future__ import annotations

from dataclasses import replace

from equipoise.conduct.forms.definition import Check, Choice, Field, Form, Shown
from equipoise.protocol.calendar import Visit
from equipoise.protocol.forms import FormCheck, FormDefinition, FormField
from equipoise.protocol.model import Protocol


def form_of(definition: FormDefinition) -> Form:
    """The form that a definition states."""
    return Form(
        id=definition.id,
        title=definition.title,
        by=definition.by,
        fields=tuple(map(_field, definition.fields)),
        shows=definition.conceals or "",
        attested=definition.attested,
        repeats=definition.repeats,
        any_time=definition.any_time,
        checks=tuple(map(_check, definition.checks)),
    )


def own_forms(protocol: Protocol) -> dict[str, Form]:
    """Id -> form, of every form that the protocol states, in its order."""
    return {form.id: form_of(form) for form in protocol.form_definitions()}


def planned(protocol: Protocol, visit: Visit) -> list[tuple[Form, int | None]]:
    """Forms of the protocol at a visit, each with its minute."""
    return [
        (form_of(definition), minute)
        for definition in protocol.form_definitions()
        if visit.id in definition.visits
        for minute in definition.minutes or (None,)
    ]


def numbered(form: Form, number: str) -> Form:
    """One of many of a form that repeats."""
    return replace(form, id=f"{form.id}#{number}")


def _field(stated: FormField) -> Field:
    return Field(
        name=stated.id,
        label=stated.label,
        kind=stated.type,
        required=stated.required,
        choices=tuple(Choice(value=v, label=t) for v, t in stated.choices.items()),
        min=stated.min,
        max=stated.max,
        decimals=stated.decimals,
        unit=stated.unit,
        hint=stated.help,
        only_if=(
            None
            if stated.only_if is None
            else Shown(field=stated.only_if.field, one_of=stated.only_if.one_of)
        ),
        missing=stated.missing,
        cdash=stated.cdash or "",
        sum=stated.sum,
    )


def _check(stated: FormCheck) -> Check:
    return Check(
        id=stated.id,
        field=stated.field,
        order=stated.order,
        other=stated.other or "",
        one_of=stated.one_of,
        hard=stated.hard,
        text=stated.text,
    )
