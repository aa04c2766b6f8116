"""Finds the columns that name the rows of a file: participant and visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from equipoise.exchange.cells import is_number, numbers
from equipoise.exchange.column_profile import normal
from equipoise.exchange.files import Source
from equipoise.exchange.visit_names import moment, nearest
from equipoise.protocol.model import Protocol

PEOPLE = (
    *("record id", "participant", "participant id", "subject", "subject id", "subjid"),
    *("usubjid", "patient", "patient id", "pt", "pt id", "ptid", "study id", "person"),
    *("id", "pid", "screening number", "randomization number"),
)
OTHER_IDS = {"site", "visit", "event", "form", "rater", "center", "centre", "device"}
EVENT, REPEAT, INSTANCE = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
)
LABELLED = {
    "event name": EVENT,
    "repeat instrument": REPEAT,
    "repeat instance": INSTANCE,
}
VISITS = {"visit", "avisit", "event", "timepoint", "visitnum", "visitname", "session"}
WEEK = 7.0


@dataclass(frozen=True)
class Visits:
    """The columns that tell the visit, and what their values mean.

    Attributes:
        values: visit id for each value; None where it is not clear.
    """

    columns: tuple[str, ...]
    values: Mapping[str, str | None]
    why: str

    @property
    def clear(self) -> int:
        """How many values are understood."""
        return sum(visit is not None for visit in self.values.values())


def participant(source: Source) -> tuple[str, str]:
    """The column of the participant identifier, and why it was recognized."""
    columns = list(source.cells.columns)
    for name in PEOPLE:
        for column in columns:
            if normal(column) == name:
                return column, "named like a participant identifier"
    for column in columns:
        said = normal(column).split()
        if said[-1:] in (["id"], ["subjid"], ["ptid"]) and not OTHER_IDS & {*said}:
            return column, "its name ends like that of an identifier: check"
    return columns[0], "the first column, because no name matches: check"


def visits(source: Source, people: str, protocol: Protocol) -> Visits | None:
    """The column that tells the visit of each row, None in a wide file."""
    cells = source.cells
    columns = [str(column) for column in cells.columns]
    redcap = next((c for c in columns if redcap_name(c) == EVENT), None)
    if redcap is not None:
        return _events(source, redcap, protocol)
    if not cells[people].duplicated().any():
        return None
    found = []
    for column in columns:
        texts = [t for t in cells[column].unique() if t]
        said = set(normal(column).split())
        named = bool(said & VISITS)
        known = _meanings(texts, protocol, complete=not named)
        if column != people and (named or known):
            why = "by its name" if named else "its values name visits"
            found.append((Visits((column,), known, why), named))
    best = max(found, key=lambda f: (f[0].clear, f[1]), default=None)
    if best is None or best[0].clear:
        return best[0] if best else None
    return _by_day(source, best[0], protocol)


def redcap_name(column: str) -> str:
    """REDCap's own name of a column of a raw or labelled export."""
    return LABELLED.get(normal(column), column)


def _events(source: Source, event: str, protocol: Protocol) -> Visits:
    """Events of REDCap; where an event repeats, its instance tells the visit."""
    cells = source.cells
    names = {redcap_name(str(c)): str(c) for c in cells.columns}
    instance, form = names.get(INSTANCE), names.get(REPEAT)
    repeats = pd.Series(False, index=cells.index)
    if instance is not None:
        repeats = cells[instance] != ""
        repeats &= (cells[form] == "") if form is not None else True
    if instance is None or not repeats.any():
        known = {t: _moment(t, protocol) for t in cells[event].unique()}
        return Visits((event,), known, "event of REDCap")
    pairs = cells[[event, instance]].drop_duplicates().itertuples(index=False)
    known = {f"{e} / {i}": _instance(e, i, protocol) for e, i in pairs}
    return Visits((event, instance), known, "event of REDCap and its instance")


def _instance(event: str, instance: str, protocol: Protocol) -> str | None:
    name = normal(event).partition(" arm ")[0]
    return _moment(f"{name} {instance}", protocol) or _moment(event, protocol)


def _moment(text: str, protocol: Protocol) -> str | None:
    found = moment(text, protocol)
    return found.visit if found else None


def _meanings(
    texts: Sequence[str], protocol: Protocol, *, complete: bool
) -> dict[str, str | None]:
    """Visit of each text; nothing if all have to be visits, and the first is not."""
    known: dict[str, str | None] = {}
    for text in texts:
        known[text] = _moment(text, protocol)
        if complete and known[text] is None:
            return {}
    return known


def _by_day(source: Source, told: Visits, protocol: Protocol) -> Visits:
    """Visit numbers, understood by a column of days of the schedule."""
    (column,) = told.columns
    for other in source.cells.columns:
        said = normal(other)
        texts = source.cells[other]
        if not said.endswith(("days", "day", "ady")) or not is_number(texts.iloc[0]):
            continue
        days = numbers(texts.where(texts != ""), ".")
        middle = days.groupby(source.cells[column]).median()
        near = {t: nearest(d, protocol, slack=WEEK / 2) for t, d in middle.items()}
        known = {str(t): m.visit if m else None for t, m in near.items()}
        if len({v for v in known.values() if v}) == len(known):
            return Visits((column,), known, f"by the median of {other}")
    return told
