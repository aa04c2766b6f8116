"""Forms as the protocol states them: ``[[forms]]``, from the library or its own.

A standard form is taken by its name and may be extended::

    [[forms]]
    use = "concomitant-medication"

    [[forms]]
    use = "pregnancy-test"
    visits = ["screening", "infusion1"]

Field names follow CDASH (CDISC CDASHIG 2.x) where it has them.
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
    """A field is asked only if another field of the form has one of some values."""

    field: Identifier
    one_of: tuple[Text, ...] = Field(min_length=1)


class FormField(Part):
    """One question.

    Attributes:
        id: key of the value; the variable of CDASH where there is one.
        cdash: the variable of CDASH where ``id`` is another name.
        label: what is asked.
        type: ``file`` is refused with what to use instead (EQ119): scans are attached to
            a form as a whole.
        choices: value -> what the page says, for ``choice``.
        choices_from: further choices, before ``choices``, that the trial gives: versions
            of the consent, eligibility criteria, infusions or visits of its protocol. A
            trial without infusions is not asked about them.
        time_of: of a ``time``: the date whose time of day it is; checks on the date look
            at both.
        min, max: of a number, in ``unit``, both included.
        decimals: of a number; 0 for whole numbers.
        required: whether the form is complete without it.
        only_if: when it is asked; always, if absent.
        missing: codes that can stand in the place of an answer.
        sum: fields of the form of which this number is the sum; it is shown as one
            types and never typed itself.
        grading: criteria from which this number follows, the toxicity grade of a
            laboratory value; likewise never typed.
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
        """Fields from which its value is calculated; empty for one that is typed."""
        return self.sum if self.grading is None else self.grading.inputs

    @property
    def is_calculated(self) -> bool:
        """Whether its value follows from other fields, and is never typed."""
        return bool(self.inputs)


class FormCheck(Part):
    """What two answers, or an answer and today, must have to do with each other.

    Attributes:
        field: where the problem is shown.
        order: ``not before``, ``not after`` another value; ``is`` one of some values;
            ``any is``: of several ``fields`` at least one is one of some values.
        other: ``today``, ``day0``, ``infusion start``, ``window start`` and ``window
            end`` of the planned visit, a field of the form, or ``form.field`` of another
            form that belongs to no visit.
        fields: of the form, for ``any is``.
        hard: nobody saves against it; a soft check is confirmed with a reason.
        text: what is wrong when it fails.
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
    """A form: what is asked, by whom, when, and what makes it whole.

    Attributes:
        id: name of the form; in exports and addresses.
        title: what it is called on the page.
        by: role that fills it in.
        attested: whether only that role signs it off; others may prepare it.
        conceals: what it would tell a reader; None for what nobody need be kept from.
        visits: at which it is planned.
        minutes: from the start of the infusion, at each of ``visits``.
        any_time: whether it can be filled in whenever it is needed.
        repeats: whether there can be many of it for one participant.
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
    """An entry of ``[[forms]]``: a form of the library, extended, or one of its own.

    ``source`` or ``assumed`` says whether it is known that the trial collects this.

    Attributes:
        use: id of a form of the library; everything that is stated beside it replaces
            what the library says, but ``fields`` and ``checks``, which are added. A
            field with the id of one of the library takes its place.
        omit: fields of the library's form that this trial does not ask for; checks on
            them go with them.
        id: of a form of its own; the id of the library's form, if absent.
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
    """The form that an entry of ``[[forms]]`` states.

    Args:
        use: the entry.
        shelf: forms of the library that the protocol takes, by id.

    Raises:
        KeyError: the library has no such form.
        pydantic.ValidationError: a form of its own lacks what a form needs.

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
