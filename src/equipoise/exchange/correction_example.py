"""The remedy for a value that is wrong at the source: an entry of ``[[corrections]]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from equipoise.errors import Problem
from equipoise.exchange.cells import is_number
from equipoise.protocol.toml_string import toml_string

INDENT = " " * 9  # below the text after ``Fix:``


def correction_example(
    place: Mapping[str, Any], value: str, *, column: str = "", field: str = ""
) -> str:
    """How to correct one value in the mapping, as text after the other remedies.

    Args:
        place: ``participant``, and ``visit`` and ``minute`` if the value has them.
        value: the old value, as in the source.
        column: of the source; or else ``field``.
        field: target of the mapping.

    Example:
        >>> text = correction_example({"participant": "P1"}, "x9", column="age")
        >>> "[[corrections]]" in text and 'from = "x9"' in text
        True
    """
    keys = {
        name: place[name] for name in ("participant", "visit") if _there(place, name)
    }
    keys |= {"column": column} if column else {"field": field}
    lines = [f"{k} = {toml_string(str(v))}" for k, v in keys.items()]
    if _there(place, "minute"):
        lines.append(f"minute = {int(place['minute'])}")
    lines += [f"from = {toml_string(value)}", 'to = "the right value"']
    lines += ['reason = "why, and from where"', 'who = "name"', "when = 2027-01-31"]
    shown = "".join(f"\n{INDENT}{line}" for line in ["[[corrections]]", *lines])
    return (
        "; if a value is wrong at the source and cannot be changed there, state one such "
        f"entry for each in the mapping, with the value as in the source:{shown}"
    )


def with_example(problem: Problem) -> Problem:
    """A problem of the tables, its remedy with the correction of the first value.

    Args:
        problem: one of EQ212, EQ308, EQ309 and EQ312 with its rows; any other is
            returned unchanged.
    """
    field = FIELDS.get(problem.code)
    if field is None or problem.records is None or problem.records.empty:
        return problem
    row = {str(k): v for k, v in problem.records.iloc[0].items()}
    name = problem.where.rpartition("column ")[2]
    value = row.get(name) if problem.code == "EQ309" else row.get("value")
    if value is None or not _there(row, "participant"):
        return problem
    text = f"{value:g}" if is_number(str(value)) else str(value)
    example = correction_example(row, text, field=field(row, name))
    return replace(problem, fix=problem.fix + example)


def _score(row: Mapping[str, Any], name: str) -> str:
    return f"score.{row['instrument']}.{row['score']}"


FIELDS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "EQ212": lambda row, _: f"item.{row['instrument']}.{row['item']}",
    "EQ308": _score,
    "EQ309": lambda _, name: f"participants.{name}",
    "EQ312": _score,
}


def _there(place: Mapping[str, Any], name: str) -> bool:
    value = place.get(name)
    return not pd.isna(value) and str(value) != ""
