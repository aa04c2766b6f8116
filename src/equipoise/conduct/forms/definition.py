"""Definition of a form: fields with their ranges, for browser and server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.protocol.forms import MISSING_CODES, FormCheck, OnlyIf
from equipoise.protocol.grades import Grading, ReferenceRange
from equipoise.protocol.roles import Concealed, Role

Kind = Literal["choice", "number", "text", "date", "time", "datetime", "flag", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One possible answer."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field (item) of a form.

    Attributes:
        only_if: condition under which it is asked; None for always.
        missing: codes that can replace a value (``forms.missing_codes``).
        cdash: the name of the variable in CDASH, where it differs from ``name``.
        sum: fields of which this number is the sum: shown during entry, never entered.
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
    only_if: OnlyIf | None = None
    missing: tuple[str, ...] = MISSING_CODES
    cdash: str = ""
    sum: tuple[str, ...] = ()
    grading: Grading | None = None
    ranges: tuple[ReferenceRange, ...] = ()
    time_of: str = ""

    @property
    def is_calculated(self) -> bool:
        """Whether its value is calculated from other fields, and never entered."""
        return bool(self.sum) or self.grading is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the trial.

    Attributes:
        id: such as ``instrument:caps5`` or ``vitals``.
        shows: what it discloses, for ``[blinding.conceal]``; empty if that is never
            concealed.
        attested: whether only the role ``by`` signs it off: others may prepare it. The
            audit trail names the signer.
        repeats: whether there can be many, numbered ``id#1``, ``id#2``.
        checks: over several fields, other forms and today.
    """

    id: str
    title: str
    by: Role
    fields: tuple[Field, ...]
    shows: Concealed | Literal[""] = ""
    attested: bool = False
    repeats: bool = False
    any_time: bool = False
    checks: tuple[FormCheck, ...] = ()

    def field(self, name: str) -> Field:
        """The field with this name; KeyError if there is no such field."""
        return {field.name: field for field in self.fields}[name]
