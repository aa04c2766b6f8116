"""Events and repeating forms of a REDCap export, as visits of a protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from equipoise.exchange.column_profile import normal
from equipoise.exchange.files import Source
from equipoise.exchange.rows import JOINED
from equipoise.exchange.visit_names import Moment, event, moment
from equipoise.protocol.model import Protocol

EVENT, REPEAT, INSTANCE = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
)
DATA_ACCESS_GROUP = "redcap_data_access_group"
LABELLED = {
    "event name": EVENT,
    "repeat instrument": REPEAT,
    "repeat instance": INSTANCE,
    "data access group": DATA_ACCESS_GROUP,
    "survey identifier": "redcap_survey_identifier",
}


def redcap_name(column: str) -> str:
    """REDCap's own name of a column of a raw or labelled export.

    Args:
        column: such as ``Event Name``; or ``redcap_event_name_y`` after a merge.
    """
    merged = re.sub(r"[._][xy]$", "", column)
    own = merged if merged in LABELLED.values() else column
    return LABELLED.get(normal(column), own)


@dataclass(frozen=True)
class Events:
    """The columns that state the visit of a row, and what their values mean.

    Attributes:
        columns: the event, and the repeated form and its instance where they tell it.
        values: visit id for each text; empty for no visit, None where it is not clear.
        unsure: texts of which the visit is a guess.
        why: how they were recognized.
    """

    columns: tuple[str, ...]
    values: Mapping[str, str | None]
    unsure: frozenset[str]
    why: str


@dataclass(frozen=True)
class _Layout:
    """Columns of REDCap in a file, and what repeats."""

    event: str | None
    form: str | None
    instance: str | None
    cells: pd.DataFrame

    def repeats_events(self) -> bool:
        """Whether an event as a whole repeats, not only one of its forms."""
        if self.event is None or self.instance is None:
            return False
        there = self.cells[self.instance] != ""
        return bool((there & (self._forms() == "")).any())

    def repeated_forms(self) -> list[str]:
        """Forms that repeat."""
        return sorted(set(self._forms()) - {""})

    def _forms(self) -> pd.Series[str]:
        if self.form is None:
            return pd.Series("", index=self.cells.index)
        return self.cells[self.form]


def events(source: Source, protocol: Protocol) -> Events | None:
    """The visits of a REDCap export, None if neither events nor rating forms tell them.

    A form that repeats tells the visit only if it holds ratings of the protocol; the
    instances of a form of adverse events are not visits.

    Args:
        source: an export, raw or labelled.
        protocol: of the trial.
    """
    names = {redcap_name(str(c)): str(c) for c in source.cells.columns}
    instance = names.get(INSTANCE)
    form = names.get(REPEAT) if instance is not None else None
    layout = _Layout(names.get(EVENT), form, instance, source.cells)
    rated = {
        name: scale
        for name in layout.repeated_forms()
        if (scale := _scale(name, layout, protocol)) is not None
    }
    if rated:
        return _repeated_forms(layout, rated, protocol)
    if layout.repeats_events():
        return _repeated_events(layout, protocol)
    if layout.event is None:
        return None
    moments = {t: event(t, protocol) for t in source.cells[layout.event].unique()}
    return _events((layout.event,), moments, "event of REDCap")


def _scale(form: str, layout: _Layout, protocol: Protocol) -> str | None:
    """The instrument whose ratings a repeated form holds, by its name or its fields."""
    rows = layout.cells[layout.cells[layout.form or ""] == form]
    filled = [str(c) for c in rows.columns if (rows[c] != "").any()]
    said = [normal(form), *map(normal, filled)]
    for scale in protocol.scales:
        plain = scale.replace("_", "").lower()
        short = scale.split("_")[0].rstrip("0123456789").lower()
        if any(w.startswith((plain, short)) for text in said for w in text.split()):
            return scale
    return None


def _repeated_events(layout: _Layout, protocol: Protocol) -> Events:
    columns = tuple(c for c in (layout.event, layout.instance) if c is not None)
    pairs = layout.cells[list(columns)].drop_duplicates().itertuples(index=False)
    moments = {f"{e}{JOINED}{i}": _instance(e, i, protocol) for e, i in pairs}
    return _events(columns, moments, "event of REDCap and its instance")


def _repeated_forms(
    layout: _Layout, rated: Mapping[str, str], protocol: Protocol
) -> Events:
    """Each instance of a rating form is a visit; all other forms have their event's."""
    columns = tuple(c for c in (layout.event, layout.form, layout.instance) if c)
    rows = layout.cells[list(columns)].drop_duplicates()
    values: dict[str, str | None] = {}
    unsure: set[str] = set()
    for texts in rows.itertuples(index=False):
        named, form, number = texts[0] if layout.event else "", texts[-2], texts[-1]
        key = JOINED.join(texts)
        if form not in rated:
            found = event(named, protocol) if named else None
            # An event that is not understood stays open; without events there is none.
            values[key] = found.visit if found else (None if named else "")
            unsure |= {key} if found and not found.sure else set()
            continue
        found = _instance(named, number, protocol) if named else None
        guess = found.visit if found else _by_order(number, rated[form], protocol)
        values[key] = guess
        unsure |= {key} if guess is not None else set()
    why = "instances of a form of REDCap that repeats, in the order of the visits"
    return Events(columns, _short(values, layout, rated), frozenset(unsure), why)


def _short(
    values: Mapping[str, str | None], layout: _Layout, rated: Mapping[str, str]
) -> dict[str, str | None]:
    """One entry, with ``*``, for all instances of a form that does not tell the visit."""
    made: dict[str, str | None] = {}
    for key, visit in values.items():
        head, _, number = key.rpartition(JOINED)
        form = head.rpartition(JOINED)[2] if layout.event else head
        plain = not any(sign in head for sign in "*?[")
        wide = number and form not in rated and plain
        made[f"{head}{JOINED}*" if wide else key] = visit
    return made


def _by_order(number: str, scale: str, protocol: Protocol) -> str | None:
    """The visit of the n-th rating of an instrument."""
    schedule = protocol.schedule
    rated = [
        visit.id
        for visit in schedule.visits
        if any(a.instrument == scale for a in schedule.assessments(visit))
    ]
    place = int(number) if number.isdecimal() and len(number) < 4 else 0
    return rated[place - 1] if 0 < place <= len(rated) else None


def _instance(name: str, instance: str, protocol: Protocol) -> Moment | None:
    plain = normal(name).partition(" arm ")[0]
    return moment(f"{plain} {instance}", protocol) or event(name, protocol)


def _events(
    columns: tuple[str, ...], moments: Mapping[str, Moment | None], why: str
) -> Events:
    return Events(
        columns,
        {text: found.visit if found else None for text, found in moments.items()},
        frozenset(text for text, found in moments.items() if found and not found.sure),
        why,
    )
