"""Builds the tables of a trial from the values of all files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from equipoise.dataset.tables import TABLES
from equipoise.errors import Problem
from equipoise.exchange.files import ROW
from equipoise.exchange.targets import Assignment
from equipoise.protocol.model import Protocol

PLACE = ["file", ROW, "column"]  # where a value comes from
VARYING = ("participant", "visit", "timepoint_min", ROW)  # others: one in each column
KEYS: dict[str, list[str]] = {
    "participants": ["participant"],
    "visits": ["participant", "visit"],
    "exposures": ["participant", "visit"],
    "events": ["participant", "file", ROW, "event"],
    **{
        name: list(TABLES[name].key)
        for name in (
            "answers",
            "recorded_scores",
            "measurements",
            "dispositions",
            "guesses",
        )
    },
}
LONG = (
    "if each row of the file holds one item, state under [pivot] of the mapping which "
    "column names the item and which has its value"
)
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
FURTHER = {"measurements": ["unit"]}  # told by the mapping, and no part of the key


def cells(file: str, item: Assignment, frame: pd.DataFrame) -> pd.DataFrame:
    """The values of a column with the place in the tables where each belongs.

    Args:
        file: name of the file.
        item: the column and what it becomes.
        frame: columns ``participant``, ``visit``, ``minute`` and ``value``.
    """
    rule = item.rule
    made = pd.DataFrame(
        {
            "participant": frame["participant"],
            "visit": frame["visit"],
            "timepoint_min": frame["minute"],
            "value": frame["value"],
            ROW: frame.index,
        }
    )
    if rule.visit is not None:
        made["visit"] = pd.array([rule.visit] * len(made), dtype="string")
    elif rule.visits:
        stated = frame["event"].map(rule.visits).astype("string")
        made["visit"] = stated.fillna(made["visit"])
    if rule.minute is not None:
        made["timepoint_min"] = pd.array([rule.minute] * len(made), dtype="Int64")
    once = rule.visit is not None or item.table in ("participants", "dispositions")
    for name, text in item.fixed:
        made[name] = text
    made["table"], made["field"], made["event"] = item.table, item.field, rule.event
    made["file"], made["column"], made["once"] = file, item.source, once
    return made.reset_index(drop=True)


def tables(
    found: Iterable[pd.DataFrame], people: Sequence[str], protocol: Protocol
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The tables of a trial from the cells of all files.

    Args:
        found: from ``cells``.
        protocol: of the trial.
        people: all participants of the trial, also those without other data.

    Returns:
        Tables as ``TrialData.from_tables`` takes them, and every problem: EQ339, EQ347
        and EQ348.
    """
    parts = [part for part in found if len(part)]
    by_table: dict[str, list[pd.DataFrame]] = {name: [] for name in KEYS}
    for part in parts:
        by_table[part["table"].iloc[0]].append(part)
    made: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, group in by_table.items():
        if group:
            keys = _key_codes(name, group)
            problems += _without_visit(name, group) + _collisions(name, group, keys)
            first = ~pd.Series(keys).duplicated().to_numpy()
            made[name] = _table(name, _chosen(group, first))
    everybody = pd.DataFrame({"participant": people}, dtype="string")
    known = made.get("participants", everybody)
    made["participants"] = everybody.merge(known, how="left", on="participant")
    if "exposures" in made:
        made["exposures"] = _infusions(made["exposures"], protocol)
    made["visits"] = _visits(made, parts)
    return made, problems


def _chosen(parts: Sequence[pd.DataFrame], rows: Mask) -> pd.DataFrame:
    """Some rows of several frames, with their positions in all of them as index."""
    ends = np.cumsum([len(part) for part in parts])
    masks = np.split(rows, ends[:-1])
    pairs = zip(parts, masks, strict=True)
    kept = [part[mask] for part, mask in pairs if mask.any()]
    made = pd.concat(kept, ignore_index=True) if kept else parts[0].iloc[:0]
    made.index = pd.Index(np.flatnonzero(rows))
    return made


def _key_codes(name: str, parts: Sequence[pd.DataFrame]) -> Codes:
    """A number for each cell of the table, from 0: the same for the same cell."""
    found = np.zeros(sum(map(len, parts)), dtype=np.int64)
    for column in [*KEYS[name], "field"]:
        codes, distinct = _codes(parts, column)
        if distinct > 1:
            found, _ = pd.factorize(found * distinct + codes)
    return found


def _codes(parts: Sequence[pd.DataFrame], column: str) -> tuple[Codes, int]:
    """A number for each distinct value of a column, and how many there are."""
    if column in VARYING:
        texts = pd.concat([part[column] for part in parts], ignore_index=True)
        codes, distinct = pd.factorize(texts, use_na_sentinel=False)
        return codes.astype(np.int64), len(distinct)
    firsts = pd.Series([part[column].iloc[0] for part in parts], dtype=object)
    codes, distinct = pd.factorize(firsts, use_na_sentinel=False)
    return np.repeat(codes.astype(np.int64), [len(part) for part in parts]), len(
        distinct
    )


def _without_visit(name: str, parts: Sequence[pd.DataFrame]) -> list[Problem]:
    if "visit" not in KEYS[name]:
        return []
    rows = np.concatenate([part["visit"].isna().to_numpy(bool) for part in parts])
    if not rows.any():
        return []
    lost = _chosen(parts, rows)
    columns = ", ".join(lost["column"].unique())
    return [
        Problem(
            code="EQ347",
            what=f"{len(lost)} values are in rows without a visit",
            where=f"columns {columns}",
            fix="state `visit` or `visits` for these columns in the mapping, or map the "
            "value of the visit column to a visit; " + LONG,
            records=lost[[*PLACE, "participant", "value"]],
        )
    ]


def _collisions(name: str, parts: Sequence[pd.DataFrame], keys: Codes) -> list[Problem]:
    """Cells of the tables that are filled more than once."""
    again = pd.Series(keys).duplicated(keep=False).to_numpy()
    if name in ("visits", "answers", "exposures"):
        again &= np.concatenate(
            [part["visit"].notna().to_numpy(bool) for part in parts]
        )
    if not again.any():
        return []
    once = ~_any_of_key(keys, np.repeat(*_not_once(parts)))
    values = _text_codes(parts)
    first = np.zeros(len(keys), dtype=np.int64)
    first[keys[::-1]] = values[::-1]  # the first of each key is written last
    differ = _any_of_key(keys, values != first[keys])
    problems = []
    if (again & once & differ).any():
        apart = _chosen(parts, again & once & differ)
        problems.append(
            _collision(
                "EQ339", "differ between rows of the same participant", name, apart
            )
        )
    if (again & ~once).any():
        twice = _chosen(parts, again & ~once)
        problems.append(_collision("EQ348", "are duplicates in the table", name, twice))
    return problems


def _not_once(parts: Sequence[pd.DataFrame]) -> tuple[list[bool], list[int]]:
    return [not part["once"].iloc[0] for part in parts], [len(part) for part in parts]


def _any_of_key(keys: Codes, rows: Mask) -> Mask:
    """Whether some row with the same key is one of these."""
    some = np.zeros(len(keys), dtype=bool)
    some[keys[rows]] = True
    return some[keys]


def _text_codes(parts: Sequence[pd.DataFrame]) -> Codes:
    """A number for each value, the same for values that are the same text."""
    known: dict[str, int] = {}
    found = [_codes_of_texts(part["value"], known) for part in parts]
    return np.concatenate(found)


def _codes_of_texts(values: pd.Series[Any], known: dict[str, int]) -> Codes:
    kind = pd.api.types.infer_dtype(values, skipna=False)
    if kind == "floating":  # by their bits: 0.0 and -0.0 are different texts
        bits = values.to_numpy(dtype=np.float64).view(np.int64)
        codes, found = pd.factorize(bits)
        texts = [str(number) for number in found.view(np.float64)]
    else:  # others may be equal and have different texts, such as 1 and True
        plain = values if kind == "string" else values.astype(str)
        codes, distinct = pd.factorize(plain.astype(object), use_na_sentinel=False)
        texts = [str(text) for text in distinct]
    numbers = [known.setdefault(text, len(known)) for text in texts]
    return np.asarray(numbers, dtype=np.int64)[codes]


def _collision(code: str, what: str, name: str, rows: pd.DataFrame) -> Problem:
    mends = {
        "EQ339": "correct the source, so that all rows of a participant have the same "
        "value; do not map a column that differs by visit to one visit",
        "EQ348": "delete the duplicate rows, map them to another visit, minute or event, "
        "or leave them out with a row filter under [where]; " + LONG,
    }
    key = [column for column in KEYS[name] if column not in PLACE]
    shown = [column for column in key if rows[column].notna().any()]
    columns = ", ".join(rows["column"].unique())
    return Problem(
        code=code,
        what=f"{len(rows)} values of {columns} {what}",
        where=f"table {name}",
        fix=mends[code],
        records=rows.sort_values([*shown, "column", ROW])[[*shown, "value", *PLACE]],
    )


def _table(name: str, long: pd.DataFrame) -> pd.DataFrame:
    key = KEYS[name]
    if set(long["field"]) == {"value"}:
        return long[[*key, *FURTHER.get(name, []), "value"]].reset_index(drop=True)
    long = long.dropna(subset=[column for column in key if column == "visit"])
    wide = long.set_index([*key, "field"])["value"].unstack("field").reset_index()
    wide.columns.name = None
    return wide.drop(columns=[c for c in ("file", ROW, "event") if c in wide])


def _infusions(table: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Numbers the infusions by their visit where the source does not."""
    numbers = {v.id: v.infusion for v in protocol.schedule.visits}
    planned = table["visit"].map(numbers)
    stated = table.get("infusion", planned)
    return table.assign(infusion=stated.where(stated.notna(), planned))


def _visits(made: dict[str, pd.DataFrame], parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One row for each visit with any data.

    A visit without a stated status was done if it has a value; it was missed if only a
    reason is known, and is planned if only its planned day is.
    """
    about = ["planned_day", "reason", "in_window", "status"]
    seen = [
        part.loc[~(part["field"].isin(about) & (part["table"] == "visits"))]
        for part in parts
        if "visit" in KEYS[part["table"].iloc[0]]
    ]
    pairs = [part[["participant", "visit"]] for part in seen]
    empty = pd.DataFrame({"participant": [], "visit": []}, dtype="string")
    happened = _distinct(pd.concat([empty, *pairs])).assign(seen=True)
    stated = made.get("visits", empty)
    table = stated.merge(happened, how="outer", on=["participant", "visit"])
    reason = table["reason"].notna() if "reason" in table else False
    guess = pd.Series("planned", index=table.index, dtype=object)
    guess = guess.mask(pd.Series(reason, index=table.index), "missed")
    guess = guess.mask(table["seen"].notna(), "done")
    status = table.get("status", guess)
    return table.assign(status=status.fillna(guess)).drop(columns="seen")


def _distinct(pairs: pd.DataFrame) -> pd.DataFrame:
    """The rows without a missing value, each once."""
    whole = np.ones(len(pairs), dtype=bool)
    keys = np.zeros(len(pairs), dtype=np.int64)
    for _, column in pairs.items():
        codes, distinct = pd.factorize(column)
        whole &= codes >= 0
        keys = keys * (len(distinct) + 1) + codes
    return pairs[whole & ~pd.Series(keys).where(whole, -1).duplicated().to_numpy()]
