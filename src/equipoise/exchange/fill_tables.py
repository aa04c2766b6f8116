"""Fills the tables of a trial from its files, and collects every problem of their cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from equipoise.errors import Problem
from equipoise.exchange import assemble
from equipoise.exchange.calculated_fields import calculation_problems
from equipoise.exchange.cell_kinds import without_corrected
from equipoise.exchange.correction import Correction
from equipoise.exchange.corrections import CellAddress, correct
from equipoise.exchange.files import ROW, Source
from equipoise.exchange.follow_up import check_follow_up
from equipoise.exchange.identifier_blanks import matched_by_blanks
from equipoise.exchange.mapping import Reading
from equipoise.exchange.redcap_forms import as_answered
from equipoise.exchange.rows import about
from equipoise.exchange.targets import Resolved
from equipoise.exchange.trial_participants import (
    DataFile,
    Matched,
    match_participants,
)
from equipoise.exchange.values import values
from equipoise.protocol.model import Protocol


@dataclass(frozen=True)
class ReadFile:
    """A file that was read, and how."""

    source: Source
    how: Reading


@dataclass(frozen=True)
class Filled:
    """The tables of a trial from all files, before they are checked.

    Attributes:
        tables: as ``TrialData.from_tables`` takes them.
        files: after corrections, with every row.
        matched: without rows that belong to no participant.
        cells: one frame for each mapped column of each file, from ``assemble.cells``.
        problems: of the participants and cells of all files.
        corrections: those that were applied, each a sentence.
        unblinding: those of the corrections that reveal the treatment received.
        uncertain: EQ352, cells whose value is not certain and was not corrected.
    """

    tables: dict[str, pd.DataFrame]
    files: tuple[DataFile, ...]
    matched: Matched
    cells: tuple[pd.DataFrame, ...]
    problems: tuple[Problem, ...]
    corrections: tuple[str, ...]
    unblinding: tuple[str, ...]
    uncertain: tuple[Problem, ...] = ()


def fill(
    read: Sequence[ReadFile],
    resolved: Sequence[Resolved],
    protocol: Protocol,
    corrections: Sequence[Correction] = (),
) -> Filled:
    """The tables, and every problem of the participants and cells of all files.

    Args:
        read: every file.
        resolved: targets of the columns of each file.
        protocol: of the trial.
        corrections: of the mapping.
    """
    files = []
    for part, plan in zip(read, resolved, strict=True):
        source = as_answered(part.source, {item.source for item in plan.assignments})
        rows = about(source, part.how, protocol)
        files.append(DataFile(source, part.how, plan.assignments, rows))
    corrected = correct(files, corrections, protocol)
    matched = matched_by_blanks(match_participants(corrected.files))
    starts = [part.rows.day0 for part in matched.files if len(part.rows.day0)]
    day0 = pd.concat(starts) if starts else pd.Series(dtype="datetime64[ns]")
    day0 = day0[~day0.index.duplicated()]
    problems = [p for part in corrected.files for p in part.rows.problems]
    problems += [*corrected.problems, *matched.problems]
    found: list[pd.DataFrame] = []
    unread_arms: set[str] = set()
    for own in matched.files:
        problems += calculation_problems(own.source, own.how, own.assignments)
        strange = own.rows.of_unknown_visits
        for item in own.assignments:
            made = values(own.source, item, own.how, own.rows.frame, day0)
            problems += made.problems
            if (item.table, item.field) == ("participants", "arm"):
                unread_arms |= _participants(made.problems)
            found.append(
                _of_known_visits(
                    assemble.cells(own.source.name, item, made.frame), strange
                )
            )
    tables, collisions = assemble.tables(found, matched.participants, protocol)
    unexpected = check_follow_up(tables, found, matched, protocol, unread_arms)
    doubts = [
        (part.source.name, problem)
        for part, plan in zip(read, resolved, strict=True)
        for problem in uncertain(part.source, part.how, plan.unused, corrected.cells)
    ]
    return Filled(
        tables,
        corrected.files,
        matched,
        tuple(found),
        (*_of_certain_cells(problems, doubts), *collisions, *unexpected),
        corrected.sentences,
        corrected.unblinding,
        tuple(problem for _, problem in doubts),
    )


def uncertain(
    source: Source,
    how: Reading,
    unused: Mapping[str, str | None],
    corrected: Collection[CellAddress] = (),
) -> Iterator[Problem]:
    """EQ352: cells whose value is not certain, in rows and columns that are read.

    Args:
        source: the file.
        how: how it is read.
        unused: each column that is not read -> the reason that the mapping states; None
            if it does not mention the column.
        corrected: file, row and column of each value that a correction replaced.
    """
    rows: dict[str, set[int]] = {}
    for name, row, column in corrected:
        if name == source.name:
            rows.setdefault(column, set()).add(row)
    if how.pivot is not None:  # a code is a column, whose values are all in one column
        codes = source.cells[how.pivot.code]
        items = {int(n) for n in codes.index if n in rows.get(codes[n], ())}
        rows.setdefault(how.pivot.value, set()).update(items)
    for column, problems in source.problems.items():
        if unused.get(column) is not None:
            continue
        for problem in problems:
            left = without_corrected(problem, rows.get(column, ()))
            if left is not None:
                yield _with_values(left, source, column)


def _of_certain_cells(
    problems: Iterable[Problem], doubts: Iterable[tuple[str, Problem]]
) -> Iterator[Problem]:
    """The problems that do not follow from cells whose value is not certain.

    Args:
        problems: of values.
        doubts: EQ352, each with its file.
    """
    rows = {
        f"{name}, {doubt.where.rpartition(', ')[2]}".replace("'", ""): set(records[ROW])
        for name, doubt in doubts
        if (records := doubt.records) is not None and "cell" in records
    }
    for problem in problems:
        known = problem.records
        doubtful = rows.get(problem.where.replace("'", ""), set())
        placed = known is not None and ROW in known and bool(doubtful)
        if known is None or not placed or not doubtful.issuperset(known[ROW]):
            yield problem


def _participants(problems: Iterable[Problem]) -> set[str]:
    """Participants in the rows of problems."""
    found = [p.records["participant"] for p in problems if p.records is not None]
    return {str(name) for names in found for name in names.dropna()}


def _with_values(problem: Problem, source: Source, column: str) -> Problem:
    """The problem, its rows with the text that a correction replaces."""
    rows = problem.records
    if rows is None or "cell" not in rows:
        return problem
    texts = source.cells[column].reindex(rows["row"]).to_numpy()
    return replace(problem, records=rows.assign(value=texts))


def _of_known_visits(cells: pd.DataFrame, strange: frozenset[int]) -> pd.DataFrame:
    """The cells without those of an unknown visit: nothing else follows from them."""
    if (
        not strange
        or cells.empty
        or "visit" not in assemble.KEYS[cells["table"].iloc[0]]
    ):
        return cells
    return cells[~(cells["visit"].isna() & cells[ROW].isin(strange))]
