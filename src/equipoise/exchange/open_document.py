"""Reads the sheets of an OpenDocument spreadsheet (ODS) as texts.

The format is read with our own code, because hidden rows, merged cells, formulas without
a result and errors must be recognized. Repeated cells are expanded only if they hold
something: a sheet usually ends with a row that is repeated a million times.

Source: OASIS OpenDocument 1.3, part 3, sections 9 and 19.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from equipoise.errors import DataError
from equipoise.exchange import zip_members
from equipoise.exchange.cell_kinds import Kind, Merged
from equipoise.exchange.grid import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Grid,
    as_text,
    bounded,
)
from equipoise.exchange.mapping import File
from equipoise.exchange.spreadsheet_cells import Cell, SpreadsheetCells, number

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
TABLE = f"{{{OASIS}:table:1.0}}"
OFFICE = f"{{{OASIS}:office:1.0}}"
TEXT = f"{{{OASIS}:text:1.0}}"
STYLE = f"{{{OASIS}:style:1.0}}"
ERRORS = re.compile(r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d+")
DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]0*)?S")
NUMBERS = {"float": Kind.NUMBER, "currency": Kind.NUMBER, "percentage": Kind.PERCENT}


def read_open_document(path: Path, how: File) -> tuple[Grid, ...]:
    """The stated sheet of a spreadsheet, or all sheets.

    Args:
        path: of the file.
        how: the sheet, and what to do with hidden rows and merged cells. Without a
            stated sheet, hidden sheets are not read.

    Raises:
        DataError: EQ340, it is too large, broken or encrypted; EQ342, there is no such
            sheet.
    """
    with zip_members.opened(path) as archive:
        members = archive.namelist()
        if MANIFEST in members:
            zip_members.scan(path, archive, MANIFEST)
            if b"encryption-data" in archive.read(MANIFEST):
                raise zip_members.refused(path, "is protected by a password")
        if CONTENT not in members:
            raise zip_members.refused(path, f"contains no {CONTENT}")
        zip_members.scan(path, archive, CONTENT)
        with archive.open(CONTENT) as content:
            sheets = list(_Spreadsheet(path, content).sheets())
    names = [name for name, _, _ in sheets]
    if how.sheet is not None and how.sheet not in names:
        raise DataError.single(
            "EQ342",
            f"there is no sheet {how.sheet!r}",
            where=path.name,
            fix=f"sheets: {', '.join(names)}",
        )
    shown = [one for one in sheets if not one[2]] or sheets
    chosen = shown if how.sheet is None else [s for s in sheets if s[0] == how.sheet]
    taken = {name for name, _, _ in chosen}
    others = tuple(name for name in names if name not in taken)
    grids = (cells.grid(name, how) for name, cells, _ in chosen)
    return tuple(replace(grid, other_sheets=others) for grid in grids)


class _Spreadsheet:
    """Reads the tables of a document one after the other."""

    def __init__(self, path: Path, content: IO[bytes]) -> None:
        self.path, self.content = path, content
        self.hidden_styles: set[str] = set()
        self.cells = SpreadsheetCells(path)
        self.row = self.column = self.depth = 0
        self.external = False

    def sheets(self) -> Iterator[tuple[str, SpreadsheetCells, bool]]:
        """Name and cells of each sheet, and whether it is hidden."""
        parsed = iterparse(self.content, events=("start", "end"))  # noqa: S314 - scanned
        for event, element in parsed:
            if event == "start":
                self._start(element)
            elif element.tag == f"{TABLE}table":
                self.depth -= 1
                if self.depth == 0 and not self.external:
                    yield self._sheet(element)
                element.clear()
            else:
                self._end(element)

    def _start(self, element: Element) -> None:
        if element.tag == f"{TABLE}table":
            self.depth += 1
            if self.depth == 1:
                self.cells, self.external = SpreadsheetCells(self.path), False
                self.row = self.column = 0

    def _end(self, element: Element) -> None:
        if element.tag == f"{STYLE}style":
            self._style(element)
        elif element.tag == f"{TABLE}table-source":  # a copy of a sheet of another file
            self.external = True
        elif self.depth == 1 and element.tag == f"{TABLE}table-column":
            self._column(element)
        elif self.depth == 1 and element.tag == f"{TABLE}table-row":
            self._row(element)
            element.clear()

    def _sheet(self, table: Element) -> tuple[str, SpreadsheetCells, bool]:
        name = table.get(f"{TABLE}name", "")
        hidden = table.get(f"{TABLE}style-name") in self.hidden_styles
        if hidden:
            self.cells.notes.append(f"The sheet {name} is hidden.")
        return name, self.cells, hidden

    def _style(self, style: Element) -> None:
        for properties in style.iter(f"{STYLE}table-properties"):
            if properties.get(f"{TABLE}display") == "false":
                self.hidden_styles.add(style.get(f"{STYLE}name", ""))

    def _column(self, column: Element) -> None:
        count = _repeated(column, "columns")
        if column.get(f"{TABLE}visibility") in ("collapse", "filter"):
            last = min(self.column + count, MOST_COLUMNS)
            self.cells.hidden_columns |= set(range(self.column, last))
        self.column += count

    def _row(self, row: Element) -> None:
        count = _repeated(row, "rows")
        first = self.row + 1
        self.row += count
        cells = list(self._cells(row, first))
        if not cells:
            return
        bounded(self.path, self.row, self.cells.count + count * len(cells))
        numbers = range(first, self.row + 1)
        for one in numbers:
            self.cells.add(one, cells)
        visibility = row.get(f"{TABLE}visibility")
        if visibility in ("collapse", "filter"):
            self.cells.hidden_rows |= set(numbers)
            self.cells.filtered |= visibility == "filter"

    def _cells(self, row: Element, number_of_row: int) -> Iterator[Cell]:
        at = 0
        for cell in row:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            count = _repeated(cell, "columns")
            covered = cell.tag == f"{TABLE}covered-table-cell"
            text, kind = ("", Kind.EMPTY) if covered else _value(cell)
            if text.strip():
                if at + count > MOST_COLUMNS:
                    bounded(self.path, MOST_ROWS + 1, MOST_CELLS + 1)
                yield from ((n, text, kind) for n in range(at, at + count))
                self._span(cell, number_of_row, at)
            at += count

    def _span(self, cell: Element, row: int, at: int) -> None:
        rows = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
        columns = int(cell.get(f"{TABLE}number-columns-spanned", "1"))
        if rows > 1 or columns > 1:
            area = Merged(row, at, row + rows - 1, at + columns - 1)
            self.cells.merged.append(area)


def _repeated(element: Element, what: str) -> int:
    return max(int(element.get(f"{TABLE}number-{what}-repeated", "1")), 1)


def _value(cell: Element) -> tuple[str, Kind]:
    """Text and kind of a cell; an empty text where it holds nothing."""
    kind = cell.get(f"{OFFICE}value-type")
    formula = cell.get(f"{TABLE}formula")
    shown = _shown(cell)
    if formula is not None and ERRORS.fullmatch(shown.strip()):
        return shown.strip(), Kind.ERROR
    if formula is not None and kind is None:
        return f"={formula.rpartition(':=')[2].removeprefix('=')}", Kind.FORMULA
    if kind in NUMBERS:
        text, found = number(float(cell.get(f"{OFFICE}value", "")))
        return text, NUMBERS[kind] if found is Kind.NUMBER else found
    if kind == "date":
        stated = cell.get(f"{OFFICE}date-value", "")
        return stated.removesuffix("T00:00:00").replace("T", " "), Kind.DATE
    if kind == "time":
        stated = cell.get(f"{OFFICE}time-value", "")
        parts = DURATION.fullmatch(stated)
        return ":".join(
            p.zfill(2) for p in parts.groups()
        ) if parts else stated, Kind.DATE
    if kind == "boolean":
        return as_text(cell.get(f"{OFFICE}boolean-value") == "true"), Kind.BOOLEAN
    return cell.get(f"{OFFICE}string-value") or shown, Kind.TEXT


def _shown(cell: Element) -> str:
    """The paragraphs of a cell, without its comments."""
    paragraphs = (p for p in cell if p.tag == f"{TEXT}p")
    return "\n".join("".join(_pieces(p)) for p in paragraphs)


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            yield " " * min(int(child.get(f"{TEXT}c", "1")), 1_000)
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif child.tag != f"{OFFICE}annotation":
            yield from _pieces(child)
        yield child.tail or ""
