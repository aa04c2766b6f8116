"""The report as one HTML file that asks the network for nothing."""

from __future__ import annotations

from functools import cache
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from equipoise.report.content import (
    Bullets,
    Document,
    Figure,
    Paragraph,
    Table,
    TextTable,
    titled,
)


def page(document: Document) -> bytes:
    """The page; every text of the content is escaped."""
    template = templates().get_template("report.html")
    return template.render(document=document).encode()


@cache
def templates() -> Environment:
    """The templates of pages, with what they need to draw and to title."""
    made = Environment(
        loader=PackageLoader("equipoise.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["titled"] = titled
    made.globals["drawing"] = _drawing
    made.tests["table"] = lambda block: isinstance(block, Table)
    made.tests["figure"] = lambda block: isinstance(block, Figure)
    made.tests["texttable"] = lambda block: isinstance(block, TextTable)
    made.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    made.tests["bullets"] = lambda block: isinstance(block, Bullets)
    return made


def _drawing(figure: Figure) -> Markup:
    """The SVG without the head of an XML file, with its words for screen readers."""
    text = figure.svg.decode()
    text = text[text.index("<svg") :]
    start, _, rest = text.partition(">")
    if 'role="img"' not in start:
        start += ' role="img"'
    head, mark, tail = start.partition(' aria-label="')
    if mark:
        start = head + tail.partition('"')[2]
    named = f'{start} aria-label="{escape(figure.alt)}">{rest}'
    return Markup(named)  # noqa: S704 - our own drawing, its texts are escaped
