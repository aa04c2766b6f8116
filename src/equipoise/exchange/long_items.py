"""Files with one row per item: questionnaires in SDTM or ADaM, and entry-value exports.

Each code of the file becomes a column of that name, with a value in its own rows only.
Rows stay where they are, so that every message names the row of the file, and an item
that a participant has twice at a visit is found as a duplicate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import pandas as pd

from equipoise.errors import DataError, Problem, listing, refuse
from equipoise.errors.counted import counted
from equipoise.exchange import row_filter
from equipoise.exchange.column_problems import absent_column
from equipoise.exchange.event_rows import (
    event_parts,
    spread_events,
    with_whole_events,
)
from equipoise.exchange.files import Source
from equipoise.exchange.imputed_rows import imputed
from equipoise.exchange.mapping import Reading
from equipoise.exchange.mapping_rows import Pivot

T = TypeVar("T")
MOST_CELLS = 60_000_000  # rows times codes


def selected(source: Source, how: Reading) -> Source:
    """The rows and items of a file that a mapping reads.

    Args:
        source: the file.
        how: how it is read: its keys ``where`` and ``pivot``.

    Returns:
        The file without the rows that the filter excludes, with a column for each code,
        and with a note for everything that is not read.

    Raises:
        DataError: EQ333, a column is absent; EQ357, a filter leaves no row, a row has no
            code, or imputed values would be read as observed ones.
    """
    refuse(DataError, [*row_filter.absent(source, how), *_absent(source, how)])
    notes = list(source.notes)
    if how.where:
        read = row_filter.matches(source.table, how.where)
        if not read.any():
            refuse(DataError, list(row_filter.without_rows(source, how.where, "where")))
        notes.append(row_filter.counted(source, read, how.where))
        source = replace(source, table=source.table[read])
    refuse(DataError, list(imputed(source, how)))
    notes += row_filter.unread(source, how)
    source = replace(source, notes=tuple(notes))
    if how.pivot is None:
        return source
    pivoted = _pivoted(source, how.pivot)
    parts = event_parts(pivoted, how, how.pivot)
    refuse(DataError, list(spread_events(pivoted, parts, how.pivot)))
    return _once_a_visit(with_whole_events(pivoted, parts, how.pivot), how)


def _absent(source: Source, how: Reading) -> Iterator[Problem]:
    if how.pivot is None:
        return
    known = [str(column) for column in source.table.columns]
    for column in (how.pivot.code, how.pivot.value, *how.pivot.form):
        if column not in known:
            yield absent_column(column, known, "pivot (one row per item)")


def _pivoted(source: Source, pivot: Pivot) -> Source:
    """The file with a column for each code."""
    cells = source.cells
    codes = cells[pivot.code].astype("category")
    again = _repeated_columns(cells, pivot)
    names = [str(n) for n in codes.cat.categories if n and str(n) not in again]
    refuse(DataError, list(_unclear(source, pivot, names)))
    numbers = codes.cat.codes.to_numpy()
    position = {str(name): n for n, name in enumerate(codes.cat.categories)}
    values = cells[pivot.value]
    made: dict[str, pd.Series[Any]] = {
        name: values.where(pd.Series(numbers == position[name], cells.index), "")
        for name in names
    }
    note = (
        f"one row per item; {pivot.code} names the item and "
        f"{pivot.value} holds its value ("
        f"{counted(len(names), 'code')} in {counted(len(cells), 'row')})"
    )
    wide = pd.concat([cells, pd.DataFrame(made, index=cells.index)], axis=1)
    return replace(
        source,
        table=wide,
        notes=(*source.notes, note),
        choices=_copied(source.choices, pivot.value, names),
        missing=_copied(source.missing, pivot.value, names),
    )


def _repeated_columns(cells: pd.DataFrame, pivot: Pivot) -> set[str]:
    """Codes with the name of a column, whose values are those of the column.

    Such as the field of REDCap that identifies the record, if it is named ``record``.
    """
    both = set(cells[pivot.code].unique()) & set(map(str, cells.columns))
    return {
        name
        for name in both
        if (rows := cells[cells[pivot.code] == name])[pivot.value].equals(rows[name])
    }


def _once_a_visit(source: Source, how: Reading) -> Source:
    """The file without repetitions of what each row of a visit states again.

    Such as the day of the visit, in the row of each item. Values that differ stay, and
    are found as duplicates.
    """
    cells = source.cells
    keys = [how.participant.column]
    keys += how.visit.columns if how.visit else ()
    keys += [how.minute.column] if how.minute else []
    if how.pivot is None or not set(keys) <= set(cells.columns):
        return source
    chosen = {*how.where, *(name for rule in how.columns for name in rule.where)}
    # A column of a code has a value in the rows of this code only: twice is a duplicate.
    own = set(cells[how.pivot.code].unique())
    columns = {
        rule.column
        for rule in how.columns
        if rule.column in cells and not rule.to.startswith("events.")
    }
    made = {
        name: cells[name].mask(cells.duplicated([*keys, name]), "")
        for name in columns - own - chosen - set(keys)
    }
    return replace(source, table=cells.assign(**made))


def _copied(known: Mapping[str, T], value: str, names: list[str]) -> Mapping[str, T]:
    """What the file states of the column of values, for the column of each code."""
    if value not in known:
        return known
    return {**known, **dict.fromkeys(names, known[value])}


def _unclear(source: Source, pivot: Pivot, names: list[str]) -> Iterator[Problem]:
    cells = source.cells
    place = f"{source.name}, column {pivot.code}"
    empty = cells[pivot.code] == ""
    if empty.any():
        yield Problem(
            code="EQ357",
            what=f"{counted(int(empty.sum()), 'row', 'has')} no code",
            where=place,
            fix="correct the rows, or leave them out with a row filter under [where]",
            records=cells[empty].reset_index(),
        )
    both = [name for name in names if name in cells.columns]
    if both:
        yield Problem(
            code="EQ357",
            what=f"codes have the names of columns: {listing(both)}",
            where=place,
            fix="rename these columns of the file, or leave the rows of these codes out "
            "with a row filter under [where]",
        )
    if len(cells) * len(names) > MOST_CELLS:
        yield Problem(
            code="EQ357",
            what=f"{counted(len(cells), 'row')} with {counted(len(names), 'code')}: "
            "too many",
            where=place,
            fix=f"check that {pivot.code} names the item of a row; read fewer rows with a "
            "row filter under [where]",
        )
