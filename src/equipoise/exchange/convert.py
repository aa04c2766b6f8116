"""Texts of a file as values, each problem with the rows where it stands."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from equipoise.errors import Problem
from equipoise.exchange.files import ROW
from equipoise.exchange.mapping import File
from equipoise.exchange.targets import Assignment

Texts = Any  # a column of strings, indexed by row number
SHOWN = 12  # values named in a sentence; the records hold all rows


def given(texts: Texts, missing: Collection[str]) -> Texts:
    """The cells that hold something."""
    return texts[(texts != "") & ~texts.isin(list(missing))]


def converted(
    item: Assignment, texts: Texts, how: File, day0: Texts | None, people: Texts
) -> tuple[Texts, list[Problem]]:
    """Values of one column, of the rows that hold something.

    Args:
        item: what the column is.
        texts: cells of the column.
        how: decimal mark and cells that hold nothing.
        day0: date of day 0 by row, None if the mapping has none.
        people: participant by row, for messages.
    """
    cells = given(texts, (*how.missing, *item.rule.missing))
    values = cells.astype(object)
    if item.rule.values:
        mapped = {code: str(value) for code, value in item.rule.values.items()}
        known = cells.isin(list(mapped))
        values = values.mask(known, cells.map(mapped))
        strange = ~known
        if item.kind == "text" and strange.any():
            return values[known], [_unmapped(item, cells[strange], people)]
        emptied = values == ""  # a value that means nothing
        cells, values = cells[~emptied], values[~emptied]
    if item.kind in ("datetime", "day") and item.rule.format:
        return _dates(item, cells, day0, people)
    if item.kind in ("number", "integer", "day"):
        return _numbers(item, values, how, people)
    return values, []


def _numbers(
    item: Assignment, values: Texts, how: File, people: Texts
) -> tuple[Texts, list[Problem]]:
    texts = values.astype("string")
    if how.decimal == ",":
        texts = texts.str.replace(".", "", regex=False)
        texts = texts.str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(texts, errors="coerce").astype(float)
    wrong = numbers.isna()
    problems = []
    if wrong.any():
        problems.append(
            Problem(
                code="EQ337",
                what=f"{item.source!r} holds {_listed(values[wrong])}, which is no number",
                where=f"column {item.source}, mapped to {item.rule.to}",
                mend="correct the source; or list the text under missing or values of "
                "this column in the mapping",
                records=_records(item, values[wrong], people),
            )
        )
    numbers = numbers[~wrong]
    return numbers * (item.rule.factor or 1.0), problems


def _dates(
    item: Assignment, cells: Texts, day0: Texts | None, people: Texts
) -> tuple[Texts, list[Problem]]:
    dates = pd.to_datetime(cells, format=item.rule.format, errors="coerce")
    wrong = dates.isna()
    problems = []
    if wrong.any():
        problems.append(
            Problem(
                code="EQ338",
                what=f"{item.source!r} holds {_listed(cells[wrong])}, not dates as "
                f"{item.rule.format}",
                where=f"column {item.source}, mapped to {item.rule.to}",
                mend="write all dates of the column in one format, and state it",
                records=_records(item, cells[wrong], people),
            )
        )
    dates = dates[~wrong]
    if item.kind != "day":
        return dates, problems
    start = None if day0 is None else day0.reindex(dates.index)
    lost = dates if start is None else dates[start.isna()]
    if len(lost):
        problems.append(
            Problem(
                code="EQ345",
                what=f"{len(lost)} dates of participants whose day 0 is not known",
                where=f"column {item.source}, mapped to {item.rule.to}",
                mend="state the column of day 0 under [day0], and fill it",
                records=_records(item, cells.loc[lost.index], people),
            )
        )
    if start is None:
        return dates[:0], problems
    return (dates - start).dt.days.dropna().astype(float), problems


def _unmapped(item: Assignment, cells: Texts, people: Texts) -> Problem:
    return Problem(
        code="EQ336",
        what=f"{item.source!r} holds {_listed(cells)}, which the mapping does not name",
        where=f"column {item.source}, mapped to {item.rule.to}",
        mend=f"add it to values; known: {', '.join(item.rule.values)}",
        records=_records(item, cells, people),
    )


def _listed(values: Texts) -> str:
    texts = [repr(str(v)) for v in pd.unique(values)]
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


def _records(item: Assignment, cells: Texts, people: Texts) -> pd.DataFrame:
    return pd.DataFrame(
        {
            ROW: cells.index,
            "participant": people.reindex(cells.index).to_numpy(),
            item.source: cells.to_numpy(),
        }
    )
