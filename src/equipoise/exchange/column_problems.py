"""Problems of the columns that a mapping names: one for one cause, in few names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from equipoise.errors import Problem
from equipoise.errors.counted import counted
from equipoise.exchange.column_names import NAMED, nearest, shortened, suggested
from equipoise.exchange.mapping import Column
from equipoise.exchange.redcap_calculation import understood
from equipoise.protocol.toml_structure import near


def absent_column(column: str, known: Sequence[str], position: str) -> Problem:
    """EQ333: the file has no such column.

    Args:
        column: name in the mapping.
        known: columns of the file.
        position: in the mapping.
    """
    return Problem(
        code="EQ333",
        what=f"the file has no column {column!r}",
        where=f"mapping, {position}",
        fix=f"{near(column, known)}{_nearest(column, known)}",
    )


def absent_items(
    template: str, items: Sequence[str], absent: Sequence[str], known: Sequence[str]
) -> Problem:
    """EQ333: one problem for a template, however many items have no column.

    Args:
        template: name in the mapping.
        items: ids of all items.
        absent: ids of the items without a column.
        known: columns of the file that no other entry uses.
    """
    better = suggested(template, items, known)
    hint = f"did you mean {better!r}? " if better else ""
    return Problem(
        code="EQ333",
        what=f"no column matches {template!r} for {len(absent)} of "
        f"{counted(len(items), 'item')}: {shortened(absent)}",
        where=f"mapping, columns, {template}",
        fix=f"{hint}* stands for any text; {_nearest(template, known)}",
    )


def several_columns(
    name: str, matches: Sequence[tuple[str, Sequence[str]]], position: str
) -> Problem:
    """EQ335: a name with ``*`` matches more than one column.

    Args:
        name: in the mapping.
        matches: id of each item (empty without items) and its columns.
        position: in the mapping.
    """
    pairs = [(item, column) for item, columns in matches for column in columns]
    items = [item for item, _ in matches]
    whose = f" for item {shortened(items)}" if any(items) else ""
    return Problem(
        code="EQ335",
        what=f"{name!r} matches more than one column{whose}: "
        f"{shortened([column for _, column in pairs])}",
        where=f"mapping, {position}",
        fix="write a longer name that matches one column, map the column of an item by "
        "its own name, or list the other columns by name under [ignore]",
        records=pd.DataFrame(pairs, columns=["item", "column"])
        if pairs[NAMED:]
        else None,
    )


def shared_column(name: str, columns: Sequence[str], position: str) -> Problem:
    """EQ335: several items would be read from one column.

    Args:
        name: in the mapping.
        columns: column of each of these items.
        position: in the mapping.
    """
    return Problem(
        code="EQ335",
        what=f"{name!r} matches the same column for "
        f"{counted(len(columns), 'item')}: {shortened(list(dict.fromkeys(columns)))}",
        where=f"mapping, {position}",
        fix="write a template that matches another column for each item",
    )


def _nearest(name: str, known: Sequence[str]) -> str:
    columns = nearest(name, known)
    if len(columns) == len(known):
        return f"columns: {', '.join(columns)}"
    return f"nearest of {counted(len(known), 'column')}: {', '.join(columns)}"


def formula_problems(rule: Column, known: Sequence[str]) -> Iterator[Problem]:
    """EQ332 and EQ333: a formula that cannot be calculated.

    Args:
        rule: entry of the mapping.
        known: columns of the file.
    """
    if rule.calculation is None:
        return
    position = f"mapping, columns, {rule.column}, calculation"
    formula = understood(rule.calculation)
    absent = [f for f in (formula.fields if formula else ()) if f not in known]
    if formula is None:
        yield Problem(
            code="EQ332",
            what="the formula is not understood, or contains no field",
            where=position,
            fix="use fields in brackets, numbers, + - * / ^, sum, mean, round, min, max, "
            "abs and sqrt; or remove `calculation`, then the value is not compared",
        )
    elif absent:
        yield Problem(
            code="EQ333",
            what=f"the file has no columns of the formula: {shortened(absent)}",
            where=position,
            fix="name columns of this file in brackets, or remove `calculation`",
        )
