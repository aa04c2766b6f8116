"""What a form is: fields with their ranges, known to browser and server alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.protocol.forms import MISSING_CODES
from equipoise.protocol.grades import Grading, ReferenceRange

Kind = Literal["choice", "number", "text", "date", "time", "datetime", "flag", "file"]
Concealed = Literal[
    "arm", "infusions", "dissociation", "vitals", "adverse events", "ratings", ""
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One possible answer."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """When a field is asked: another field of the form has one of some values."""

    field: str
    one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question.

    Attributes:
        name: key of the value.
        label: what is asked.
        kind: of the value.
        required: whether the form is complete without it.
        choices: for ``choice``.
        min, max: for ``number``, inclusive.
        decimals: for ``number``; 0 for whole numbers.
        unit: of a number.
        hint: a sentence below the question.
        only_if: condition under which it is asked; None for always.
        missing: codes that can stand in the place of an answer (``forms.missing``).
        cdash: the name of the variable in CDASH, where ``name`` is another.
        sum: fields of which this number is the sum: shown as one types, never typed.
        grading: criteria of the toxicity grade that this number is, likewise.
        ranges: reference ranges of the protocol for its result.
        time_of: of a ``time``: the date whose time of day it is.
    """

    name: str
    label: str
    kind: Kind
    required: bool = True
    choices: tuple[Choice, ...] = ()
    min: float | None = None
    max: float | None = None
    decimals: int = 0
    unit: str = ""
    hint: str = ""
    only_if: Shown | None = None
    missing: tuple[str, ...] = MISSING_CODES
    cdash: str = ""
    sum: tuple[str, ...] = ()
    grading: Grading | None = None
    ranges: tuple[ReferenceRange, ...] = ()
    time_of: str = ""

    @property
    def is_calculated(self) -> bool:
        """Whether its value follows from other fields, and is never typed."""
        return bool(self.sum) or self.grading is not None


Order = Literal["not before", "not after", "is", "any is"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What two answers, or an answer and today, must have to do with each other.

    Attributes:
        id: unique in the form.
        field: the field at which the problem is shown.
        order: ``not before`` and ``not after`` compare days or moments, and numbers with
            numbers; ``is`` asks for one of some values; ``any is`` asks for it in at
            least one of ``fields``.
        other: ``today``, ``day0``, ``infusion start``, ``window start`` and ``window
            end`` of the planned visit, another field of the form (``started_on``), or a
            field of another form (``consent.signed_at``). What is not known is not
            compared.
        one_of: for ``is`` and ``any is``.
        fields: for ``any is``.
        hard: nobody can save against it; a soft one is confirmed with a reason.
        text: what is wrong, in words, when it fails.
    """

    id: str
    field: str
    order: Order
    text: str
    other: str = ""
    one_of: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    hard: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the trial.

    Attributes:
        id: such as ``instrument:caps5`` or ``vitals``.
        title: what it is called.
        by: role of who fills it in, as in the protocol.
        shows: what it would tell a reader, for ``[blinding.conceal]``; empty for
            nothing that is concealed from anybody.
        attested: whether only who has the role ``by`` signs it off: others may prepare
            it. The record names who did.
        repeats: whether there can be many, numbered ``id#1``, ``id#2``.
        any_time: whether it is filled in whenever it is needed, at no planned visit.
        checks: over several fields, other forms and today.
    """

    id: str
    title: str
    by: str
    fields: tuple[Field, ...]
    shows: Concealed = ""
    attested: bool = False
    repeats: bool = False
    any_time: bool = False
    checks: tuple[Check, ...] = ()

    def field(self, name: str) -> Field:
        """The field with this name; KeyError if there is none."""
        return {field.name: field for field in self.fields}[name]
