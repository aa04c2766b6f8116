"""What an inspection found, from the files as far as they could be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from equipoise.dataset.checked import Checked, check_tables
from equipoise.dataset.coded_texts import plain
from equipoise.dataset.scores import scores_despite_problems
from equipoise.dataset.trialdata import UNBLINDING, accept_problems
from equipoise.errors import Problem
from equipoise.exchange.assemble import PLACE
from equipoise.exchange.data import accepted
from equipoise.exchange.files import ROW
from equipoise.exchange.lenient_reading import FileReading, LenientReading
from equipoise.exchange.mapping import Reading
from equipoise.exchange.targets import Assignment
from equipoise.protocol.model import Protocol
from equipoise.report.inspection.disclosure import (
    WORDS,
    hidden,
    showable,
    shown_rows,
)
from equipoise.report.inspection.findings import FileRead, Findings, FoundProblem

KEYS = (
    "participant",
    "visit",
    "timepoint_min",
    "minute",
    "instrument",
    "item",
    "score",
    "name",
    "milestone",
    "by",
    "infusion",
)
IDENTIFYING = (*KEYS, *PLACE, "table")
COLUMNS = (
    "file",
    "column",
    "target",
    "rows",
    "read",
    "empty",
    "missing",
    "unread",
    "codes",
    "reason",
)
SHOWN_CODES = 6


def findings(
    read: LenientReading,
    protocol: Protocol,
    source: str,
    mapping: str,
    accept: Collection[str],
) -> Findings:
    """The tables, columns and problems of a trial, none of them refused.

    Args:
        read: the files.
        protocol: of the trial.
        source: name of the file or folder, for the page.
        mapping: name of the mapping, for the page.
        accept: codes of problems that the user accepts.
    """
    codes = {*accept, *read.accepted_before}
    checked = check_tables(protocol, read.tables)
    cells = _cells(read.files)
    # Without a table there is nothing to check: its absence follows from the others.
    of_tables = checked.problems if read.tables else []
    refused, _ = accept_problems([], codes)
    staged = [*read.problems, *(("tables", p) for p in (*of_tables, *refused))]
    scores = scores_despite_problems(
        checked.tables["answers"], checked.tables["recorded_scores"], protocol.scales
    )
    hidden = _hidden(read.files, checked)
    located, words = _Located(cells), _vocabulary(read.files, protocol)
    return Findings(
        protocol=protocol,
        source=source,
        mapping=mapping if read.mapping is not None else "",
        files=tuple(_file(part) for part in read.files),
        ignored_files=read.ignored_files,
        columns=_columns(read, read.problems),
        tables=checked.tables,
        scores=scores,
        coded=checked.coded,
        cells=cells,
        mapped=_mapped(read),
        origin=read.origin,
        problems=tuple(
            _found(problem, stage, codes, read.files, hidden, words, located)
            for stage, problem in staged
        ),
        unblinded=checked.unblinded,
    )


def _hidden(files: Iterable[FileReading], checked: Checked) -> set[str]:
    """Columns that reveal the treatment, in the tables and in the files; if blinded."""
    if checked.unblinded:
        return set()
    names = {column for columns in UNBLINDING.values() for column in columns}
    for part in files:
        for item, _ in part.cells:
            if item.field in UNBLINDING[item.table]:
                names.add(item.source)
    return names


def _vocabulary(files: Iterable[FileReading], protocol: Protocol) -> set[str]:
    """Words of the visits of the protocol and of the mapping, in lower case."""
    texts = [t for v in protocol.schedule.visits for t in (v.id, v.label)]
    for part in files:
        if part.how is not None and part.how.visit is not None:
            texts += part.how.visit.values
    return {word for text in texts for word in WORDS.findall(text.lower())}


def _found(
    problem: Problem,
    stage: str,
    codes: Collection[str],
    files: Iterable[FileReading],
    hidden: set[str],
    vocabulary: set[str],
    located: _Located,
) -> FoundProblem:
    people = {part.how.participant.column for part in files if part.how is not None}
    known = located.of(problem)
    said, rows = shown_rows(known, {*IDENTIFYING, *people}, hidden, vocabulary)
    return FoundProblem(problem, stage, accepted(problem, codes), *said, rows)


def _special(part: FileReading) -> Iterator[str]:
    """The columns of a file that say to whom and to which visit a row belongs."""
    if part.how is None:
        return
    yield part.how.participant.column
    if part.how.visit is not None:
        yield from part.how.visit.columns
    if part.how.minute is not None:
        yield part.how.minute.column


class _Located:
    """Finds the file, row and column of the rows of a table."""

    def __init__(self, cells: pd.DataFrame | None) -> None:
        self.cells = cells

    def of(self, problem: Problem) -> Problem:
        """The problem; its rows with their place in the files where it is known."""
        rows, cells = problem.records, self.cells
        if rows is None or cells is None or rows.empty or ROW in rows:
            return problem
        table, _, column = problem.where.partition(", column ")
        names = re.split(
            r" and |, ", table.removeprefix("tables ").removeprefix("table ")
        )
        mine = cells[cells["table"].isin(names)]
        if column:
            mine = mine[mine["field"] == column]
        keys = [n for n in KEYS if n in rows and n in mine and mine[n].notna().any()]
        if mine.empty or "participant" not in keys:
            return problem
        places = mine.drop_duplicates(keys)[[*keys, *PLACE]]
        types = dict.fromkeys(keys, "string")
        placed = rows.astype({**types}).merge(
            places.astype(types), on=keys, how="left", suffixes=("", "_cell")
        )
        if len(placed) != len(rows):
            return problem
        extra = placed[[name for name in PLACE if name in placed and name not in rows]]
        extra.index = rows.index
        return replace(problem, records=rows.join(extra))


def _file(part: FileReading) -> FileRead:
    if part.source is None:
        return FileRead(part.name, None)
    cells = part.source.cells
    filled = {str(name): int((cells[name] != "").sum()) for name in cells.columns}
    how, unused = part.how, part.resolved.unused if part.resolved else {}
    known = part.rows.frame if part.rows is not None else None
    stated = how is not None and how.visit is not None and known is not None
    visitless = 0
    if stated and known is not None:
        unknown = part.rows.of_unknown_visits if part.rows is not None else ()
        visitless = int(known["visit"].isna().sum()) - len(unknown)
    return FileRead(
        name=part.name,
        rows=len(cells),
        columns=tuple(map(str, cells.columns)),
        participants=None if known is None else known["participant"],
        filled=filled,
        without_visit=visitless,
        unmapped=tuple(name for name, reason in unused.items() if reason is None),
        ignored={n: reason for n, reason in unused.items() if reason is not None},
        notes=part.source.notes,
        people=part.is_list,
    )


def _cells(files: Iterable[FileReading]) -> pd.DataFrame | None:
    """Every value of every file with its place; None where no file has a mapping."""
    frames = [plain(cells) for part in files for _, cells in part.cells if len(cells)]
    if not frames:
        empty = [*KEYS, *PLACE, "table", "field", "value"]
        return pd.DataFrame({name: [] for name in empty}) if list(files) else None
    together = pd.concat(frames, ignore_index=True)
    return together.reindex(
        columns=list(dict.fromkeys([*together.columns, *KEYS, *PLACE]))
    )


def _mapped(read: LenientReading) -> dict[str, frozenset[str] | None] | None:
    """Instruments and tables for which a column is mapped, with the visits it covers."""
    if read.mapping is None:
        return None
    found: dict[str, frozenset[str] | None] = {}
    for part in read.files:
        for item in part.resolved.assignments if part.resolved else ():
            visits = _covered(part, item)
            for name in {item.table, dict(item.fixed).get("instrument", item.table)}:
                before = found.get(name, frozenset())
                both = None if before is None or visits is None else before | visits
                found[name] = both
    return found


def _covered(part: FileReading, item: Assignment) -> frozenset[str] | None:
    """Visits for which a column can have values; None for every visit."""
    if item.rule.visit is not None:
        return frozenset({item.rule.visit})
    if part.how is None or part.how.visit is None:
        return frozenset()
    if not part.how.visit.values:
        return None
    stated = {*part.how.visit.values.values(), *item.rule.visits.values()}
    return frozenset(stated - {""})


def _columns(read: LenientReading, problems: Iterable[Any]) -> pd.DataFrame:
    """One row for each use of a column, and for each column that is not read."""
    rows = [line for part in read.files for line in _column_lines(part, problems)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    counts = ["rows", "read", "empty", "missing", "unread"]
    return frame.astype(dict.fromkeys(counts, "Int64"))


def _column_lines(
    part: FileReading, problems: Iterable[Any]
) -> Iterator[dict[str, object]]:
    if part.source is None:
        return
    about = _file(part)
    if part.how is not None and part.rows is not None:
        day0 = [part.how.day0.column] if part.how.day0 is not None else []
        for name in dict.fromkeys([*_special(part), *day0]):
            if name in part.source.cells:
                yield _key_line(part, part.how, name, part.source.cells[name])
    for item, frame in part.cells:
        texts = part.source.cells[item.source]
        yield _value_line(part, item, texts, frame, problems)
    for name, reason in about.ignored.items():
        yield _unused(part, name, about, f"ignored: {reason}")
    for name in about.unmapped:
        yield _unused(part, name, about, "not mapped")
    if part.resolved is None:
        for name in about.columns:
            yield _unused(part, name, about, "")


def _key_line(
    part: FileReading, how: Reading, name: str, texts: pd.Series[Any]
) -> dict[str, object]:
    filled = int((texts != "").sum())
    target = "minute"
    if name == how.participant.column:
        target = "participant"
    elif how.visit is not None and name in how.visit.columns:
        target = "visit"
    elif how.day0 is not None and name == how.day0.column:
        target = "day 0"
    return _line(part, name, target, len(texts), filled, len(texts) - filled)


def _value_line(
    part: FileReading,
    item: Assignment,
    texts: pd.Series[Any],
    frame: pd.DataFrame,
    problems: Iterable[Any],
) -> dict[str, object]:
    """A column that is read: each cell is read, empty, missing by its code, or unread."""
    place = f"{part.name}, column {item.source}"
    unread: set[object] = set()
    for _, problem in problems:
        mine = problem.where == place and problem.records is not None
        if mine and ROW in problem.records:
            unread |= set(problem.records[ROW])
    read = set(frame[ROW])
    # A row of an unknown identifier is not read.
    lost = ~texts.index.isin(list(part.of_participants))
    # Nor is one of an unknown visit, in a table of visits.
    if part.rows is not None:
        lost |= texts.index.isin(list(part.rows.of_unknown_visits - read))
    strangers = texts.index[lost]
    unread |= set(strangers[texts[strangers] != ""])
    others = texts[(texts != "") & ~texts.index.isin(read | unread)]
    people = part.rows.frame["participant"] if part.rows is not None else None
    owners = None if people is None else people.reindex(others.index)
    safe = showable(others, owners)
    counts = Counter(map(str, others.where(safe, others.map(hidden))))
    codes = "; ".join(f"{t!r}: {n}" for t, n in counts.most_common(SHOWN_CODES))
    line = _line(
        part,
        item.source,
        target(item),
        len(texts),
        len(read),
        int((texts == "").sum()),
    )
    unread_count = len(unread - read)
    return line | {"missing": len(others), "unread": unread_count, "codes": codes}


def target(item: Assignment) -> str:
    """What a column becomes, as a reader names it: ``score.madrs.total, day-1``."""
    known = dict(item.fixed)
    part = known.get("item") or known.get("score")
    if part is not None:
        kind = "item" if "item" in known else "score"
        text = f"{kind}.{known['instrument']}.{part}"
    else:
        text = item.rule.to
    return f"{text}, {item.rule.visit}" if item.rule.visit else text


def _unused(
    part: FileReading, name: str, about: FileRead, reason: str
) -> dict[str, object]:
    filled = about.filled[name]
    rows = about.rows or 0
    line = _line(part, name, "", rows, 0, rows - filled)
    return line | {"reason": reason, "read": pd.NA, "missing": pd.NA, "unread": pd.NA}


def _line(
    part: FileReading, name: str, target: str, rows: int, read: int, empty: int
) -> dict[str, object]:
    values = (part.name, name, target, rows, read, empty, 0, 0, "", "")
    return dict(zip(COLUMNS, values, strict=True))
