"""Reads the sheets of an XLSX workbook as texts, with the kind of each cell.

openpyxl parses the cells. Its own iteration over a sheet would expand missing rows to
any claimed number, and would read a formula that was never calculated as empty; both are
decided here from the parsed cells.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd

from equipoise.errors import DataError
from equipoise.exchange import zip_members
from equipoise.exchange.cell_kinds import Kind, Marks, Merged
from equipoise.exchange.grid import (
    Grid,
    as_text,
    bounded,
    cells_of_columns,
    package,
)
from equipoise.exchange.mapping import File

EXACT = 10**15  # a spreadsheet stores 15 digits
TYPES = {
    "n": Kind.NUMBER,
    "d": Kind.DATE,
    "b": Kind.BOOLEAN,
    "e": Kind.ERROR,
    "s": Kind.TEXT,
}
RECALCULATED = re.compile(rb"<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad=[\"'](?:1|true)")
TEXT_IN_QUOTES = re.compile(r'"[^"]*"|\\.')


def read_workbook(path: Path, how: File) -> tuple[Grid, ...]:
    """The stated sheet of a workbook, or all sheets.

    Raises:
        DataError: EQ340, it is too large or broken; EQ342, there is no such sheet; EQ346,
            a package is not installed.
    """
    openpyxl = package("openpyxl", path)
    with zip_members.opened(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                zip_members.scan(path, archive, name)
        stale = _recalculated(archive)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which are not read
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            chosen = _named(path, book, how)
            taken = {sheet.title for sheet in chosen}
            others = tuple(name for name in book.sheetnames if name not in taken)
            grids = [_Sheet(path, book, s, how, stale).grid() for s in chosen]
            return tuple(replace(grid, other_sheets=others) for grid in grids)
        finally:
            book.close()


def _named(path: Path, book: Any, how: File) -> list[Any]:
    """The stated sheet; else all that are shown, or all if none is."""
    if how.sheet is not None and how.sheet not in book.sheetnames:
        raise DataError.single(
            "EQ342",
            f"there is no sheet {how.sheet!r}",
            where=path.name,
            fix=f"sheets: {', '.join(book.sheetnames)}",
        )
    if how.sheet is not None:
        return [book[how.sheet]]
    sheets = [book[name] for name in book.sheetnames]
    return [s for s in sheets if s.sheet_state == "visible"] or sheets


def _recalculated(archive: ZipFile) -> bool:
    """Whether the workbook states that its formulas have yet to be calculated.

    Some programs store 0 as the result of every formula and set this flag, so that a
    spreadsheet program calculates them when it opens the workbook.
    """
    names = [n for n in archive.namelist() if n.endswith("workbook.xml")]
    return any(RECALCULATED.search(archive.read(name)) for name in names)


class _Sheet:
    """Reads one sheet."""

    def __init__(
        self, path: Path, book: Any, sheet: Any, how: File, stale: bool
    ) -> None:
        self.path, self.book, self.sheet = path, book, sheet
        self.how, self.stale = how, stale
        self.percent, self.padded = _formats(book)
        self.rows: dict[int, list[tuple[int, str, Kind]]] = {}

    def grid(self) -> Grid:
        if not hasattr(self.sheet, "_get_source"):  # a chart has no cells
            return Grid(cells_of_columns([]), sheet=self.sheet.title)
        reader = import_module("openpyxl.worksheet._reader")
        with self.sheet._get_source() as source:
            parser = reader.WorkSheetParser(
                source,
                self.sheet._shared_strings,
                data_only=True,
                epoch=self.book.epoch,
                date_formats=self.book._date_formats,
                timedelta_formats=self.book._timedelta_formats,
            )
            parse, tag = parser.parse_cell, reader.FORMULA_TAG
            parser.parse_cell = lambda element: _with_formula(parse, element, tag)
            for number, row in parser.parse():
                bounded(self.path, number, 0)
                filled = [cell for one in row for cell in self._cell(one)]
                if filled:
                    self.rows.setdefault(number, []).extend(filled)
        return self._grid(parser)

    def _cell(self, cell: dict[str, Any]) -> Iterator[tuple[int, str, Kind]]:
        value, kind = cell["value"], TYPES.get(cell["data_type"], Kind.TEXT)
        text = as_text(value)
        formula = cell["formula"]
        if formula is not None and (value is None or self.stale):
            if value is None and cell["stored_as"] == "str" and not self.stale:
                return  # the result is an empty text
            yield cell["column"] - 1, text or f"={formula}", Kind.FORMULA
            return
        if not text:
            return
        if kind is Kind.NUMBER:
            text, kind = self._number(value, text, cell["style_id"])
        yield cell["column"] - 1, text, kind

    def _number(self, value: float, text: str, style: int) -> tuple[str, Kind]:
        if abs(value) >= EXACT and float(value).is_integer():
            return text, Kind.LONG
        if style in self.percent:
            return text, Kind.PERCENT
        width = self.padded.get(style, 0)
        if width > len(text) and text.isdigit():
            return text.zfill(width), Kind.PADDED
        return text, Kind.NUMBER

    def _grid(self, parser: Any) -> Grid:
        texts, kinds = self._arrays()
        width, last = texts.shape
        merged = tuple(_merged(self.path, parser, texts))
        if self.how.merged_cells == "fill":
            for area in merged:
                _fill(area, texts, kinds)
        cells = cells_of_columns(list(texts))
        hidden = _hidden_rows(parser, last)
        marks = Marks(
            kinds=pd.DataFrame(kinds, index=cells.index),
            hidden_rows=hidden,
            hidden_columns=_hidden_columns(parser, width),
            merged=merged,
            filtered=_filtered(parser),
        )
        notes = list(self._notes())
        if self.how.hidden_rows == "omit" and hidden:
            cells = cells.loc[~cells.index.isin(hidden)]
            count = f"{len(hidden)} hidden row{'' if len(hidden) == 1 else 's'}"
            notes.append(f"{count} omitted, as the mapping states.")
        title = self.sheet.title
        return Grid(cells, sheet=title, notes=tuple(notes), marks=marks)

    def _arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Texts by column and row, and kinds by row and column."""
        last = max(self.rows, default=0)
        width = 1 + max(
            (at for row in self.rows.values() for at, _, _ in row), default=-1
        )
        bounded(self.path, last, last * width)
        texts = np.full((width, last), "", dtype=object)
        kinds = np.zeros((last, width), dtype=np.uint8)
        for number, row in self.rows.items():
            for at, text, kind in row:
                texts[at, number - 1], kinds[number - 1, at] = text, kind
        self.rows.clear()
        return texts, kinds

    def _notes(self) -> Iterator[str]:
        if self.sheet.sheet_state != "visible":
            yield f"The sheet {self.sheet.title} is hidden."
        if self.book.epoch.year != 1899:
            yield "Dates are counted from 1904, as the workbook states."


def _with_formula(parse: Any, element: Any, tag: str) -> dict[str, Any]:
    formula = element.find(tag)
    cell: dict[str, Any] = parse(element)
    cell["formula"] = None if formula is None else formula.text or ""
    cell["stored_as"] = element.get("t")
    return cell


def _formats(book: Any) -> tuple[set[int], dict[int, int]]:
    """Cell styles that show a percentage, and those that show leading zeros."""
    builtin = import_module("openpyxl.styles.numbers").BUILTIN_FORMATS
    percent, padded = set(), {}
    for style, cell in enumerate(book._cell_styles):
        number = cell.numFmtId
        code = builtin.get(number)
        if code is None and 0 <= number - 164 < len(book._number_formats):
            code = book._number_formats[number - 164]
        code = TEXT_IN_QUOTES.sub("", code or "").partition(";")[0]
        if "%" in code:
            percent.add(style)
        if len(code) > 1 and not code.strip("0"):
            padded[style] = len(code)
    return percent, padded


def _merged(path: Path, parser: Any, texts: np.ndarray) -> Iterator[Merged]:
    """Merged ranges within the cells whose first cell holds a value."""
    width, last = texts.shape
    covered = 0
    for area in parser.merged_cells.mergeCell if parser.merged_cells else ():
        left, top, right, bottom = (
            area.min_col,
            area.min_row,
            area.max_col,
            area.max_row,
        )
        right, bottom = min(right, width), min(bottom, last)
        if left > right or top > bottom or not texts[left - 1, top - 1]:
            continue
        covered += (right - left + 1) * (bottom - top + 1)
        bounded(path, 0, covered)
        if (right, bottom) != (left, top):
            yield Merged(top, left - 1, bottom, right - 1)


def _fill(area: Merged, texts: np.ndarray, kinds: np.ndarray) -> None:
    rows = slice(area.top - 1, area.bottom)
    columns = slice(area.left, area.right + 1)
    texts[columns, rows] = texts[area.left, area.top - 1]
    kinds[rows, columns] = kinds[area.top - 1, area.left]


def _hidden_rows(parser: Any, last: int) -> frozenset[int]:
    shown = ("0", "false", None)
    rows = parser.row_dimensions.items()
    hidden = (int(number) for number, row in rows if row.get("hidden") not in shown)
    return frozenset(number for number in hidden if number <= last)


def _hidden_columns(parser: Any, width: int) -> frozenset[int]:
    return frozenset(
        at
        for column in parser.column_dimensions.values()
        if column.get("hidden") in ("1", "true")
        for at in range(int(column["min"]) - 1, min(int(column["max"]), width))
    )


def _filtered(parser: Any) -> bool:
    found = getattr(parser, "auto_filter", None)
    return bool(found is not None and found.filterColumn)
