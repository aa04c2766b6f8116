"""The cells of a sheet, by the position of their row and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from equipoise.dataset.coded_texts import codes_of
from equipoise.errors import DataError
from equipoise.exchange.grid import Grid

Cells = list[tuple[int, str]]  # column and text


Column = tuple[npt.NDArray[np.integer[Any]], npt.NDArray[np.object_]]
Rows = npt.NDArray[np.intp]


class Texts:
    """The texts of all cells, by row, or by rows and column; empty where there is none.

    Each column is held as codes of its distinct texts.
    """

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        self.columns = columns
        self.shape = (rows, len(columns))

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, tuple):
            found = [known[codes[place]] for codes, known in self.columns]
            return np.array(found, dtype=object)
        rows, column = place
        codes, known = self.columns[column]
        return known[codes[rows]]


def coded_cells(column: pd.Series[Any]) -> Column:
    """Codes of the cells of a column, -1 where one is absent, and the text of each."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, known = column.cat.codes.to_numpy(), list(column.cat.categories)
    else:
        codes, known = codes_of(column)
    texts = np.empty(len(known) + 1, dtype=object)
    texts[:-1], texts[-1] = known, ""  # the last one is that of an absent cell
    return codes, texts


class SheetCells:
    """The cells of a sheet; rows are positions from 0, unless they are called numbers.

    Attributes:
        name: of the file, and of the sheet if it has one.
        texts: of all cells, empty where there is none.
        filled: whether a cell has a text.
        absent: whether the row of a text file ends before the cell.
        occupied: rows with at least one text, in their order.
    """

    def __init__(self, name: str, grid: Grid) -> None:
        self.name = name if grid.sheet is None else f"{name}, sheet {grid.sheet!r}"
        self._numbers = grid.cells.index.to_numpy()
        columns = [coded_cells(column) for _, column in grid.cells.items()]
        self.texts = Texts(columns, len(grid.cells))
        self.filled: npt.NDArray[np.bool_] = np.zeros(self.texts.shape, dtype=bool)
        self.absent: npt.NDArray[np.bool_] = np.zeros(self.texts.shape, dtype=bool)
        for n, (codes, known) in enumerate(columns):
            self.filled[:, n] = (known != "")[codes]
            self.absent[:, n] = codes == -1
        self.occupied: Rows = np.flatnonzero(self.filled.any(axis=1))

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.texts.shape[1])

    def cells(self, row: int) -> Cells:
        """The filled cells of a row."""
        columns = np.flatnonzero(self.filled[row]).tolist()
        return [(column, str(self.texts[row, column])) for column in columns]

    def column(self, column: int, rows: Sequence[int] | Rows) -> list[str]:
        """The texts of a column in some rows."""
        return list(self.texts[rows, column]) if len(rows) else []

    def equal(self, column: int, rows: Rows, text: str) -> npt.NDArray[np.bool_]:
        """Whether each of some rows has a text in a column."""
        codes, known = self.texts.columns[column]
        return np.asarray(known == text, dtype=bool)[codes[rows]]

    def number(self, row: int) -> int:
        """Number of a row in the file."""
        return int(self._numbers[row])

    def numbers(self, rows: Iterable[int]) -> list[int]:
        """Numbers of rows in the file."""
        at = rows if isinstance(rows, np.ndarray) else list(rows)
        return self._numbers[at].tolist() if self._numbers.size else []

    def position(self, number: int) -> int | None:
        """Position of the row with a number, None if the file has no such row."""
        found = np.flatnonzero(self._numbers == number)
        return int(found[0]) if len(found) else None

    def below_an_empty_row(self, row: int) -> bool:
        """Whether the row above has no text."""
        return row > 0 and not self.filled[row - 1].any()

    def unclear(self, what: str, fix: str, **more: Any) -> DataError:
        """EQ351: where the table is cannot be decided."""
        return DataError.single("EQ351", what, where=self.name, fix=fix, **more)
