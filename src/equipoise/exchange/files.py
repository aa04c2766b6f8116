"""Reads a table from a file as text, cell by cell: nothing is guessed or converted."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from equipoise.errors import DataError, LibraryError
from equipoise.exchange.mapping import File

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
MOST_ROWS, MOST_CELLS = 1_048_576, 20_000_000  # the rows of a spreadsheet
ROW = "row"  # number of a row as a spreadsheet shows it; the first line is 1


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
    """

    name: str
    cells: pd.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_source(path: Path, how: File) -> Source:
    """The table in a file.

    Args:
        path: ``.csv``, ``.tsv``, ``.txt``, ``.xlsx`` or ``.parquet``.
        how: how it is written.

    Raises:
        LibraryError: EQ002, the file cannot be read.
        DataError: EQ340 to EQ342 and EQ346.
    """
    readers = {".xlsx": _workbook, ".parquet": _parquet}
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError.single(
            "EQ346",
            f"files of type {suffix or 'unknown'!r} cannot be read",
            where=path.name,
            fix="export it as CSV, TSV, XLSX or Parquet",
        )
    if not path.is_file():
        raise LibraryError.single(
            "EQ002",
            f"there is no file {path}",
            where=str(path),
            fix="give the path of the data file",
        )
    try:
        head, rows = readers.get(suffix, _text)(path, how)
    except DataError:
        raise
    except Exception as error:  # each library has its own for a file that is broken
        raise DataError.single(
            "EQ340",
            f"{path.name} is not a valid {suffix[1:]} file: {type(error).__name__}",
            where=path.name,
            fix="export the file again from its source",
        ) from error
    return Source(path.name, _table(path.name, head, rows))


def _table(name: str, head: list[str], rows: list[list[str]]) -> pd.DataFrame:
    numbered = [(n, row) for n, row in enumerate(rows, start=2) if any(row)]
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


def _text(path: Path, how: File) -> tuple[list[str], list[list[str]]]:
    text = _decoded(path, how)
    if not text.strip():
        return [], []
    first = text.lstrip("\r\n").splitlines()[0]
    delimiter = how.delimiter or max(",;\t|", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DataError.single(
            "EQ342",
            f"{path.name} is not a table of cells: {error}",
            where=path.name,
            fix="state the delimiter under [file], or export the file again",
        ) from error
    cells = [[cell.strip() for cell in line] for line in lines]
    return cells[0], cells[1:]


def _decoded(path: Path, how: File) -> str:
    raw = path.read_bytes()
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = how.encoding or ("utf-16" if wide else "utf-8")
    if encoding.lower() in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        text = raw.decode(encoding)
        if "\0" in text:
            raise UnicodeError("it contains NUL characters, as UTF-16 does")
    except (UnicodeError, LookupError) as error:
        raise DataError.single(
            "EQ340",
            f"{path.name} is not {encoding.removesuffix('-sig')}: {error}",
            where=path.name,
            fix='state it in the mapping: [file] encoding = "latin-1" (or "cp1252", '
            '"utf-16")',
        ) from error
    return text


def _workbook(path: Path, how: File) -> tuple[list[str], list[list[str]]]:
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
        sheet = book[how.sheet] if how.sheet else book[book.sheetnames[0]]
        rows, cells = [], 0
        for row in sheet.values:
            rows.append([_as_text(cell) for cell in row])
            cells += len(row)
            _bounded(path, len(rows), cells)
    finally:
        book.close()
    # Formatted but empty columns to the right belong to the sheet, not to the table.
    width = max((n for row in rows for n, cell in enumerate(row, 1) if cell), default=0)
    rows = [row[:width] for row in rows]
    return (rows[0], rows[1:]) if rows else ([], [])


def _parquet(path: Path, how: File) -> tuple[list[str], list[list[str]]]:
    package("pyarrow", path)
    told = import_module("pyarrow.parquet").read_metadata(path)
    _bounded(path, told.num_rows, told.num_rows * told.num_columns)
    frame = pd.read_parquet(path)
    columns = [[_as_text(cell) for cell in frame[name]] for name in frame.columns]
    return [str(name) for name in frame.columns], [
        list(row) for row in zip(*columns, strict=True)
    ]


def _bounded(path: Path, rows: int, cells: int) -> None:
    """Rejects a file that would not fit into memory."""
    if rows > MOST_ROWS or cells > MOST_CELLS:
        raise DataError.single(
            "EQ340",
            f"{path.name} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells",
            where=path.name,
            fix="delete empty rows below the table, or export fewer data",
        )


def _as_text(cell: Any) -> str:
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
    return str(cell).strip()


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
