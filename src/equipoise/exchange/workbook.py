"""Reads the sheets of an XLSX workbook as texts, with the kind of each cell.

openpyxl parses the cells. Its own iteration over a sheet would expand missing rows to
any claimed number, and would read a formula that was never calculated as empty; both are
decided here from the parsed cells.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from equipoise.errors import DataError
from equipoise.errors.counted import counted
from equipoise.exchange import zip_members
from equipoise.exchange.cell_kinds import Kind, Merged
from equipoise.exchange.grid import Grid, as_text, cells_of_columns, package
from equipoise.exchange.mapping import File
from equipoise.exchange.spreadsheet_cells import Cell, SpreadsheetCells, number
from equipoise.exchange.spreadsheet_dates import FROM_1904

TYPES = {
    "n": Kind.NUMBER,
    "d": Kind.DATE,
    "b": Kind.BOOLEAN,
    "e": Kind.ERROR,
    "s": Kind.TEXT,
}
RECALCULATED = re.compile(rb"<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad=[\"'](?:1|true)")
TEXT_IN_QUOTES = re.compile(r'"[^"]*"|\\.')
ZERO = re.compile(r"0+(\.0*)?")
SHOWN = ("0", "false", None)  # values of the attribute ``hidden``
MOST_SHEETS = 250  # that are read to find the one with the data
UNREAD = ("/pivot", "/drawings/", "omments", "/externalLinks/", "/charts/", "calcChain")
Parse = Callable[[Any], dict[str, Any]]


def read_workbook(path: Path, how: File) -> tuple[Grid, ...]:
    """The stated sheet of a workbook, or all sheets.

    Args:
        path: of the workbook.
        how: the sheet, and what to do with hidden rows and merged cells. Without a
            stated sheet, hidden sheets are not read.

    Raises:
        DataError: EQ340, it is too large or broken; EQ342, there is no such sheet; EQ346,
            a package is not installed.
    """
    openpyxl = package("openpyxl", path)
    with zip_members.opened(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and not any(p in name for p in UNREAD):
                zip_members.scan(path, archive, name)
        stale = _recalculated(archive)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which are not read
        book = openpyxl.load_workbook(
            path, read_only=True, data_only=True, keep_links=False
        )
        try:
            chosen = _named(path, book, how)
            taken = {sheet.title for sheet in chosen}
            others = tuple(name for name in book.sheetnames if name not in taken)
            grids = [_Sheet(path, book, one, stale).grid(how) for one in chosen]
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
    if len(book.sheetnames) > MOST_SHEETS:
        raise DataError.single(
            "EQ351",
            f"{path.name} has {counted(len(book.sheetnames), 'sheet')}",
            where=path.name,
            fix='state the one with the data under [file] of the mapping, such as sheet = "'
            f'{book.sheetnames[0]}", or as the option --sheet',
        )
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

    def __init__(self, path: Path, book: Any, sheet: Any, stale: bool) -> None:
        self.book, self.sheet, self.stale = book, sheet, stale
        self.percent, self.padded = _formats(book)
        self.cells = SpreadsheetCells(path)

    def grid(self, how: File) -> Grid:
        title = self.sheet.title
        if not hasattr(self.sheet, "_get_source"):  # a chart has no cells
            return Grid(cells_of_columns([]), sheet=title)
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
            parser.parse_cell = _with_formula(parser.parse_cell, reader.FORMULA_TAG)
            for row, cells in parser.parse():
                self.cells.add(row, [one for cell in cells for one in self._cell(cell)])
        self._layout(parser)
        self._note()
        return self.cells.grid(title, how)

    def _cell(self, cell: dict[str, Any]) -> Iterator[Cell]:
        value, at = cell["value"], cell["column"] - 1
        text, formula = as_text(value), cell["formula"]
        if formula is not None and (value is None or self.stale):
            # The empty text is a result, and is stored as a text.
            if value is not None or self.stale or cell["stored_as"] != "str":
                yield at, text.strip() or f"={formula}", Kind.FORMULA
        elif text.strip():
            kind = TYPES.get(cell["data_type"], Kind.TEXT)
            if kind is Kind.NUMBER:
                text, kind = self._number(value, cell["style_id"])
            yield at, text, kind

    def _number(self, value: float, style: int) -> tuple[str, Kind]:
        text, kind = number(value)
        if kind is Kind.NUMBER and style in self.percent:
            return text, Kind.PERCENT
        width = self.padded.get(style, 0)
        if kind is Kind.NUMBER and width > len(text) and text.isdigit():
            return text.zfill(width), Kind.PADDED
        return text, kind

    def _layout(self, parser: Any) -> None:
        """Hidden rows and columns, merged ranges and filters."""
        self.cells.hidden_rows |= {
            int(row)
            for row, stated in parser.row_dimensions.items()
            if _invisible(stated, "ht")
        }
        widest = 1 + max(
            (at for r in self.cells.rows.values() for at, *_ in r), default=0
        )
        for column in parser.column_dimensions.values():
            if _invisible(column, "width"):
                last = min(int(column["max"]), widest)
                self.cells.hidden_columns |= set(range(int(column["min"]) - 1, last))
        for area in parser.merged_cells.mergeCell if parser.merged_cells else ():
            self.cells.merged.append(
                Merged(area.min_row, area.min_col - 1, area.max_row, area.max_col - 1)
            )
        stated = getattr(parser, "auto_filter", None)
        self.cells.filtered = bool(stated is not None and stated.filterColumn)

    def _note(self) -> None:
        if self.sheet.sheet_state != "visible":
            self.cells.notes.append(f"The sheet {self.sheet.title} is hidden.")
        if self.book.epoch.year != 1899:
            self.cells.notes.append(FROM_1904)


def _invisible(stated: Mapping[str, Any], size: str) -> bool:
    """Whether a row or column is hidden, or has no height or width."""
    nothing = ZERO.fullmatch(str(stated.get(size, ""))) is not None
    return nothing or stated.get("hidden") not in SHOWN


def _with_formula(parse: Parse, tag: str) -> Parse:
    """Parses a cell, and adds its formula and the type of its stored result."""

    def parsed(element: Any) -> dict[str, Any]:
        formula = element.find(tag)
        text = None if formula is None else formula.text or ""
        return parse(element) | {"formula": text, "stored_as": element.get("t")}

    return parsed


def _formats(book: Any) -> tuple[set[int], dict[int, int]]:
    """Cell styles that show a percentage, and those that show leading zeros."""
    builtin = import_module("openpyxl.styles.numbers").BUILTIN_FORMATS
    percent, padded = set(), {}
    for style, cell in enumerate(book._cell_styles):
        shown = cell.numFmtId
        code = builtin.get(shown)
        if code is None and 0 <= shown - 164 < len(book._number_formats):
            code = book._number_formats[shown - 164]
        code = TEXT_IN_QUOTES.sub("", code or "").partition(";")[0]
        if "%" in code:
            percent.add(style)
        if len(code) > 1 and not code.strip("0"):
            padded[style] = len(code)
    return percent, padded
