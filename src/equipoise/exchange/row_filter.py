"""Rows of a file that a mapping reads: the key ``where``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from equipoise.dataset.coded_texts import codes_of
from equipoise.errors import Problem, listing
from equipoise.errors import counted as grammar
from equipoise.exchange.cells import canonical
from equipoise.exchange.column_problems import absent_column
from equipoise.exchange.files import Source
from equipoise.exchange.mapping import Reading
from equipoise.exchange.mapping_rows import Where
from equipoise.protocol.toml_structure import near

SHOWN = 8  # values of a column that a message or a note names


def matches(cells: pd.DataFrame, where: Where) -> pd.Series[Any]:
    """Whether each row has, in every named column, one of the stated values.

    Numbers are compared as numbers: ``1`` is also ``1.0``. An empty text is an empty
    cell.
    """
    found = pd.Series(True, index=cells.index)
    for column, stated in where.items():
        wanted = {canonical(value) for value in accepted(stated)}
        codes, distinct = codes_of(cells[column])
        kept = np.array([canonical(text) in wanted for text in distinct], dtype=bool)
        found &= kept[codes]
    return found


def accepted(stated: str | tuple[str, ...]) -> tuple[str, ...]:
    """The stated values, also if there is only one."""
    return (stated,) if isinstance(stated, str) else stated


def as_text(where: Where) -> str:
    """A row filter as text: ``QSCAT is 'PHQ-9' and DTYPE is ''``."""
    parts = []
    for column, stated in where.items():
        values = [repr(value) if value else "empty" for value in accepted(stated)]
        parts.append(f"{column} is {' or '.join(values)}")
    return " and ".join(parts)


def absent(source: Source, how: Reading) -> Iterator[Problem]:
    """EQ333: columns of row filters that the file does not have."""
    known = [str(column) for column in source.table.columns]
    stated = [("where", how.where)]
    stated += [(f"columns, {rule.column}, where", rule.where) for rule in how.columns]
    for place, where in stated:
        for column in where:
            if column not in known:
                yield absent_column(column, known, place)


def without_rows(source: Source, where: Where, place: str) -> Iterator[Problem]:
    """EQ357: the first condition of a row filter that leaves no row."""
    left = source.cells
    for column, stated in where.items():
        there = [text for text in left[column].unique() if text]
        left = left[matches(left, {column: stated})]
        if len(left):
            continue
        hints = "".join(near(value, there) for value in accepted(stated)[:1])
        yield Problem(
            code="EQ357",
            what=f"no row is left where {as_text({column: stated})}",
            where=f"{source.name}, mapping, {place}",
            fix=f"{hints}correct the filter; {column} has "
            f"{grammar.counted(len(there), 'other value')} in these rows",
        )
        return


def counted(source: Source, read: pd.Series[Any], where: Where) -> str:
    """A note that counts the rows that are read, and those that are not."""
    texts = source.cells.loc[~read, list(where)]
    by_value = [
        f"{column}: {_counts(texts[column])}"
        for column in where
        if texts[column].nunique() <= SHOWN
    ]
    hint = f" ({'; '.join(by_value)})" if by_value else ""
    count, left = int(read.sum()), int((~read).sum())
    return (
        f"{count:,} of {grammar.counted(len(read), 'row')} "
        f"{grammar.agreeing(count, 'is')} read, where {as_text(where)}; "
        f"{grammar.counted(left, 'row', 'is')} not read{hint}"
    )


def unread(source: Source, how: Reading) -> Iterator[str]:
    """A note for each column with values that no entry reads, all having filters."""
    rules: dict[str, list[Where]] = {}
    for rule in how.columns:
        if rule.column in source.table.columns:
            rules.setdefault(rule.column, []).append(rule.where)
    for column, filters in rules.items():
        if not all(filters):
            continue
        filled = source.cells[column] != ""
        read = pd.Series(False, index=source.cells.index)
        for where in filters:
            read |= matches(source.cells, where)
        lost = filled & ~read
        if not lost.any():
            continue
        names = dict.fromkeys(name for where in filters for name in where)
        parts = [f"{n}: {_counts(source.cells.loc[lost, n])}" for n in names]
        values = grammar.counted(int(lost.sum()), "value", "is")
        yield (
            f"column {column}: {values} not read, because no entry of the mapping has "
            f"the rows ({'; '.join(parts)})"
        )


def _counts(texts: pd.Series[Any]) -> str:
    counts: Mapping[Any, int] = texts.value_counts().to_dict()
    shown = [f"{text or 'empty'} {n}" for text, n in list(counts.items())[:SHOWN]]
    shown += ["..."] if len(counts) > SHOWN else []
    return listing(shown)
