"""Target of each column of a file: the mapping, resolved against the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from equipoise.dataset.column_types import contract
from equipoise.dataset.tables import MILESTONES
from equipoise.errors import Problem, listing
from equipoise.exchange.files import Source
from equipoise.exchange.mapping import Column, Reading
from equipoise.protocol.model import Protocol
from equipoise.protocol.toml_structure import near

PLAIN = ("participants", "visits", "exposures", "events")  # one column, one column
VISITLESS = ("participants", "events", "dispositions")
DAYS = ("planned_day", "actual_day", "started_day", "stopped_day", "day")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One column of the file, and the target of its values.

    Attributes:
        source: column of the file.
        table: table of the data contract.
        field: column of that table that receives the value.
        fixed: further columns of the row, such as ``instrument`` and ``item``.
        kind: type of the value: ``text``, ``number``, ``integer``, ``datetime``,
            ``flag`` or ``day`` (a date is counted from day 0).
        rule: the entry of the mapping.
    """

    source: str
    table: str
    field: str
    fixed: tuple[tuple[str, str], ...]
    kind: str
    rule: Column


@dataclass(frozen=True, slots=True)
class Resolved:
    """All assignments of a file, and the problems of the mapping."""

    assignments: tuple[Assignment, ...]
    problems: tuple[Problem, ...]


def resolve(how: Reading, source: Source, protocol: Protocol) -> Resolved:
    """Target of every column of the file, and the columns that are not mapped."""
    known = list(source.cells.columns)
    found: list[Assignment] = []
    problems: list[Problem] = []
    for rule in how.columns:
        for item in _assignments(rule, protocol):
            if isinstance(item, Problem):
                problems.append(item)
            elif item.source in known:
                found.append(item)
            else:
                problems.append(_absent(item.source, known, f"columns, {rule.column}"))
    special = [("participant", how.participant.column)]
    special += [("visit", c) for c in how.visit.columns] if how.visit else []
    special += [("minute", how.minute.column)] if how.minute else []
    special += [("day0", how.day0.column)] if how.day0 else []
    problems += [
        _absent(name, known, part) for part, name in special if name not in known
    ]
    problems += _visits(how, protocol)
    problems += _nowhere(how, found)
    problems += _unmapped(how, source, found, {name for _, name in special})
    problems += _twice(found)
    problems = [_ambiguous(problem, source) or problem for problem in problems]
    return Resolved(tuple(found), tuple(problems))


def _ambiguous(problem: Problem, source: Source) -> Problem | None:
    """EQ351 instead of EQ333, if several columns of the file have the absent name."""
    for name, many in source.repeated.items():
        if problem.code == "EQ333" and problem.what == _absent(name, [], "").what:
            return Problem(
                code="EQ351",
                what=f"{len(many)} columns of the file are named {name!r}",
                where=problem.where,
                fix=f"state which one, in the order of the file: {listing(many)}",
            )
    return None


def _assignments(rule: Column, protocol: Protocol) -> Iterator[Assignment | Problem]:
    table, _, name = rule.to.partition(".")
    fixed: tuple[tuple[str, str], ...]
    if table in PLAIN:
        columns = {c.name: c for c in contract(protocol)[table].columns}
        if name not in columns or name in ("participant", "visit"):
            yield _unknown(rule, [f"{table}.{column}" for column in columns])
            return
        kind = "day" if name in DAYS else columns[name].type
        yield Assignment(rule.column, table, name, (), kind, rule)
    elif table in ("items", "item", "score"):
        yield from _answers(rule, protocol, table, name)
    elif table == "measurements" and name:
        fixed = (("name", name), ("unit", rule.unit or ""))
        yield Assignment(rule.column, "measurements", "value", fixed, "number", rule)
    elif table in ("dispositions", "reasons") and name in MILESTONES:
        field, kind = ("day", "day") if table == "dispositions" else ("reason", "text")
        fixed = (("milestone", name),)
        yield Assignment(rule.column, "dispositions", field, fixed, kind, rule)
    elif table in ("guesses", "certainty") and name in ("participant", "rater"):
        field, kind = ("guess", "text") if table == "guesses" else (table, "number")
        yield Assignment(rule.column, "guesses", field, (("by", name),), kind, rule)
    else:
        known = [*(f"{t}.…" for t in PLAIN), "items.…", "item.…", "score.…"]
        known += ["measurements.…", "dispositions.<milestone>", "reasons.<milestone>"]
        yield _unknown(rule, [*known, "guesses.<by>", "certainty.<by>"])


def _answers(
    rule: Column, protocol: Protocol, table: str, name: str
) -> Iterator[Assignment | Problem]:
    instrument, _, part = name.partition(".")
    scale = protocol.scales.get(instrument)
    if scale is None:
        yield _unknown(rule, [f"{table}.{name}" for name in protocol.scales])
        return
    if table == "score":
        if part not in scale.scores:
            yield _unknown(rule, [f"score.{instrument}.{s}" for s in scale.scores])
            return
        fixed = (("instrument", instrument), ("score", part))
        yield Assignment(rule.column, "recorded_scores", "value", fixed, "number", rule)
        return
    if table == "item" and part not in scale.items:
        yield _unknown(rule, [f"item.{instrument}.{i}" for i in scale.items])
        return
    for item in scale.items if table == "items" else (part,):
        fixed = (("instrument", instrument), ("item", item))
        column = rule.column.replace("{item:02}", item.zfill(2))
        column = column.replace("{item}", item)
        yield Assignment(column, "answers", "value", fixed, "number", rule)


def _visits(how: Reading, protocol: Protocol) -> Iterator[Problem]:
    known = [visit.id for visit in protocol.schedule.visits]
    stated = [
        ("visit.values", v) for v in (how.visit.values.values() if how.visit else ())
    ]
    for rule in how.columns:
        place = f"columns, {rule.column}"
        stated += [(place, v) for v in (rule.visit, *rule.visits.values()) if v]
    for place, visit in dict.fromkeys(stated):
        if visit and visit not in known:
            yield Problem(
                code="EQ335",
                what=f"there is no visit {visit!r}",
                where=f"mapping, {place}",
                fix=f"{near(visit, known)}visits of the protocol: {listing(known)}",
            )


def _nowhere(how: Reading, found: list[Assignment]) -> Iterator[Problem]:
    """Columns of a file without visits that need one."""
    if how.visit is not None:
        return
    for item in found:
        if item.table not in VISITLESS and item.rule.visit is None:
            yield Problem(
                code="EQ335",
                what=f"{item.source!r} needs a visit, and no column states it",
                where=f"mapping, columns, {item.source}",
                fix="state `visit` for this column, or the column of visits in [visit]",
            )


def _unmapped(
    how: Reading, source: Source, found: list[Assignment], special: set[str]
) -> Iterator[Problem]:
    known = [str(column) for column in source.cells.columns]
    used = {a.source for a in found} | special
    # A reason for the name that several columns share is one for each of them.
    shared = {one: name for name, many in source.repeated.items() for one in many}
    names = {column: {column, shared.get(column, column)} for column in known}
    ignored = {
        c for c in known for p in how.ignore for n in names[c] if fnmatchcase(n, p)
    }
    silent = [column for column in known if column not in used | ignored]
    if silent:
        yield Problem(
            code="EQ334",
            what=f"{len(silent)} columns are not mapped: {', '.join(silent)}",
            where="mapping, columns and ignore",
            fix="map each column, or list it under [ignore] with a reason",
        )
    for pattern in how.ignore:
        if not any(fnmatchcase(n, pattern) for c in known for n in names[c]):
            yield _absent(pattern, known, "ignore")


def _twice(found: list[Assignment]) -> Iterator[Problem]:
    seen: dict[object, str] = {}
    for item in found:
        if item.table == "participants":
            continue  # such as one category that is spread over several checkboxes
        rule = item.rule
        when = (rule.visit, tuple(rule.visits.items()), rule.minute, rule.event)
        key = (item.table, item.field, item.fixed, when)
        if key in seen:
            yield Problem(
                code="EQ335",
                what=f"{seen[key]!r} and {item.source!r} are mapped to the same field, "
                "visit and minute",
                where=f"mapping, columns, {item.source}",
                fix="map only one of them, or give them different visits or minutes",
            )
        seen[key] = item.source


def _absent(column: str, known: list[str], place: str) -> Problem:
    return Problem(
        code="EQ333",
        what=f"the file has no column {column!r}",
        where=f"mapping, {place}",
        fix=f"{near(column, known)}columns: {', '.join(known)}",
    )


def _unknown(rule: Column, known: list[str]) -> Problem:
    return Problem(
        code="EQ335",
        what=f"a column cannot be mapped to {rule.to!r}",
        where=f"mapping, columns, {rule.column}",
        fix=f"{near(rule.to, known)}possible: {', '.join(known)}",
    )
