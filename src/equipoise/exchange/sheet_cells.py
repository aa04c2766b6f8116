"""The cells of a sheet, by the position of their row and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from equipoise.errors import DataError
from equipoise.exchange.grid import Grid

Cells = list[tuple[int, str]]  # column and text


class SheetCells:
    """The cells of a sheet; rows are positions from 0, unless they are called numbers.

    Attributes:
        name: of the file, and of the sheet if it has one.
        texts: of all cells, empty where there is none.
        filled: whether a cell has a text.
        absent: whether the row of a text file ends before the cell.
        occupied: rows with at least one text.
    """

    def __init__(self, name: str, grid: Grid) -> None:
        self.name = name if grid.sheet is None else f"{name}, sheet {grid.sheet!r}"
        self._numbers = grid.cells.index.to_numpy()
        self.texts = grid.cells.to_numpy(dtype=object, na_value="")
        self.filled: npt.NDArray[np.bool_] = np.asarray(self.texts != "", dtype=bool)
        self.absent: npt.NDArray[np.bool_] = grid.cells.isna().to_numpy()
        self.occupied: list[int] = np.flatnonzero(self.filled.any(axis=1)).tolist()

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.texts.shape[1])

    def cells(self, row: int) -> Cells:
        """The filled cells of a row."""
        columns = np.flatnonzero(self.filled[row]).tolist()
        return [(column, self.texts[row, column]) for column in columns]

    def column(self, column: int, rows: Sequence[int]) -> list[str]:
        """The texts of a column in some rows."""
        return list(self.texts[rows, column]) if len(rows) else []

    def number(self, row: int) -> int:
        """Number of a row in the file."""
        return int(self._numbers[row])

    def numbers(self, rows: Iterable[int]) -> list[int]:
        """Numbers of rows in the file."""
        return [int(self._numbers[row]) for row in rows]

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
