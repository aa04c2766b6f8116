"""Every refusal of Equipoise: what, where, and how to mend it.

The tree::

    EquipoiseError          catch this to catch everything that Equipoise refuses
    ├── LibraryError        EQ0xx   the library, or a file that a command was given
    ├── ProtocolError       EQ1xx   a protocol file
    ├── InstrumentError     EQ2xx   an instrument file, or answers that cannot be scored
    ├── DataError           EQ3xx   a data file, its mapping, or the tables made from it
    ├── AnalysisError       EQ4xx   a model, a plan, or a fit that cannot be reported
    ├── ReportError         EQ5xx   a report
    ├── SimulationError     EQ6xx   virtual participants and scenario files
    ├── DesignError         EQ8xx   a size, looks, or an adaptive design
    ├── ConductError        EQ9xx   the trial as it runs
    └── AccessError         EQ91x   what somebody may not do or see

``AccessError`` is no ``ConductError``: who handles what a trial refuses, and goes on,
must never go on after "you may not".

A refusal carries every problem found, not only the first. ``CODES`` says what each
code means; the reference page of the documentation is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from equipoise.errors.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

SHOWN_RECORDS = 8  # rows printed with a message; `records` always holds all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, and how to mend it.

    Attributes:
        code: key of ``CODES``.
        what: one sentence: what is wrong, with the offending value.
        where: file and key, or table and column.
        mend: what the reader can do about it.
        records: the offending rows, complete; None when no row is to blame.
    """

    code: str
    what: str
    where: str
    mend: str
    records: pd.DataFrame | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"{self.code} is not in equipoise.errors.codes.CODES")

    def __str__(self) -> str:
        text = f"{self.code} {self.what}\n  where: {self.where}\n  mend:  {self.mend}"
        if self.records is None or self.records.empty:
            return text
        rows = self.records.head(SHOWN_RECORDS).to_string(index=False)
        more = len(self.records) - SHOWN_RECORDS
        tail = f"\n… and {more} more rows" if more > 0 else ""
        return text + "\n" + "\n".join("    " + r for r in (rows + tail).split("\n"))


class EquipoiseError(Exception):
    """Base class: catch this to catch everything Equipoise refuses.

    Args:
        problems: at least one; all of them are printed.
    """

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("a refusal needs at least one problem")
        self.problems: tuple[Problem, ...] = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    @classmethod
    def single(
        cls,
        code: str,
        what: str,
        *,
        where: str,
        mend: str,
        records: pd.DataFrame | None = None,
    ) -> Self:
        """A refusal with one problem, for the common case."""
        return cls(
            Problem(code=code, what=what, where=where, mend=mend, records=records)
        )

    @classmethod
    def several(cls, code: str, found: Iterable[str], *, where: str, mend: str) -> Self:
        """A refusal with one problem for each thing that was found."""
        return cls(
            *(Problem(code=code, what=what, where=where, mend=mend) for what in found)
        )

    @property
    def code(self) -> str:
        """Code of the first problem."""
        return self.problems[0].code

    @property
    def records(self) -> pd.DataFrame | None:
        """Offending rows of the first problem that has any."""
        return next((p.records for p in self.problems if p.records is not None), None)


class LibraryError(EquipoiseError):
    """The library lacks a name, or a given file cannot be read or written."""


class ProtocolError(EquipoiseError):
    """A protocol file cannot be used."""


class InstrumentError(EquipoiseError):
    """An instrument file cannot be used, or answers cannot be scored by it."""


class DataError(EquipoiseError):
    """A data file, its mapping, or the tables made from it cannot be used."""


class AnalysisError(EquipoiseError):
    """A model or plan cannot be carried out, or a fit cannot be reported."""


class ReportError(EquipoiseError):
    """A report cannot be written."""


class DesignError(EquipoiseError):
    """A design cannot be worked out."""


class SimulationError(EquipoiseError):
    """Virtual participants cannot be made."""


class ConductError(EquipoiseError):
    """Something that the running trial refuses."""


class AccessError(EquipoiseError):
    """Something that this person may not do or see."""


def refuse(kind: type[EquipoiseError], problems: Sequence[Problem]) -> None:
    """Raise ``kind`` with every problem, if there is any."""
    if problems:
        raise kind(*problems)


def listing(names: Iterable[str]) -> str:
    """Names as a readable list for a message: ``a, b, c``."""
    return ", ".join(sorted(names)) or "(none)"
