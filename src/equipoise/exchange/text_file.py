"""Reads a text file of cells with a delimiter: CSV, TSV and the like.

The cells are those of ``csv.reader``, without surrounding spaces. Each distinct text of
a column is held once, so that a million rows need little more memory than their codes.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from equipoise.errors import DataError
from equipoise.exchange.encoding import Decoded, decoded
from equipoise.exchange.grid import MOST_COLUMNS, ROW, Grid, cells_of_rows
from equipoise.exchange.mapping import File

CHUNK = 1_000  # rows held as lists at the same time: they stay in the cache of the CPU
SAMPLE = 200  # rows from which the delimiter is decided
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
DECLARED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
END = "end of the file"


def read_text(path: Path, how: File) -> tuple[Grid, ...]:
    """The cells of a text file.

    Args:
        path: of the file.
        how: the stated encoding and delimiter are used; what is not stated is decided
            from the file, and noted.

    Raises:
        DataError: EQ340, it has another encoding; EQ342, it is not a table of cells.
    """
    text = decoded(path, how)
    start = text.lines()
    declared = DECLARED.fullmatch(next(start, ""))
    delimiter, notes = _delimiter(path, how, text, declared[1] if declared else None)
    try:
        cells = _cells(
            path, islice(text.lines(), 1 if declared else 0, None), delimiter
        )
    except csv.Error as error:
        raise _malformed(path, str(error)) from error
    cells.index = pd.RangeIndex(1, 1 + len(cells), name=ROW)
    keys = {"encoding": text.encoding} if text.notes else {}
    keys |= {"delimiter": delimiter} if notes and declared is None else {}
    return (Grid(cells, notes=(*text.notes, *notes), keys=keys),)


def _delimiter(
    path: Path, how: File, text: Decoded, declared: str | None
) -> tuple[str, list[str]]:
    """The delimiter, and a note unless it is the usual one of such a file."""
    if how.delimiter is not None:
        return how.delimiter, []
    if declared is not None:
        name = DELIMITERS.get(declared, repr(declared))
        stated = f"Cells are separated by {name}, as the line sep={declared} states."
        return declared, [f"{stated} Row 1 is the line below it, as in a spreadsheet."]
    widths = {d: _widths(text, d) for d in DELIMITERS}
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    if widths["\t"] and usual == "\t" and max(widths["\t"]) > 1:
        return usual, []
    best = max(DELIMITERS, key=lambda d: (*_regular(widths[d]), d == usual))
    if best == usual:
        return best, []
    return best, [f"Cells are separated by {DELIMITERS[best]}."]


def _widths(text: Decoded, delimiter: str) -> list[int]:
    """Number of cells of each of the first rows that are not empty."""
    lines = csv.reader(text.lines(), delimiter=delimiter)
    widths: list[int] = []
    try:
        widths += [len(row) for row in islice(lines, SAMPLE) if row]
    except csv.Error:
        return []
    return widths


def _regular(widths: list[int]) -> tuple[float, int]:
    """How well a delimiter explains the rows: equal widths first, then many cells."""
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return 0.0, 1
    width, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    return count / len(widths), width


def _cells(path: Path, lines: Iterator[str], delimiter: str) -> pd.DataFrame:
    rows = csv.reader(chain(lines, [f"{END}\n"]), delimiter=delimiter)
    columns: list[_Column] = []
    count = 0
    last: list[str] = []
    while chunk := list(islice(rows, CHUNK)):
        last = chunk[-1]
        width = max(map(len, chunk))
        if width > MOST_COLUMNS:
            raise _malformed(path, f"it has more than {MOST_COLUMNS:,} columns")
        columns += [_Column(count) for _ in range(len(columns), width)]
        for column, cells in zip_longest(columns, zip_longest(*chunk)):
            column.add(cells or (None,) * len(chunk))
        count += len(chunk)
    # A quotation mark without its pair would have swallowed the rows to the end.
    if last != [END]:
        raise _malformed(path, "a quotation mark is opened and never closed")
    if count == 1:
        return cells_of_rows([])
    frame = pd.DataFrame({n: column.texts() for n, column in enumerate(columns)})
    return frame.iloc[:-1]


class _Code(dict[str | None, int]):
    """A number for each distinct text, in the order of their first occurrence."""

    def __missing__(self, text: str | None) -> int:
        self[text] = code = len(self)
        return code


class _Column:
    """A column as codes of its distinct texts; absent cells have a code of their own."""

    def __init__(self, absent: int) -> None:
        self.codes = array("i", [0]) * absent
        self.known = _Code({None: 0})

    def add(self, cells: tuple[str | None, ...]) -> None:
        self.codes.extend(map(self.known.__getitem__, cells))

    def texts(self) -> pd.api.extensions.ExtensionArray:
        distinct: dict[str, str] = {}
        stripped = np.empty(len(self.known), dtype=object)
        for code, text in enumerate(self.known):
            if text is None:
                stripped[code] = pd.NA
            else:
                bare = text.strip()
                stripped[code] = distinct.setdefault(bare, bare)
        return pd.arrays.StringArray(stripped[np.asarray(self.codes)])


def _malformed(path: Path, reason: str) -> DataError:
    return DataError.single(
        "EQ342",
        f"{path.name} is not a table of cells: {reason}",
        where=path.name,
        fix='state the delimiter (in the mapping under [file]: delimiter = ";"; for '
        'equipoise map: --delimiter ";"), or export the file again',
    )
