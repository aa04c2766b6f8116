"""Proposes what the columns of one file mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from itertools import chain
from typing import Any, Literal

import pandas as pd

from equipoise.errors import DataError
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange import (
    key_columns,
    recognize_dates,
    recognize_events,
    redcap_events,
)
from equipoise.exchange import recognize_participants as participants
from equipoise.exchange.candidates import choose
from equipoise.exchange.column_profile import HOLES, Look, looks
from equipoise.exchange.dictionary import Field
from equipoise.exchange.files import Source
from equipoise.exchange.recognition import Finding, Scene
from equipoise.exchange.recognize_dates import Start
from equipoise.exchange.recognize_ratings import named_like, ratings
from equipoise.exchange.redcap_formulas import with_formulas
from equipoise.exchange.repeated_baseline import repeats
from equipoise.exchange.shown_values import (
    PERSONAL_TEXT,
    hint,
    listable,
    personal,
    vocabulary,
    without_personal,
)
from equipoise.protocol.model import Protocol

RECOGNIZERS = (
    participants.arm,
    participants.characteristic,
    participants.by_values,
    participants.site,
    recognize_dates.day,
    recognize_events.event,
    recognize_events.guess,
    recognize_events.measurement,
)
COMPLETE = {"0", "1", "2", "Incomplete", "Unverified", "Complete"}
OFTEN = 2  # columns with the same mark of a hole, which is then one of the file


@dataclass(frozen=True)
class VisitColumns:
    """The columns that state the visit of a row.

    Attributes:
        values: visit id of each value; None where it is not clear.
        hidden: number of values that are not shown.
        unsure: values of which the visit is a guess, to be checked.
    """

    columns: tuple[str, ...]
    values: Mapping[str, str | None]
    why: str
    hidden: int
    unsure: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FileProposal:
    """What the columns of one file mean.

    Attributes:
        file: keys of ``[file]``.
        participant: column of the identifiers.
        sure: whether the column of the participants is known.
        why: how it was recognized.
        ignored: reason for each column, or family with ``*``, that is not read.
        unmapped: columns that were not recognized.
        owner: whether the file states who takes part, as one of several files.
        joined: how the participants match those of the other files; empty for one file.
        rule: keys of ``[participant]`` with which all would match, separated by a comma.
        unmatched: participants of this file that are not in the file of participants.
        where: keys of ``[where]``, the rows that are read.
        pivot: keys of ``[pivot]``, in a file with one row per item.
    """

    source: Source
    file: Mapping[str, Any]
    participant: str
    sure: bool
    why: str
    visits: VisitColumns | None
    start: Start | None
    findings: tuple[Finding, ...]
    ignored: Mapping[str, str]
    unmapped: tuple[str, ...]
    owner: bool = False
    joined: str = ""
    rule: str = ""
    unmatched: int = 0
    where: Mapping[str, str] = dataclass_field(default_factory=dict)
    pivot: Mapping[str, Any] = dataclass_field(default_factory=dict)


def propose_file(
    source: Source,
    file: Mapping[str, Any],
    protocol: Protocol,
    fields: Mapping[str, Field],
    participant: str | None = None,
    *,
    day0: str | None = None,
) -> FileProposal:
    """Proposes what the columns of a file mean.

    Args:
        source: the file.
        file: keys of ``[file]`` with which it was read.
        protocol: of the trial.
        fields: of the data dictionary; empty without one.
        participant: column of the identifiers; by default it is recognized.
        day0: format of the date of day 0 in another file, if that has it.

    Raises:
        DataError: EQ342, the first row holds data and not the names of the columns.
    """
    _refuse_data_as_names(source)
    people, why, sure = _participant(source, participant)
    stated = list(file.get("missing", ()))
    seen = looks(source, fields, people, stated)
    holes = [*stated, *_holes(seen)]
    if len(holes) > len(stated):
        seen = looks(source, fields, people, holes)
    told = _visits(source, people, protocol, seen, sure=sure)
    rows = {people, *(told.columns if told else ())}
    free = {name: look for name, look in seen.items() if name not in rows}
    status = {n: _status(look, fields) for n, look in free.items()}
    open_ = {name: look for name, look in free.items() if not status[name]}
    events = recognize_events.rows_are_events(source.name, free.values())
    start = recognize_dates.day0(open_, protocol, events=events)
    decimal = _decimal(seen.values())
    scene = Scene(
        protocol=protocol,
        looks=free,
        decimal=decimal,
        long=told is not None,
        day0=start.format if start else day0,
        cells=source.cells,
        events=events,
    )
    findings = with_formulas(_findings(scene, open_, start, sure=sure), free)
    again = _repeated(findings, scene, people, told, source.cells)
    findings = [one for one in findings if one.columns[0] not in again]
    ignored, unmapped = _ignored(scene, findings, start, fields, sure=sure)
    ignored |= again
    unmapped = [n for n in unmapped if again.get(n, "NOT").startswith("NOT")]
    keys = dict(file)
    keys |= {"decimal": decimal} if decimal != "." else {}
    keys |= {"missing": holes} if holes else {}
    return FileProposal(
        source=source,
        file=keys,
        participant=people,
        sure=sure,
        why=why,
        visits=told,
        start=start,
        findings=tuple(findings),
        ignored=ignored,
        unmapped=tuple(unmapped),
    )


def _participant(source: Source, stated: str | None) -> tuple[str, str, bool]:
    if stated is not None:
        return stated, "its identifiers match those of the other files", True
    column, why = key_columns.participant(source)
    return column, why.removesuffix(": check"), "check" not in why


def _refuse_data_as_names(source: Source) -> None:
    strange = sum(bool(PERSONAL_TEXT.search(str(c))) for c in source.cells.columns)
    if strange:
        raise DataError.single(
            "EQ342",
            f"{counted(strange, 'column name', 'looks')} like data: an e-mail address, "
            "a telephone number or a date",
            where=f"{source.name}, row of the column names",
            fix="write the names of the columns into the first row, above the data",
        )


def _holes(seen: Mapping[str, Look]) -> list[str]:
    """Texts that several columns use for an empty cell."""
    count = Counter(text for look in seen.values() for text in HOLES & {*look.texts})
    return sorted(text for text, n in count.items() if n >= OFTEN)


def _decimal(seen: Iterable[Look]) -> Literal[".", ","]:
    marks = {look.numbers.decimal for look in seen if look.numbers} - {None}
    return "," if marks == {","} else "."


def _visits(
    source: Source,
    people: str,
    protocol: Protocol,
    seen: Mapping[str, Look],
    *,
    sure: bool,
) -> VisitColumns | None:
    """The columns of the visit, without values that could identify a participant."""
    labels = {name: look.choices for name, look in seen.items() if look.choices}
    told = key_columns.visits(source, people, protocol, labels)
    if told is None:
        return None
    columns = [seen[name] for name in told.columns]
    if not told.clear and any(one.formats or personal(one) for one in columns):
        return None  # when a visit was, or who was there, and not which it was
    redcap = any(map(_is_event, told.columns))
    known = vocabulary(protocol)
    shown = {
        text: visit
        for text, visit in told.values.items()
        if redcap
        or (visit is not None and not PERSONAL_TEXT.search(text))
        or listable(text, columns, known, sure=sure)
    }
    hidden = len(told.values) - len(shown)
    return VisitColumns(told.columns, shown, told.why, hidden, told.unsure)


def _is_event(column: str) -> bool:
    """Whether a column has the events of REDCap, also after a merge: `…_name_y`."""
    name = redcap_events.redcap_name(column)
    return name.startswith(redcap_events.EVENT) or name == redcap_events.REPEAT


def _findings(
    scene: Scene, free: Mapping[str, Look], start: Start | None, *, sure: bool
) -> list[Finding]:
    """What the columns are, one finding for each field of the trial."""
    found = [
        finding
        for look in free.values()
        if start is None or look.column != start.column
        for finding in chain.from_iterable(one(look, scene) for one in RECOGNIZERS)
    ]
    names = [name for name in free if start is None or name != start.column]
    found += ratings(scene, names)
    known = vocabulary(scene.protocol)
    chosen = choose(found, list(scene.looks))
    return [f for one in chosen if (f := _shown(one, scene, known, sure=sure))]


def _repeated(
    findings: list[Finding],
    scene: Scene,
    people: str,
    told: VisitColumns | None,
    cells: pd.DataFrame,
) -> dict[str, str]:
    """Columns that repeat the baseline of a file with one column of visits."""
    if told is None or len(told.columns) > 1:
        return {}
    visit = cells[told.columns[0]].map(dict(told.values))
    return repeats(findings, cells, people, visit, scene.protocol.schedule.baseline)


def _shown(
    one: Finding, scene: Scene, known: frozenset[str], *, sure: bool
) -> Finding | None:
    """A finding without values that could identify a participant."""
    values = one.rule.get("values")
    if not values:
        return one
    columns = [scene.looks[name] for name in one.columns]
    kept = without_personal(values, columns, known, sure=sure)
    hidden = len(values) - len(kept)
    if not hidden:
        return one
    if not kept:
        return None
    why = f"{one.why}; {hidden} of its values {agreeing(hidden, 'is')} not shown, "
    why += "because of possible personal data: list each"
    return replace(one, rule={**one.rule, "values": kept}, why=why, confidence="low")


def _ignored(
    scene: Scene,
    findings: Iterable[Finding],
    start: Start | None,
    fields: Mapping[str, Field],
    *,
    sure: bool,
) -> tuple[dict[str, str], list[str]]:
    """Reason for each column that is not read, and those that were not understood."""
    claimed = {column for one in findings for column in one.columns}
    claimed |= {start.column} if start else set()
    bases = Counter(n.partition("___")[0] for n in scene.looks if "___" in n)
    taken = {name.partition("___")[0] for name in claimed}
    ignored = {}
    unmapped = []
    for name, look in scene.looks.items():
        if name in claimed:
            continue
        reason = _housekeeping(look, fields)
        unmapped += [] if reason else [name]
        base = name.partition("___")[0]
        family = base != name and bases[base] > 1 and base not in taken
        if not reason:
            reason = _unknown(look, scene, sure=sure)
        ignored[f"{base}___*" if family else name] = reason
    return ignored, unmapped


def _unknown(look: Look, scene: Scene, *, sure: bool) -> str:
    """The reason of a column that was not recognized, with a hint where one is safe."""
    notes = [participants.crossover(look, scene) or hint(look, sure=sure)]
    scale = named_like(look, scene)
    notes += [f"named like {scene.protocol.scales[scale].name}"] if scale else []
    notes += [participants.unfit(look, scene)]
    shown = "; ".join(filter(None, notes))
    shown = f" ({shown})" if shown else ""
    return f"NOT RECOGNIZED{shown}: map it, or state why it is not needed"


def _housekeeping(look: Look, fields: Mapping[str, Field]) -> str | None:
    """Why a column is of no concern to an analysis, None if that is not clear."""
    if not look.texts:
        return "empty in this file"
    name = redcap_events.redcap_name(look.column)
    if name in (redcap_events.REPEAT, redcap_events.INSTANCE):
        return "numbers the repeated forms of REDCap"
    if _status(look, fields):
        return "status of a form in REDCap"
    if look.field is not None and look.field.identifier:
        return "marked as an identifier in the data dictionary"
    if name == "redcap_survey_identifier" or look.column.endswith("_timestamp"):
        return "internal to REDCap"
    return None


def _status(look: Look, fields: Mapping[str, Field]) -> bool:
    """Whether a column is the status of a form: no other meaning is tried."""
    if look.words == ("complete",) or look.column.startswith("Complete?"):
        return set(look.texts) <= COMPLETE
    named = look.raw or look.column
    form = named.removesuffix("_complete")
    if form == named:
        return False
    forms = {field.form for field in fields.values()}
    return form in forms or (bool(look.texts) and set(look.texts) <= COMPLETE)
