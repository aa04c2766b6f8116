"""The report as one HTML file that works offline."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from equipoise.report.blocks import (
    Bullets,
    Document,
    Figure,
    Paragraph,
    Table,
    TextTable,
    printable,
    titled,
)
from equipoise.report.formats.columns import layout
from equipoise.report.formats.references import anchor, parts, targets

COMPACT = 30  # letters of every cell of a table that a narrow screen scrolls
LONG = 40  # rows from which a table has a box of its own, in which its head stays


def page(document: Document) -> bytes:
    """The page; every text of the content is escaped."""
    template = templates().get_template("report.html")
    return template.render(
        document=document, known=targets(document), identified=_identified(document)
    ).encode()


def _identified(document: Document) -> bool:
    """Whether a number of the page has an id, which the footer explains."""
    return any(
        isinstance(block, Table) or (isinstance(block, Paragraph) and bool(block.id))
        for section in document.sections
        for block in section.blocks
    )


@cache
def templates() -> Environment:
    """The templates of pages, with what they need to draw and to title."""
    made = Environment(
        loader=PackageLoader("equipoise.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.globals["titled"] = titled
    made.globals["drawing"] = _drawing
    made.globals["anchor"] = anchor
    made.globals["known"] = {}
    made.filters["linked"] = _linked
    made.filters["css"] = _css
    made.filters["picture"] = _picture
    made.tests["table"] = lambda block: isinstance(block, Table)
    made.tests["figure"] = lambda block: isinstance(block, Figure)
    made.tests["texttable"] = lambda block: isinstance(block, TextTable)
    made.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    made.tests["compact"] = lambda block: all(
        len(text) <= COMPACT for row in block.rows for text in row
    )
    made.tests["short"] = lambda block, document: (
        not block.rows or layout(block, document).small
    )
    made.tests["long"] = lambda block: len(block.rows) >= LONG
    made.tests["bullets"] = lambda block: isinstance(block, Bullets)
    return made


def _finalize(value: Any) -> Any:
    """Texts without control characters, which HTML does not allow."""
    return printable(value) if type(value) is str else value


def _linked(text: str, known: Mapping[str, str]) -> Markup:
    """A text in which the name of a table or figure leads to it."""
    made = Markup()
    for piece, name in parts(printable(text), known):
        link = Markup('<a href="#{}">{}</a>')  # the id of a section is without prefix
        target = name.removeprefix("s-")
        made += link.format(target, piece) if name else Markup.escape(piece)
    return made


def _css(text: str) -> Markup:
    """A text as a string of CSS: every letter that could end it is escaped."""
    safe = "".join(
        c if c.isascii() and (c.isalnum() or c in " .,") else f"\\{ord(c):06x}"
        for c in printable(text)
    )
    return Markup(f'"{safe}"')  # noqa: S704 - nothing but letters, digits and escapes


def _picture(content: bytes) -> str:
    """A PNG or SVG as the address of an image, which can run no program."""
    kind = "png" if content.startswith(b"\x89PNG") else "svg+xml"
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def _drawing(figure: Figure) -> Markup:
    """The SVG without the head of an XML file, with its words for screen readers."""
    text = figure.svg.decode()
    text = text[text.index("<svg") :]
    start, _, rest = text.partition(">")
    # As wide as its box; ids that nothing refers to would be the same in each figure.
    start = re.sub(r' (?:width|height)="[^"]*"', "", start)
    rest = re.sub(r' id="[a-zA-Z]+\d*_\d+"', "", rest)
    if 'role="img"' not in start:
        start += ' role="img"'
    head, mark, tail = start.partition(' aria-label="')
    if mark:
        start = head + tail.partition('"')[2]
    named = f'{start} aria-label="{escape(printable(figure.alt))}">{rest}'
    return Markup(named)  # noqa: S704 - our own drawing, its texts are escaped
