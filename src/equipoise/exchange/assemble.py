"""Builds the tables of a trial from the values of all files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from equipoise.dataset.coded_texts import (
    by_text,
    coded,
    constant,
    from_codes,
    plain,
    stacked,
)
from equipoise.dataset.tables import TABLES
from equipoise.errors import Problem
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.files import ROW
from equipoise.exchange.table_places import (
    Codes,
    Mask,
    Places,
    codes_of_parts,
    heads,
    ranked,
)
from equipoise.exchange.targets import Assignment
from equipoise.protocol.model import Protocol

PLACE = ["file", ROW, "column"]  # where a value comes from
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
FURTHER = {"measurements": ["unit"]}  # told by the mapping, and no part of the key


def cells(file: str, item: Assignment, frame: pd.DataFrame) -> pd.DataFrame:
    """The values of a column with the place in the tables where each belongs.

    Args:
        file: name of the file.
        item: the column and what it becomes.
        frame: columns ``participant``, ``visit``, ``minute`` and ``value``.
    """
    rule, rows = item.rule, len(frame)
    visit = frame["visit"]
    if rule.visit is not None:
        visit = pd.Series(constant(rule.visit, rows), index=frame.index)
    elif rule.visits:
        stated = pd.Series(by_text(frame["event"], rule.visits, None), frame.index)
        visit = coded(stated.where(stated.notna(), visit.astype(object)))
    minute = frame["minute"]
    if rule.minute is not None:
        minute = pd.Series(rule.minute, index=frame.index, dtype="Int64")
    once = rule.visit is not None or item.table in ("participants", "dispositions")
    texts = {**dict(item.fixed), "table": item.table, "field": item.field}
    return pd.DataFrame(
        {
            "participant": frame["participant"].array,
            "visit": visit.array,
            "timepoint_min": minute.array,
            "value": frame["value"].array,
            ROW: frame.index.to_numpy(),
            **{name: constant(text, rows) for name, text in texts.items()},
            "event": rule.event,
            "file": constant(file, rows),
            "column": constant(item.source, rows),
            "once": once,
        },
        copy=False,  # a million rows: participants and visits are those of the file
    )


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
            places = Places(KEYS[name], group)
            problems += _without_visit(name, group) + _collisions(name, group, places)
            made[name] = _table(name, group, places)
    made["participants"] = _everybody(people, made.get("participants"))
    if "exposures" in made:
        made["exposures"] = _infusions(made["exposures"], protocol)
    made["visits"] = _visits(made, parts)
    return made, _by_rows(problems)


def _by_rows(problems: Sequence[Problem]) -> list[Problem]:
    """One EQ348 for rows that are duplicated in several tables: they have one cause."""
    twice = [p for p in problems if p.code == "EQ348"]
    groups: list[list[Problem]] = []
    for problem in sorted(twice, key=lambda p: -len(_places(p))):
        for group in groups:
            if _places(problem) <= _places(group[0]):
                group.append(problem)
                break
        else:
            groups.append([problem])
    together = [_together(group) for group in groups]
    return [*(p for p in problems if p.code != "EQ348"), *together]


def _places(problem: Problem) -> set[tuple[str, int]]:
    rows = problem.records
    return set() if rows is None else {*zip(rows["file"], rows[ROW], strict=True)}


def _together(group: Sequence[Problem]) -> Problem:
    if len(group) == 1:
        return group[0]
    frames = [plain(p.records) for p in group if p.records is not None]
    rows = pd.concat(frames, ignore_index=True).astype(object)
    key = [name for name in rows if name not in ("value", *PLACE)]
    names = ", ".join(p.where.removeprefix("table ") for p in group)
    columns = ", ".join(sorted(rows["column"].unique()))
    return replace(
        group[0],
        what=f"{counted(len(rows), 'value')} of {columns} "
        f"{agreeing(len(rows), 'is')} duplicated in the tables",
        where=f"tables {names}",
        records=rows.where(rows.notna(), "")[[*key, "value", *PLACE]],
    )


def _everybody(people: Sequence[str], known: pd.DataFrame | None) -> pd.DataFrame:
    """One row for each participant of the trial, in their order."""
    places = np.arange(len(people))
    everybody = pd.DataFrame({"participant": from_codes(places, people)})
    if known is None:
        return everybody
    who = everybody["participant"].cat
    named = coded(known["participant"]).cat.set_categories(who.categories)
    at = np.full(len(who.categories) + 1, len(known))  # beyond them: not known
    at[named.cat.codes] = np.arange(len(known))
    at[-1] = len(known)
    at = at[who.codes]
    for name in known.columns.drop("participant"):
        everybody[name] = np.append(known[name].to_numpy(object), [np.nan])[at]
    return everybody


def _chosen(parts: Sequence[pd.DataFrame], rows: Mask) -> pd.DataFrame:
    """Some rows of several frames, with their positions in all of them as index."""
    ends = np.cumsum([len(part) for part in parts])
    masks = np.split(rows, ends[:-1])
    pairs = zip(parts, masks, strict=True)
    kept = [plain(part[mask]) for part, mask in pairs if mask.any()]
    made = pd.concat(kept, ignore_index=True) if kept else plain(parts[0].iloc[:0])
    made.index = pd.Index(np.flatnonzero(rows))
    return made


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
            what=f"{counted(len(lost), 'value', 'is')} in rows without a visit",
            where=f"columns {columns}",
            fix="state `visit` or `visits` for these columns in the mapping, or map the "
            "value of the visit column to a visit; " + LONG,
            records=lost[[*PLACE, "participant", "value"]],
        )
    ]


def _collisions(
    name: str, parts: Sequence[pd.DataFrame], places: Places
) -> list[Problem]:
    """Cells of the tables that are filled more than once."""
    if places.first.all():
        return []
    keys = places.cells
    again = np.bincount(keys)[keys] > 1
    if name in ("visits", "answers", "exposures"):
        again &= np.concatenate(
            [part["visit"].notna().to_numpy(bool) for part in parts]
        )
    if not again.any():
        return []
    once = ~_any_of_key(keys, np.repeat(*_not_once(parts)))
    values = _text_codes(parts)
    first = np.zeros(keys.max() + 1, dtype=np.int64)
    first[keys[::-1]] = values[::-1]  # the first of each key is written last
    differ = _any_of_key(keys, values != first[keys])
    problems = []
    if (again & once & differ).any():
        apart = _chosen(parts, again & once & differ)
        problems.append(
            _collision(
                "EQ339", "differs", "between rows of the same participant", name, apart
            )
        )
    if (again & ~once).any():
        twice = _chosen(parts, again & ~once)
        problems.append(
            _collision("EQ348", "is", "duplicated in the table", name, twice)
        )
    return problems


def _not_once(parts: Sequence[pd.DataFrame]) -> tuple[list[bool], list[int]]:
    return [not part["once"].iloc[0] for part in parts], [len(part) for part in parts]


def _any_of_key(keys: Codes, rows: Mask) -> Mask:
    """Whether some row with the same key is one of these."""
    some = np.zeros(keys.max() + 1, dtype=bool)
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


def _collision(
    code: str, verb: str, what: str, name: str, rows: pd.DataFrame
) -> Problem:
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
        what=f"{counted(len(rows), 'value')} of {columns} "
        f"{agreeing(len(rows), verb)} {what}",
        where=f"table {name}",
        fix=mends[code],
        records=rows.sort_values([*shown, "column", ROW])[[*shown, "value", *PLACE]],
    )


def _table(name: str, parts: Sequence[pd.DataFrame], places: Places) -> pd.DataFrame:
    """The table, with the first value of each cell."""
    names = KEYS[name]
    if places.fields == ["value"]:
        columns = [*names, *FURTHER.get(name, []), "value"]
        table = stacked([part[columns] for part in parts])
        return table if places.first.all() else _rows(table, places.first)
    kept = places.first
    if "visit" in names:
        kept = kept & np.concatenate(
            [part["visit"].notna().to_numpy(bool) for part in parts]
        )
    shown = [column for column in names if column not in ("file", ROW, "event")]
    long = stacked([part[[*shown, "value"]] for part in parts])
    at = np.flatnonzero(kept)
    rows, count = ranked(places.rows[at], len(kept))
    table = _rows(long[shown], at[heads(rows, count)])
    values = long["value"].to_numpy(object)[at]
    field = places.field[at]
    for n, column in enumerate(places.fields):
        filled = np.full(count, np.nan, dtype=object)
        filled[rows[field == n]] = values[field == n]
        table[column] = filled
    return table


def _rows(table: pd.DataFrame, rows: Codes | Mask) -> pd.DataFrame:
    return table.iloc[rows].reset_index(drop=True)


def _infusions(table: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Numbers the infusions by their visit where the source does not."""
    numbers = {v.id: v.infusion for v in protocol.schedule.visits}
    planned = pd.Series(by_text(coded(table["visit"]), numbers, None), table.index)
    stated = table.get("infusion", planned)
    return table.assign(infusion=stated.where(stated.notna(), planned))


def _visits(made: dict[str, pd.DataFrame], parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One row for each visit with any data.

    A visit without a stated status was done if it has a value; it was missed if only a
    reason is known, and is planned if only its planned day is.
    """
    about = ["planned_day", "reason", "in_window", "status"]
    pairs = [
        part[["participant", "visit"]]
        for part in parts
        if "visit" in KEYS[table := part["table"].iloc[0]]
        and not (table == "visits" and part["field"].iloc[0] in about)
    ]
    empty = pd.DataFrame({"participant": [], "visit": []}, dtype="string")
    stated = made.get("visits", empty)
    seen = [pair for pair in (p.dropna().drop_duplicates() for p in pairs) if len(pair)]
    both = stacked([f for f in (stated[list(empty)], *seen) if len(f)] or [empty])
    place, heads = _numbered(both)
    happened = np.zeros(len(heads), dtype=bool)
    happened[place[len(stated) :]] = True
    at = np.full(len(heads), len(stated))  # of a visit that is not stated: beyond them
    at[place[: len(stated)]] = np.arange(len(stated))
    table = _rows(both, heads)
    for name in stated.columns.drop(list(empty)):
        table[name] = np.append(stated[name].to_numpy(object), [np.nan])[at]
    reason = table["reason"].notna() if "reason" in table else False
    guess = np.where(happened, 0, np.where(reason, 1, 2))
    status = pd.Series(from_codes(guess, ["done", "missed", "planned"]), table.index)
    if "status" in table:
        status = table["status"].where(table["status"].notna(), status.astype(object))
    return table.assign(status=status)


def _numbered(pairs: pd.DataFrame) -> tuple[Codes, Codes]:
    """A number for each row, the same for the same visit of a participant.

    Returns:
        The numbers, from 0 in the order of participants and visits, and the first row of
        each number.
    """
    people, count = codes_of_parts([pairs], "participant")
    visits, most = codes_of_parts([pairs], "visit")
    place, found = ranked(people * most + visits, count * most)
    return place, heads(place, found)
