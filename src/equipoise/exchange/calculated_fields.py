"""Compares calculated fields of REDCap with their formulas, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from equipoise.errors import Problem
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.cells import emptied, numbers
from equipoise.exchange.files import ROW, Source
from equipoise.exchange.mapping import Column, Reading
from equipoise.exchange.redcap_calculation import Formula, understood
from equipoise.exchange.targets import Assignment

SHOWN_FIELDS = 6  # columns of a formula that are shown with a mismatch
EXACT = 1e-6  # relative difference that is not a mismatch


def calculation_problems(
    source: Source, how: Reading, assignments: Sequence[Assignment]
) -> Iterator[Problem]:
    """EQ356: values that differ from their formula, with their rows.

    A row is compared if the field has a value and its formula gives one; a text that is
    not a number prevents the comparison of its row.

    Args:
        source: the file.
        how: how it is read.
        assignments: of its columns.
    """
    rules = {item.source: item.rule for item in assignments}
    for item in assignments:
        formula = understood(item.rule.calculation) if item.rule.calculation else None
        if formula is not None:
            wrong = _mismatches(source, how, rules, item.source, formula)
            if len(wrong):
                yield _problem(source, item.source, formula, wrong)


def _mismatches(
    source: Source,
    how: Reading,
    rules: dict[str, Column],
    column: str,
    formula: Formula,
) -> pd.DataFrame:
    stated, _ = _numbers(source, how, rules, column)
    parts, readable = {}, pd.Series(True, index=source.table.index)
    for name in formula.fields:
        parts[name], plain = _numbers(source, how, rules, name)
        readable &= plain
    value = formula.values(parts)
    texts = source.cells[column]
    off = (stated - value).abs() > _tolerance(texts, stated)
    frame = pd.DataFrame(
        {
            "participant": source.cells[how.participant.column],
            column: texts,
            "calculated": value,
            **{n: source.cells[n] for n in formula.fields[:SHOWN_FIELDS]},
        }
    )
    frame.index.name = ROW
    return frame[off & readable].reset_index()


def _numbers(
    source: Source, how: Reading, rules: dict[str, Column], column: str
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Numbers of a column, and where its cells are numbers or blank."""
    rule = rules.get(column)
    nothing = (*how.file.missing, *source.missing.get(column, ()))
    nothing = (*nothing, *(rule.missing if rule else ()))
    texts = emptied(source.table[column], nothing)
    decimal = (rule.decimal if rule else None) or how.file.decimal
    made = numbers(texts, decimal)
    return made, made.notna() | texts.isna()


def _tolerance(texts: pd.Series[Any], stated: pd.Series[Any]) -> pd.Series[Any]:
    """Half of the last decimal, if there are decimals; an integer must be exact."""
    decimals = texts.str.extract(r"[.,](\d+)$")[0].str.len().astype("float64")
    half = decimals.map(lambda places: 0.5 * 10.0**-places).fillna(0.0)
    exact: pd.Series[Any] = (stated.abs() * EXACT).clip(lower=EXACT)
    return exact + half


def _problem(
    source: Source, column: str, formula: Formula, wrong: pd.DataFrame
) -> Problem:
    text = formula.text if len(formula.text) <= 60 else formula.text[:59] + "…"
    return Problem(
        code="EQ356",
        what=f"{counted(len(wrong), 'value')} of {column!r} "
        f"{agreeing(len(wrong), 'differs')} from its formula {text}",
        where=f"{source.name}, column {column}",
        fix="correct the source, for example by recalculating the field in REDCap (Data "
        "Quality, rule H); list codes of missing data under `missing` of the fields; "
        "or use --accept EQ356: the exported values are read, and a total is compared "
        "with its items (EQ312)",
        records=wrong,
    )
