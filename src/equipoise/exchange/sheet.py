"""Decides where the table of a sheet begins and ends, and what its columns are called.

Titles above the header, several header rows, units, survey questions, row numbers of R,
empty columns, totals and notes below the table: each decision becomes a sentence, and a
key of ``[file]`` can state another. Where a row of data could be lost, nothing is
decided: the file is refused with the keys that say what is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from equipoise.errors import DataError
from equipoise.exchange.grid import ROW, Grid
from equipoise.exchange.mapping import File
from equipoise.exchange.sheet_cells import SheetCells
from equipoise.exchange.sheet_columns import name_columns
from equipoise.exchange.sheet_footer import find_body
from equipoise.exchange.sheet_header import Header, find_header


@dataclass(frozen=True)
class Table:
    """The table of a sheet.

    Attributes:
        cells: all texts of the data, coded as in the grid; the index is the number of
            the row in the file.
        repeated: names of the columns by the name that they share in the file, such as
            ``Complete? (1)`` and ``Complete? (2)`` for ``Complete?``.
        notes: what was decided, each a sentence.
        keys: of ``[file]`` that state what was decided of the header.
        positions: of each column in the sheet, from 0.
        labels: text of the question of each column, of a survey export.
    """

    cells: pd.DataFrame
    repeated: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    keys: Mapping[str, Any]
    positions: Mapping[str, int]
    labels: Mapping[str, str]


def find_table(name: str, grid: Grid, how: File) -> Table:
    """The table of a sheet.

    Args:
        name: of the file.
        grid: the cells of the sheet.
        how: what is stated of it.

    Raises:
        DataError: EQ341, there are no rows; EQ342, rows differ in length; EQ351, it is
            not clear where the table is.
    """
    if grid.sheet is not None:  # a sheet has no ends of rows
        grid = replace(grid, cells=grid.cells.fillna(""))
    sheet = SheetCells(name, grid)
    if not len(sheet.occupied):
        raise _empty(sheet)
    if grid.names is None:
        header = find_header(sheet, how)
    else:
        header = Header(rows=(), names=grid.names, first=0)
    body = find_body(sheet, how, header)
    if not len(body.rows):
        raise _empty(sheet)
    columns = name_columns(sheet, how, header, body.rows)
    cells = grid.cells.iloc[body.rows, list(columns.names)]
    cells.columns = pd.Index(list(columns.names.values()))
    cells.index = pd.Index(grid.cells.index.to_numpy()[body.rows], name=ROW)
    notes = (*header.notes, *body.notes, *columns.notes)
    positions = {named: at for at, named in columns.names.items()}
    asked = {n: header.labels[at] for n, at in positions.items() if header.labels}
    labels = {name: text for name, text in asked.items() if text}
    return Table(cells, columns.repeated, notes, header.keys, positions, labels)


def best_sheet(name: str, grids: Sequence[Grid], how: File) -> int:
    """Position of the sheet that looks most like data: the largest clear table."""
    if len(grids) == 1:
        return 0
    cells = [_cells_of_table(name, grid, how) for grid in grids]
    return cells.index(max(cells))


def _cells_of_table(name: str, grid: Grid, how: File) -> int:
    try:
        cells = find_table(name, grid, how).cells
    except DataError:
        return 0
    return 0 if min(cells.shape) < 2 else cells.size


def _empty(sheet: SheetCells) -> DataError:
    return DataError.single(
        "EQ341",
        f"{sheet.name} has no rows",
        where=sheet.name,
        fix="export the data again, or state the sheet, header_row or last_row under "
        "[file] of the mapping",
    )
