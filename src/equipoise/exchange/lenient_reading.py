"""Reads the data of a trial as far as they can be read, and collects every problem.

``read_data`` refuses at the first stage with a problem. An inspection continues: it shows
what the other files and columns contain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from equipoise.dataset.origin import Origin
from equipoise.errors import EquipoiseError, Problem
from equipoise.exchange.data import (
    chosen_mapping,
    listed_files,
    located,
    not_empty,
)
from equipoise.exchange.export_folder import SNAPSHOT, export_tables
from equipoise.exchange.files import Source, is_data_file, read_source
from equipoise.exchange.fill_tables import Filled, ReadFile, fill, uncertain
from equipoise.exchange.folder import MANIFEST, folder_tables
from equipoise.exchange.long_items import selected
from equipoise.exchange.mapping import (
    File,
    ManyFiles,
    Mapping,
    Reading,
    file_format,
)
from equipoise.exchange.reading_notes import reading_notes
from equipoise.exchange.rows import Rows
from equipoise.exchange.stated_format import with_format
from equipoise.exchange.targets import Assignment, Resolved, resolve
from equipoise.protocol.model import Protocol

Staged = tuple[str, Problem]  # stage, problem


@dataclass(frozen=True)
class FileReading:
    """One file, as far as it could be read.

    Attributes:
        name: of the file.
        how: its part of the mapping; None if there is no mapping.
        source: its cells; None if it could not be read.
        resolved: targets of its columns; None without cells.
        rows: participant, visit and minute of each row; None if the column of
            participants is absent.
        cells: frame of each assignment, from ``assemble.cells``.
        of_participants: numbers of the rows that belong to a participant of the trial.
        is_list: whether the file states who takes part.
    """

    name: str
    how: Reading | None
    source: Source | None = None
    resolved: Resolved | None = None
    rows: Rows | None = None
    cells: tuple[tuple[Assignment, pd.DataFrame], ...] = ()
    of_participants: frozenset[int] = frozenset()
    is_list: bool = False


@dataclass(frozen=True)
class LenientReading:
    """All files as far as they could be read, and every problem of reading.

    Attributes:
        mapping: None if there is none or it cannot be used.
        files: of the mapping; without a mapping the file itself.
        ignored_files: name -> reason.
        tables: as ``TrialData.from_tables`` takes them.
        problems: with their stage: ``files`` or ``values``.
        accepted_before: codes that the source itself states to be accepted.
    """

    mapping: Mapping | None
    files: tuple[FileReading, ...]
    tables: Mapped[str, pd.DataFrame]
    problems: tuple[Staged, ...]
    origin: Origin = field(default_factory=Origin)
    ignored_files: Mapped[str, str] = field(default_factory=dict)
    accepted_before: tuple[str, ...] = ()


def read_leniently(
    place: Path,
    protocol: Protocol,
    mapping: str | Path | None,
    given: Path | None = None,
    file: Mapped[str, object] | None = None,
) -> LenientReading:
    """The files of a trial and all problems of reading; nothing is refused.

    Args:
        place: file, or folder.
        protocol: of the trial.
        mapping: as the user stated it.
        given: path as the user gave it, if it is that of a ZIP file.
        file: keys of ``[file]`` that the mapping does not state.
    """
    for mark, reader in ((MANIFEST, folder_tables), (SNAPSHOT, export_tables)):
        if mapping is None and (place / mark).is_file():
            try:
                found = reader(place, protocol)
            except EquipoiseError as error:
                return LenientReading(None, (), {}, _staged("files", error.problems))
            return LenientReading(
                None, (), found.tables, (), found.origin, {}, found.accepted
            )
    try:
        chosen, unread = chosen_mapping(place, protocol, mapping, given or place)
        chosen, options = with_format(chosen, file)
    except EquipoiseError as error:
        files, problems = _without_mapping(place, file)
        both = (*error.problems, *problems)
        return LenientReading(None, files, {}, _staged("files", both))
    return _mapped(place, chosen, unread, protocol, options)


def _mapped(
    place: Path,
    chosen: Mapping,
    unread: Iterable[Problem],
    protocol: Protocol,
    options: tuple[str, ...],
) -> LenientReading:
    listed, problems = listed_files(place, chosen)
    staged = [*_staged("files", unread), *_staged("files", problems)]
    read: list[FileReading] = []
    usable: list[tuple[ReadFile, Resolved]] = []
    for path, how in listed:
        try:
            source = selected(read_source(path, how.file), how)
        except EquipoiseError as error:
            staged += _staged("files", error.problems)
            read.append(FileReading(path.name, how))
            continue
        resolved = resolve(how, source, protocol)
        staged += _staged("files", located(resolved.problems, path.name, chosen))
        read.append(FileReading(path.name, how, source, resolved))
        if how.participant.column in source.cells:
            usable.append((ReadFile(source, _readable(how, source)), resolved))
        else:
            staged += _staged("files", uncertain(source, how, resolved.unused))
    origin = Origin(
        files=tuple(part.name for part in read),
        confirmed_empty=chosen.collected_and_empty,
        all_randomized=chosen.all_randomized,
    )
    ignored = _ignored(place, chosen)
    if not usable:
        return LenientReading(chosen, tuple(read), {}, tuple(staged), origin, ignored)
    parts, plans = zip(*usable, strict=True)
    filled = fill(parts, plans, protocol, chosen.corrections)
    staged += _staged("files", filled.uncertain)
    staged += _staged("values", filled.problems)
    staged += _staged("values", not_empty(chosen, filled.tables))
    origin = replace(
        origin,
        # The sentences count rows of participants: only if there are no other rows.
        reading=()
        if filled.matched.problems
        else (*options, *reading_notes(filled.matched, filled.tables, protocol)),
        corrections=filled.corrections,
        unblinding=filled.unblinding,
    )
    files = _with_cells(read, plans, filled)
    return LenientReading(chosen, files, filled.tables, tuple(staged), origin, ignored)


def _readable(how: Reading, source: Source) -> Reading:
    """The mapping without columns of visit, minute and day 0 that the file lacks."""
    known = set(source.cells.columns)
    absent: dict[str, None] = {}
    if how.visit is not None and not known.issuperset(how.visit.columns):
        absent["visit"] = None
    if how.minute is not None and how.minute.column not in known:
        absent["minute"] = None
    if how.day0 is not None and how.day0.column not in known:
        absent["day0"] = None
    return how.model_copy(update=absent)


def _with_cells(
    read: list[FileReading], plans: Sequence[Resolved], filled: Filled
) -> tuple[FileReading, ...]:
    """The files with their rows, and with the cells of each assignment."""
    cells = iter(filled.cells)
    known = {}
    for part, match, plan in zip(
        filled.files, filled.matched.files, plans, strict=True
    ):
        mine = tuple((item, next(cells)) for item in plan.assignments)
        name = part.source.name
        known[name] = FileReading(
            name=name,
            how=part.how,
            source=part.source,
            resolved=plan,
            rows=part.rows,
            cells=mine,
            of_participants=frozenset(match.rows.frame.index),
            is_list=name in filled.matched.lists,
        )
    return tuple(known.get(part.name, part) for part in read)


def _without_mapping(
    place: Path, file: Mapped[str, object] | None
) -> tuple[tuple[FileReading, ...], tuple[Problem, ...]]:
    """The cells of the files, whose columns nobody has explained."""
    paths, how = [place], File()
    if file and not place.is_dir():
        how = file_format(**file)
    if place.is_dir():
        paths = sorted(p for p in place.iterdir() if is_data_file(p))
    files: list[FileReading] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            files.append(FileReading(path.name, None, read_source(path, how)))
        except EquipoiseError as error:
            files.append(FileReading(path.name, None))
            problems += error.problems
    return tuple(files), tuple(problems)


def _ignored(place: Path, mapping: Mapping) -> dict[str, str]:
    """Data files that are not read, with the reason that the mapping states."""
    if not isinstance(mapping, ManyFiles):
        return {}
    folder = place if place.is_dir() else place.parent
    found: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if is_data_file(path) and path.name not in mapping.files:
            for pattern, reason in mapping.ignore_files.items():
                if fnmatchcase(path.name, pattern):
                    found.setdefault(path.name, reason)
    return found


def _staged(stage: str, problems: Iterable[Problem]) -> tuple[Staged, ...]:
    return tuple((stage, problem) for problem in problems)
