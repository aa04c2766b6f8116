"""Drawings as PNG, for forms and programs that take no SVG."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from struct import unpack

from equipoise.report.blocks import Document, Figure
from equipoise.report.compiler import compiled_pages
from equipoise.report.figures.style import WIDTH, in_typeface

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


def logo_png(logo: bytes) -> bytes:
    """A logo as PNG, 18 mm high if it was an SVG."""
    if logo.startswith(b"\x89PNG"):
        return logo
    text = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
    text += '#image("logo.svg", height: 18mm)'
    return compiled_pages(text, {"logo.svg": logo_svg(logo)}, dots=300)[0]


def logo_svg(logo: bytes) -> bytes:
    """A logo as SVG: Typst takes files from memory only if they are texts."""
    if not logo.startswith(b"\x89PNG"):
        return logo.decode(errors="replace").encode()
    width, height = unpack(">II", logo[16:24])
    inside = b64encode(logo).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><image width="{width}" height="{height}" '
        f'href="data:image/png;base64,{inside}"/></svg>'
    ).encode()


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
