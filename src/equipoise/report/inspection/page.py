"""The page of an inspection: one HTML file that works offline and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from equipoise.report.blocks import Document, Paragraph, Section, TextTable
from equipoise.report.formats.html_page import templates
from equipoise.report.inspection.findings import Findings
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
    """

    title: str
    line: str
    drawing: Markup | None = None
    bad: bool = False
    bars: tuple[tuple[str, int, float], ...] = ()


@dataclass(frozen=True)
class Cards:
    """Several distributions under a title."""

    title: str
    cards: tuple[Card, ...]


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


def inspection_page(findings: Findings) -> bytes:
    """The page; it loads nothing from the network, and every text is escaped."""
    from equipoise.report.inspection.sections import parts

    made = parts(findings)
    protocol = findings.protocol
    document = Document(
        title="Data as read",
        subtitle=f"{protocol.trial.label} · protocol {protocol.trial.version}",
        about=_about(findings),
        banners=_banners(findings),
        watermark="",
        sections=tuple(Section(p.id, "", p.title, "", ()) for p in made),
        header=f"{protocol.trial.label}: data as read",
        running="",
        paper=protocol.report.paper,
    )
    template = templates().get_template("inspection.html")
    return template.render(
        document=document,
        headline=headline(findings),
        refused=findings.refused,
        parts=made,
        kind=lambda block: type(block).__name__,
    ).encode()


def headline(findings: Findings) -> str:
    """Whether an analysis would be refused, in one sentence."""
    open_ones = [found for found in findings.problems if not found.accepted]
    if open_ones:
        able = sum(found.acceptable for found in open_ones)
        text = (
            f"An analysis of these data is refused: {plural(len(open_ones), 'problem')}"
        )
        return f"{text}, of which {able} can be accepted." if able else f"{text}."
    people = plural(len(findings.tables["participants"]), "participant")
    accepted = plural(len(findings.problems), "problem")
    tail = f"; {accepted} accepted" if findings.problems else ""
    return f"Nothing prevents an analysis of these data: {people} read{tail}."


def _about(findings: Findings) -> str:
    state = (
        "The data contain the arms: counts are also shown by arm."
        if findings.unblinded
        else "The data are blinded: nothing on this page is shown by arm."
    )
    return f"{findings.source}. {state}"


def _banners(findings: Findings) -> tuple[str, ...]:
    accepted = [found for found in findings.problems if found.accepted]
    texts = [f"Accepted: {found.problem.code} {found.what}" for found in accepted]
    if findings.origin.virtual:
        texts.append("Simulated participants: no participant on this page is real.")
    return tuple(texts)


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
