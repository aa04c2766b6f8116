"""Target of each column of a file: the mapping, resolved against the protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

import pandas as pd

from equipoise.dataset.column_types import contract
from equipoise.dataset.tables import MILESTONES
from equipoise.errors import Problem, listing
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.column_names import (
    NAMED,
    expanded,
    is_template,
    matching,
    shortened,
)
from equipoise.exchange.column_problems import (
    absent_column,
    absent_items,
    formula_problems,
    several_columns,
    shared_column,
)
from equipoise.exchange.files import Source
from equipoise.exchange.mapping import Column, Reading
from equipoise.protocol.model import Protocol
from equipoise.protocol.toml_structure import near

PLAIN = ("participants", "visits", "exposures", "events")  # one column, one column
VISITLESS = ("participants", "events", "dispositions")
NUMERIC = ("number", "integer", "day")  # kinds of numbers
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
    """All assignments of a file, and the problems of the mapping.

    Attributes:
        unused: each column that is not read -> the reason that the mapping states; None
            if it does not mention the column.
    """

    assignments: tuple[Assignment, ...]
    problems: tuple[Problem, ...]
    unused: Mapping[str, str | None] = field(default_factory=dict)


def resolve(how: Reading, source: Source, protocol: Protocol) -> Resolved:
    """Target of every column of the file, and the columns that are not mapped."""
    known = [str(column) for column in source.table.columns]
    special = [("participant", how.participant.column)]
    special += [("visit", c) for c in how.visit.columns] if how.visit else []
    special += [("minute", how.minute.column)] if how.minute else []
    special += [("day0", how.day0.column)] if how.day0 else []
    special += [("pivot", c) for c in _of_items(how)]
    plans = [(rule, list(_assignments(rule, protocol))) for rule in how.columns]
    taken = {rule.column for rule in how.columns} | set(how.ignore)
    free = [column for column in known if column not in taken]
    single = {_place(plan[0]): rule for rule, plan in plans if rule.to[:5] == "item."}
    found: list[Assignment] = []
    problems: list[Problem] = []
    explained: set[str] = set()
    for rule, plan in plans:
        if rule.to.startswith("items."):
            plan = [item for item in plan if not _replaced(item, single, known)]
        columns = _columns(rule, plan, free, known)
        found += columns.assignments
        problems += columns.problems
        explained |= columns.explained
    problems += [
        absent_column(name, known, part) for part, name in special if name not in known
    ]
    problems += _visits(how, protocol)
    problems += _nowhere(how, found)
    used = {name for _, name in special} | explained
    unused = _unused(how, source, {a.source for a in found} | used)
    problems += _unmapped(how, source, unused)
    problems += _twice(found)
    problems = [_ambiguous(problem, source) or problem for problem in problems]
    return Resolved(tuple(found), tuple(problems), unused)


def _of_items(how: Reading) -> list[str]:
    """Columns that choose rows, or hold the codes and values of items."""
    names = [*how.where, *(name for rule in how.columns for name in rule.where)]
    return [*names, *((how.pivot.code, how.pivot.value) if how.pivot else ())]


def _ambiguous(problem: Problem, source: Source) -> Problem | None:
    """EQ351 instead of EQ333, if several columns of the file have the absent name."""
    for name, many in source.repeated.items():
        if problem.code == "EQ333" and problem.what == absent_column(name, [], "").what:
            return Problem(
                code="EQ351",
                what=f"{counted(len(many), 'column')} of the file "
                f"{agreeing(len(many), 'is')} named {name!r}",
                where=problem.where,
                fix=f"state which one, in the order of the file: {listing(many)}",
            )
    return None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of one entry of the mapping.

    Attributes:
        explained: columns that a problem of this entry names, so that they are not
            also reported as not mapped.
    """

    assignments: list[Assignment]
    problems: list[Problem]
    explained: set[str]


def _place(item: Assignment | Problem) -> object:
    """What an entry fills, to compare an entry of one item with a template."""
    if isinstance(item, Problem):
        return None
    rule = item.rule
    when = (rule.visit, tuple(rule.visits.items()), rule.minute, rule.event)
    where = tuple(sorted(rule.where.items()))
    return (item.table, item.field, item.fixed, when, where)


def _replaced(
    item: Assignment | Problem, single: dict[object, Column], known: list[str]
) -> bool:
    """Whether an entry of one item maps the column that a template has for it.

    If it maps another column, both stay, and are reported as duplicates.
    """
    own = single.get(_place(item)) if isinstance(item, Assignment) else None
    if own is None or isinstance(item, Problem):
        return False
    names = matching(item.rule.column, _item(item), known)
    return set(names) <= set(matching(own.column, _item(item), known))


def _columns(
    rule: Column, plan: list[Assignment | Problem], free: list[str], known: list[str]
) -> _Columns:
    """The column of each assignment; one problem for one cause."""
    problems = [item for item in plan if isinstance(item, Problem)]
    items = [item for item in plan if isinstance(item, Assignment)]
    problems += _unused_keys(rule, items)
    problems += formula_problems(rule, known)
    found: list[Assignment] = []
    absent: list[Assignment] = []
    several: list[tuple[Assignment, list[str]]] = []
    for item in items:
        exact = [item.source] if item.source in known else []
        names = exact or matching(rule.column, _item(item), free)
        if len(names) == 1:
            found.append(replace(item, source=names[0]))
        elif names:
            several.append((item, names))
        else:
            absent.append(item)
    place = f"columns, {rule.column}"
    explained = {name for _, names in several for name in names}
    if several:
        pairs = [(_item(item), names) for item, names in several]
        problems.append(several_columns(rule.column, pairs, place))
    shared = [a for a in found if [b.source for b in found].count(a.source) > 1]
    if shared:
        problems.append(shared_column(rule.column, [a.source for a in shared], place))
    if len(items) == len(absent) == 1 and not is_template(rule.column):
        problems.append(absent_column(rule.column, known, place))
    elif absent:
        whose, without = map(_item, items), map(_item, absent)
        problems.append(absent_items(rule.column, [*whose], [*without], free))
        explained |= _alike(rule.column, free)
    return _Columns(found, problems, explained)


def _item(item: Assignment) -> str:
    return dict(item.fixed).get("item", "")


def _alike(template: str, columns: list[str]) -> set[str]:
    """Columns that start like a template: they are part of the same problem."""
    start = re.split(r"\{item|\*", template)[0].lower()
    return {c for c in columns if len(start) > 1 and c.lower().startswith(start)}


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
    if table == "items" and len(scale.items) > 1 and not is_template(rule.column):
        yield Problem(
            code="EQ335",
            what=f"{rule.column!r} names one column for all items of {instrument}",
            where=f"mapping, columns, {rule.column}",
            fix="write {item} in the place of the number of the item, or map the column "
            f"to one item, such as item.{instrument}.{next(iter(scale.items), 1)}",
        )
        return
    for item in scale.items if table == "items" else (part,):
        fixed = (("instrument", instrument), ("item", item))
        column = expanded(rule.column, item)
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
    silent = dict.fromkeys(
        item.source
        for item in found
        if item.table not in VISITLESS and item.rule.visit is None
    )
    if silent:
        yield Problem(
            code="EQ335",
            what=f"{counted(len(silent), 'column', 'needs')} a visit, and no "
            f"column states it: {shortened(list(silent))}",
            where="mapping, columns and visit",
            fix="state the column of the visits under [visit], or `visit` for each of "
            "these columns",
        )


def _names(source: Source) -> dict[str, set[str]]:
    """The names of each column: its own, and one that several columns share."""
    known = [str(column) for column in source.table.columns]
    shared = {one: name for name, many in source.repeated.items() for one in many}
    return {column: {column, shared.get(column, column)} for column in known}


def _unused(how: Reading, source: Source, used: set[str]) -> dict[str, str | None]:
    """Each column that is not read, with the reason that the mapping states, if any."""
    found: dict[str, str | None] = {}
    for column, names in _names(source).items():
        if column not in used:
            fits = (p for p in how.ignore for n in names if fnmatchcase(n, p))
            pattern = next(fits, None)
            found[column] = None if pattern is None else how.ignore[pattern]
    return found


def _unmapped(
    how: Reading, source: Source, unused: Mapping[str, str | None]
) -> Iterator[Problem]:
    names = _names(source)
    known = list(names)
    silent = [column for column, reason in unused.items() if reason is None]
    if silent:
        yield Problem(
            code="EQ334",
            what=f"{counted(len(silent), 'column', 'is')} not mapped: {shortened(silent)}",
            where="mapping, columns and ignore",
            fix="map each column, or list it under [ignore] with a reason",
            records=pd.DataFrame({"column": silent}) if silent[NAMED:] else None,
        )
    for pattern in how.ignore:
        if not any(fnmatchcase(n, pattern) for c in known for n in names[c]):
            yield absent_column(pattern, known, "ignore")


def _twice(found: list[Assignment]) -> Iterator[Problem]:
    seen: dict[object, str] = {}
    for item in found:
        if item.table == "participants":
            continue  # such as one category that is spread over several checkboxes
        key = _place(item)
        if key in seen:
            yield Problem(
                code="EQ335",
                what=f"{seen[key]!r} and {item.source!r} are mapped to the same field, "
                "visit and minute",
                where=f"mapping, columns, {item.source}",
                fix="map only one of them, or give them different visits or minutes",
            )
        seen[key] = item.source


def _unused_keys(rule: Column, items: list[Assignment]) -> Iterator[Problem]:
    """EQ332: keys that would have no effect, or of which two contradict each other."""
    keys = {"factor": rule.factor, "offset": rule.offset, "decimal": rule.decimal}
    given = [key for key, value in keys.items() if value is not None]
    place = f"mapping, columns, {rule.column}"
    kinds = sorted({item.kind for item in items} - set(NUMERIC))
    if given and kinds:
        yield Problem(
            code="EQ332",
            what=f"{', '.join(given)} applies to numbers, and {rule.to!r} is of type "
            f"{', '.join(kinds)}",
            where=place,
            fix=f"remove {', '.join(given)}, or state the meaning of codes in `values`",
        )
    if rule.offset is not None and any(v != "" for v in rule.values.values()):
        yield Problem(
            code="EQ332",
            what="`offset` and `values` both state the meaning of a code",
            where=place,
            fix="use one of them: `offset` adds a number to every code, `values` lists "
            "each code with its meaning",
        )


def _unknown(rule: Column, known: list[str]) -> Problem:
    return Problem(
        code="EQ335",
        what=f"a column cannot be mapped to {rule.to!r}",
        where=f"mapping, columns, {rule.column}",
        fix=f"{near(rule.to, known)}possible: {', '.join(known)}",
    )
