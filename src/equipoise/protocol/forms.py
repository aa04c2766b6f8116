"""Forms of the protocol: ``[[forms]]``, from the library or defined in the protocol.

A standard form is used by its name and may be extended::

    [[forms]]
    use = "concomitant-medication"

    [[forms]]
    use = "pregnancy-test"
    visits = ["screening", "infusion1"]

Field names follow CDASH (CDISC CDASHIG 2.x) where it defines them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.grades import Grading, ReferenceRange
from equipoise.protocol.roles import Concealed, Person

FieldType = Literal[
    "choice", "number", "text", "date", "time", "datetime", "flag", "file"
]
Order = Literal["not before", "not after", "is", "any is"]
ChoicesFrom = Literal["consent versions", "criteria", "infusions", "visits"]
MissingCode = Literal["not assessed", "not applicable", "unknown", "refused"]
MISSING_CODES: tuple[MissingCode, ...] = (
    "not assessed",
    "not applicable",
    "unknown",
    "refused",
)


class OnlyIf(Part):
    """A field is shown only if another field of the form has one of these values."""

    field: Identifier
    one_of: tuple[Text, ...] = Field(min_length=1)


class FormField(Part):
    """One field of a form.

    Attributes:
        id: key of the value; the CDASH variable if there is one.
        cdash: the CDASH variable if ``id`` is another name.
        label: label of the field on the page.
        type: ``file`` is an error (EQ119): scans are attached to the complete form.
        choices: value -> label on the page, for ``choice``.
        choices_from: further choices, before ``choices``, from the trial: versions of the
            consent, or eligibility criteria, infusions or visits of its protocol. In a
            trial without infusions, the field is not shown.
        time_of: of a ``time``: the field with its date; checks on the date use both.
        min, max: limits of a number, in ``unit``, both included.
        decimals: of a number; 0 for integers.
        required: whether the form is incomplete without it.
        only_if: condition to show the field; always shown if absent.
        missing: codes for missing values that the field accepts.
        sum: fields of the form whose sum is this number; it is calculated and shown
            during entry, and cannot be entered.
        grading: criteria from which this number, the toxicity grade of a laboratory
            value, is calculated; it cannot be entered.
    """

    id: Identifier
    label: Text
    type: FieldType
    cdash: Identifier | None = None
    unit: str = ""
    choices: dict[str, str] = Field(default_factory=dict)
    choices_from: ChoicesFrom | None = None
    time_of: Identifier | None = None
    min: float | None = None
    max: float | None = None
    decimals: int = Field(default=0, ge=0, le=6)
    help: str = ""
    required: bool = True
    only_if: OnlyIf | None = None
    missing: tuple[MissingCode, ...] = MISSING_CODES
    sum: tuple[Identifier, ...] = ()
    grading: Grading | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Fields from which its value is calculated; empty for an entered value."""
        return self.sum if self.grading is None else self.grading.inputs

    @property
    def is_calculated(self) -> bool:
        """Whether its value is calculated from other fields and cannot be entered."""
        return bool(self.inputs)


class FormCheck(Part):
    """An edit check: compares a response with another value, or with allowed values.

    Attributes:
        field: field at which the problem is shown.
        order: ``not before``, ``not after`` another value; ``is`` one of some values;
            ``any is``: at least one of several ``fields`` is one of some values.
        other: ``today``, ``day0``, ``infusion start``, ``window start`` and ``window
            end`` of the planned visit, a field of the form, or ``form.field`` of another
            form that belongs to no visit.
        fields: of the form, for ``any is``.
        hard: a failed hard check prevents saving; a failed soft check needs a reason.
        text: message if the check fails.
    """

    id: Identifier
    field: Identifier
    order: Order
    other: Text | None = None
    one_of: tuple[Text, ...] = ()
    fields: tuple[Identifier, ...] = ()
    hard: bool = True
    text: Text


class FormDefinition(Part):
    """A form: its fields, checks, role and schedule.

    Attributes:
        id: name of the form; in exports and addresses.
        title: title on the page.
        by: role that enters it.
        attested: whether only that role completes it; others may prepare it.
        conceals: what it reveals to a reader; None if no role must be kept from it.
        visits: visits at which it is planned.
        minutes: from the start of the infusion, at each of ``visits``.
        any_time: whether it can be entered whenever it is needed.
        repeats: whether a participant can have several of it.
        ranges: reference ranges of the laboratory of the trial, for its results.
    """

    id: Identifier
    title: Text
    by: Person = "coordinator"
    attested: bool = False
    conceals: Concealed | None = None
    visits: tuple[Identifier, ...] = ()
    minutes: tuple[int, ...] = ()
    any_time: bool = False
    repeats: bool = False
    fields: tuple[FormField, ...] = Field(min_length=1)
    checks: tuple[FormCheck, ...] = ()
    ranges: tuple[ReferenceRange, ...] = ()


class FormUse(Sourced):
    """An entry of ``[[forms]]``: a form of the library, extended, or a new form.

    ``source`` or ``assumed`` states whether it is known that the trial collects this.

    Attributes:
        use: id of a form of the library; all other keys replace those of the library,
            except ``fields`` and ``checks``, which are added. A field with the id of a
            field of the library replaces it.
        omit: fields of the library's form that this trial does not collect; checks on
            them are omitted too.
        id: of a new form; by default the id of the library's form.
        others: as in ``FormDefinition``.
    """

    use: Identifier | None = None
    omit: tuple[Identifier, ...] = ()
    id: Identifier | None = None
    title: Text | None = None
    by: Person | None = None
    attested: bool | None = None
    conceals: Concealed | None = None
    visits: tuple[Identifier, ...] = ()
    minutes: tuple[int, ...] = ()
    any_time: bool | None = None
    repeats: bool | None = None
    fields: tuple[FormField, ...] = ()
    checks: tuple[FormCheck, ...] = ()
    ranges: tuple[ReferenceRange, ...] = ()

    @property
    def name(self) -> str:
        """The id of the form that results."""
        return self.id or self.use or ""


NOT_OF_THE_FORM = {"use", "omit", "fields", "checks", "source", "assumed", "note"}


def resolved(use: FormUse, shelf: Mapping[str, FormDefinition]) -> FormDefinition:
    """The form that results from an entry of ``[[forms]]``.

    Args:
        use: the entry.
        shelf: forms of the library that the protocol uses, by id.

    Raises:
        KeyError: the library has no such form.
        pydantic.ValidationError: a new form has no value for a required key.

    Example:
        >>> urine = FormDefinition(
        ...     id="urine", title="Urine", fields=[FormField(
        ...         id="LBORRES", label="Result", type="text")])
        >>> resolved(FormUse(use="urine", visits=("screening",)), {"urine": urine}).visits
        ('screening',)
    """
    stated = {
        name: getattr(use, name)
        for name in use.model_fields_set - NOT_OF_THE_FORM
        if getattr(use, name) not in (None, ())
    }
    if use.use is None:
        return FormDefinition.model_validate(
            {**stated, "fields": use.fields, "checks": use.checks}
        )
    base = shelf[use.use]
    own = {field.id: field for field in use.fields}
    kept = tuple(own.pop(f.id, f) for f in base.fields if f.id not in use.omit)
    checks = tuple(c for c in base.checks if not _looks_at(c) & set(use.omit))
    return base.model_copy(
        update={
            **stated,
            "fields": (*kept, *own.values()),
            "checks": (*checks, *use.checks),
        }
    )


def _looks_at(check: FormCheck) -> set[str]:
    """Names among which are the fields of the form that a check needs."""
    return {check.field, check.other or "", *check.fields}
