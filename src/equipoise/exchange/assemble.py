"""The tables of a trial from a file and its mapping."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from equipoise.dataset.tables import TABLES
from equipoise.errors import DataError, Problem, refuse
from equipoise.exchange.convert import converted
from equipoise.exchange.files import ROW, Source
from equipoise.exchange.mapping import Reading, Visit
from equipoise.exchange.targets import Assignment, resolve
from equipoise.protocol.model import Protocol

ADDRESS = ["participant", "visit", "timepoint_min"]
VISITED = [name for name, table in TABLES.items() if "visit" in table.key]


def assemble(
    mapping: Reading, source: Source, protocol: Protocol
) -> dict[str, pd.DataFrame]:
    """Every table that the mapping fills.

    Raises:
        DataError: EQ333 to EQ339, EQ343 to EQ348, every problem with its rows.
    """
    resolved = resolve(mapping, source, protocol)
    refuse(DataError, list(resolved.problems))  # without columns, rows say nothing
    people = source.cells[mapping.participant.column]
    problems = _nobody(people, source)
    visit, found = _visits(mapping, source)
    problems += found
    day0, found = _day0(mapping, source, people)
    problems += found
    cells: dict[str, list[pd.DataFrame]] = {}
    for item in resolved.assignments:
        values, found = converted(
            item, source.cells[item.source], mapping.file, day0, people
        )
        problems += found
        frame, found = _placed(item, values, people, visit, mapping, source)
        problems += found
        cells.setdefault(item.table, []).append(frame)
    tables: dict[str, pd.DataFrame] = {}
    for name, frames in cells.items():
        whole = pd.concat(frames, ignore_index=True)
        tables[name], found = _rows(name, whole, protocol)
        problems += found
    refuse(DataError, problems)
    everybody = pd.DataFrame({"participant": people[people != ""].unique()})
    known = tables.get("participants", everybody)
    tables["participants"] = everybody.merge(known, on="participant", how="left")
    return tables


def _placed(
    item: Assignment,
    values: Any,
    people: Any,
    visit: Any,
    mapping: Reading,
    source: Source,
) -> tuple[pd.DataFrame, list[Problem]]:
    """One row for each value: whose, at which visit, which column of which table."""
    where: Any = visit.reindex(values.index)
    if item.rule.visit is not None:
        where = pd.Series(item.rule.visit, index=values.index, dtype=object)
    elif item.rule.visits and mapping.visit is not None:
        named = _named(mapping.visit, source).reindex(values.index)
        where = named.map(item.rule.visits).fillna(where)
    frame = pd.DataFrame(
        {
            ROW: values.index,
            "participant": people.reindex(values.index).to_numpy(),
            "visit": where.to_numpy(),
            "timepoint_min": item.rule.minute,
            "source": item.source,
            "field": item.field,
            "value": values.to_numpy(dtype=object),
            "once": item.rule.visit is not None
            or item.table in ("participants", "dispositions"),
            **dict(item.fixed),
        }
    )
    lost = frame["visit"].isna() | (frame["visit"] == "")
    if item.table not in VISITED or not lost.any():
        return frame, []
    problem = Problem(
        code="EQ347",
        what=f"{int(lost.sum())} values of {item.source!r} belong to no visit",
        where=f"column {item.source}, mapped to {item.rule.to}",
        mend="state `visit` or `visits` for this column, or map the event of these "
        "rows to a visit",
        records=frame.loc[lost, [ROW, "participant", "value"]],
    )
    return frame[~lost], [problem]


def _rows(
    name: str, cells: pd.DataFrame, protocol: Protocol
) -> tuple[pd.DataFrame, list[Problem]]:
    """Values with the same address as one row of a table of the contract."""
    fixed = [c for c in ("instrument", "item", "score", "name", "unit") if c in cells]
    fixed += [c for c in ("milestone", "by") if c in cells]
    address = ["participant"]
    if name in VISITED or name == "exposures":
        address += ["visit"]
    if "timepoint_min" in TABLES[name].key:
        address += ["timepoint_min"]
    if name == "events":
        address += [ROW]
    key = [*address, *fixed]
    cells, problems = _single(name, cells, [*key, "field"])
    table = cells.pivot(index=key, columns="field", values="value").reset_index()
    table.columns.name = None
    if name == "events":
        table = table.drop(columns=ROW)
    if name == "exposures" and "infusion" not in table:
        numbers = {v.id: v.infusion for v in protocol.schedule.visits}
        table["infusion"] = table["visit"].map(numbers)
    if name == "visits" and "status" not in table:
        # A visit with a day or date happened: that is what the column says.
        happened = table.get("actual_day", pd.Series(dtype=float)).notna()
        table["status"] = happened.map({True: "done", False: "missed"})
    return table, problems


def _single(
    name: str, cells: pd.DataFrame, key: list[str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """One value for each cell; what is said twice must be said once, or agree."""
    again = cells.duplicated(key, keep=False)
    if not again.any():
        return cells, []
    repeated = cells[again].sort_values([*key, ROW], key=lambda c: c.astype(str))
    several = repeated.groupby(key, dropna=False)["value"].transform("nunique") > 1
    once = repeated["once"].astype(bool)
    problems = []
    shown = [ROW, "participant", "visit", "source", "value"]
    if (several & once).any():
        rows = repeated.loc[several & once, shown]
        problems.append(
            Problem(
                code="EQ339",
                what=f"{rows['participant'].nunique()} participants have different "
                f"values in {', '.join(rows['source'].unique())}",
                where=f"table {name}",
                mend="correct the source: this is recorded once for each participant",
                records=rows,
            )
        )
    if (~once).any():
        rows = repeated.loc[~once, shown]
        problems.append(
            Problem(
                code="EQ348",
                what=f"{len(rows)} values stand twice for a participant and visit",
                where=f"table {name}, columns {', '.join(rows['source'].unique())}",
                mend="keep one row for each participant and visit",
                records=rows,
            )
        )
    return cells.drop_duplicates(key), problems


def _nobody(people: Any, source: Source) -> list[Problem]:
    lost = people == ""
    if not lost.any():
        return []
    return [
        Problem(
            code="EQ344",
            what=f"{int(lost.sum())} rows name no participant",
            where=f"{source.name}, column {people.name}",
            mend="fill the identifier, or delete the rows",
            records=source.cells[lost].reset_index(),
        )
    ]


def _visits(mapping: Reading, source: Source) -> tuple[Any, list[Problem]]:
    """Visit of each row; missing for a row that belongs to none."""
    if mapping.visit is None:
        return pd.Series(None, index=source.cells.index, dtype=object), []
    named = _named(mapping.visit, source)
    visit = named.map({text: _visit(mapping.visit, text) for text in named.unique()})
    strange = visit.isna()
    if not strange.any():
        return visit, []
    texts = ", ".join(repr(text) for text in named[strange].unique())
    problem = Problem(
        code="EQ343",
        what=f"{int(strange.sum())} rows belong to {texts}",
        where=f"{source.name}, column {', '.join(mapping.visit.columns)}",
        mend='add it to [visit] values, with "" for rows that belong to no visit',
        records=source.cells[strange].reset_index(),
    )
    return visit, [problem]


def _named(rule: Visit, source: Source) -> Any:
    """The text by which each row names its visit."""
    return source.cells[list(rule.columns)].agg(" / ".join, axis=1)


def _visit(rule: Visit, text: str) -> str | None:
    """The visit that a text stands for; without values it is the visit id itself."""
    if not rule.values:
        return text
    fits = (visit for name, visit in rule.values.items() if fnmatchcase(text, name))
    return rule.values.get(text, next(fits, None))


def _day0(
    mapping: Reading, source: Source, people: Any
) -> tuple[Any | None, list[Problem]]:
    """Date of day 0 of the participant of each row."""
    if mapping.day0 is None:
        return None, []
    texts = source.cells[mapping.day0.column]
    texts = texts[(texts != "") & ~texts.isin(mapping.file.missing)]
    dates = pd.to_datetime(texts, format=mapping.day0.format, errors="coerce")
    wrong = dates.isna()
    problems = []
    if wrong.any():
        problems.append(
            Problem(
                code="EQ338",
                what=f"{int(wrong.sum())} dates are not written as {mapping.day0.format}",
                where=f"{source.name}, column {mapping.day0.column}",
                mend="write all dates in one format, and state it under [day0]",
                records=pd.DataFrame({ROW: texts[wrong].index, "date": texts[wrong]}),
            )
        )
    by_person = pd.DataFrame(
        {"participant": people.reindex(dates.index), "date": dates}
    )
    by_person = by_person.dropna()
    several = by_person.groupby("participant")["date"].transform("nunique") > 1
    if several.any():
        problems.append(
            Problem(
                code="EQ339",
                what="participants with more than one day 0",
                where=f"{source.name}, column {mapping.day0.column}",
                mend="correct the source: each participant has one day 0",
                records=by_person[several].reset_index(),
            )
        )
    first = by_person.drop_duplicates("participant").set_index("participant")["date"]
    return people.map(first), problems
