"""What an inspection found: the files, columns, tables and problems of a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from equipoise.dataset.origin import Origin
from equipoise.errors import CODES, Problem
from equipoise.protocol.model import Protocol

STAGES = {  # in the order in which an analysis refuses
    "files": "the files and their mapping",
    "values": "the values of the cells",
    "tables": "the tables of the trial",
}


@dataclass(frozen=True)
class FileRead:
    """One data file.

    Attributes:
        name: of the file.
        rows: number of data rows; None if the file could not be read.
        columns: its column names.
        participants: identifier of each row, by row number; missing where it has none;
            None if the file could not be read with its mapping.
        filled: number of cells that are not empty, by column.
        without_visit: rows that the mapping states to be of no visit.
        unmapped: columns that the mapping does not mention.
        ignored: column -> the reason stated in the mapping.
        notes: how the file was read, each a sentence.
        people: whether the file states who takes part in the trial.
    """

    name: str
    rows: int | None
    columns: tuple[str, ...] = ()
    participants: pd.Series[Any] | None = None
    filled: Mapping[str, int] = field(default_factory=dict)
    without_visit: int = 0
    unmapped: tuple[str, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    people: bool = False


@dataclass(frozen=True)
class FoundProblem:
    """A problem with the stage at which an analysis would report it.

    Attributes:
        problem: with all its rows, for the program; a page shows ``rows``.
        stage: a key of ``STAGES``.
        accepted: whether the user accepts it.
        what: what happened, without texts of cells that may name a person.
        fix: how to correct it, without such texts.
        rows: rows as they may be shown: with file and row number where they are known,
            without free text, and without the treatment while the data are blinded.
    """

    problem: Problem
    stage: str
    accepted: bool
    what: str
    fix: str
    rows: pd.DataFrame

    @property
    def acceptable(self) -> bool:
        """Whether ``--accept`` may be used for it."""
        return CODES[self.problem.code].acceptable


@dataclass(frozen=True)
class Findings:
    """Everything that was found, as data.

    Attributes:
        source: name of the file or folder.
        mapping: name of the mapping; empty if none is needed or could be used.
        files: every file of the mapping, in its order.
        ignored_files: name of each data file that is not read -> reason.
        columns: one row for each use of a column: ``file, column, target, rows, read,
            empty, missing, unread, codes, reason``.
        tables: typed tables by name, as ``TrialData`` has them.
        scores: all scores, of items and recorded; forms that are refused have none.
        coded: table -> rows with a reason instead of a value.
        cells: every value with its file, row and column; None for a folder that
            Equipoise wrote.
        mapped: instruments and tables for which a column is mapped, each with the visits
            for which it can have values (None for every visit); None for a folder that
            Equipoise wrote, in which every table is a file.
        unblinded: whether the data contain arms.
    """

    protocol: Protocol
    source: str
    mapping: str
    files: tuple[FileRead, ...]
    ignored_files: Mapping[str, str]
    columns: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    scores: pd.DataFrame
    coded: Mapping[str, pd.DataFrame]
    cells: pd.DataFrame | None
    mapped: Mapping[str, frozenset[str] | None] | None
    origin: Origin
    problems: tuple[FoundProblem, ...]
    unblinded: bool

    @property
    def refused(self) -> bool:
        """Whether an analysis of these data would be refused."""
        return any(not found.accepted for found in self.problems)

    def looked_at(self, subject: str, visit: str) -> bool:
        """Whether any column can have values of an instrument or table at a visit."""
        if self.mapped is None:
            return True
        visits = self.mapped.get(subject, frozenset())
        return visits is None or visit in visits

    def absence(self, table: str) -> str:
        """What to state for a table without rows: nothing was collected, or was read."""
        mapped = self.mapped is not None and table in self.mapped
        return "none read" if mapped else "not collected"

    def collected(self, table: str) -> bool:
        """Whether the data show that a kind of data was collected.

        Also a table whose only rows have a reason instead of a value.
        """
        if table == "answers" and len(self.tables["recorded_scores"]):
            return True
        rows = len(self.tables[table]) + len(self.coded.get(table, ()))
        return rows > 0 or table in self.origin.confirmed_empty
