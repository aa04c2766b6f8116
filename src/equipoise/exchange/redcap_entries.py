"""Proposes the mapping of a REDCap export with one row for each value (type EAV).

Its columns are ``record``, the event and the repeated form where a project has them,
``field_name`` and ``value``. It is recognized as if it were a raw export, with a column
for each field, and is read through ``[pivot]``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from equipoise.exchange.dictionary import Field
from equipoise.exchange.file_proposal import FileProposal, propose_file
from equipoise.exchange.files import Source
from equipoise.exchange.recognition import Finding
from equipoise.exchange.redcap_events import EVENT, INSTANCE, REPEAT
from equipoise.protocol.model import Protocol

RECORD, FIELD, VALUE = "record", "field_name", "value"
COLUMNS = (RECORD, EVENT, REPEAT, INSTANCE, FIELD, VALUE)
WHY = "identifies the participant in a REDCap export with one row for each value"
SPREAD = (
    "NOT RECOGNIZED ({}): export the records with one row for each form (type flat) to "
    "read it, or state why it is not needed"
)


def is_entries(columns: Iterable[str]) -> bool:
    """Whether a file is an EAV export of REDCap, by the names of its columns."""
    names = set(columns)
    return {RECORD, FIELD, VALUE} <= names <= set(COLUMNS)


def propose_entries(
    source: Source,
    file: Mapping[str, Any],
    protocol: Protocol,
    fields: Mapping[str, Field],
    participant: str | None = None,
    *,
    day0: str | None = None,
) -> FileProposal | None:
    """The mapping of an EAV export; None if the file is not one.

    Args:
        source: the file.
        file: keys of ``[file]`` with which it was read.
        protocol: of the trial.
        fields: of the data dictionary; empty without one.
        participant: column of the identifiers, if other files tell it.
        day0: format of the date of day 0 in another file, if that has it.
    """
    if not is_entries(map(str, source.cells.columns)):
        return None
    several = _several(source.cells, fields)
    wide = replace(source, table=_wide(source.cells, fields, several))
    people = participant or RECORD
    plain = replace(wide, table=_without_first_instances(wide.cells))
    found = propose_file(plain, file, protocol, fields, people, day0=day0)
    if found.visits is not None and INSTANCE in found.visits.columns:
        found = propose_file(wide, file, protocol, fields, people, day0=day0)
    again = _repeats(wide.cells)
    ignored = {name: why for name, why in found.ignored.items() if name not in again}
    ignored |= dict.fromkeys(again, f"the same as {RECORD}")
    left = {
        **dict.fromkeys(several, "each of several answers in its own row"),
    }
    ignored |= {name: SPREAD.format(why) for name, why in left.items()}
    unmapped = [name for name in found.unmapped if name not in again]
    return replace(
        found,
        source=source,
        sure=True,
        why=WHY if participant in (None, RECORD) else found.why,
        findings=tuple(
            # A formula is compared row by row, and here each field has its own row.
            replace(one, rule={k: v for k, v in one.rule.items() if k != "calculation"})
            for one in found.findings
        ),
        ignored=ignored,
        unmapped=(*unmapped, *left),
        pivot={"code": FIELD, "value": VALUE, **_form(found.findings, source.cells)},
    )


def _several(cells: pd.DataFrame, fields: Mapping[str, Field]) -> list[str]:
    """Fields with several answers on one form: each ticked box has its own row."""
    keys = [name for name in COLUMNS if name in cells and name != VALUE]
    different = cells.drop_duplicates([*keys, VALUE])
    twice = set(different.loc[different.duplicated(keys), FIELD])
    boxes = {n for n in cells[FIELD].unique() if n in fields}
    boxes = {n for n in boxes if fields[n].type == "checkbox"}
    return sorted((twice | boxes) - {""})


def _wide(
    cells: pd.DataFrame, fields: Mapping[str, Field], several: Collection[str]
) -> pd.DataFrame:
    """A row for each record, event and repeated form, and a column for each field."""
    keys = [name for name in COLUMNS[:4] if name in cells]
    group = cells.groupby(keys, sort=False).ngroup()
    heads = cells.loc[~group.duplicated(), keys]
    read = (cells[FIELD] != "") & ~cells[FIELD].isin([*several, *COLUMNS])
    values = cells[read].assign(group=group[read])
    values = values.drop_duplicates(["group", FIELD])
    table = values.pivot(index="group", columns=FIELD, values=VALUE)
    table = table.reindex(range(len(heads))).fillna("")
    place = {name: n for n, name in enumerate(fields)}
    names = list(values[FIELD].unique())
    names.sort(key=lambda name: place.get(name, len(place)))
    return pd.concat([heads, table[names].set_axis(heads.index)], axis=1)


def _without_first_instances(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells without an instance 1 of what does not repeat, as in a raw export."""
    if INSTANCE not in cells:
        return cells
    single = cells[REPEAT] == "" if REPEAT in cells else cells[INSTANCE] != ""
    if not set(cells.loc[single, INSTANCE]) <= {"", "1"}:
        return cells
    return cells.assign(**{INSTANCE: cells[INSTANCE].mask(single, "")})


def _repeats(cells: pd.DataFrame) -> list[str]:
    """Fields that repeat the identifier of the record, as its own field does."""
    names = [c for c in map(str, cells.columns) if c not in COLUMNS]
    return [
        name
        for name in names
        if (cells[name] != "").any()
        and ((cells[name] == "") | (cells[name] == cells[RECORD])).all()
    ]


def _form(findings: Iterable[Finding], cells: pd.DataFrame) -> dict[str, list[str]]:
    """The columns that identify a form, if it has parts of adverse events."""
    if not any(map(_is_event, findings)):
        return {}
    return {"form": [name for name in COLUMNS[:4] if name in cells]}


def _is_event(one: Finding) -> bool:
    return str(one.rule["to"]).startswith("events.")
