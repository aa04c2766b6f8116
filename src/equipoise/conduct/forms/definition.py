"""What a form is: fields with their ranges, known to browser and server alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["choice", "number", "text", "date", "datetime", "flag"]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the trial.

    Attributes:
        id: such as ``instrument:caps5`` or ``vitals``.
        title: what it is called.
        by: role of who fills it in, as in the protocol.
        shows: what it would tell a reader, for ``[blinding.conceal]``; empty for
            nothing that is concealed from anybody.
    """

    id: str
    title: str
    by: str
    fields: tuple[Field, ...]
    shows: Concealed = ""

    def field(self, name: str) -> Field:
        """The field with this name; KeyError if there is none."""
        return {field.name: field for field in self.fields}[name]
