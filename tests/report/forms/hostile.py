"""A document whose texts try to be markup in every form."""

from equipoise.report.cells import Cell
from equipoise.report.compiler import compiled
from equipoise.report.content import (
    Bullets,
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    TextTable,
    with_numbers,
)

NASTY = 'x #panic() "q" \\par {\\b $y$ <b>bold</b> & ]['
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9"/></svg>'
BLOCKS = (
    Paragraph(NASTY, kind="headline"),
    Table(
        "t", NASTY, (NASTY, "b"), ((NASTY, ((Cell("−1.5", "e", "estimate"),),)),), NASTY
    ),
    TextTable("l", NASTY, (NASTY, "b"), ((NASTY, "ü – 😀"),), NASTY),
    Figure("f", NASTY, NASTY, SVG, compiled("x", {}, form="png", dots=60)),
    Bullets((NASTY, "second")),
)


def document() -> Document:
    """One section with a block of each kind."""
    parts = [
        Section("synopsis", "2", "Synopsis", "", (Paragraph(NASTY),)),
        Section("a", "11", NASTY, "14.2", BLOCKS),
    ]
    return Document(
        NASTY, NASTY, NASTY, (NASTY,), NASTY, with_numbers(parts), ((NASTY, NASTY),)
    )
