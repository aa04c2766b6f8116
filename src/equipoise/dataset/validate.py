"""Validates the tables of a trial against the data contract and the protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from equipoise.dataset.coded_texts import is_one_of
from equipoise.dataset.contradictions import contradictions
from equipoise.dataset.tables import OPTIONAL, Table
from equipoise.errors import Problem, listing
from equipoise.errors.counted import agreeing, counted
from equipoise.protocol.model import Protocol

Tables = Mapping[str, pd.DataFrame]


def problems(
    protocol: Protocol, tables: Tables, layout: Mapping[str, Table]
) -> list[Problem]:
    """Every problem of typed tables, except those of types and scores.

    Args:
        protocol: with the visits, arms, instruments and bounds.
        tables: typed, every table of ``layout``.
        layout: the data contract, with the characteristics of the protocol.

    Returns:
        EQ304 to EQ311, EQ313 and EQ315, each with its rows.
    """
    found: list[Problem] = []
    for name, frame in tables.items():
        found += _allowed(layout[name], frame)
        found += _twice(layout[name], frame)
    return [
        *found,
        *_people(tables),
        *_known(protocol, tables),
        *_score_range(protocol, tables["recorded_scores"]),
        *_characteristics(protocol, tables["participants"]),
        *contradictions(tables),
    ]


def _allowed(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    for column in table.columns:
        if not column.one_of or column.name not in frame:
            continue
        values = frame[column.name]
        wrong = values.notna() & ~values.isin(column.one_of)
        if wrong.any():
            yield Problem(
                code="EQ304",
                what=f"{column.name!r} is {listing(values[wrong].unique())}",
                where=f"table {table.name}, column {column.name}",
                fix=f"map each code to one of: {', '.join(column.one_of)}",
                records=frame[wrong],
            )


def _twice(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    if not table.key or frame.empty:
        return
    needed = [name for name in table.key if table.column(name).required]
    whole = frame.dropna(subset=needed)  # what is missing is a problem of its own
    again = whole.duplicated(subset=list(table.key), keep=False)
    if again.any():
        yield Problem(
            code="EQ305",
            what=f"{counted(int(again.sum()), 'row', 'has')} the same "
            + ", ".join(table.key),
            where=f"table {table.name}",
            fix="keep one of them, or give them different visits or times",
            records=whole[again].sort_values(list(table.key)),
        )


def _people(tables: Tables) -> Iterator[Problem]:
    people = tables["participants"]["participant"]
    if people.empty:
        yield Problem(
            code="EQ310",
            what="there are no participants",
            where="table participants",
            fix="add at least one participant",
        )
        return
    for name, frame in tables.items():
        who_is = frame["participant"]
        strange = who_is.notna() & ~is_one_of(who_is, people)
        if strange.any():
            who = listing(frame.loc[strange, "participant"].unique())
            yield Problem(
                code="EQ306",
                what=f"rows of unknown participants: {who}",
                where=f"table {name}",
                fix="add them to participants, or correct the identifier",
                records=frame[strange],
            )


def _known(protocol: Protocol, tables: Tables) -> Iterator[Problem]:
    visits = [visit.id for visit in protocol.schedule.visits]
    arms = [arm.id for arm in protocol.arms]
    used = list(protocol.scales)
    infusions = [v.infusion for v in protocol.schedule.visits if v.infusion is not None]
    places: list[tuple[str, str, list[Any]]] = [
        ("participants", "arm", arms),
        *(
            (n, "visit", visits)
            for n, t in tables.items()
            if "visit" in t and n not in OPTIONAL  # unscheduled visits are in those
        ),
        ("recorded_scores", "instrument", used),
        ("answers", "instrument", used),
        ("exposures", "infusion", infusions),
        ("guesses", "guess", [*arms, "don't know"]),
    ]
    for name, column, known in places:
        frame = tables[name]
        strange = frame[column].notna() & ~frame[column].isin(known)
        if strange.any():
            what = listing(str(value) for value in frame.loc[strange, column].unique())
            yield Problem(
                code="EQ307",
                what=f"unknown {column} {what} in {counted(int(strange.sum()), 'row')}",
                where=f"table {name}, column {column}",
                fix=f"use one of: {listing(str(name) for name in known)}",
                records=frame[strange],
            )


def _score_range(protocol: Protocol, recorded: pd.DataFrame) -> Iterator[Problem]:
    for (instrument, name), rows in recorded.groupby(
        ["instrument", "score"], observed=True
    ):
        scale = protocol.scales.get(str(instrument))
        if scale is None:
            continue
        where = f"table recorded_scores, {instrument}.{name}"
        score = scale.scores.get(str(name))
        if score is None:
            yield Problem(
                code="EQ307",
                what=f"{instrument} has no score {name!r}",
                where=where,
                fix=f"use one of: {listing(scale.scores)}",
                records=rows,
            )
            continue
        low, high = score.range
        wrong = ~rows["value"].between(low, high) & rows["value"].notna()
        if wrong.any():
            yield Problem(
                code="EQ308",
                what=f"{counted(int(wrong.sum()), 'value', 'is')} outside {low:g} to "
                f"{high:g}",
                where=where,
                fix="correct the source, or map a code for missing to an empty value",
                records=rows[wrong],
            )


def _characteristics(protocol: Protocol, people: pd.DataFrame) -> Iterator[Problem]:
    for part in protocol.characteristics:
        if part.type != "number":
            continue
        values = people[part.id]
        low = float("-inf") if part.min is None else part.min
        high = float("inf") if part.max is None else part.max
        wrong = values.notna() & ~values.between(low, high)
        if wrong.any():
            count = int(wrong.sum())
            yield Problem(
                code="EQ309",
                what=f"{counted(count, 'value')} of {part.id!r} "
                f"{agreeing(count, 'is')} outside {low:g} to {high:g}",
                where=f"table participants, column {part.id}",
                fix="correct the source or its unit, or continue with --accept EQ309",
                records=people[wrong],
            )
