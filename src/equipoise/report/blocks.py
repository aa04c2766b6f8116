"""Building blocks of a report, in any format: sections, tables, figures, listings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from equipoise.analyze.result import Estimate, Results
from equipoise.report.table_cells import Cell, number

Row = tuple[str, tuple[tuple[Cell, ...], ...]]  # label, then cells of several numbers


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report.

    Attributes:
        name: of its CSV file.
        head: column labels, the first that of the rows.
        rows: label and cells; a cell holds one or more numbers with text between. A
            label that begins with an em space is indented below the one before.
        note: below the table.
        number: such as ``14.2.1``, given when the report is put together.
        arms: id of the arm that each column is about, None for the others; empty where
            no column is about one arm.
        population: id of the analysis set, for the heading; empty for none.
        group: under which it is numbered, such as ``14.3.1``; empty for that of its
            section.
        subtitle: printed under the title by every form, such as ``Randomized
            participants, N = 30``; given when the report is put together.
        source: the last line under the block: file of its unrounded numbers, last date
            and software; given when the report is put together.
    """

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    number: str = ""
    arms: tuple[str | None, ...] = ()
    population: str = ""
    group: str = ""
    subtitle: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Points of a figure under one label, with the ids of their estimates.

    Attributes:
        label: in the legend, or of the row of a forest plot.
        arm: id of the arm whose estimates these are; empty for a comparison of arms.
        x: position on the horizontal axis, in the unit of the axis.
        y: value, in the unit of the axis: 40 for a proportion of 0.4 drawn as percent.
        lower: end of the interval of each value; None where there is none.
        upper: as ``lower``.
        n: participants behind each value; None where that is not known.
        ids: of the estimates; empty for a point that is no estimate, such as a change
            of 0 at baseline or the value of a participant.
        panel: title of the panel in which it is drawn; empty for a single panel.
    """

    label: str
    arm: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    n: tuple[int | None, ...]
    ids: tuple[str, ...]
    panel: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with a description of what it shows.

    Attributes:
        name: of its files.
        alt: a description for readers who cannot see it.
        svg: the drawing; its texts are texts, in the typeface of the form around it.
        series: the data drawn, written to ``figures/<name>.csv``.
        population: id of the analysis set, for the heading; empty for none.
        group: as of a table.
        subtitle: as of a table.
        source: as of a table.
    """

    name: str
    title: str
    alt: str
    svg: bytes
    series: tuple[Series, ...] = ()
    number: str = ""
    population: str = ""
    group: str = ""
    subtitle: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts: a listing of participants, methods, a checklist.

    Attributes:
        kind: ``Listing`` for participants, ``Table`` for what is no listing.
        population: id of the analysis set, for the heading; empty for none.
        group: as of a table, such as ``16.2.7``.
        subtitle: as of a table.
        source: as of a table.
        filed: rows that are in the CSV file of a listing and not printed.
    """

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    kind: str = "Listing"
    number: str = ""
    population: str = ""
    group: str = ""
    subtitle: str = ""
    source: str = ""
    filed: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text; ``id`` names the estimate that it states, if it does."""

    text: str
    id: str | None = None
    kind: str = "plain"  # or headline, note, code (lines are kept)


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short texts."""

    items: tuple[str, ...]


UNPRINTABLE = re.compile(  # what is no Char of XML 1.0, section 2.2
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
Block = Table | Figure | TextTable | Paragraph | Bullets


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter or a section of one, in the order of reading.

    Attributes:
        id: anchor, unique in the document.
        place: its number in ICH E3, such as ``11.4``.
        tables: the number under which its tables and figures count, such as ``14.2``.
    """

    id: str
    place: str
    title: str
    tables: str
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str:
        """Number and title."""
        return f"{self.place} {self.title}".strip()

    @property
    def level(self) -> int:
        """Depth of the heading: 1 for ``12`` or no number, 2 for ``12.2``, at most 4."""
        return min(self.place.count(".") + 1, 4)


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report.

    Attributes:
        subtitle: label, registry and version of the protocol, in one line.
        about: design and condition in one sentence.
        banners: what must be read first, such as that the participants are simulated.
        watermark: across each page; empty for none.
        facts: provenance, as term and text.
        title_page: registry, protocol, sponsor, phase, last date, software and the
            like, as term and text, in the order of ICH E3 section 1.
        running: printed on *every* page of every form, above or next to ``header``, such
            as that the participants are simulated; empty for none.
        header: at the top of every page.
        footer: at the foot of every page, before *Page x of y*; empty for none.
        paper: size of the page.
        logo: PNG or SVG for the title page.
        lang: language of the texts, for screen readers and spelling checkers.
        date: the last date recorded in the data, as ``2021-03-29``; empty
            where the data have no dates.
    """

    title: str
    subtitle: str
    about: str
    banners: tuple[str, ...]
    watermark: str
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...] = ()
    title_page: tuple[tuple[str, str], ...] = ()
    running: str = ""
    header: str = ""
    footer: str = ""
    paper: Literal["A4", "letter"] = "A4"
    logo: bytes | None = None
    lang: Literal["en-US", "en-GB"] = "en-US"
    date: str = ""

    def numbered(self) -> Iterator[tuple[Section, Table | Figure | TextTable]]:
        """Every table, figure and listing with its section, in order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table | Figure | TextTable) and block.number:
                    yield section, block


def printable(text: str) -> str:
    """A text that XML can hold: other control characters become U+FFFD."""
    return UNPRINTABLE.sub("\ufffd", text)


def label(block: Table | Figure | TextTable) -> str:
    """``Table 14.2.1``, or nothing for a block without a number."""
    kind = {Table: "Table", Figure: "Figure"}.get(type(block), "")
    if isinstance(block, TextTable):
        kind = block.kind
    return f"{kind} {block.number}" if block.number else ""


def titled(block: Table | Figure | TextTable) -> str:
    """Number, if any, and title."""
    number = label(block)
    return f"{number}. {block.title}" if number else block.title


def with_numbers(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections with their tables, figures and listings counted as ICH E3 counts.

    Within each group, such as 14.2, tables, figures and listings count for themselves.
    """
    seen: dict[tuple[str, str], int] = {}
    made = []
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Paragraph | Bullets):
                blocks.append(block)
                continue
            group = block.group or section.tables
            if not group:
                blocks.append(block)
                continue
            kind = block.kind if isinstance(block, TextTable) else type(block).__name__
            key = group, kind
            seen[key] = seen.get(key, 0) + 1
            blocks.append(replace(block, number=f"{group}.{seen[key]}"))
        made.append(replace(section, blocks=tuple(blocks)))
    return tuple(made)


class Lookup:
    """Estimates by id; None where there is none."""

    def __init__(self, results: Results) -> None:
        self.by_id = results.by_id

    def __call__(self, name: str) -> Estimate | None:
        """The estimate with this id."""
        return self.by_id.get(name)


def interval(
    row: Estimate | None, digits: int = 2, scale: float = 1
) -> tuple[Cell, ...]:
    """An estimate and its interval, as ``−8.6 (−15.5 to −1.7)``, if it has one."""
    if row is None or row.estimate is None or row.lower is row.upper is None:
        return (number(row, "estimate", digits, scale),)
    return (
        number(row, "estimate", digits, scale),
        Cell(" ("),
        number(row, "lower", digits, scale),
        Cell(" to "),
        number(row, "upper", digits, scale),
        Cell(")"),
    )


def share(count: Estimate | None, part: Estimate | None = None) -> tuple[Cell, ...]:
    """A count of participants, of how many, and the percentage if it is an estimate."""
    cells = (number(count, digits=0), Cell("/"), number(count, "n", 0))
    if part is None:
        return cells
    return (*cells, Cell(" ("), number(part, digits=0, scale=100), Cell("%)"))


def counted(count: Estimate | None, digits: int = 0) -> tuple[Cell, ...]:
    """A count with its denominator and percentage, as ``5/15 (33%)``.

    A dash where the count is not known; no percentage of 0 participants.
    """
    if count is None or count.estimate is None:
        return (number(count, digits=0),)
    cells = (number(count, digits=0), Cell("/"), number(count, "n", 0))
    if count.percent is None:
        return cells
    return (*cells, Cell(" ("), number(count, "percent", digits), Cell("%)"))


def anchor(block: Table | Figure | TextTable) -> str:
    """The id of a block in a page: a listing may have the name of a table."""
    if isinstance(block, Figure):
        return f"figure-{block.name}"
    listing = isinstance(block, TextTable) and block.kind == "Listing"
    return f"listing-{block.name}" if listing else block.name
