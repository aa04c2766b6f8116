"""Reads a table from a file as text, cell by cell: nothing is guessed or converted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from equipoise.errors import DataError, LibraryError, Problem
from equipoise.exchange.cell_kinds import Doubts, doubts
from equipoise.exchange.dataset_json import read_dataset_json
from equipoise.exchange.grid import ROW as ROW  # used by the modules of the rows
from equipoise.exchange.grid import Grid, Reader
from equipoise.exchange.mapping import File
from equipoise.exchange.open_document import read_open_document
from equipoise.exchange.parquet import read_parquet
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


@dataclass(frozen=True)
class Source:
    """The table of a file, unchanged.

    Attributes:
        name: of the file.
        cells: all texts, stripped; an empty text where there is nothing. The index is
            the number of the row in the file.
        labels: label of each column that has one, from a file of SPSS, Stata or SAS.
        choices: label of each code, by column, from the same.
        missing: codes that the file itself states to be missing, by column.
        notes: what was guessed of the shape of the file, each a sentence for the reader,
            such as ``header in row 3; rows 1 and 2 are a title``.
        problems: of columns of a spreadsheet whose values are not certain, such as a
            formula without a result; under an empty name those of rows.
    """

    name: str
    cells: pd.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)


def read_source(path: Path, how: File) -> Source:
    """The table in a file.

    Args:
        path: ``.csv``, ``.tsv``, ``.txt``, ``.xlsx`` or ``.parquet``.
        how: how it is written.

    Raises:
        LibraryError: EQ002, the file cannot be read.
        DataError: EQ340 to EQ342 and EQ346.
    """
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
        grids = READERS[suffix](path, how)
    except DataError:
        raise
    except Exception as error:  # each library has its own for a file that is broken
        raise DataError.single(
            "EQ340",
            f"{path.name} is not a valid {suffix[1:]} file: {type(error).__name__}",
            where=path.name,
            fix="export the file again from its source",
        ) from error
    grid = grids[0]
    table = _table(path.name, grid)
    told = _doubts(path.name, grid, table, how)
    return Source(
        path.name,
        table,
        labels=grid.labels,
        choices=grid.choices,
        missing=grid.missing,
        notes=(*grid.notes, *told.notes),
        problems=told.problems,
    )


def _doubts(name: str, grid: Grid, table: pd.DataFrame, how: File) -> Doubts:
    """What is not certain in the cells of the table of a spreadsheet."""
    if grid.marks is None:
        return Doubts()
    columns = {str(column): at for at, column in enumerate(table.columns)}
    return doubts(f"{name}, sheet {grid.sheet}", grid.marks, table.index, columns, how)


def _table(name: str, grid: Grid) -> pd.DataFrame:
    lines = [[c for c in row if not pd.isna(c)] for row in grid.cells.to_numpy()]
    filled = list(zip(grid.cells.index.tolist(), lines, strict=True))
    head = list(grid.names or ())
    if grid.names is None and filled:
        _, head = filled.pop(0)
    numbered = [(n, row) for n, row in filled if any(row)]
    if not head or not numbered:
        raise DataError.single(
            "EQ341", f"{name} has no rows", where=name, fix="export the data again"
        )
    wrong = sorted(c for c, count in Counter(head).items() if count > 1 or not c)
    if wrong:
        raise DataError.single(
            "EQ342",
            f"column names are duplicated or empty: {wrong}",
            where=f"{name}, row 1",
            fix="give each column a unique name",
        )
    uneven = [(n, len(row)) for n, row in numbered if len(row) != len(head)]
    if uneven:
        raise DataError.single(
            "EQ342",
            f"{len(uneven)} rows do not have {len(head)} values, the number of columns",
            where=name,
            fix="state the delimiter under [file], or quote values that contain it",
            records=pd.DataFrame(uneven, columns=[ROW, "cells"]),
        )
    index = pd.Index([n for n, _ in numbered], name=ROW)
    return pd.DataFrame(
        [row for _, row in numbered], columns=head, index=index, dtype="string"
    )
