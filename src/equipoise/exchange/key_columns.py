"""Finds the columns that name the rows of a file: participant and visit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from equipoise.exchange import redcap_events
from equipoise.exchange.cells import is_number, numbers
from equipoise.exchange.column_profile import normal
from equipoise.exchange.files import Source
from equipoise.exchange.visit_names import Moment, moment, nearest
from equipoise.protocol.model import Protocol

PERSON = ("participant", "subject", "patient", "pat", "proband", "probanden")
NUMBERS = ("number", "no", "nr", "num", "code")
PEOPLE = (
    *("record id", "participant", "participant id", "subject", "subject id", "subjid"),
    *("usubjid", "patient", "patient id", "pt", "pt id", "ptid", "study id", "person"),
    *("id", "pid", "screening number", "randomization number"),
    *(f"{who} {end}" for who in PERSON for end in NUMBERS),
    *("record", "external data reference", "external reference"),
)
OTHER_IDS = {"site", "visit", "event", "form", "rater", "center", "centre", "device"}
VISITS = {"visit", "avisit", "event", "timepoint", "visitnum", "visitname", "session"}
WEEK = 7.0
DATE = re.compile(r"\d{4}-\d\d?-\d\d?\b|\d\d?[./]\d\d?[./]\d{2,4}\b")


@dataclass(frozen=True)
class Visits:
    """The columns that tell the visit, and what their values mean.

    Attributes:
        values: visit id for each value; None where it is not clear.
        unsure: values of which the visit is a guess, to be checked.
    """

    columns: tuple[str, ...]
    values: Mapping[str, str | None]
    why: str
    unsure: frozenset[str] = frozenset()

    @property
    def clear(self) -> int:
        """How many values are understood."""
        return sum(visit is not None for visit in self.values.values())


def participant(source: Source) -> tuple[str, str]:
    """The column of the participant identifier, and why it was recognized."""
    cells = source.cells
    columns = list(cells.columns)
    for name in PEOPLE:
        for column in columns:
            if normal(column) == name:
                return column, "named like a participant identifier"
    for column in columns:
        said = normal(column).split()
        if said[-1:] in (["id"], ["subjid"], ["ptid"]) and not OTHER_IDS & {*said}:
            return column, "its name ends like that of an identifier: check"
    first = next((c for c in columns if not _dated(cells[c])), columns[0])
    return first, "the first column, because no name matches: check"


def _dated(texts: pd.Series[Any]) -> bool:
    """Whether a column starts with dates, as survey exports do: no identifiers."""
    return bool(DATE.match(next((text for text in texts if text), "")))


def visits(
    source: Source,
    people: str,
    protocol: Protocol,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> Visits | None:
    """The column that tells the visit of each row, None in a wide file.

    Args:
        source: the file.
        people: column of the participants.
        protocol: of the trial.
        labels: what each text of a column means, from a data dictionary or the file.
    """
    cells = source.cells
    columns = [str(column) for column in cells.columns]
    found_in_redcap = redcap_events.events(source, protocol)
    if found_in_redcap is not None:
        return Visits(
            found_in_redcap.columns,
            found_in_redcap.values,
            found_in_redcap.why,
            found_in_redcap.unsure,
        )
    if not cells[people].duplicated().any():
        return None
    found = []
    for column in columns:
        texts = [t for t in cells[column].unique() if t]
        said = set(normal(column).split())
        named = bool(said & VISITS)
        meant = (labels or {}).get(column, {})
        moments = _moments(texts, protocol, meant, complete=not named)
        known = {t: m.visit if m else None for t, m in moments.items()}
        unsure = frozenset(t for t, m in moments.items() if m and not m.sure)
        if column != people and (named or known):
            why = "by its name" if named else "its values name visits"
            why += ", with the labels of its codes" if meant else ""
            found.append((Visits((column,), known, why, unsure), named))
    best = max(found, key=lambda f: (f[0].clear, f[1]), default=None)
    if best is None or best[0].clear:
        return best[0] if best else None
    return _by_day(source, best[0], protocol)


def _moments(
    texts: Sequence[str],
    protocol: Protocol,
    labels: Mapping[str, str],
    *,
    complete: bool,
) -> dict[str, Moment | None]:
    """Visit of each text; nothing if all have to be visits, and the first is not."""
    known: dict[str, Moment | None] = {}
    for text in texts:
        known[text] = moment(labels.get(text, text), protocol)
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
