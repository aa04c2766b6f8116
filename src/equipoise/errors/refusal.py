"""Every error of Equipoise: what is wrong, where, and how to fix it.

The tree::

    EquipoiseError          catch this to catch every error of Equipoise
    ├── LibraryError        EQ0xx   the library, or an input or output file of a command
    ├── ProtocolError       EQ1xx   a protocol file
    ├── InstrumentError     EQ2xx   an instrument file, or responses that cannot be scored
    ├── DataError           EQ3xx   a data file, its mapping, or the resulting tables
    ├── AnalysisError       EQ4xx   a model, a plan, or a fit that cannot be reported
    ├── ReportError         EQ5xx   a report
    ├── SimulationError     EQ6xx   virtual participants and scenario files
    ├── DesignError         EQ8xx   sample size, interim analyses, or an adaptive design
    ├── ConductError        EQ9xx   the running trial
    └── AccessError         EQ91x   what a user may not do or view

``AccessError`` is not a ``ConductError``: code that handles an error of the trial and
continues must never continue after "you may not".

An error carries every problem, not only the first. ``CODES`` defines each code; the
reference page of the documentation is generated from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from equipoise.errors.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pandas as pd

SHOWN_RECORDS = 8  # rows printed with a message; `records` always holds all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem, and how to fix it.

    Attributes:
        code: key of ``CODES``.
        what: one sentence: what is wrong, with the offending value.
        where: file and key, or table and column.
        fix: how to fix it; printed after ``Fix:``.
        records: all offending rows; None where the problem is not in rows.
    """

    code: str
    what: str
    where: str
    fix: str
    records: pd.DataFrame | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"{self.code} is not in equipoise.errors.codes.CODES")

    def __str__(self) -> str:
        text = f"{self.code} {self.what}\n  Where: {self.where}\n  Fix:   {self.fix}"
        if self.records is None or self.records.empty:
            return text
        rows = self.records.head(SHOWN_RECORDS).to_string(index=False)
        more = len(self.records) - SHOWN_RECORDS
        tail = f"\n… and {more} more rows" if more > 0 else ""
        return text + "\n" + "\n".join("    " + r for r in (rows + tail).split("\n"))


class EquipoiseError(Exception):
    """Base class: catch this to catch every error of Equipoise.

    Args:
        problems: at least one; all of them are printed.
    """

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an error needs at least one problem")
        self.problems: tuple[Problem, ...] = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    @classmethod
    def single(
        cls,
        code: str,
        what: str,
        *,
        where: str,
        fix: str,
        records: pd.DataFrame | None = None,
    ) -> Self:
        """An error with one problem, for the common case."""
        return cls(Problem(code=code, what=what, where=where, fix=fix, records=records))

    @classmethod
    def several(cls, code: str, found: Iterable[str], *, where: str, fix: str) -> Self:
        """An error with one problem for each text of ``found``."""
        return cls(
            *(Problem(code=code, what=what, where=where, fix=fix) for what in found)
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
    """A name is not in the library, or a file cannot be read or written."""


class ProtocolError(EquipoiseError):
    """A protocol file cannot be used."""


class InstrumentError(EquipoiseError):
    """An instrument file cannot be used, or responses cannot be scored with it."""


class DataError(EquipoiseError):
    """A data file, its mapping, or the resulting tables cannot be used."""


class AnalysisError(EquipoiseError):
    """An analysis cannot be performed, or a fit cannot be reported."""


class ReportError(EquipoiseError):
    """A report cannot be written."""


class DesignError(EquipoiseError):
    """A design cannot be calculated."""


class SimulationError(EquipoiseError):
    """Participants cannot be simulated."""


class ConductError(EquipoiseError):
    """The running trial does not accept an entry or an action."""


class AccessError(EquipoiseError):
    """The user may not do or view something."""


def refuse(kind: type[EquipoiseError], problems: Sequence[Problem]) -> None:
    """Raise ``kind`` with every problem, if there is any."""
    if problems:
        raise kind(*problems)


def listing(names: Iterable[str]) -> str:
    """Names as text for a message, by the alphabet and by numbers: ``week 2, week 12``."""
    return ", ".join(sorted(names, key=_by_numbers)) or "(none)"


def _by_numbers(name: str) -> list[tuple[str, int]]:
    parts = re.split(r"(\d+)", name)
    return [
        (text, int(n)) for text, n in zip(parts[::2], [*parts[1::2], "0"], strict=True)
    ]


def require_known(what: str, name: str, known: Collection[str]) -> None:
    """Rejects a name that is not one of ``known``.

    Raises:
        ValueError: with the name and those that are known.
    """
    if name not in known:
        raise ValueError(f"{what} {name!r} is not known; use one of: {listing(known)}")
