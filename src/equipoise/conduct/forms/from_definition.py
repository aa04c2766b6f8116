"""Forms of ``[[forms]]`` of the protocol, for pages, API and export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from equipoise.conduct.forms.definition import Choice, Field, Form
from equipoise.protocol.calendar import Visit
from equipoise.protocol.check_forms import BUILT_IN
from equipoise.protocol.forms import FormDefinition, FormField
from equipoise.protocol.model import Protocol

YES_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))


def form_of(
    definition: FormDefinition,
    protocol: Protocol | None = None,
    versions: tuple[str, ...] = (),
) -> Form:
    """The form of a definition.

    The protocol provides choices such as its visits, and ``versions`` are those of the
    consent: both are optional for a form without such choices.
    """
    given = _given(protocol, versions)
    fields = (_field(stated, given, definition) for stated in definition.fields)
    return Form(
        id=definition.id,
        title=definition.title,
        by=definition.by,
        fields=tuple(field for field in fields if field is not None),
        shows=definition.conceals or "",
        attested=definition.attested,
        repeats=definition.repeats,
        any_time=definition.any_time,
        checks=definition.checks,
    )


def own_forms(protocol: Protocol) -> dict[str, Form]:
    """Id -> form, of every form that the protocol defines, in order.

    Without the standard forms, to which a protocol can add fields.
    """
    return {
        form.id: form_of(form, protocol)
        for form in protocol.form_definitions()
        if form.id not in BUILT_IN
    }


def planned(protocol: Protocol, visit: Visit) -> list[tuple[Form, int | None]]:
    """Forms of the protocol at a visit, each with its minute."""
    return [
        (form_of(definition, protocol), minute)
        for definition in protocol.form_definitions()
        if visit.id in definition.visits
        for minute in definition.minutes or (None,)
    ]


def for_sex(form: Form, sex: Callable[[], str]) -> Form:
    """The form with only the reference ranges of a participant.

    ``sex`` returns that of the participant; called only if a range depends on it.
    """
    if not any(r.sex for field in form.fields for r in field.ranges):
        return form
    own = sex()
    fields = (
        replace(f, ranges=tuple(r for r in f.ranges if r.sex in (None, own)))
        for f in form.fields
    )
    return replace(form, fields=tuple(fields))


def numbered(form: Form, number: str) -> Form:
    """One instance of a repeating form."""
    return replace(form, id=f"{form.id}#{number}")


Given = dict[str, tuple[Choice, ...]]


def _given(protocol: Protocol | None, versions: tuple[str, ...]) -> Given:
    """Source in ``choices_from`` -> choices."""
    found = {"consent versions": tuple(Choice(value=v, label=v) for v in versions)}
    if protocol is not None:
        found["criteria"] = tuple(
            Choice(value=c.id, label=f"{c.id}: {c.text}") for c in protocol.eligibility
        )
        visits = [
            (v, Choice(value=v.id, label=v.label)) for v in protocol.schedule.visits
        ]
        found["visits"] = tuple(choice for _, choice in visits)
        found["infusions"] = tuple(c for v, c in visits if v.infusion is not None)
    return found


def _field(stated: FormField, given: Given, of: FormDefinition) -> Field | None:
    """A field; None for one about infusions that the trial does not have."""
    offered = given.get(stated.choices_from or "", ())
    if stated.choices_from == "infusions" and not offered:
        return None
    listed = tuple(Choice(value=v, label=t) for v, t in stated.choices.items())
    return Field(
        name=stated.id,
        label=stated.label,
        kind=stated.type,
        required=stated.required and not stated.is_calculated,
        choices=YES_NO if stated.type == "flag" else (*offered, *listed),
        min=stated.min,
        max=stated.max,
        decimals=stated.decimals,
        unit=stated.unit,
        hint=stated.help,
        only_if=stated.only_if,
        missing=stated.missing,
        cdash=stated.cdash or "",
        sum=stated.sum,
        grading=stated.grading,
        ranges=tuple(
            r for r in of.ranges if stated.grading and r.of == stated.grading.of
        ),
        time_of=stated.time_of or "",
    )
