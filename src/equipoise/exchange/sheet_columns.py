"""Names the columns of a table: those without a name, and those with the same name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from equipoise.errors import DataError
from equipoise.errors.counted import counted
from equipoise.exchange.grid import ROW
from equipoise.exchange.mapping import File
from equipoise.exchange.sheet_cells import Rows, SheetCells
from equipoise.exchange.sheet_header import Header


@dataclass(frozen=True)
class Columns:
    """The columns of a table.

    Attributes:
        names: unique name by position.
        repeated: names of the columns by the name that they share in the file.
        notes: what was decided, each a sentence.
    """

    names: dict[int, str]
    repeated: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]


def name_columns(sheet: SheetCells, how: File, header: Header, rows: Rows) -> Columns:
    """Names of all columns; empty ones without a name are omitted.

    Args:
        sheet: the cells.
        how: its ``names`` are used.
        header: with the names of the file.
        rows: of the data.

    Raises:
        DataError: EQ342, rows differ in length; EQ351, a stated column does not exist.
    """
    beyond = [n for n in how.names if n > sheet.width]
    if beyond:
        raise sheet.unclear(
            f"names has column {beyond[0]}, and the table has "
            + counted(sheet.width, "column"),
            "correct the key names under [file] of the mapping",
        )
    names = dict(enumerate(header.names)) | {n - 1: t for n, t in how.names.items()}
    empty = [c for c, t in names.items() if not t and not sheet.filled[rows, c].any()]
    names = {c: text for c, text in names.items() if c not in empty}
    _even(sheet, how, header, names, rows)
    notes = _empty(empty)
    unnamed = [column for column, text in names.items() if not text]
    leading = min(names, default=0)
    if unnamed[:1] == [leading] and _counts(sheet, leading, rows):
        notes.append(_row_numbers(leading))
        del names[unnamed.pop(0)]
    taken = set(names.values())
    for column in unnamed:
        names[column] = _free(f"column {column + 1}", taken)
        notes.append(
            f"Column {column + 1} has no name: it is read as {names[column]!r}. Another "
            f'name can be stated under [file]: names = {{ {column + 1} = "name" }}.'
        )
    repeated = _unique(names, taken)
    notes += [
        f"{counted(len(many), 'column', 'is')} named {name!r}: they are read as "
        + ", ".join(repr(one) for one in many)
        + "."
        for name, many in repeated.items()
    ]
    return Columns(names, repeated, tuple(notes))


def _even(
    sheet: SheetCells,
    how: File,
    header: Header,
    names: Mapping[int, str],
    rows: Rows,
) -> None:
    """EQ342: rows of a text file with more or fewer cells than there are names."""
    if not sheet.absent.any():
        return
    columns = list(names)
    widths = sheet.width - sheet.absent.sum(axis=1)
    named = int(widths[header.rows[-1]]) if header.rows else sheet.width
    named = max(named, *how.names, 0)
    within = np.array([column for column in columns if column < named], dtype=int)
    beyond = np.array([column for column in columns if column >= named], dtype=int)
    lacking = sheet.absent[np.ix_(rows, within)].any(axis=1)
    over = sheet.filled[np.ix_(rows, beyond)].any(axis=1)
    uneven = rows[lacking | over]
    if not len(uneven):
        return
    fix = (
        "quote values that contain the delimiter, or state the delimiter (in the mapping "
        'under [file]: delimiter = ";"; for equipoise map: --delimiter ";")'
    )
    if over.any() and bool((widths[rows] == named + 1).all()):
        fix = (
            "name the last column, or if each row starts with its name, as R's write.table "
            "writes them, export without them (row.names = FALSE) or state the names of "
            'all columns under [file] of the mapping: names = { 1 = "row", 2 = … }'
        )
    numbers = pd.DataFrame({ROW: sheet.numbers(uneven), "cells": widths[uneven]})
    raise DataError.single(
        "EQ342",
        f"{counted(len(uneven), 'row', 'does')} not have {counted(named, 'value')}, the "
        "number of columns",
        where=sheet.name,
        fix=fix,
        records=numbers,
    )


def _counts(sheet: SheetCells, column: int, rows: Rows) -> bool:
    """Whether a column numbers the rows from 0 or 1."""
    texts = sheet.column(column, rows)
    return any(
        all(text == str(n) for n, text in enumerate(texts, start)) for start in (0, 1)
    )


def _row_numbers(column: int) -> str:
    return (
        f"Column {column + 1} has no name and numbers the rows: it is omitted. If its "
        f'numbers are identifiers, name it under [file]: names = {{ {column + 1} = "id" }}'
        "."
    )


def _empty(columns: list[int]) -> list[str]:
    if not columns:
        return []
    numbers = ", ".join(str(column + 1) for column in columns)
    if len(columns) == 1:
        return [f"Column {numbers} has no name and no content: it is omitted."]
    return [f"Columns {numbers} have no name and no content: they are omitted."]


def _unique(names: dict[int, str], taken: set[str]) -> dict[str, tuple[str, ...]]:
    """Numbers the columns that share a name, and returns their new names."""
    counts = Counter(names.values())
    numbered: dict[str, Iterator[str]] = {}
    repeated: dict[str, list[str]] = {}
    for column, name in names.items():
        if counts[name] > 1:
            free = numbered.setdefault(name, _numbered(name, taken))
            names[column] = next(free)
            repeated.setdefault(name, []).append(names[column])
    return {name: tuple(many) for name, many in repeated.items()}


def _numbered(name: str, taken: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"{name} ({number})" not in taken:
            yield f"{name} ({number})"


def _free(name: str, taken: set[str]) -> str:
    chosen = name if name not in taken else next(_numbered(name, taken))
    taken.add(chosen)
    return chosen
