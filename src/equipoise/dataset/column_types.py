"""Converts each column of a table to its type, without losing a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from equipoise.dataset.coded_texts import codes_of, in_order, is_coded
from equipoise.dataset.tables import REASON, TABLES, Column, ColumnType, Table
from equipoise.errors import Problem, listing
from equipoise.errors.counted import agreeing, counted
from equipoise.protocol.check_text import CANNOT_BE_PRINTED
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
DATE = r"\d{4}-\d{2}-\d{2}|\d{8}"  # a year alone is not a day
ZONE = r"\d(?:Z|[+-]\d{2}(?::?\d{2})?)$"
UNPRINTABLE = re.compile(CANNOT_BE_PRINTED)
LARGEST = 2**53  # beyond it a float does not hold every whole number
TYPE_WORDS = {
    "number": "a number",
    "integer": "an integer",
    "datetime": "a date such as 2027-01-04 or 2027-01-04T09:30, with a time zone in all "
    "rows or in none",
    "flag": "true or false",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A table with its columns typed, and its problems.

    A value of the wrong type is missing in ``frame``; the problem contains its row
    unchanged.
    """

    frame: pd.DataFrame
    problems: list[Problem]


def contract(protocol: Protocol) -> dict[str, Table]:
    """The tables of a trial, with the characteristics that its protocol declares."""
    extra = tuple(_declared(part) for part in protocol.characteristics)
    people = TABLES["participants"]
    return TABLES | {"participants": replace(people, columns=people.columns + extra)}


def typed(table: Table, frame: pd.DataFrame | None) -> Typed:
    """A table of the data with every column of the contract, typed and in order.

    Numbers, dates and flags may be texts; an empty text is a missing value. A date with
    a time zone becomes UTC. A coded column of texts (``coded_texts``) stays coded.

    Args:
        table: definition of the table.
        frame: the input; None for a table without rows.

    Returns:
        The typed table, with EQ301 for unknown columns, EQ302 for values of the wrong
        type, EQ303 for required values that are missing without a reason, EQ316 for
        values that have such a reason, and EQ319 for texts with characters that cannot
        be printed (replaced by U+FFFD in the typed table). Optional columns without
        values are omitted.
    """
    if frame is None:
        frame = pd.DataFrame({column.name: [] for column in table.columns})
    problems = list(_wrong_names(table, frame))
    frame = frame.loc[:, ~frame.columns.duplicated()].reset_index(drop=True)
    columns: dict[str, pd.Series[Any]] = {}
    for column in table.columns:
        if column.name not in frame and not column.required:
            if not column.optional:
                columns[column.name] = _missing(column.type, frame.index)
            continue
        values = _given(frame, column.name)
        if column.optional and values.isna().all():
            continue
        cast = _cast(values, column.type)
        if column.type == "text" and len(cast):
            cast, found = _printable(table, column, frame, cast)
            problems += found
        columns[column.name] = cast
        if len(frame) and (column.required or cast is not values):
            problems += _wrong_values(table, column, frame, values, cast)
    if REASON.name in columns:
        problems = [
            *(p for p in problems if (p.code, p.where) != ("EQ303", _value_of(table))),
            *_reasons(table, frame, columns),
        ]
    return Typed(pd.DataFrame(columns, index=frame.index), problems)


def _value_of(table: Table) -> str:
    return f"table {table.name}, column value"


def _reasons(
    table: Table, frame: pd.DataFrame, columns: dict[str, pd.Series[Any]]
) -> Iterator[Problem]:
    """Each row has either a value or a reason for its absence."""
    value = _given(frame, "value").notna().to_numpy(bool)
    reason = columns[REASON.name].notna().to_numpy(bool)
    for rows, code, what, fix in (
        (value & reason, "EQ316", "both a value and a reason_missing",
         "delete one of them"),
        (~value & ~reason, "EQ303", "no 'value'",
         "give each row a value or a reason_missing"),
    ):  # fmt: skip
        if rows.any():
            yield Problem(
                code=code,
                what=f"{counted(int(rows.sum()), 'row', 'has')} {what}",
                where=_value_of(table),
                fix=fix,
                records=frame[rows],
            )


def _declared(part: Characteristic) -> Column:
    kind: ColumnType = "number" if part.type == "number" else "text"
    return Column(part.id, kind, part.label, unit=part.unit, one_of=part.values)


def _missing(kind: ColumnType, rows: pd.Index) -> pd.Series[Any]:
    """A column without a value."""
    if kind == "text":
        texts = np.full(len(rows), pd.NA, dtype=object)
        return pd.Series(pd.arrays.StringArray(texts), index=rows)
    return pd.Series(None, index=rows, dtype=DTYPES[kind])


def _given(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """A column unchanged; an absent column or an empty text is missing."""
    if name not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype=object)
    values = frame[name]
    if not len(values):
        return values
    if is_coded(values):
        return in_order(values)
    if pd.api.types.is_string_dtype(values) or values.dtype == object:
        empty = values.isin([""])
        return values.mask(empty) if empty.any() else values
    return values


def _cast(values: pd.Series[Any], kind: ColumnType) -> pd.Series[Any]:
    """The column as its type; what has another type becomes missing."""
    if kind in ("number", "integer"):
        return _numbers(values, kind)
    if values.dtype == DTYPES[kind] or (kind == "text" and is_coded(values)):
        return values
    if kind == "datetime":
        return _dates(values)
    if kind == "flag":
        as_text = values.astype("string").str.lower()
        return as_text.map(FLAGS).astype("boolean")
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        # Identifiers that are whole numbers turn into floats where some are missing.
        return values.astype("Int64").astype("string")
    return values.astype("string")


def _printable(
    table: Table, column: Column, frame: pd.DataFrame, texts: pd.Series[Any]
) -> tuple[pd.Series[Any], list[Problem]]:
    """The texts without characters that a report cannot show."""
    distinct = _distinct(texts)
    if not UNPRINTABLE.search("".join(distinct)):
        return texts, []
    bad = [text for text in distinct if UNPRINTABLE.search(text)]
    rows = texts.isin(bad).to_numpy(bool)
    if not rows.any():
        return texts, []
    texts = texts.astype("string")
    count = int(rows.sum())
    problem = Problem(
        code="EQ319",
        what=f"{counted(count, 'text')} of {column.name!r} "
        f"{agreeing(count, 'contains')} characters that cannot be printed",
        where=f"table {table.name}, column {column.name}",
        fix="correct the source, or replace each by U+FFFD with --accept EQ319",
        records=frame[rows],
    )
    return texts.map(lambda t: UNPRINTABLE.sub("\ufffd", t), na_action="ignore").astype(
        "string"
    ), [problem]


def _distinct(texts: pd.Series[Any]) -> Sequence[str]:
    """Each text that is not missing; of a coded column also those without a row."""
    if is_coded(texts):
        return list(texts.cat.categories)
    return codes_of(texts)[1]


def _numbers(values: pd.Series[Any], kind: ColumnType) -> pd.Series[Any]:
    if kind == "integer" and values.dtype == "Int64":
        return values
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    found = pd.to_numeric(values, errors="coerce").to_numpy("float64", na_value=np.nan)
    found = np.where(np.isfinite(found), found, np.nan) + 0.0  # one zero, not two
    numbers = pd.Series(found, index=values.index)
    if kind == "number":
        return numbers
    whole = (numbers % 1 == 0) & (numbers.abs() < LARGEST)
    return numbers.where(whole).astype("Int64")


def _dates(values: pd.Series[Any]) -> pd.Series[Any]:
    codes, found = pd.factorize(values.astype("string"))  # most texts repeat
    text = pd.Series(found, dtype="string")
    text = text.where(text.str.match(DATE).fillna(False))
    zoned = text.str.contains(ZONE).fillna(False) & (text.str.len() > len("2027-01-04"))
    dates = pd.to_datetime(text, errors="coerce", format="ISO8601", utc=True)
    plain = dates.dt.tz_localize(None).astype("datetime64[ns]")
    if zoned.any() and not zoned[text.notna()].all():
        # What they mean beside local dates: unknown.
        plain = plain.mask(zoned.astype(bool))
    known = np.append(plain.to_numpy("datetime64[ns]"), np.datetime64("NaT", "ns"))
    return pd.Series(known[codes], index=values.index, name=values.name)


def _wrong_names(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    known = [column.name for column in table.columns]
    unknown = [str(name) for name in frame.columns if name not in known]
    if unknown:
        yield Problem(
            code="EQ301",
            what=f"unknown columns: {listing(unknown)}",
            where=f"table {table.name}",
            fix=f"use only these columns: {listing(known)}; declare further "
            "characteristics in the protocol",
        )
    twice = {str(name) for name in frame.columns[frame.columns.duplicated()]}
    if twice:
        yield Problem(
            code="EQ301",
            what=f"duplicate columns: {listing(twice)}",
            where=f"table {table.name}",
            fix="delete one of them",
        )


def _wrong_values(
    table: Table,
    column: Column,
    frame: pd.DataFrame,
    values: pd.Series[Any],
    cast: pd.Series[Any],
) -> Iterator[Problem]:
    where = f"table {table.name}, column {column.name}"
    empty = values.isna().to_numpy()
    wrong = cast.isna().to_numpy() & ~empty
    if wrong.any():
        count = int(wrong.sum())
        yield Problem(
            code="EQ302",
            what=f"{counted(count, 'value')} of {column.name!r} "
            f"{agreeing(count, 'is')} not {TYPE_WORDS[column.type]}",
            where=where,
            fix="correct the source, or map the value in the mapping",
            records=frame[wrong],
        )
    if column.required and empty.any():
        yield Problem(
            code="EQ303",
            what=f"{counted(int(empty.sum()), 'row', 'has')} no {column.name!r}",
            where=where,
            fix=f"give each row a value: {column.meaning}",
            records=frame[empty],
        )
