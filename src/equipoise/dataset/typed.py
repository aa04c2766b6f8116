"""Gives each column of a table its type, without losing a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from equipoise.dataset.tables import TABLES, Column, ColumnType, Table
from equipoise.errors import Problem, listing
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Characteristic

DTYPES: dict[ColumnType, str] = {
    "text": "string",
    "number": "float64",
    "integer": "Int64",
    "datetime": "datetime64[ns]",
    "flag": "boolean",
}
FLAGS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
TYPE_WORDS = {
    "number": "a number",
    "integer": "a whole number",
    "datetime": "a date such as 2027-01-04 or 2027-01-04T09:30",
    "flag": "true or false",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A table with its columns typed, and what was wrong with it.

    A value of the wrong type is missing in ``frame``; the problem holds its row.
    """

    frame: pd.DataFrame
    problems: list[Problem]


def contract(protocol: Protocol) -> dict[str, Table]:
    """The tables of a trial, with the characteristics that its protocol declares."""
    extra = tuple(_declared(part) for part in protocol.characteristics)
    people = TABLES["participants"]
    return TABLES | {"participants": replace(people, columns=people.columns + extra)}


def typed(table: Table, frame: pd.DataFrame | None) -> Typed:
    """A table of the data with every column of the contract, typed and in order."""
    if frame is None:
        frame = pd.DataFrame({column.name: [] for column in table.columns})
    frame = frame.reset_index(drop=True)
    known = [column.name for column in table.columns]
    problems = []
    unknown = [str(name) for name in frame.columns if name not in known]
    if unknown:
        problems.append(
            Problem(
                code="EQ301",
                what=f"unknown columns: {listing(unknown)}",
                where=f"table {table.name}",
                mend=f"known: {listing(known)}; characteristics are declared in the "
                "protocol",
            )
        )
    columns: dict[str, pd.Series[Any]] = {}
    for column in table.columns:
        values = frame.get(column.name)
        if values is None:
            values = pd.Series(pd.NA, index=frame.index, dtype=object)
        cast = _cast(values, column.type)
        wrong = cast.isna() & values.notna()
        if wrong.any():
            problems.append(_wrong_type(table, column, frame[wrong]))
        columns[column.name] = cast
    return Typed(pd.DataFrame(columns, index=frame.index), problems)


def _declared(part: Characteristic) -> Column:
    kind: ColumnType = "number" if part.type == "number" else "text"
    return Column(part.id, kind, part.label, unit=part.unit, one_of=part.values)


def _cast(values: pd.Series[Any], kind: ColumnType) -> pd.Series[Any]:
    """The column as its type; what has another type becomes missing."""
    if values.dtype == DTYPES[kind]:
        return values
    if kind == "text":
        return values.astype("string")
    if kind == "datetime":
        dates = pd.to_datetime(values, errors="coerce", format="ISO8601")
        return dates.astype("datetime64[ns]")
    if kind == "flag":
        as_text = values.astype("string").str.strip().str.lower()
        return as_text.map(FLAGS).astype("boolean")
    numbers = pd.to_numeric(values, errors="coerce")
    if kind == "number":
        return numbers.astype("Float64").astype("float64")
    whole = numbers.astype("Float64")
    return whole.where(whole == whole.round()).astype("Int64")


def _wrong_type(table: Table, column: Column, rows: pd.DataFrame) -> Problem:
    return Problem(
        code="EQ302",
        what=f"{len(rows)} values of {column.name!r} are not {TYPE_WORDS[column.type]}",
        where=f"table {table.name}, column {column.name}",
        mend="correct the source, or map the value in the mapping",
        records=rows,
    )
