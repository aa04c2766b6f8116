"""The cells of a sheet of a spreadsheet, collected by a reader and made into a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from equipoise.errors.counted import counted
from equipoise.exchange.cell_kinds import Kind, Marks, Merged
from equipoise.exchange.grid import Grid, as_text, bounded, without_blanks
from equipoise.exchange.mapping import File

EXACT = 10**15  # a spreadsheet stores 15 digits
Cell = tuple[int, str, Kind]  # position of the column, text, kind


class SpreadsheetCells:
    """Filled cells by number of the row, and what the sheet states of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[int, list[Cell]] = {}
        self.merged: list[Merged] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.filtered = False
        self.count = 0
        self.notes: list[str] = []

    def add(self, number: int, cells: Sequence[Cell]) -> None:
        """Adds filled cells of a row.

        Raises:
            DataError: EQ340, the row is beyond those that can be read.
        """
        if cells:
            self.count += len(cells)
            bounded(self.path, number, self.count)
            self.rows.setdefault(number, []).extend(cells)

    def grid(self, sheet: str, how: File) -> Grid:
        """The cells with their kinds.

        Args:
            sheet: its name.
            how: what to do with hidden rows and merged cells.

        Raises:
            DataError: EQ340, there are too many cells.
        """
        texts, kinds = self._arrays()
        merged = tuple(self._merged(texts))
        if how.merged_cells == "fill":
            for area in [area for area in merged if not _is_line(area, texts)]:
                _fill(area, texts, kinds)
        cells, written = without_blanks([column.tolist() for column in texts])
        hidden = frozenset(n for n in self.hidden_rows if n <= len(cells))
        marks = Marks(
            kinds=pd.DataFrame(kinds, index=cells.index),
            hidden_rows=hidden,
            hidden_columns=frozenset(self.hidden_columns),
            merged=merged,
            filtered=self.filtered,
        )
        notes = list(self.notes)
        if how.hidden_rows == "omit" and hidden:
            cells = cells.loc[~cells.index.isin(hidden)]
            notes.append(f"{counted(len(hidden), 'hidden row')} omitted, as stated.")
        return Grid(
            cells, sheet=sheet, notes=tuple(notes), marks=marks, written=written
        )

    def _arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Texts by column and row, and kinds by row and column."""
        last = max(self.rows, default=0)
        filled = (at for row in self.rows.values() for at, _, _ in row)
        width = 1 + max(filled, default=-1)
        bounded(self.path, last, last * width)
        texts = np.full((width, last), "", dtype=object)
        kinds = np.zeros((last, width), dtype=np.uint8)
        for number, row in self.rows.items():
            for at, text, kind in row:
                texts[at, number - 1], kinds[number - 1, at] = text, kind
        self.rows.clear()
        return texts, kinds

    def _merged(self, texts: np.ndarray) -> Iterator[Merged]:
        """Merged ranges, within the cells, whose first cell holds a value."""
        width, last = texts.shape
        covered = 0
        for top, left, bottom, right in self.merged:
            area = Merged(top, left, min(bottom, last), min(right, width - 1))
            inside = top <= area.bottom and left <= area.right
            if inside and (area.bottom, area.right) != (top, left):
                covered += (area.bottom - top + 1) * (area.right - left + 1)
                bounded(self.path, 0, covered)
                if texts[left, top - 1]:
                    yield area


def number(value: float) -> tuple[str, Kind]:
    """Text and kind of a number."""
    whole = abs(value) >= EXACT and float(value).is_integer()
    return as_text(value), Kind.LONG if whole else Kind.NUMBER


def _is_line(area: Merged, texts: np.ndarray) -> bool:
    """Whether a range is a title or a note across the sheet rather than cells of data.

    It starts in the first column that is used, and its rows hold nothing else.
    """
    filled = texts != ""
    first = int(np.flatnonzero(filled.any(axis=1))[0])
    alone = filled[:, area.top - 1 : area.bottom].sum() == 1
    return area.left <= first < area.right and bool(alone)


def _fill(area: Merged, texts: np.ndarray, kinds: np.ndarray) -> None:
    rows = slice(area.top - 1, area.bottom)
    columns = slice(area.left, area.right + 1)
    texts[columns, rows] = texts[area.left, area.top - 1]
    kinds[rows, columns] = kinds[area.top - 1, area.left]
