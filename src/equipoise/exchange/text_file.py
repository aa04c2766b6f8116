"""Reads a text file of cells with a delimiter: CSV, TSV and the like.

The cells are those of ``csv.reader``, without surrounding spaces. Each distinct text of
a column is held once, so that a million rows need little more memory than their codes.
Blocks of regular lines are split together (``text_block``), all others row by row.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import chain, islice, zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from equipoise.errors import DataError
from equipoise.exchange.encoding import Decoded, decoded
from equipoise.exchange.grid import MOST_COLUMNS, ROW, Grid, cells_of_rows
from equipoise.exchange.mapping import File
from equipoise.exchange.text_block import regular_columns

CHUNK = 1_000  # rows held as lists at the same time: they stay in the cache of the CPU
FIRST_BLOCK, BLOCK = 2**16, 2**22  # bytes that are split at the same time
SAMPLE = 200  # rows from which the delimiter is decided
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
MOST_CELLS = 60_000_000  # a million rows of 60 columns; more would not fit into memory
PIECE = 2**23  # bytes that are counted at the same time
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
    _refuse_many_cells(path, how)
    text = decoded(path, how)
    start = text.lines()
    declared = DECLARED.fullmatch(next(start, ""))
    delimiter, notes = _delimiter(path, how, text, declared[1] if declared else None)
    try:
        columns = _columns(path, text, 1 if declared else 0, delimiter)
    except csv.Error as error:
        raise _malformed(path, str(error)) from error
    coded = {n: column.coded() for n, column in enumerate(columns)}
    cells = pd.DataFrame(coded) if columns else cells_of_rows([])
    cells.index = pd.RangeIndex(1, 1 + len(cells), name=ROW)
    written = {n: column.written() for n, column in enumerate(columns)}
    written = {n: texts for n, texts in written.items() if len(texts)}
    keys = {"encoding": text.encoding} if text.notes else {}
    keys |= {"delimiter": delimiter} if notes and declared is None else {}
    notes = [*text.notes, *notes]
    return (Grid(cells, notes=tuple(notes), keys=keys, written=written),)


def _refuse_many_cells(path: Path, how: File) -> None:
    """Rejects a file that would not fit into memory, before it is read."""
    if path.stat().st_size < MOST_CELLS:  # each cell ends with at least one byte
        return
    marks = (how.delimiter,) if how.delimiter else tuple(DELIMITERS)
    found = dict.fromkeys(marks, 0)
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            for mark in marks:
                found[mark] += piece.count(mark.encode())
    if max(found.values()) > MOST_CELLS:
        raise DataError.single(
            "EQ340",
            f"{path.name} has more than {MOST_CELLS:,} cells",
            where=path.name,
            fix="export fewer columns: those of the protocol, or one file for each form",
        )


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


def _columns(path: Path, text: Decoded, first: int, delimiter: str) -> list[_Column]:
    """The columns below the first lines; none if there is no line."""
    body = text.utf8()
    start = 0
    for line in islice(text.lines(), first):
        start += len(line.encode())
    columns: list[_Column] = []
    count, size = 0, FIRST_BLOCK
    while start < len(body):
        end = len(body)
        if start + size < end:
            end = body.rfind(b"\n", start, start + size) + 1
            end = end or body.find(b"\n", start + size) + 1 or len(body)
        found = regular_columns(body[start:end], delimiter, MOST_COLUMNS)
        if found is not None:
            columns += [_Column(count) for _ in range(len(columns), len(found))]
            count += len(found[0][0])
            absent = [NONE] * (len(columns) - len(found))
            for column, part in zip(columns, found + absent, strict=True):
                column.add_codes(*part, count)
        else:
            rows = _rows(path, body[start:end], delimiter, columns, count)
            if rows is None and end == len(body):
                # A quotation mark without its pair swallowed the rows to the end.
                raise _malformed(path, "a quotation mark is opened and never closed")
            if rows is None:  # it may be closed further below
                size = 2 * max(size, end - start)
                continue
            count = rows
        start, size = end, BLOCK
    return columns or ([_Column(count)] if count else [])  # only empty lines


def _rows(
    path: Path, block: bytes, delimiter: str, columns: list[_Column], count: int
) -> int | None:
    """Adds lines row by row to the columns.

    Args:
        path: of the file.
        block: whole lines.
        delimiter: between the cells.
        columns: so far; columns are added if a row is longer.
        count: number of the rows so far.

    Returns:
        The number of rows; None if a quotation mark is not closed within the block: then
        nothing is added.
    """
    lines = io.TextIOWrapper(io.BytesIO(block), "utf-8", newline="")
    read = csv.reader(chain(lines, [f"{END}\n"]), delimiter=delimiter)
    chunks: list[list[list[str]]] = []
    while chunk := list(islice(read, CHUNK)):
        chunks.append(chunk)
    if chunks[-1].pop() != [END]:
        return None
    for chunk in filter(None, chunks):
        width = max(map(len, chunk))
        if width > MOST_COLUMNS:
            raise _malformed(path, f"it has more than {MOST_COLUMNS:,} columns")
        columns += [_Column(count) for _ in range(len(columns), width)]
        for column, cells in zip_longest(columns, zip_longest(*chunk)):
            column.add(cells or (None,) * len(chunk))
        count += len(chunk)
    return count


class _Column:
    """A column as codes of its distinct texts; absent cells have a code of their own."""

    def __init__(self, absent: int) -> None:
        self.codes = array("i", [0]) * absent
        self.known: dict[str | None, int] = {None: 0}

    def add(self, cells: tuple[str | None, ...]) -> None:
        self._know(cells)
        self.codes.extend(map(self.known.__getitem__, cells))

    def add_codes(
        self, codes: npt.NDArray[np.int64], texts: list[str], count: int
    ) -> None:
        """Adds cells by the codes of their texts; those up to ``count`` are absent."""
        self._know(texts)
        known = np.fromiter(map(self.known.__getitem__, texts), np.intc, len(texts))
        self.codes.frombytes(known[codes].tobytes())
        self.codes.extend([0] * (count - len(self.codes)))

    def _know(self, texts: Iterable[str | None]) -> None:
        """Gives each new text a code, in the order of their first occurrence."""
        known = self.known
        for text in dict.fromkeys(texts):
            if text not in known:
                known[text] = len(known)

    @cached_property
    def texts(self) -> tuple[list[str], list[str]]:
        """The distinct texts, and the same without blanks around them."""
        texts = [text for text in self.known if text is not None]
        return texts, [*map(str.strip, texts)]

    def coded(self) -> pd.Categorical:
        """The texts without blanks around them; a cell that is absent is missing."""
        texts, stripped = self.texts
        codes = np.frombuffer(self.codes, dtype=np.intc) - np.intc(1)
        if stripped != texts:
            places, distinct = pd.factorize(np.array(stripped, dtype=object))
            codes, stripped = np.append(places, [-1])[codes], list(distinct)
        return pd.Categorical.from_codes(
            codes, categories=pd.Index(stripped, dtype=object)
        )

    def written(self) -> pd.Series[str]:
        """The texts with blanks around them, by number of the row."""
        texts, stripped = self.texts
        if stripped == texts:  # usual
            return pd.Series(dtype=object)
        codes = np.frombuffer(self.codes, dtype=np.intc) - np.intc(1)
        odd = [bool(s) and s != text for text, s in zip(texts, stripped, strict=True)]
        rows = np.flatnonzero(np.array([*odd, False])[codes])
        found = pd.Categorical.from_codes(codes[rows], pd.Index(texts, dtype=object))
        return pd.Series(found, index=rows + 1)


NONE: tuple[npt.NDArray[np.int64], list[str]] = (np.zeros(0, dtype=np.int64), [])


def _malformed(path: Path, reason: str) -> DataError:
    return DataError.single(
        "EQ342",
        f"{path.name} is not a table of cells: {reason}",
        where=path.name,
        fix='state the delimiter (in the mapping under [file]: delimiter = ";"; for '
        'equipoise map: --delimiter ";"), or export the file again',
    )
