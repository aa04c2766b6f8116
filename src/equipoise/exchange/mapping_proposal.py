"""Proposes a mapping for unknown files, with the reason for each column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from equipoise.errors import DataError
from equipoise.exchange.archive import unpacked
from equipoise.exchange.cdisc import dataset
from equipoise.exchange.cdisc_proposal import propose_cdisc, without_repeats
from equipoise.exchange.dictionary import NAME, Field, missing_codes, read_dictionary
from equipoise.exchange.file_joins import join
from equipoise.exchange.file_proposal import FileProposal, propose_file
from equipoise.exchange.files import (
    SUFFIXES,
    Source,
    is_data_file,
    read_for_draft,
    unreadable,
)
from equipoise.exchange.mapping import File
from equipoise.exchange.mapping_draft import draft
from equipoise.exchange.recognition import Confidence
from equipoise.exchange.redcap_entries import is_entries, propose_entries
from equipoise.protocol.model import Protocol


@dataclass(frozen=True, slots=True)
class Reason:
    """Proposed target of one column, and why.

    Attributes:
        file: name of the file.
    """

    column: str
    proposal: str
    why: str
    confidence: Confidence
    file: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to be read, corrected and saved.

    Attributes:
        text: of a mapping file, with the reasons as comments.
        reasons: for each recognized column, in the order of the files.
        unmapped: columns that were not recognized; they are listed under ``ignore``.
        notes: how the file was read, each a sentence.
    """

    text: str
    reasons: tuple[Reason, ...]
    unmapped: tuple[str, ...]
    notes: tuple[str, ...] = ()


def propose_mapping(
    path: str | Path | Sequence[str | Path],
    protocol: Protocol,
    dictionary: str | Path | None = None,
    *,
    how: File | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Proposal:
    """Proposes a mapping for data files, from names, values and events.

    No value of a column that is marked as an identifier, that holds free text, or that
    looks like personal data is copied into the proposal.

    Args:
        path: a data file, long or wide; several; or a folder or ZIP file of them.
        protocol: of the trial.
        dictionary: REDCap's data dictionary (CSV) of the database; by default the one
            in the folder, if there is one.
        how: what is known of the files, such as the sheet; by default it is decided.
        progress: receives the name of each step.

    Raises:
        LibraryError: EQ002, a file is absent.
        DataError: EQ333, the dictionary is not a REDCap data dictionary; EQ340 to
            EQ342, EQ346 and EQ351, a file cannot be read; EQ349, a folder has no data.
    """
    fields = read_dictionary(Path(dictionary)) if dictionary is not None else {}
    if isinstance(path, str | Path):
        with unpacked(Path(path)) as place:
            return _proposal(place, protocol, fields, dictionary, how, progress)
    return _proposal(path, protocol, fields, dictionary, how, progress)


def _proposal(
    path: Path | Sequence[str | Path],
    protocol: Protocol,
    fields: Mapping[str, Field],
    dictionary: str | Path | None,
    how: File | None,
    progress: Callable[[str], None],
) -> Proposal:
    paths, others = _files(path, dictionary)
    used: list[str] = []
    if dictionary is None and len(others) == 1:
        (name,) = others
        dictionary = paths[0].parent / name
        fields = read_dictionary(dictionary)
        used = [f"{name} is used as the data dictionary."]
    elif dictionary is None and others:
        names = ", ".join(others)
        used = [
            f"Several data dictionaries, none is used: {names}. State one, for equipoise "
            "map: --dictionary."
        ]
    found = []
    absent = missing_codes(Path(dictionary) if dictionary is not None else None)
    if absent:
        told = ", ".join(f"{code} ({label})" for code, label in absent.items())
        used.append(
            f"Missing data codes of the project, missing in every column: {told}."
        )
    for one in paths:
        progress(f"reading {one.name}")
        source, file = read_for_draft(one, how or File())
        if absent:
            stated = [code for code in file.get("missing", ()) if code not in absent]
            file = {**file, "missing": [*stated, *absent]}
        source = _certain(source)
        progress(f"recognizing the columns of {one.name}")
        found.append(
            propose_cdisc(source, file, protocol, fields)
            or propose_entries(source, file, protocol, fields)
            or propose_file(source, file, protocol, fields)
        )
    if len(found) > 1:
        progress("matching the participants of the files")
        found = without_repeats(_joined(found, protocol, fields))
    text = draft(protocol.trial.id, found, others | _unreadable(path))
    reasons = tuple(reason for one in found for reason in _reasons(one))
    unmapped = tuple(column for one in found for column in one.unmapped)
    notes = (*used, *(note for one in found for note in one.source.notes))
    return Proposal(text=text, reasons=reasons, unmapped=unmapped, notes=notes)


def _files(
    path: str | Path | Sequence[str | Path], dictionary: str | Path | None
) -> tuple[list[Path], dict[str, str]]:
    """The data files, and the reason for each file of a folder that is not read."""
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(p) for p in path]
    if len(paths) != 1 or not paths[0].is_dir():
        return paths, {}
    folder = paths[0]
    known = Path(dictionary).resolve() if dictionary is not None else None
    there = [p for p in sorted(folder.iterdir()) if is_data_file(p)]
    others = {p.name: "data dictionary" for p in there if _dictionary(p, known)}
    data = [p for p in there if p.name not in others]
    if not data:
        raise DataError.single(
            "EQ349",
            f"{folder.name} has no data files",
            where=str(folder),
            fix=f"give a folder with files of type {', '.join(SUFFIXES)}",
        )
    return data, others


def _certain(source: Source) -> Source:
    """The file without cells whose value is not certain, which would hide a column.

    They are named in a note, and rejected when the file is read by the mapping.
    """
    cells = source.cells
    for column, problems in source.problems.items():
        for problem in problems:
            if problem.records is not None and "cell" in problem.records:
                rows = cells.index.isin(problem.records["row"])
                cells = cells.assign(**{column: cells[column].mask(rows, "")})
    return replace(source, table=cells)


def _unreadable(path: Path | Sequence[str | Path]) -> dict[str, str]:
    """An entry for each file of a folder with data that cannot be read."""
    if not isinstance(path, Path) or not path.is_dir():
        return {}
    return {
        name: f"NOT RECOGNIZED: {remedy}, or say why it is not needed"
        for name, remedy in unreadable(path.iterdir()).items()
    }


def _dictionary(path: Path, known: Path | None) -> bool:
    """Whether a file of a folder is the data dictionary."""
    if known is not None and path.resolve() == known:
        return True
    with path.open("rb") as file:
        header = file.read(1000).partition(b"\n")[0].decode("utf-8-sig", "replace")
    names = [cell.strip(' "\r') for cell in re.split("[,;\t]", header)]
    return any(name in NAME for name in names) and not is_entries(names)


def _joined(
    found: list[FileProposal], protocol: Protocol, fields: Mapping[str, Field]
) -> list[FileProposal]:
    """Proposals whose participants match as well as the files allow."""
    owner, joins = join(found)
    start = next((one.start.format for one in found if one.start), None)
    made = []
    for one, joined in zip(found, joins, strict=True):
        other = joined.column != one.participant
        # A CDISC dataset counts its days itself: it needs no day 0 of another file.
        dated = bool(start) and not one.start and dataset(one.source) is None
        if other or dated:
            file = {k: v for k, v in one.file.items() if k != "decimal"}
            told = (one.source, file, protocol, fields, joined.column)
            entries = propose_entries(*told, day0=start)
            one = entries or propose_file(*told, day0=start)
        made.append(
            replace(
                one,
                owner=joined.owner,
                joined=joined.text(found[owner].source.name),
                rule=joined.rule,
                unmatched=joined.people - joined.matched,
            )
        )
    return made


def _reasons(one: FileProposal) -> Iterable[Reason]:
    """The reasons for the columns of a file, in their order."""
    name = one.source.name
    sure: Confidence = "high" if one.sure else "low"
    reasons = [Reason(one.participant, "participant", one.why, sure, name)]
    if one.visits is not None:
        clear = not (one.visits.hidden or one.visits.unsure)
        clear = clear and all(one.visits.values.values())
        sure = "high" if clear else "low"
        reasons += [
            Reason(c, "visit", one.visits.why, sure, name) for c in one.visits.columns
        ]
    if one.start is not None:
        sure = "medium" if one.start.sure else "low"
        reasons.append(Reason(one.start.column, "day 0", one.start.why, sure, name))
    for found in one.findings:
        to = str(found.rule["to"])
        reasons += [
            Reason(c, to, found.why, found.confidence, name) for c in found.columns
        ]
    order = {column: n for n, column in enumerate(one.source.cells.columns)}
    return sorted(reasons, key=lambda reason: order.get(reason.column, len(order)))
