"""Errors of scoring: responses that are not allowed or cannot be assigned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.instruments.model import Instrument, Item
from equipoise.instruments.rules import Flags, Vector


def numbers(column: pd.Series[Any]) -> Vector:
    """A column as float64: NaN where it is empty, infinite where it is text.

    No item allows an infinite response, so text is reported with the other responses
    that are not allowed.
    """
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiub":
        return column.to_numpy(dtype=np.float64)
    found = pd.to_numeric(column, errors="coerce").to_numpy(
        dtype=np.float64, na_value=np.nan
    )
    return np.where(np.isnan(found) & column.notna().to_numpy(), np.inf, found)


def outside(item: Item, answers: Vector) -> Flags:
    """True for each response that the item does not allow; a missing one is allowed."""
    if item.values:
        wrong = ~np.isin(answers, item.values)
    else:
        low, high = item.range
        wrong = ~((answers >= low) & (answers <= high) & (np.rint(answers) == answers))
    return np.asarray(wrong & ~np.isnan(answers))


def wrong_answers(
    instrument: Instrument, records: pd.DataFrame, *, where: str
) -> Problem:
    """EQ212 with the responses and the allowed responses of their items."""
    named = dict.fromkeys(str(item) for item in records["item"])
    allowed = "; ".join(
        f"item {item}: {_span(instrument.items[item])}" for item in named
    )
    return Problem(
        code="EQ212",
        what=f"{len(records)} responses are not allowed ({allowed})",
        where=where,
        fix="correct the responses, or leave them empty if they are missing",
        records=records,
    )


def unknown_items(
    instrument: Instrument,
    names: Iterable[str],
    *,
    where: str,
    records: pd.DataFrame | None = None,
) -> Problem:
    """EQ211 with the names."""
    return Problem(
        code="EQ211",
        what=f"{instrument.id} has no items {listing(names)}",
        where=where,
        fix=f"use item ids of {instrument.id}: {', '.join(instrument.items)}",
        records=records,
    )


def unknown_instruments(records: pd.DataFrame, known: Iterable[str]) -> Problem:
    """EQ210 with the names and the rows."""
    names = listing({str(name) for name in records["instrument"]})
    return Problem(
        code="EQ210",
        what=f"responses belong to unknown instruments: {names}",
        where="answers, column instrument",
        fix=f"use one of: {listing(known)}; or add the instrument",
        records=records,
    )


def repeated_answers(records: pd.DataFrame, *, where: str) -> Problem:
    """EQ213 with every row of each repeated answer."""
    return Problem(
        code="EQ213",
        what=f"several responses to the same item in {counted(len(records), 'row')}",
        where=where,
        fix="keep one row for each participant, visit, minute, instrument and item",
        records=records,
    )


def no_address(records: pd.DataFrame, columns: Sequence[str]) -> Problem:
    """EQ214 with the rows that cannot be assigned to a form."""
    return Problem(
        code="EQ214",
        what=f"{len(records)} responses do not have all of {', '.join(columns)}",
        where="answers",
        fix="complete or remove these rows",
        records=records,
    )


def absent_columns(names: Sequence[str], needed: Sequence[str]) -> Problem:
    """EQ214 with the absent columns."""
    return Problem(
        code="EQ214",
        what=f"columns are absent: {listing(names)}",
        where="answers",
        fix=f"add the columns; required are {', '.join(needed)}",
    )


def _span(item: Item) -> str:
    if item.values:
        return ", ".join(str(value) for value in item.values)
    return f"{item.range[0]} to {item.range[1]}"
