"""Drawings as PNG, for forms and programs that take no SVG."""

from __future__ import annotations

from functools import lru_cache

from equipoise.report.compiler import compiled_pages
from equipoise.report.content import Document, Figure
from equipoise.report.drawings.style import WIDTH, in_typeface

DOTS = 200  # an inch
SERIF = "Libertinus Serif"


def pixels(document: Document) -> dict[str, bytes]:
    """Every figure of a document as PNG, by name; as wide as the text of a page."""
    figures = [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Figure)
    ]
    made = drawings(tuple(figure.svg for figure in figures))
    return {figure.name: png for figure, png in zip(figures, made, strict=True)}


@lru_cache(maxsize=2)
def drawings(svgs: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Drawings as PNG: by Typst, without a browser and without fonts of the machine.

    The drawings of a report are made in one call, once for all forms that need them.
    """
    if not svgs:
        return ()
    files = {f"{k}.svg": in_typeface(svg, SERIF) for k, svg in enumerate(svgs)}
    text = f"#set page(width: {WIDTH}in, height: auto, margin: 0pt, fill: white)\n"
    text += "#pagebreak()\n".join(f'#image("{name}", width: 100%)\n' for name in files)
    return compiled_pages(text, files, dots=DOTS)
