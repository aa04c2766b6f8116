"""States how the files of a trial were read: participants, rows, events and spellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from equipoise.dataset.coded_texts import as_texts, codes_of, plain
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.identifier_blanks import blanks_notes
from equipoise.exchange.identifiers import quoted, variants
from equipoise.exchange.spreadsheet_dates import FOUR_YEARS, FROM_1904
from equipoise.exchange.trial_participants import DataFile, Matched
from equipoise.protocol.model import Protocol

MOST_LEVELS = 200  # of a characteristic; more are free text
WARNING = "Warning:"  # the first word of a sentence about data that may be wrong
SHOWN = 12  # identifiers or rows named in a sentence


def reading_notes(
    matched: Matched, tables: Mapping[str, pd.DataFrame], protocol: Protocol
) -> tuple[str, ...]:
    """How the files were read, each a sentence.

    Args:
        matched: files and participants.
        tables: of the trial, as ``assemble.tables`` makes them.
        protocol: of the trial.

    Example:
        ``ae.csv: 4 rows of 3 of the 24 participants, with 4 adverse events.``
    """
    notes = []
    for part in matched.files:
        name = part.source.name
        notes += [_note(name, note) for note in part.source.notes]
        notes += _counted_otherwise(part)
        notes.append(_counts(part, matched))
        notes += [*_prefixed(part), *blanks_notes(part), *_spellings(part, matched)]
        notes += _repeated(part)
    notes += [*_without_arm(tables), *_levels(tables["participants"])]
    return (*notes, *_without_ratings(matched, tables, protocol))


def _note(name: str, note: str) -> str:
    """A note of the file as a sentence that names the file."""
    text = note if note.startswith(name) else f"{name}: {note}"
    return text if text.endswith(".") else f"{text}."


def _counts(part: DataFile, matched: Matched) -> str:
    name, rows = part.source.name, counted(len(part.source.table), "row")
    here = part.identifiers.nunique()
    if name in matched.lists:
        text = f"{name}: {counted(here, 'participant')} in {rows}"
        if len(matched.files) > 1:
            text += "; this file states who takes part"
    else:
        everyone = counted(len(matched.participants), "participant")
        text = f"{name}: {rows} of {here:,} of the {everyone}; no other identifier"
    events = _events(part)
    return f"{text}, with {counted(events, 'adverse event')}." if events else f"{text}."


def _events(part: DataFile) -> int:
    """Rows, and columns of one row, that contain an adverse event."""
    columns: dict[int, list[str]] = {}
    for item in part.assignments:
        if item.table == "events":
            columns.setdefault(item.rule.event, []).append(item.source)
    filled = [
        (part.source.cells[names] != "").any(axis=1) for names in columns.values()
    ]
    return sum(int(rows.sum()) for rows in filled)


def _spellings(part: DataFile, matched: Matched) -> Iterator[str]:
    joined = matched.joined.get(part.source.name)
    if not joined:
        return
    texts = [
        f"{quoted(text)} as {quoted(name)} ({counted(count, 'row')})"
        for (text, name), count in joined.items()
    ]
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    ignored = ", ".join(part.how.participant.ignore)
    yield (
        f"{part.source.name}: {counted(len(texts), 'spelling')} of identifiers joined, "
        f"because the mapping ignores {ignored}: {', '.join(texts[:SHOWN])}{more}."
    )


def _prefixed(part: DataFile) -> Iterator[str]:
    """How many identifiers have another prefix than in their file."""
    how = part.how.participant
    if not how.prefixes:
        return
    there = part.identifiers.index
    texts = (
        plain(part.source.table[[how.column]])[how.column].loc[there].to_numpy(object)
    )
    changed = texts != as_texts(part.identifiers).to_numpy(object)
    yield (
        f"{part.source.name}: {counted(len(set(texts[changed])), 'identifier')} in "
        f"{counted(int(changed.sum()), 'row')} read with "
        f"{' and '.join(how.prefixes)}, as the mapping states."
    )


def _counted_otherwise(part: DataFile) -> Iterator[str]:
    """Dates that are counted from another year than the workbook states."""
    if FROM_1904 not in part.source.notes:
        return
    day0 = part.how.day0
    stated = {day0.column: day0.format} if day0 else {}
    stated |= {rule.column: rule.format or "" for rule in part.how.columns}
    columns = [name for name, how in stated.items() if how == "spreadsheet-1900"]
    if columns:
        yield (
            f"{WARNING} {part.source.name}: dates counted from 1900 are read from the "
            f"numbers of {', '.join(columns)}, as the mapping states, and the workbook "
            f"counts from 1904: {FOUR_YEARS}."
        )


def _repeated(part: DataFile) -> Iterator[str]:
    name = part.source.name
    again = _identical(part.source.table)
    if len(again):
        rows = ", ".join(str(row) for row in again[:SHOWN])
        more = f" and {len(again) - SHOWN} more" if len(again) > SHOWN else ""
        yield f"{name}: rows {rows}{more} are identical to another row."
    only_events = {item.table for item in part.assignments} <= {"events"}
    if part.how.visit is None and not only_events:
        several = part.identifiers[part.identifiers.duplicated()].unique()
        if len(several):
            who = ", ".join(quoted(text) for text in several[:SHOWN])
            more = f" and {len(several) - SHOWN} more" if len(several) > SHOWN else ""
            yield f"{name}: several rows were read together for {who}{more}."


def _identical(cells: pd.DataFrame) -> pd.Index:
    """Rows that are identical to another one; column by column, few stay candidates."""
    same = np.zeros(len(cells), dtype=np.int64)
    left = np.arange(len(cells))
    for _, column in cells.items():
        codes, distinct = codes_of(column.iloc[left])
        same, _ = pd.factorize(same * (len(distinct) + 1) + codes + 1)
        some = np.bincount(same, minlength=1)[same] > 1
        same, left = same[some], left[some]
        if not len(left):
            break
    return cells.index[left]


def _without_arm(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    people = tables["participants"]
    if "arm" not in people:
        return
    missing = people.loc[people["arm"].isna(), "participant"]
    if len(missing) and len(missing) < len(people):
        who = ", ".join(quoted(text) for text in missing[:SHOWN])
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        yield (
            f"{len(missing):,} of {counted(len(people), 'participant')} "
            f"{agreeing(len(missing), 'has')} no arm: {who}{more}."
        )


def _without_ratings(
    matched: Matched, tables: Mapping[str, pd.DataFrame], protocol: Protocol
) -> Iterator[str]:
    """A warning for instruments of the protocol without any value, and what is not read.

    Their endpoints cannot be estimated, which is no finding about the treatments.
    """
    rated = {
        instrument
        for name in ("answers", "recorded_scores")
        if name in tables
        for instrument in tables[name]["instrument"].unique()
    }
    mapped = {
        dict(item.fixed).get("instrument")
        for part in matched.files
        for item in part.assignments
    }
    absent = [use.id for use in protocol.instruments if use.id not in rated]
    names = {each: protocol.scales[each].name for each in absent}
    empty = [name for each, name in names.items() if each in mapped]
    if empty:
        yield f"{WARNING} no rating of {', '.join(empty)}: the columns have no value."
    unmapped = [name for each, name in names.items() if each not in mapped]
    if unmapped:
        yield (
            f"{WARNING} no rating of {', '.join(unmapped)}: no column is mapped."
            f"{_not_read(matched)}"
        )


def _not_read(matched: Matched) -> str:
    columns = [
        f"{quoted(column)} ({reason.rstrip('.')})"
        for part in matched.files
        for column, reason in part.how.ignore.items()
    ]
    more = f" and {len(columns) - SHOWN} more" if len(columns) > SHOWN else ""
    some = ", ".join(columns[:SHOWN])
    return f" Columns that are not read: {some}{more}." if columns else ""


def _levels(people: pd.DataFrame) -> Iterator[str]:
    """Values of a characteristic, such as sites, that differ only in their spelling."""
    for name, values in people.drop(columns="participant").items():
        texts = [text for text in values.dropna().unique() if isinstance(text, str)]
        if len(texts) <= MOST_LEVELS:
            for group in variants(texts):
                yield (
                    f"{name}: {', '.join(map(quoted, group))} differ only in their "
                    "spelling and were read as different values."
                )
