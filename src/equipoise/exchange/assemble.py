"""Builds the tables of a trial from the values of all files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from equipoise.dataset.tables import TABLES
from equipoise.errors import Problem
from equipoise.exchange.files import ROW
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
    "if each row of the file holds one item, name the column of the items under [pivot]"
)
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
            long = pd.concat(group, ignore_index=True)
            problems += _without_visit(name, long) + _collisions(name, long)
            made[name] = _table(name, long.drop_duplicates([*KEYS[name], "field"]))
    everybody = pd.DataFrame({"participant": people}, dtype="string")
    known = made.get("participants", everybody)
    made["participants"] = everybody.merge(known, how="left", on="participant")
    if "exposures" in made:
        made["exposures"] = _infusions(made["exposures"], protocol)
    made["visits"] = _visits(made, parts)
    return made, problems


def _without_visit(name: str, long: pd.DataFrame) -> list[Problem]:
    if "visit" not in KEYS[name]:
        return []
    lost = long[long["visit"].isna()]
    if lost.empty:
        return []
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


def _collisions(name: str, long: pd.DataFrame) -> list[Problem]:
    """Cells of the tables that are filled more than once."""
    key = [*KEYS[name], "field"]
    again = long[long.duplicated(key, keep=False)]
    if name in ("visits", "answers", "exposures"):
        again = again[again["visit"].notna()]
    if again.empty:
        return []
    text = again.assign(text=again["value"].astype(str))
    groups = text.groupby(key, dropna=False)
    differ = (groups["text"].transform("nunique") > 1).astype(bool)
    once = groups["once"].transform("all").astype(bool)
    problems = []
    apart = again[once & differ]
    if len(apart):
        problems.append(
            _collision(
                "EQ339", "differ between rows of the same participant", name, apart
            )
        )
    twice = again[~once]
    if len(twice):
        problems.append(_collision("EQ348", "are duplicates in the table", name, twice))
    return problems


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
    happened = pd.concat([empty, *pairs]).dropna().drop_duplicates().assign(seen=True)
    stated = made.get("visits", empty)
    table = stated.merge(happened, how="outer", on=["participant", "visit"])
    reason = table["reason"].notna() if "reason" in table else False
    guess = pd.Series("planned", index=table.index, dtype=object)
    guess = guess.mask(pd.Series(reason, index=table.index), "missed")
    guess = guess.mask(table["seen"].notna(), "done")
    status = table.get("status", guess)
    return table.assign(status=status.fillna(guess)).drop(columns="seen")
