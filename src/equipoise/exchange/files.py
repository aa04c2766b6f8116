"""Reads a table from a file as text, cell by cell: no value is guessed or converted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

import pandas as pd

from equipoise.dataset.coded_texts import plain
from equipoise.errors import DataError, LibraryError, Problem
from equipoise.errors.counted import counted
from equipoise.exchange.cell_kinds import Doubts, doubts
from equipoise.exchange.dataset_json import is_dataset_json, read_dataset_json
from equipoise.exchange.grid import ROW as ROW  # used by the modules of the rows
from equipoise.exchange.grid import Grid, Reader
from equipoise.exchange.mapping import File
from equipoise.exchange.open_document import read_open_document
from equipoise.exchange.parquet import read_parquet
from equipoise.exchange.sheet import best_sheet, find_table
from equipoise.exchange.statistical_files import FUNCTIONS, read_statistical_file
from equipoise.exchange.text_file import read_text
from equipoise.exchange.true_format import check_format
from equipoise.exchange.workbook import read_workbook

READERS: Mapping[str, Reader] = {
    ".csv": read_text,
    ".tsv": read_text,
    ".txt": read_text,
    ".xlsx": read_workbook,
    ".ods": read_open_document,
    ".parquet": read_parquet,
    ".json": read_dataset_json,
    ".ndjson": read_dataset_json,
    **dict.fromkeys(FUNCTIONS, read_statistical_file),
}
SUFFIXES = tuple(READERS)
UNREADABLE = {  # data of other programs, and what makes them readable
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".gz"), "unpack it"),
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".numbers"), "save it as XLSX"),
    **dict.fromkeys((".rds", ".rda", ".rdata", ".feather"), "write it as CSV"),
    **dict.fromkeys((".mdb", ".accdb", ".sqlite", ".db"), "export its tables as CSV"),
}
BESIDE_DATA = ("~$", "._", ".~lock")  # of spreadsheet programs and macOS


@dataclass(frozen=True)
class Source:
    """The table of a file, unchanged.

    Attributes:
        name: of the file.
        table: all texts, stripped; an empty text where there is nothing. The index is
            the number of the row in the file. Columns of a text file are coded
            (``coded_texts``).
        labels: label of each column that has one, from a file of SPSS, Stata or SAS, or
            the text of the question in a survey export.
        choices: label of each code, by column, from the same.
        missing: codes that the file itself states to be missing, by column.
        notes: what was guessed of the shape of the file, each a sentence for the reader,
            such as ``The header is in row 3; rows 1 to 2 above it are left out.``
        repeated: names of the columns by the name that they share in the file, such as
            ``Complete? (1)`` and ``Complete? (2)`` for ``Complete?``.
        problems: of columns of a spreadsheet whose values are not certain, such as a
            formula without a result; under an empty name those of rows.
        written: texts with blanks at an end as they were written, by column; the index
            is the number of the row.
    """

    name: str
    table: pd.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    repeated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    written: Mapping[str, pd.Series[str]] = field(default_factory=dict)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The table with plain texts in every column, made when it is first used."""
        return plain(self.table)


def is_data_file(path: Path) -> bool:
    """Whether a file of a folder is one that must be mapped, by its name.

    A JSON file counts only if it states that it is a dataset. Files that a spreadsheet
    program keeps while a workbook is open, and those that macOS adds, are no data.

    Args:
        path: of a file that exists.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES or path.name.startswith(BESIDE_DATA):
        return False
    return suffix != ".json" or is_dataset_json(path)


def unreadable(paths: Iterable[PurePath]) -> dict[str, str]:
    """Files with data that cannot be read, each with what makes it readable.

    Args:
        paths: of files, such as those of a folder.
    """
    return {
        path.name: UNREADABLE[path.suffix.lower()]
        for path in sorted(paths)
        if path.suffix.lower() in UNREADABLE and not path.name.startswith(BESIDE_DATA)
    }


def read_source(path: Path, how: File) -> Source:
    """The table in a file.

    Args:
        path: of a format of ``SUFFIXES``.
        how: how it is written; what it does not state is decided and noted.

    Raises:
        LibraryError: EQ002, the file cannot be read.
        DataError: EQ340 to EQ342, EQ346, and EQ351, the place of the table is not clear.
    """
    grids = _grids(path, how)
    filled = [grid for grid in grids if len(grid.cells)]
    if len(filled) > 1:
        sizes = ", ".join(
            f"{g.sheet!r} ({counted(len(g.cells), 'row')})" for g in filled
        )
        raise DataError.single(
            "EQ351",
            f"{counted(len(filled), 'sheet', 'has')} content, and the mapping states none",
            where=path.name,
            fix=f'state one under [file] of the mapping, such as sheet = "'
            f'{filled[best_sheet(path.name, filled, how)].sheet}", or as the option '
            f"--sheet; sheets: {sizes}",
        )
    return _source(path, grids, (filled or [*grids])[0], how)[0]


def read_for_draft(path: Path, how: File) -> tuple[Source, dict[str, Any]]:
    """The table in an unknown file, and the keys of ``[file]`` that state how it is read.

    Unlike ``read_source``, it also decides which sheet to read and whether a file that
    is not UTF-8 is of Western Windows, because the reader of a draft can correct it.

    Args:
        path: of a format of ``SUFFIXES``.
        how: what is stated, such as options of a command.

    Raises:
        LibraryError: EQ002, the file cannot be read.
        DataError: as ``read_source``.
    """
    keys: dict[str, Any] = how.model_dump(mode="json", exclude_defaults=True)
    notes = []
    try:
        grids = _grids(path, how)
    except DataError as refusal:
        text = READERS.get(path.suffix.lower()) is read_text
        if refusal.code != "EQ340" or how.encoding is not None or not text:
            raise
        keys["encoding"] = "cp1252"
        notes.append(
            "The file is not UTF-8 and is read as cp1252 (Western Windows): CHECK the "
            "letters with accents."
        )
        grids = _grids(path, how.model_copy(update={"encoding": "cp1252"}))
    filled = [grid for grid in grids if len(grid.cells)] or [*grids]
    best = filled[best_sheet(path.name, filled, how)]
    if best.sheet is not None:
        keys["sheet"] = best.sheet
    if len(filled) > 1:
        notes.append(f"Sheet {best.sheet!r} looks most like a table of data: CHECK.")
    source, found = _source(path, grids, best, how)
    return replace(source, notes=(*notes, *source.notes)), found | keys


def _grids(path: Path, how: File) -> Sequence[Grid]:
    suffix = path.suffix.lower()
    if suffix in SUFFIXES and not path.is_file():
        raise LibraryError.single(
            "EQ002",
            f"there is no file {path}",
            where=str(path),
            fix="give the path of the data file",
        )
    if path.is_file():
        check_format(path)
    if suffix not in SUFFIXES:
        raise DataError.single(
            "EQ346",
            f"files of type {suffix or 'unknown'!r} cannot be read",
            where=path.name,
            fix=f"export it as CSV or XLSX; these can be read: {', '.join(SUFFIXES)}",
        )
    try:
        return READERS[suffix](path, how)
    except DataError:
        raise
    except Exception as error:  # each library has its own for a file that is broken
        raise DataError.single(
            "EQ340",
            f"{path.name} is not a valid {suffix[1:]} file: {type(error).__name__}",
            where=path.name,
            fix="export the file again from its source",
        ) from error


def _source(
    path: Path, grids: Sequence[Grid], grid: Grid, how: File
) -> tuple[Source, dict[str, Any]]:
    """The table of one sheet, and the keys that state what was decided."""
    table = find_table(path.name, grid, how)
    told = Doubts()
    if grid.marks is not None:
        name = f"{path.name}, sheet {grid.sheet}"
        told = doubts(name, grid.marks, table.cells.index, table.positions, how)
    others = [one.sheet for one in grids if one is not grid and one.sheet is not None]
    others += [name for name in grid.other_sheets if name not in others]
    sheets = []
    if others:
        names = ", ".join(repr(name) for name in others)
        sheets.append(f"Sheet {grid.sheet!r} is read; other sheets are not: {names}.")
    source = Source(
        path.name,
        table.cells,
        labels={**table.labels, **grid.labels},
        choices=grid.choices,
        missing=grid.missing,
        notes=(*sheets, *grid.notes, *table.notes, *told.notes),
        repeated=table.repeated,
        problems=told.problems,
        written={
            column: grid.written[at]
            for column, at in table.positions.items()
            if at in grid.written
        },
    )
    return source, {**grid.keys, **table.keys}
