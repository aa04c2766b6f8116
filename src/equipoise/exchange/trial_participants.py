"""Who takes part in the trial: the participants' file decides, other files only refer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from equipoise.dataset.coded_texts import as_texts, coded, is_one_of, used
from equipoise.dataset.coded_texts import joined as joined_columns
from equipoise.errors import Problem
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.files import ROW, Source
from equipoise.exchange.identifier_prefix import fitting_rule
from equipoise.exchange.identifiers import (
    Nearest,
    differing_words,
    reduced,
    shown,
    spelling_remedy,
    variants,
)
from equipoise.exchange.mapping import Reading
from equipoise.exchange.rows import Rows
from equipoise.exchange.targets import Assignment

SHOWN = 8  # identifiers named in a message; the records hold all


@dataclass(frozen=True)
class DataFile:
    """A file, how it is read, and what each of its rows and columns is.

    Attributes:
        source: texts of the file.
        how: mapping of the file.
        assignments: columns and their targets.
        rows: participant, visit and minute of each row.
    """

    source: Source
    how: Reading
    assignments: tuple[Assignment, ...]
    rows: Rows

    @cached_property
    def identifiers(self) -> pd.Series[str]:
        """Identifier of each row that has one, as a coded column."""
        found: pd.Series[str] = self.rows.frame["participant"]
        return found if found.notna().all() else found.dropna()

    @property
    def is_list(self) -> bool:
        """Whether the file has one row for each participant."""
        return not self.identifiers.duplicated().any()

    def maps(self, field: str | None = None) -> bool:
        """Whether a column of participants is read from the file."""
        return any(
            item.table == "participants" and field in (None, item.field)
            for item in self.assignments
        )


@dataclass(frozen=True)
class Matched:
    """Files whose rows all belong to participants of the trial.

    Attributes:
        files: without the rows of identifiers that are not participants; identifiers
            that the mapping joins have one spelling.
        rows: of each file, also those of identifiers that are not participants.
        participants: every participant, in the order of the files.
        lists: names of the files that state who takes part.
        joined: for each file, how often each other spelling was read as an identifier,
            by (spelling, identifier).
        problems: EQ306 and EQ310.
    """

    files: tuple[DataFile, ...]
    rows: tuple[Rows, ...]
    participants: tuple[str, ...]
    lists: tuple[str, ...]
    joined: Mapping[str, Mapping[tuple[str, str], int]]
    problems: tuple[Problem, ...]


def match_participants(files: Sequence[DataFile]) -> Matched:
    """Finds the participants of the trial, and the rows of others.

    Args:
        files: all files of the data, in the order of the mapping.
    """
    owners = _owners(files)
    if not owners:
        everyone = _unique(files)
        rows = tuple(part.rows for part in files)
        return Matched(tuple(files), rows, everyone, (), {}, (_no_list(files),))
    spellings = _spellings(files, owners)
    joined = {
        part.source.name: _joined_rows(part, spellings[part.source.name])
        for part in files
    }
    files = [_respelled(part, spellings[part.source.name]) for part in files]
    owners = [files[i] for i in _positions(files, owners)]
    people = joined_columns([part.identifiers for part in owners])
    known, categories = _unique(owners), used(people)
    odd = _odd_spellings(owners, files, known)
    problems = [_several_spellings(owners, odd)] if odd else []
    nearest: Nearest | None = None
    matched = []
    for part in files:
        texts = part.identifiers
        ours = is_one_of(texts, people)
        strangers = texts[~ours]
        if len(strangers):
            nearest = nearest or Nearest(known)
            problems.append(_unknown(part, as_texts(strangers), nearest, owners))
        # Rejected anyway (of no participant by EQ344): no other problem follows from them.
        again = texts[ours & texts.isin(odd.keys())] if odd else texts[:0]
        nobody = part.rows.frame.index[part.rows.frame["participant"].isna()]
        lost = strangers.index.union(again.index).union(nobody)
        matched.append(without(part, lost))
    if odd:
        known = tuple(text for text in known if text not in odd)
        categories = categories[~categories.isin(odd.keys())]
    names = tuple(part.source.name for part in owners)
    rows = tuple(part.rows for part in files)
    same = tuple(_with_categories(categories, part) for part in matched)
    return Matched(same, rows, known, names, joined, tuple(problems))


def _joined_rows(
    part: DataFile, names: Mapping[str, str]
) -> dict[tuple[str, str], int]:
    """How many rows have a spelling that is read as another one."""
    if not names:
        return {}
    counts = as_texts(part.identifiers).value_counts()
    return {
        (str(text), names[str(text)]): int(count)
        for text, count in counts.items()
        if names.get(str(text), text) != text
    }


def _with_categories(categories: pd.Index, part: DataFile) -> DataFile:
    """The file with its participants coded as in all other files."""
    frame = part.rows.frame
    people = frame["participant"]
    if people.cat.categories.equals(categories):
        return part
    frame = frame.assign(participant=people.cat.set_categories(categories))
    return replace(part, rows=replace(part.rows, frame=frame))


def _positions(files: Sequence[DataFile], some: Sequence[DataFile]) -> list[int]:
    names = [part.source.name for part in some]
    return [i for i, part in enumerate(files) if part.source.name in names]


def _unique(files: Iterable[DataFile]) -> tuple[str, ...]:
    found = joined_columns([part.identifiers for part in files])
    return tuple(found.unique().tolist())


def _owners(files: Sequence[DataFile]) -> list[DataFile]:
    """The files that state who takes part; empty if none does.

    Of several candidates, the one that contains the identifiers of all others, if each
    has one row for each participant. Otherwise a wrong identifier in one of them would
    become a participant: then all of them must agree, which ``match_participants``
    checks against the first.
    """
    stated = [part for part in files if part.how.people]
    if stated:
        return stated
    if len(files) == 1:
        return list(files)
    candidates = [part for part in files if part.maps("arm")] or [
        part for part in files if part.maps()
    ]
    lists = [part for part in candidates if part.is_list]
    if len(lists) > 1:
        whole = set(_unique(lists))
        complete = [part for part in lists if set(part.identifiers) == whole]
        return complete[:1] or lists[:1]
    return (lists or candidates)[:1]


def _spellings(
    files: Sequence[DataFile], owners: Sequence[DataFile]
) -> dict[str, dict[str, str]]:
    """The identifier that each spelling stands for, by file, as the mapping states."""
    if not any(part.how.participant.ignore for part in files):
        return {part.source.name: {} for part in files}
    distinct = _distinct(files)
    usual = _usual_first(owners)
    found = {part.source.name: _joined(part, usual, distinct) for part in owners}
    known = {
        found[part.source.name].get(text, text)
        for part in owners
        for text in part.identifiers.unique()
    }
    names = [text for text in usual if text in known]
    for part in files:
        if part.source.name not in found:
            found[part.source.name] = _joined(part, names, distinct | known)
    return found


def _usual_first(files: Iterable[DataFile]) -> list[str]:
    """Every spelling, the most frequent first; of equals, the first in the files."""
    texts = joined_columns([part.identifiers for part in files])
    codes, distinct = pd.factorize(texts)
    order = np.argsort(-np.bincount(codes, minlength=len(distinct)), kind="stable")
    return [str(text) for text in np.asarray(distinct, dtype=object)[order]]


def _distinct(files: Iterable[DataFile]) -> set[str]:
    """Identifiers that the mapping keeps apart from others that look alike."""
    return {text for part in files for text in part.how.participant.distinct}


def _joined(
    part: DataFile, known: Sequence[str], unchanged: Collection[str]
) -> dict[str, str]:
    """Spellings of a file that the mapping joins with an identifier of ``known``."""
    ignore = part.how.participant.ignore
    if not ignore:
        return {}
    names: dict[str, str] = {}
    for name in known:
        names.setdefault(reduced(name, ignore), name)
    texts = [str(text) for text in part.identifiers.unique()]
    spelled = {text: names.get(reduced(text, ignore), text) for text in texts}
    return {
        text: name
        for text, name in spelled.items()
        if text != name and text not in unchanged
    }


def _respelled(part: DataFile, names: Mapping[str, str]) -> DataFile:
    if not names:
        return part
    rows = part.rows
    frame = rows.frame.assign(
        participant=coded(as_texts(rows.frame["participant"]).replace(dict(names)))
    )
    day0 = rows.day0.rename(index=dict(names))
    return replace(part, rows=replace(rows, frame=frame, day0=day0))


def without(part: DataFile, rows: pd.Index) -> DataFile:
    """The file without some of its rows."""
    if rows.empty:
        return part
    table = part.source.table.drop(index=rows)
    frame = part.rows.frame.drop(index=rows)
    return replace(
        part,
        source=replace(part.source, table=table),
        rows=replace(part.rows, frame=frame),
    )


def _no_list(files: Sequence[DataFile]) -> Problem:
    names = ", ".join(part.source.name for part in files)
    return Problem(
        code="EQ310",
        what="no file states who takes part in the trial",
        where=f"mapping, files {names}",
        fix="write `people = true` in the mapping of the file that lists all participants",
    )


def _odd_spellings(
    owners: Sequence[DataFile], files: Sequence[DataFile], known: Sequence[str]
) -> dict[str, str]:
    """Identifiers that differ from another one only in their spelling, with that one."""
    distinct = _distinct(files)
    if not any(variants(known, distinct)):  # usual, and their order then means nothing
        return {}
    return {
        other: first
        for first, *others in variants(_usual_first(owners), distinct)
        for other in others
    }


def _several_spellings(owners: Sequence[DataFile], odd: Mapping[str, str]) -> Problem:
    """EQ306: participants who seem to be one participant written in several ways."""
    rows = pd.concat(
        [
            as_texts(part.identifiers).to_frame().assign(file=part.source.name)
            for part in owners
        ]
    ).rename_axis(ROW)
    rows = rows[rows["participant"].isin(odd.keys())].reset_index()
    rows["did_you_mean"] = rows["participant"].map(odd)
    return Problem(
        code="EQ306",
        what="identifiers that differ from another one only in their spelling: "
        + shown(odd, SHOWN),
        where=_place(owners),
        fix=spelling_remedy(odd),
        records=rows[["file", ROW, "participant", "did_you_mean"]],
    )


def _place(files: Iterable[DataFile]) -> str:
    return "; ".join(
        ", ".join(
            (
                part.source.name,
                f"column {part.how.participant.column}",
                *part.how.participant.prefixes,
            )
        )
        for part in files
    )


def _unknown(
    part: DataFile,
    rows: pd.Series[str],
    nearest: Nearest,
    owners: Sequence[DataFile],
) -> Problem:
    """EQ306: rows of identifiers that are not in the list of participants."""
    unique = [str(text) for text in rows.unique()]
    near = {text: nearest.of(text) for text in unique[:SHOWN]}
    spelled = {text: nearest.spelled(text) for text in unique}
    near |= {text: spelled[text] for text in unique[SHOWN:]}
    lists = ", ".join(owner.source.name for owner in owners)
    records = rows.rename_axis(ROW).reset_index()
    if any(near.values()):
        records["did_you_mean"] = records["participant"].map(near).fillna("")
    return Problem(
        code="EQ306",
        what=f"{counted(len(unique), 'identifier')} in {counted(len(rows), 'row')} "
        f"{agreeing(len(unique), 'is')} not among the participants of {lists}: "
        + shown(near, SHOWN),
        where=_place([part]),
        fix="; ".join(_ways_out(part, unique, spelled, owners)),
        records=records,
    )


def _ways_out(
    part: DataFile,
    unique: Sequence[str],
    spelled: Mapping[str, str | None],
    owners: Sequence[DataFile],
) -> Iterator[str]:
    """What can be done about identifiers that are not participants, best first."""
    name = part.source.name
    yield from _other_column(part, unique, owners)
    if not part.how.participant.prefixes:
        known = {text for owner in owners for text in owner.identifiers.unique()}
        rule = fitting_rule(set(part.identifiers.unique()), known)
        if rule:
            yield f"write {rule} at participant of {name}: every identifier then matches"
    pairs = {text: near for text, near in spelled.items() if near is not None}
    words, unknown = differing_words(pairs)
    if pairs and not unknown:
        yield f"write ignore = [{words}] at participant of {name} to join the spellings"
    yield "correct the source, or state [[corrections]] with a reason"
    if part.maps():
        yield f"if {name} lists all participants, write `people = true` for this file"


def _other_column(
    part: DataFile, unique: Sequence[str], owners: Sequence[DataFile]
) -> Iterator[str]:
    """A column with identifiers of the same kind, such as SUBJID beside USUBJID."""
    if len(unique) * 2 < part.identifiers.nunique():
        return  # most identifiers of the file are participants
    known = {text for owner in owners for text in owner.identifiers}
    for column, cells in part.source.cells.items():
        texts = set(cells) - {""}
        if len(texts) > 1 and texts <= known:
            yield f"map column {column!r} of {part.source.name} as participant"
            return
    for owner in owners:
        people = owner.identifiers.nunique()
        for column, cells in owner.source.cells.items():
            texts = set(cells) - {""}
            # A total may have the same text: an identifier differs between participants.
            if set(unique) <= texts and len(texts) >= people:
                yield f"map column {column!r} of {owner.source.name} as participant"
                return
