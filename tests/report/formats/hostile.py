"""A document whose texts try to be markup in every form, or to break its layout."""

from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

from equipoise.report.blocks import (
    Bullets,
    Document,
    Figure,
    Paragraph,
    Section,
    Series,
    Table,
    TextTable,
    with_numbers,
)
from equipoise.report.figures.efficacy import means
from equipoise.report.table_cells import Cell
from tests.analyze.feder import feder
from tests.report.made import results

NASTY = 'x #panic() "q" \\par {\\b $y$ <b>bold</b> & ]['
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9"/></svg>'
LONG = "a label that goes on and on, " * 40 + "W" * 300
STRANGE = (  # Hebrew, Arabic, an emoji with a modifier, controls, marks of direction
    "קטמין مجموعة 👩🏽‍⚕️ 😀 \x00\x07\x1b\ud800 \u202eright to left\u202c"
)
POINTS = Series(
    NASTY, "", (0.0, 1.0), (1.0, 2.0), (None, 1.0), (None, 3.0), (3, None), ("", "")
)


def blocks(text: str) -> tuple[Paragraph | Table | TextTable | Figure | Bullets, ...]:
    """One of each kind, with this text wherever there is one."""
    return (
        Paragraph(text, kind="headline"),
        Table(
            "t", text, (text, "b"), ((text, ((Cell("−1.5", "e", "estimate"),),)),), text,
            subtitle=text, source=text,
        ),
        TextTable("l", text, (text, "b"), ((text, "ü – 😀"),), text),
        Figure("f", text, text, SVG, (POINTS,), note=text),
        Bullets((text, f"see Table 14.2.1, {text}")),
    )  # fmt: skip


def document(text: str = NASTY) -> Document:
    """One section with a block of each kind."""
    parts = [
        Section("synopsis", "2", "Synopsis", "", (Paragraph(text),)),
        Section("a", "11", text, "14.2", blocks(text)),
        Section("b", "11.4", text, "", (Paragraph(text),)),
    ]
    return Document(
        text, text, text, (text,), text, with_numbers(parts), ((text, text),),
        title_page=((text, text),), running=text, header=text, footer=text,
        date="2021-03-29",
    )  # fmt: skip


@cache
def arms_called(text: str) -> Document:
    """A figure drawn by matplotlib for arms with this label."""
    arms = tuple(a.model_copy(update={"label": text}) for a in feder().arms)
    protocol = feder().model_copy(update={"arms": arms})
    endpoint = feder().endpoint("caps5_change")
    figure = means(protocol, endpoint, results(), "observed", False)
    return replace(document(text), sections=(Section("a", "1", text, "", (figure,)),))


def parsed(svg: str | bytes) -> ElementTree.Element:
    """A drawing as its elements; one that is no XML raises."""
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
