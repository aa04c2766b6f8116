"""Proposes a mapping for an unknown file, with the reason for each column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from equipoise.exchange import key_columns, recognize_events, recognize_participants
from equipoise.exchange.cells import numbers
from equipoise.exchange.column_profile import Look, looks
from equipoise.exchange.dictionary import Field, read_dictionary
from equipoise.exchange.files import Source, read_for_draft
from equipoise.exchange.mapping import File
from equipoise.exchange.mapping_draft import draft
from equipoise.exchange.recognition import Confidence, Finding, Scene
from equipoise.exchange.recognize_ratings import ratings
from equipoise.protocol.model import Protocol

RECOGNIZERS = (
    recognize_participants.arm,
    recognize_participants.characteristic,
    recognize_participants.by_values,
    recognize_participants.site,
    recognize_participants.day,
    recognize_events.event,
    recognize_events.guess,
    recognize_events.measurement,
)
SHOWN = 5  # values of a column that was not recognized, as a hint


@dataclass(frozen=True, slots=True)
class Reason:
    """Proposed target of one column, and why."""

    column: str
    proposal: str
    why: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to be read, corrected and saved.

    Attributes:
        text: of a mapping file, with the reasons as comments.
        reasons: for each recognized column, in the order of the file.
        unmapped: columns that were not recognized; they are listed under ``ignore``.
        notes: how the file was read, each a sentence.
    """

    text: str
    reasons: tuple[Reason, ...]
    unmapped: tuple[str, ...]
    notes: tuple[str, ...] = ()


def propose_mapping(
    path: str | Path,
    protocol: Protocol,
    dictionary: str | Path | None = None,
    *,
    how: File | None = None,
) -> Proposal:
    """Proposes a mapping for a data file, from names, values and events.

    Args:
        path: a CSV, TSV, XLSX or Parquet file, long or wide.
        protocol: of the trial.
        dictionary: REDCap's data dictionary (CSV) of the database.
        how: what is known of the file, such as its sheet; by default it is decided.

    Raises:
        LibraryError: EQ002, a file is absent.
        DataError: EQ333, the dictionary is not a REDCap data dictionary; EQ340 to
            EQ342, EQ346 and EQ351, a file cannot be read.
    """
    fields = read_dictionary(Path(dictionary)) if dictionary is not None else {}
    source, file = _read(Path(path), how or File())
    people, why = key_columns.participant(source)
    told = key_columns.visits(source, people, protocol)
    seen = looks(source, fields, people)
    rows = {people, *(told.columns if told else ())}
    free = {name: look for name, look in seen.items() if name not in rows}
    start = key_columns.day0(free, protocol)
    scene = Scene(
        protocol=protocol,
        looks=free,
        decimal=file.get("decimal", "."),
        long=told is not None,
        day0=start[1] if start else None,
    )
    findings = _findings(scene, start)
    ignored, unmapped = _ignored(scene, findings, start, fields)
    text = draft(
        protocol=protocol.trial.id,
        name=source.name,
        file=file,
        participant=(people, why),
        visits=told,
        day0=start,
        findings=findings,
        ignored=ignored,
        notes=source.notes,
    )
    order = {column: n for n, column in enumerate(source.cells.columns)}
    reasons = _reasons((people, why), told, start, findings)
    reasons.sort(key=lambda reason: order[reason.column])
    return Proposal(
        text=text,
        reasons=tuple(reasons),
        unmapped=tuple(unmapped),
        notes=source.notes,
    )


def _reasons(
    participant: tuple[str, str],
    visits: key_columns.Visits | None,
    start: tuple[str, str] | None,
    findings: list[Finding],
) -> list[Reason]:
    column, why = participant
    reasons = [Reason(column, "participant", why, "low" if "check" in why else "high")]
    if visits is not None:
        sure: Confidence = "high" if visits.clear == len(visits.values) else "low"
        reasons += [Reason(c, "visit", visits.why, sure) for c in visits.columns]
    if start is not None:
        anchor = "a date named like day 0"
        reasons.append(Reason(start[0], "day 0", anchor, "medium"))
    for one in findings:
        named = str(one.rule["to"])
        reasons += [Reason(c, named, one.why, one.confidence) for c in one.columns]
    return reasons


def _findings(scene: Scene, start: tuple[str, str] | None) -> list[Finding]:
    findings = []
    claimed = {start[0]} if start else set()
    targets: set[str] = set()
    for name, look in scene.looks.items():
        found = chain.from_iterable(one(look, scene) for one in RECOGNIZERS)
        first = next((f for f in found if str(f.rule["to"]) not in targets), None)
        if name not in claimed and first is not None:
            findings.append(first)
            claimed.add(name)
            targets.add(str(first.rule["to"]))
    free = [name for name in scene.looks if name not in claimed]
    order = {name: n for n, name in enumerate(scene.looks)}
    findings += ratings(scene, free)
    return sorted(findings, key=lambda f: order[f.columns[0]])


def _ignored(
    scene: Scene,
    findings: Sequence[Finding],
    start: tuple[str, str] | None,
    fields: Mapping[str, Field],
) -> tuple[dict[str, str], list[str]]:
    """Reason for each column that is not read, and those that were not understood."""
    claimed = {column for one in findings for column in one.columns}
    claimed |= {start[0]} if start else set()
    rest = [look for name, look in scene.looks.items() if name not in claimed]
    ignored = {}
    unmapped = []
    for look in rest:
        reason = _housekeeping(look, fields)
        unmapped += [] if reason else [look.column]
        base = look.column.partition("___")[0]
        family = [name for name in scene.looks if name.startswith(f"{base}___")]
        spread = len(family) > 1 and not claimed & set(family)
        ignored[f"{base}___*" if spread else look.column] = reason or _unknown(look)
    return ignored, unmapped


def _unknown(look: Look) -> str:
    few = len(look.texts) <= SHOWN
    hint = f" (its values: {', '.join(look.texts)})" if few else ""
    return f"NOT RECOGNIZED{hint}: map it, or state why it is not needed"


def _housekeeping(look: Look, fields: Mapping[str, Field]) -> str | None:
    """Why a column is of no concern to an analysis, None if that is not clear."""
    forms = {field.form for field in fields.values()}
    if not look.texts:
        return "empty in this file"
    name = key_columns.redcap_name(look.column)
    if name in (key_columns.REPEAT, key_columns.INSTANCE):
        return "numbers the repeated forms of REDCap"
    form = look.column.removesuffix("_complete")
    if form != look.column and (form in forms or set(look.texts) <= COMPLETE):
        return "status of a form in REDCap"
    if name == "redcap_survey_identifier" or look.column.endswith("_timestamp"):
        return "internal to REDCap"
    return None


COMPLETE = {"0", "1", "2", "Incomplete", "Unverified", "Complete"}


def _read(path: Path, how: File) -> tuple[Source, dict[str, Any]]:
    """The file, and the keys of ``[file]`` that state how it is written."""
    source, file = read_for_draft(path, how)
    if "decimal" not in file and any(_commas(source)):
        file["decimal"] = ","
    return source, file


def _commas(source: Source) -> Iterator[bool]:
    """For each column, whether it holds numbers with a decimal comma."""
    for name in source.cells:
        texts = source.cells[name][source.cells[name] != ""]
        comma = texts.str.fullmatch(r"-?\d+,\d+").fillna(False)
        yield bool(comma.any()) and bool(numbers(texts, ",").notna().all())
