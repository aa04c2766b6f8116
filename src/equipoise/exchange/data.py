"""Reads the data of a trial: a file by its mapping, or a folder that Equipoise wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Mapped
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from equipoise import library
from equipoise.dataset.origin import Origin
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import CODES, DataError, LibraryError, Problem, listing, refuse
from equipoise.errors.counted import counted
from equipoise.exchange.archive import MAPPING, mapping_beside, unpacked
from equipoise.exchange.correction_example import with_example
from equipoise.exchange.export_folder import SNAPSHOT, read_export
from equipoise.exchange.files import SUFFIXES, is_data_file, read_source, unreadable
from equipoise.exchange.fill_tables import ReadFile, fill
from equipoise.exchange.folder import MANIFEST, read_folder
from equipoise.exchange.long_items import selected
from equipoise.exchange.mapping import ManyFiles, Mapping, Reading, parse_mapping
from equipoise.exchange.protocols import read_text
from equipoise.exchange.reading_notes import reading_notes
from equipoise.exchange.review_marks import not_reviewed
from equipoise.exchange.stated_format import with_format
from equipoise.exchange.targets import resolve
from equipoise.protocol.model import Protocol
from equipoise.protocol.toml_structure import near


def read_data(
    path: str | Path,
    protocol: Protocol,
    *,
    mapping: str | Path | None = None,
    accept: Collection[str] = (),
    file: Mapped[str, object] | None = None,
) -> TrialData:
    """The data of a trial from files.

    Args:
        path: a CSV, TSV, XLSX or Parquet file; a folder or ZIP file of them; or one that
            ``write_data`` wrote, or into which an export of the application was unpacked:
            these two need no mapping.
        protocol: of the trial.
        mapping: path of a mapping file, or name of one in the library. By default
            ``mapping.toml`` in the folder of the data, else the mapping of the library
            with the id of the trial.
        accept: codes of problems to accept, such as ``EQ312``; accepted problems are
            recorded in ``origin`` and in the report.
        file: keys of ``[file]`` that the mapping of one file does not state, such as
            ``{"sheet": "data"}``; they are recorded in ``origin``.

    Returns:
        ``UnblindedTrialData`` if the data contain the arms, else ``TrialData``.

    Raises:
        LibraryError: EQ001 or EQ002, a file is absent or cannot be read.
        DataError: EQ3xx, all problems of one stage together, with their rows: first of
            the mapping (EQ355, a proposal has not been reviewed) and the files, then of
            their values, then of the tables.
    """
    with unpacked(Path(path)) as place:
        mapping = mapping_beside(Path(path), place, mapping)
        return _read(place, protocol, mapping, accept, Path(path), file)


def _read(
    place: Path,
    protocol: Protocol,
    mapping: str | Path | None,
    accept: Collection[str],
    given: Path,
    file: Mapped[str, object] | None,
) -> TrialData:
    written = any((place / mark).is_file() for mark in (MANIFEST, SNAPSHOT))
    if mapping is None and written and file:
        raise DataError.single(
            "EQ332",
            f"options of a file have no effect on data that Equipoise wrote: "
            f"{', '.join(file)}",
            where=str(given),
            fix="leave the options out, or state a mapping of the files",
        )
    if mapping is None and (place / MANIFEST).is_file():
        return read_folder(place, protocol, accept)
    if mapping is None and (place / SNAPSHOT).is_file():
        return read_export(place, protocol, accept)
    check_exists(place)
    chosen, unread = chosen_mapping(place, protocol, mapping, given)
    refuse(DataError, [p for p in unread if not accepted(p, accept)])
    chosen, options = with_format(chosen, file)
    listed, absent = listed_files(place, chosen)
    refuse(DataError, absent)
    read = [
        ReadFile(selected(read_source(path, how.file), how), how)
        for path, how in listed
    ]
    resolved = [resolve(part.how, part.source, protocol) for part in read]
    refuse(
        DataError,
        [
            problem
            for part, plan in zip(read, resolved, strict=True)
            for problem in located(plan.problems, part.source.name, chosen)
        ],
    )
    filled = fill(read, resolved, protocol, chosen.corrections)
    if filled.uncertain:  # before the values, whose problems may follow from these
        wrong = [p for p in filled.problems if p.code == "EQ353"]
        refuse(DataError, [*filled.uncertain, *wrong])
    problems = [*filled.problems, *not_empty(chosen, filled.tables)]
    refuse(DataError, [p for p in problems if not accepted(p, accept)])
    went_on = tuple(
        f"{p.code}: {counted(0 if p.records is None else len(p.records), 'record')}"
        for p in problems
    )
    went_on = (*(f"{p.code}: {p.what}" for p in unread), *went_on)
    origin = Origin(
        files=tuple(part.source.name for part in read),
        accepted=went_on,
        confirmed_empty=chosen.collected_and_empty,
        all_randomized=chosen.all_randomized,
        not_read=tuple(
            dict.fromkeys(
                f"{column}: {reason}"
                for part in read
                for column, reason in part.how.ignore.items()
            )
        ),
        reading=(*options, *reading_notes(filled.matched, filled.tables, protocol)),
        corrections=filled.corrections,
        unblinding=filled.unblinding,
    )
    tables = filled.tables
    del read, filled  # nothing else is needed, and both are large
    try:
        return TrialData.from_tables(protocol, tables, origin=origin, accept=accept)
    except DataError as error:
        raise DataError(*map(with_example, error.problems)) from error


def located(
    problems: Iterable[Problem], name: str, mapping: Mapping
) -> Iterator[Problem]:
    """Problems of the mapping of a file, with its name if the mapping is of several.

    Args:
        problems: whose position starts with ``mapping``.
        name: of the file.
        mapping: of all files.
    """
    for problem in problems:
        start, comma, rest = problem.where.partition(", ")
        if isinstance(mapping, ManyFiles) and start == "mapping" and comma:
            yield replace(problem, where=f'{start}, files."{name}", {rest}')
        else:
            yield problem


def accepted(problem: Problem, accept: Collection[str]) -> bool:
    """Whether the user may accept the problem, and does."""
    return problem.code in accept and CODES[problem.code].acceptable


def not_empty(mapping: Mapping, tables: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    """EQ350: tables with rows that the mapping states to be empty."""
    for name in mapping.collected_and_empty:
        rows = tables.get(name)
        if rows is not None and len(rows):
            yield Problem(
                code="EQ350",
                what=f"the table {name!r} is stated to be empty but has "
                + counted(len(rows), "row"),
                where="mapping, collected_and_empty",
                fix=f"remove {name!r} from collected_and_empty",
                records=rows,
            )


def check_exists(place: Path) -> None:
    """Rejects a path without data, before a mapping is searched for it.

    Raises:
        LibraryError: EQ002, there is nothing.
        DataError: EQ349, a folder without data files.
    """
    if not place.exists():
        raise LibraryError.single(
            "EQ002",
            f"there is no file or folder {place}",
            where=str(place),
            fix="give the path of the data file, or of the folder with the data files",
        )
    if place.is_dir() and not any(
        file.suffix.lower() in SUFFIXES for file in place.iterdir()
    ):
        others = unreadable(place.iterdir())
        remedies = [f"{name}: {remedy}" for name, remedy in others.items()]
        path = f"give the path of a folder with data files ({', '.join(SUFFIXES)})"
        raise DataError.single(
            "EQ349",
            f"the folder {place.name} contains no data file that can be read",
            where=str(place),
            fix="; ".join(remedies) or path,
        )


def chosen_mapping(
    place: Path, protocol: Protocol, named: str | Path | None, given: Path
) -> tuple[Mapping, list[Problem]]:
    """The mapping, and its entries that have not been reviewed.

    It is the one that is named, or that of the folder, or that of the library. Messages
    name the path that the user gave, also if it is a ZIP file that was unpacked.

    Raises:
        DataError: EQ330, there is none; EQ331, EQ332, it cannot be used; EQ335, it is
            that of another trial.
        LibraryError: EQ002, the file cannot be read.
    """
    folder = place if place.is_dir() else place.parent
    beside = folder / MAPPING
    shelf = library.names("mappings")
    if named is None and beside.is_file():
        named = beside
    if named is None and protocol.trial.id in shelf:
        named = protocol.trial.id
    if named is None:
        new = (given if given.is_dir() else given.parent) / MAPPING
        raise DataError.single(
            "EQ330",
            f"there is no mapping for the columns of {given.name}",
            where=str(new),
            fix=f"draft a mapping with: equipoise map {given} --protocol … --out {new}",
        )
    if str(named) in shelf and not Path(named).is_file():
        name, text = f"{named}.toml", library.text("mappings", str(named))
    else:
        name, text = Path(named).name, read_text(Path(named))
    mapping = parse_mapping(text, origin=name)
    if mapping.protocol not in (None, protocol.trial.id):
        raise DataError.single(
            "EQ335",
            f"the mapping is for {mapping.protocol!r}, not for {protocol.trial.id!r}",
            where=f"{name}, protocol",
            fix="use the mapping of this trial, or correct its key `protocol`",
        )
    return mapping, not_reviewed(text, origin=name)


def listed_files(
    place: Path, mapping: Mapping
) -> tuple[list[tuple[Path, Reading]], list[Problem]]:
    """Every file that the mapping reads, with how it is read, and files it misses."""
    folder = place if place.is_dir() else place.parent
    there = sorted(p.name for p in folder.iterdir() if is_data_file(p))
    others = unreadable(folder.iterdir())
    if not isinstance(mapping, ManyFiles):
        if place.is_dir() and len(there) == 1 and not others:
            return [(folder / there[0], mapping)], []
        if place.is_dir():
            what = f"{place.name} is a folder, but the mapping is for one file"
            problem = Problem(
                code="EQ349",
                what=what,
                where=str(place),
                fix='give the path of the file, or a mapping with [files."name.csv"]',
            )
            return [], [problem]
        return [(place, mapping)], []
    absent = [name for name in mapping.files if name not in there]
    silent = [
        name
        for name in there
        if name not in mapping.files
        and not any(fnmatchcase(name, pattern) for pattern in mapping.ignore_files)
    ]
    problems = [
        Problem(
            code="EQ333",
            what=f"the folder has no file {name!r}",
            where=f"mapping, files, {name}",
            fix=f"{near(name, there)}data files: {listing(there)}",
        )
        for name in absent
    ]
    if silent:
        problems.append(
            Problem(
                code="EQ334",
                what=f"{counted(len(silent), 'file', 'is')} not mapped: "
                + ", ".join(silent),
                where="mapping, files and ignore_files",
                fix="map each file, or list it under [ignore_files] with a reason",
            )
        )
    others = {
        name: remedy
        for name, remedy in others.items()
        if not any(fnmatchcase(name, pattern) for pattern in mapping.ignore_files)
    }
    if others:
        remedies = "; ".join(f"{name}: {remedy}" for name, remedy in others.items())
        problems.append(
            Problem(
                code="EQ334",
                what=f"files of these types cannot be read: {', '.join(others)}",
                where="mapping, files and ignore_files",
                fix=f"{remedies}; or list each under [ignore_files] with a reason",
            )
        )
    found = [(folder / n, how) for n, how in mapping.files.items() if n in there]
    return found, problems
