"""Reads the sheets of an XLSX workbook as texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from equipoise.errors import DataError
from equipoise.exchange.grid import Grid, as_text, bounded, cells_of_rows, package
from equipoise.exchange.mapping import File


def read_workbook(path: Path, how: File) -> tuple[Grid, ...]:
    """The stated sheet of a workbook, or all sheets.

    Raises:
        DataError: EQ340, it is too large; EQ342, there is no such sheet; EQ346, a
            package is not installed.
    """
    openpyxl = package("openpyxl", path)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        if how.sheet is not None and how.sheet not in book.sheetnames:
            raise DataError.single(
                "EQ342",
                f"there is no sheet {how.sheet!r}",
                where=path.name,
                fix=f"sheets: {', '.join(book.sheetnames)}",
            )
        if how.sheet is None:
            return tuple(_sheet(path, book[name], ()) for name in book.sheetnames)
        others = tuple(name for name in book.sheetnames if name != how.sheet)
        return (_sheet(path, book[how.sheet], others),)
    finally:
        book.close()


def _sheet(path: Path, sheet: Any, others: tuple[str, ...]) -> Grid:
    rows: list[list[str]] = []
    cells = 0
    for row in sheet.values if hasattr(sheet, "values") else ():  # a chart has none
        rows.append([as_text(cell) for cell in row])
        cells += len(row)
        bounded(path, len(rows), cells)
    # Formatted but empty columns to the right belong to the sheet, not to the table.
    width = max((n for row in rows for n, cell in enumerate(row, 1) if cell), default=0)
    cells_of_sheet = cells_of_rows([row[:width] for row in rows] if width else [])
    return Grid(cells_of_sheet, sheet=sheet.title, other_sheets=others)
