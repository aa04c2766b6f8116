"""The cells of one sheet as a reader found them: nothing is decided or converted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from equipoise.errors import DataError
from equipoise.exchange.cell_kinds import Marks
from equipoise.exchange.mapping import File

MOST_ROWS, MOST_CELLS = 1_048_576, 20_000_000  # the rows of a spreadsheet
MOST_COLUMNS = 16_384  # the columns of a spreadsheet
ROW = "row"  # number of a row as a spreadsheet shows it; the first line is 1


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, or of a file without sheets.

    Attributes:
        cells: all texts, stripped; an empty text where a cell is empty, and missing
            where the row of a text file ends before the column. The index is the number
            of the row in the file, the columns are 0, 1, 2 and so on.
        names: of the columns, if the format itself names them; None if the first rows
            hold the names.
        sheet: name of the sheet, None in a file without sheets.
        labels: label of each column that has one, by name of the column.
        choices: label of each code, by name of the column.
        missing: codes that the file states to be missing, by name of the column.
        notes: what the reader decided or noticed, each a sentence.
        other_sheets: names of the sheets that were not read because one was stated.
        keys: of ``[file]`` that state what the reader decided.
        marks: what a spreadsheet states of its cells besides their values.
        written: texts with blanks at an end as they were written, by position of the
            column; the index is the number of the row.
    """

    cells: pd.DataFrame
    names: tuple[str, ...] | None = None
    sheet: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    marks: Marks | None = None
    written: Mapping[int, pd.Series[str]] = field(default_factory=dict)


Reader = Callable[[Path, File], Sequence[Grid]]
"""Reads the sheets of a file: only the stated one, or all in their order.

A sheet without cells is a grid without rows. A stated sheet that does not exist is
EQ342 with the names of all sheets.
"""


def cells_of_rows(rows: Iterable[Sequence[str]], first: int = 1) -> pd.DataFrame:
    """Cells of a grid from its rows.

    Args:
        rows: texts of each row, which may differ in length.
        first: number of the first row in the file.
    """
    columns = list(zip_longest(*rows, fillvalue=pd.NA))
    return cells_of_columns(columns, first)


def cells_of_columns(columns: Sequence[Iterable[Any]], first: int = 1) -> pd.DataFrame:
    """Cells of a grid from its columns, all of the same length.

    Args:
        columns: texts of each column.
        first: number of the first row in the file.
    """
    frame = pd.DataFrame(
        {n: pd.array(list(column), dtype="string") for n, column in enumerate(columns)}
    )
    frame.index = pd.RangeIndex(first, first + len(frame), name=ROW)
    return frame


def without_blanks(
    columns: Sequence[Sequence[str]], first: int = 1
) -> tuple[pd.DataFrame, dict[int, pd.Series[str]]]:
    """Cells of a grid from its columns, without blanks around their texts.

    Args:
        columns: texts of each column, all of the same length.
        first: number of the first row in the file.

    Returns:
        The cells, and ``Grid.written``.
    """
    texts = [[*map(str.strip, column)] for column in columns]
    written = {}
    for at, (before, after) in enumerate(zip(columns, texts, strict=True)):
        if before != after:
            rows = {
                n: text
                for n, text in enumerate(before, first)
                if after[n - first] and text != after[n - first]
            }
            written[at] = pd.Series(rows, dtype=object)
    return cells_of_columns(texts, first), written


def bounded(path: Path, rows: int, cells: int) -> None:
    """Rejects a file that would not fit into memory.

    Raises:
        DataError: EQ340.
    """
    if rows > MOST_ROWS or cells > MOST_CELLS:
        raise DataError.single(
            "EQ340",
            f"{path.name} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells",
            where=path.name,
            fix="delete empty rows below the table, or export fewer data",
        )


def as_text(cell: Any) -> str:
    """A typed cell as the text of a CSV file."""
    if cell is None or cell is pd.NaT or cell is pd.NA or cell != cell:
        return ""
    if isinstance(cell, datetime):
        midnight = cell.time() == datetime.min.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def package(name: str, path: Path) -> Any:
    """An optional package that a format needs.

    Raises:
        DataError: EQ346, it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise DataError.single(
            "EQ346",
            f"{path.suffix} files need the package {name}",
            where=path.name,
            fix="install equipoise[formats], or export the file as CSV",
        ) from error
