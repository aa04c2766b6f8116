"""Cells of a spreadsheet whose value is not certain from what is stored.

A reader marks the kind of each cell. Once the table in the sheet is known, its cells are
compared with their column: what cannot change a value is noted, and what can change one
is a problem of its column, which ``read_data`` raises if the mapping uses the column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import NamedTuple

import pandas as pd

from equipoise.errors import Problem
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.mapping import File

SHOWN = 5  # addresses in a message; the records list all
TABLE = ""  # the key of a problem of rows rather than of one column


class Kind(IntEnum):
    """Type of a stored cell."""

    EMPTY = 0
    TEXT = 1
    NUMBER = 2
    DATE = 3
    BOOLEAN = 4
    ERROR = 5
    FORMULA = 6  # without a stored result, or with one that its program did not trust
    PERCENT = 7
    LONG = 8  # an integer beyond the 15 digits that a spreadsheet stores
    PADDED = 9  # a number that is shown with leading zeros


class Merged(NamedTuple):
    """A merged range: row numbers and column positions, first and last."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Marks:
    """What a sheet states of its cells besides their values.

    Attributes:
        kinds: ``Kind`` of each cell, with the index and columns of the cells.
        hidden_rows: numbers of the rows that the sheet does not show.
        hidden_columns: positions of the columns that it does not show.
        merged: merged ranges in which a cell holds a value.
        filtered: whether a filter hides the rows.
    """

    kinds: pd.DataFrame
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()
    filtered: bool = False


@dataclass(frozen=True)
class Doubts:
    """What to report of the cells of a table.

    Attributes:
        notes: a sentence for each kind of remarkable cell.
        problems: of each column whose values are not certain, and under an empty name
            those of rows.
    """

    notes: tuple[str, ...] = ()
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)


class _Rule(NamedTuple):
    what: str
    fix: str


REJECTED = {
    Kind.FORMULA: _Rule(
        "formulas without a stored result",
        "open the workbook in a spreadsheet program, which calculates them, and save it",
    ),
    Kind.LONG: _Rule(
        "numbers of more than 15 digits, of which a spreadsheet stores only 15",
        "format the column as text in the source, and enter or export the numbers again",
    ),
}
MIXED = (
    (
        Kind.DATE,
        Kind.NUMBER,
        "dates in a column of numbers",
        "numbers in a column of dates",
    ),
    (
        Kind.PERCENT,
        Kind.NUMBER,
        "percentages in a column of other numbers, a percentage being stored as a fraction",
        "numbers in a column of percentages, which are stored as fractions",
    ),
)
WORDS = {
    Kind.TEXT: "texts",
    Kind.NUMBER: "numbers",
    Kind.DATE: "dates",
    Kind.BOOLEAN: "true or false",
    Kind.PERCENT: "percentages",
}


def doubts(
    name: str, marks: Marks, rows: pd.Index, columns: Mapping[str, int], how: File
) -> Doubts:
    """What is not certain in the table of a sheet.

    Args:
        name: of the file, with its sheet.
        marks: of the sheet.
        rows: numbers of the rows of the table.
        columns: position in the sheet of each column of the table.
        how: keys of the mapping that decide on hidden rows and merged cells.
    """
    kinds = marks.kinds.loc[marks.kinds.index.isin(rows)]
    notes: list[str] = []
    problems: dict[str, tuple[Problem, ...]] = {}
    for column, at in columns.items():
        own = kinds[at]
        found = [*_rejected(name, column, at, own), *_mixed(name, column, at, own)]
        if found:
            problems[column] = tuple(found)
        notes += [f"Column {column}: {p.what}." for p in found]
        notes += _noted(column, at, own)
    merged = dict(_merged(marks, rows, columns, how))
    for column, areas in merged.items():
        problem = _merged_problem(name, column, areas)
        problems[column] = (*problems.get(column, ()), problem)
    if merged:
        notes.append(_merged_note(merged))
    hidden = [n for n in rows if n in marks.hidden_rows]
    if hidden:
        notes.append(_hidden_note(marks, hidden, how))
        if how.hidden_rows is None:
            problems[TABLE] = (_hidden(name, marks, hidden),)
    unseen = [c for c, at in columns.items() if at in marks.hidden_columns]
    if unseen:
        notes.append(f"Hidden columns were read: {', '.join(unseen)}.")
    return Doubts(tuple(dict.fromkeys(notes)), problems)


def letters(position: int) -> str:
    """Name of a column in a spreadsheet: 0 is A, 26 is AA."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def _rejected(name: str, column: str, at: int, kinds: pd.Series) -> Iterator[Problem]:
    for kind, rule in REJECTED.items():
        rows = kinds.index[kinds == kind].tolist()
        if rows:
            yield _problem(name, column, at, rows, rule.what, rule.fix)


def _mixed(name: str, column: str, at: int, kinds: pd.Series) -> Iterator[Problem]:
    """Cells of two kinds that would be read as different values of the same column."""
    for one, other, few, many in MIXED:
        ones = kinds.index[kinds == one].tolist()
        others = kinds.index[kinds == other].tolist()
        if ones and others:
            rows, what = (ones, few) if len(ones) <= len(others) else (others, many)
            fix = f"give every cell of the column {column!r} the same number format"
            yield _problem(name, column, at, rows, what, fix)


def _problem(
    name: str, column: str, at: int, rows: Sequence[int], what: str, fix: str
) -> Problem:
    addresses = [f"{letters(at)}{row}" for row in rows]
    records = pd.DataFrame({"row": rows, "cell": addresses, "contains": what})
    return Problem(
        code="EQ352",
        what=_contents(records),
        where=f"{name}, column {column!r}",
        fix=f"{fix}; or state [[corrections]] with the right values",
        records=records,
    )


def _contents(cells: pd.DataFrame) -> str:
    count, what = len(cells), cells["contains"].iloc[0]
    return (
        f"{counted(count, 'cell', 'contains')} {what}: {_some(cells['cell'].tolist())}"
    )


def without_corrected(problem: Problem, rows: Collection[int]) -> Problem | None:
    """A problem of cells for those that no correction of the mapping has replaced.

    Args:
        problem: EQ352, of a column.
        rows: numbers of the rows whose value in this column was corrected.

    Returns:
        None if nothing is left of it.
    """
    cells = problem.records
    if cells is None or "contains" not in cells:
        return problem  # of merged cells or hidden rows
    left = cells[~cells["row"].isin(rows)]
    if len(left) == len(cells):
        return problem
    if left.empty:
        return None
    return replace(problem, what=_contents(left), records=left)


def _noted(column: str, at: int, kinds: pd.Series) -> Iterator[str]:
    counts = kinds.value_counts()
    usual = max(WORDS, key=lambda kind: counts.get(int(kind), 0))
    for kind, words in WORDS.items():
        rows = kinds.index[kinds == kind]
        pair = {Kind(kind), Kind(usual)}
        if (
            kind != usual
            and len(rows)
            and pair - {Kind.NUMBER}
            not in (
                {Kind.DATE},
                {Kind.PERCENT},
            )
        ):
            cells = _some([f"{letters(at)}{row}" for row in rows])
            yield f"Column {column}: {words} among {WORDS[usual]} in {cells}."
    if usual is Kind.PERCENT and counts.get(int(Kind.PERCENT), 0):
        yield f"Column {column}: percentages are read as fractions, 50% as 0.5."
    errors = kinds.index[kinds == Kind.ERROR]
    if len(errors):
        cells = _some([f"{letters(at)}{row}" for row in errors])
        yield f"Column {column}: errors of the spreadsheet, read as text, in {cells}."
    if (kinds == Kind.PADDED).any():
        yield f"Column {column}: numbers are read with the leading zeros that are shown."


def _merged(
    marks: Marks, rows: pd.Index, columns: Mapping[str, int], how: File
) -> Iterator[tuple[str, list[str]]]:
    """Merged cells of each column: only the first of a range holds the value."""
    if how.merged_cells is not None:
        return
    numbers = set(rows.tolist())
    inside = [
        area
        for area in sorted(marks.merged)
        if any(n in numbers for n in range(area.top, area.bottom + 1))
    ]
    for column, at in columns.items():
        areas = [
            area
            for area in inside
            if area.left <= at <= area.right
            and (at > area.left or _several(area, numbers))
        ]
        if areas:
            yield column, [_range(area) for area in areas]


def _merged_problem(name: str, column: str, found: Sequence[str]) -> Problem:
    return Problem(
        code="EQ352",
        what=f"cells of the column {column!r} are merged, and only the first "
        f"of them holds the value: {_some(found)}",
        where=f"{name}, column {column!r}",
        fix="unmerge the cells and fill each of them; or state under [file] "
        'merged_cells = "fill" to give each the value of the first, or '
        '"blank" to leave the others empty (option --merged-cells)',
        records=pd.DataFrame({"cells": found}),
    )


def _merged_note(merged: Mapping[str, Sequence[str]]) -> str:
    """One note for all columns."""
    told = ", ".join(f"{column} ({_some(found)})" for column, found in merged.items())
    return (
        f"Merged cells, of which only the first holds the value: {told}. State "
        'merged_cells = "fill" or "blank" under [file] (option --merged-cells).'
    )


def _several(area: Merged, numbers: set[int]) -> bool:
    return sum(n in numbers for n in range(area.top, area.bottom + 1)) > 1 or any(
        n in numbers for n in range(area.top + 1, area.bottom + 1)
    )


def _range(area: Merged) -> str:
    return f"{letters(area.left)}{area.top}:{letters(area.right)}{area.bottom}"


def _hidden(name: str, marks: Marks, rows: Sequence[int]) -> Problem:
    by = "a filter hides" if marks.filtered else "the sheet hides"
    return Problem(
        code="EQ352",
        what=f"{by} {counted(len(rows), 'row')} of the table: {_some(rows)}",
        where=name,
        fix="remove the filter and show all rows, or delete those that do not belong to "
        'the data; or state under [file] hidden_rows = "read" or "omit" (option '
        "--hidden-rows)",
        records=pd.DataFrame({"row": rows}),
    )


def _hidden_note(marks: Marks, rows: Sequence[int], how: File) -> str:
    by = "by a filter" if marks.filtered else "in the sheet"
    stated = ", as stated" if how.hidden_rows else ""
    verb = agreeing(len(rows), "was")
    return (
        f"{counted(len(rows), 'row')} hidden {by} {verb} read{stated}: {_some(rows)}."
    )


def _some(items: Sequence[object]) -> str:
    text = ", ".join(map(str, items[:SHOWN]))
    more = len(items) - SHOWN
    return text if more <= 0 else f"{text} and {more} more"
