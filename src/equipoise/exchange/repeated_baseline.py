"""Columns that repeat the rating at baseline in every row of a file by visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from equipoise.errors.counted import counted
from equipoise.exchange.recognition import Finding


def repeats(
    found: Sequence[Finding],
    cells: pd.DataFrame,
    people: str,
    visit: pd.Series[Any],
    baseline: str,
) -> dict[str, str]:
    """Columns with a score at baseline that the rows of the baseline have as well.

    Both would fill the same field. The rows are read, because they are the record.

    Args:
        found: what the columns of the file are.
        cells: of the file.
        people: column of the participants.
        visit: visit id of each row.
        baseline: id of the visit at baseline.

    Returns:
        Column, and why it is not read. If its values differ, the reason is marked.
    """
    rows = {
        str(one.rule["to"]): one.columns[0]
        for one in found
        if "visit" not in one.rule and len(one.columns) == 1
    }
    again: dict[str, str] = {}
    for one in found:
        other = rows.get(str(one.rule["to"]))
        if one.rule.get("visit") != baseline or other is None or len(one.columns) > 1:
            continue
        there = cells[(visit == baseline) & (cells[other] != "")]
        if there.empty:
            continue
        (column,) = one.columns
        recorded = _first(cells[cells[column] != ""], people, column)
        differ = _different(_first(there, people, other), recorded)
        again[column] = (
            f"repeats {other} of the rows at baseline"
            if not differ
            else f"NOT RECOGNIZED (differs from {other} at baseline, or is its only "
            f"value, in {counted(differ, 'participant')}): map it, or state why it is "
            "not needed"
        )
    return again


def _first(cells: pd.DataFrame, people: str, column: str) -> pd.Series[Any]:
    """The first value of each participant."""
    return cells.drop_duplicates(people).set_index(people)[column]


def _different(rows: pd.Series[Any], column: pd.Series[Any]) -> int:
    """Participants whose value in the column is not that of their row at baseline."""
    known = {str(who): str(text) for who, text in rows.items()}
    return sum(
        not _same(known.get(str(who), ""), str(text)) for who, text in column.items()
    )


def _same(one: str, other: str) -> bool:
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False
