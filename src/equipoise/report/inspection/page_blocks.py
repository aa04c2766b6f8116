"""Blocks of the page of an inspection: maps, distributions, problems, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from equipoise.report.blocks import Paragraph, TextTable
from equipoise.report.table_cells import plural

HEADS = {  # columns of problems; those of a file keep their names
    "participant": "Participant",
    "visit": "Visit",
    "minute": "Minute",
    "timepoint_min": "Minute",
    "instrument": "Instrument",
    "item": "Item",
    "score": "Score",
    "name": "Test",
    "milestone": "Milestone",
    "infusion": "Infusion",
    "value": "Value",
    "value_from_items": "Value from items",
    "n_missing": "Missing items",
    "file": "File",
    "row": "Row",
    "column": "Column",
    "what": "What",
    "day": "Day or date",
    "expected": "Expected",
}


@dataclass(frozen=True)
class Map:
    """A heat map with its legend, as class and meaning."""

    title: str
    drawing: Markup
    legend: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True)
class Card:
    """One distribution.

    Attributes:
        bad: whether a value is impossible.
        bars: label, number and proportion of the longest, for codes.
        by_visit: the values of each visit, if there are several.
    """

    title: str
    line: str
    drawing: Markup | None = None
    bad: bool = False
    bars: tuple[tuple[str, int, float], ...] = ()
    by_visit: Markup | None = None


@dataclass(frozen=True)
class Cards:
    """Several distributions under a title."""

    title: str
    cards: tuple[Card, ...]
    note: str = ""


@dataclass(frozen=True)
class ShownProblem:
    """A problem with its rows as a table."""

    code: str
    title: str
    what: str
    where: str
    fix: str
    state: str
    rows: TextTable | None


PageBlock = Paragraph | TextTable | Map | Cards | ShownProblem


@dataclass(frozen=True)
class Part:
    """One section of the page."""

    id: str
    title: str
    blocks: tuple[PageBlock, ...]


def frame_table(
    name: str,
    title: str,
    frame: pd.DataFrame,
    heads: Sequence[str] = (),
    note: str = "",
    most: int = 200,
) -> TextTable:
    """A data frame as a table of texts; a missing value is a dash."""
    shown = frame.head(most)
    rows = tuple(
        tuple(cell_text(value) for value in row)
        for row in shown.itertuples(index=False, name=None)
    )
    more = len(frame) - len(shown)
    if more > 0:
        note = f"{note} {plural(more, 'further row')} not shown.".strip()
    heads = heads or [HEADS.get(str(c), str(c)) for c in frame.columns]
    return TextTable(name, title, tuple(heads), rows, note=note, kind="Table")


def text_table(
    name: str,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    note: str = "",
) -> TextTable:
    """A table of texts."""
    lines = tuple(tuple(row) for row in rows)
    return TextTable(name, title, tuple(heads), lines, note=note, kind="Table")


def cell_text(value: object) -> str:
    """A value as text; a dash for a missing one."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}".replace("-", "−")
    if isinstance(value, pd.Timestamp):
        midnight = value == value.normalize()
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M}"
    return str(value)
