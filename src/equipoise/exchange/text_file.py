"""Reads a text file of cells with a delimiter: CSV, TSV and the like."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from equipoise.errors import DataError
from equipoise.exchange.grid import Grid, cells_of_rows
from equipoise.exchange.mapping import File


def read_text(path: Path, how: File) -> tuple[Grid, ...]:
    """The cells of a text file.

    Raises:
        DataError: EQ340, it has another encoding; EQ342, it is not a table of cells.
    """
    text = _decoded(path, how)
    if not text.strip():
        return (Grid(cells_of_rows([])),)
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
    return (Grid(cells_of_rows([[c.strip() for c in line] for line in lines])),)


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
