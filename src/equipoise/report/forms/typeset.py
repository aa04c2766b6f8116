"""The report as PDF, set by Typst: the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report.cells import Cell
from equipoise.report.compiler import compiled
from equipoise.report.content import (
    Block,
    Bullets,
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    TextTable,
    titled,
    widths,
)

WIDE = 6  # columns from which a table is set smaller
STYLE = """
#set document(title: {title}, date: none)
#set page(paper: "a4", margin: (x: 17mm, top: 20mm, bottom: 18mm), numbering: "1",
  header: text(8pt, fill: luma(90), {subtitle}){background})
#set text(font: "Libertinus Serif", size: 10pt, fill: rgb("#1f2933"), lang: "en")
#set par(justify: false, leading: 0.62em)
#set heading(bookmarked: true)
#show heading.where(level: 1): it => block(above: 0pt, below: 10pt, text(15pt, it.body))
#show heading.where(level: 2): it => block(
  above: 16pt, below: 6pt, sticky: true, text(10pt, weight: "bold", it.body))
#show table: set text(8pt)
#set table(stroke: none, inset: (x: 3.5pt, y: 3.2pt))
"""
MARK = """, background: rotate(-40deg,
  text(46pt, fill: rgb("#f6d9dd"), weight: "bold", {text}))"""


def pdf(document: Document) -> bytes:
    """The document as tagged PDF with bookmarks and a table of contents."""
    files = {f"{figure.name}.svg": _svg(figure) for figure in _figures(document)}
    return compiled("\n".join(_lines(document)), files)


def _figures(document: Document) -> Iterator[Figure]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Figure):
                yield block


def _svg(figure: Figure) -> bytes:
    """With a font that Typst has, for texts that are no paths."""
    text = figure.svg.decode()
    return text.replace(
        "<svg ", '<svg font-family="Libertinus Serif" font-size="14" ', 1
    ).encode()


def _lines(document: Document) -> Iterator[str]:
    mark = MARK.format(text=quoted(document.watermark)) if document.watermark else ""
    yield (
        STYLE.replace("{title}", quoted(document.title))
        .replace("{subtitle}", quoted(document.subtitle))
        .replace("{background}", mark)
    )
    yield f"#text(19pt, weight: {quoted('bold')}, {quoted(document.title)})\n"
    yield f"#text(fill: luma(80), {quoted(document.about)})\n"
    for banner in document.banners:
        yield (
            '#block(fill: rgb("#fff4d6"), stroke: rgb("#e0b84c"), inset: 7pt, '
            f'width: 100%, text(weight: "bold", {quoted(banner)}))\n'
        )
    for section in document.sections:
        yield from _section(section)
        if section.id == "synopsis":
            yield "#v(8pt)\n#outline(title: [Contents], depth: 2, indent: 1em)\n"
    yield "#pagebreak()\n= Provenance\n"
    for term, text in document.facts:
        yield f"#text(8.5pt)[*#{quoted(term)}:* #{quoted(text)}] \\\n"


def _section(section: Section) -> Iterator[str]:
    if section.id != "synopsis":
        new_page = "#pagebreak()\n" if section.level == 1 else ""
        yield f"{new_page}#heading(level: {section.level}, {quoted(section.heading)})\n"
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        size = "12.5pt" if block.kind == "headline" else "10pt"
        yield f"#block(above: 10pt, text({size}, {quoted(block.text)}))\n"
    elif isinstance(block, Bullets):
        items = ", ".join(f"text(8.5pt, {quoted(item)})" for item in block.items)
        yield f"#list({items})\n"
    elif isinstance(block, Figure):
        yield _titled(block)
        # The width of a drawing is that of its page: small ones are not blown up.
        yield (
            f"#image({quoted(block.name + '.svg')}, width: 82%, alt: "
            f"{quoted(block.alt)})\n"
        )
    elif isinstance(block, Table):
        yield _titled(block)
        rows = [
            [quoted(name), *(quoted(_text(cell)) for cell in cells)]
            for name, cells in block.rows
        ]
        align = "(left, " + ", ".join(["right"] * (len(block.head) - 1)) + ")"
        yield from _table(block, rows, align)
        yield _note(block.note)
    else:
        yield _titled(block)
        if block.rows:
            rows = [[quoted(cell) for cell in row] for row in block.rows]
            yield from _table(block, rows, "left")
        yield _note(block.note)


def _titled(block: Table | Figure | TextTable) -> str:
    return f"#heading(level: 2, {quoted(titled(block))})\n"


def _table(
    block: Table | TextTable, rows: list[list[str]], align: str
) -> Iterator[str]:
    head = block.head
    columns = "(" + ", ".join(f"{n:g}fr" for n in widths(block)) + ")"
    size = "6.8pt" if len(head) > WIDE else "8pt"
    yield f"#[#set text({size})\n#table(columns: {columns}, align: {align},"
    yield "table.hline(stroke: 0.8pt),"
    heads = ", ".join(f"strong({quoted(text)})" for text in head)
    yield f"table.header({heads}), table.hline(stroke: 0.5pt),"
    for row in rows:
        yield ", ".join(row) + ","
    yield "table.hline(stroke: 0.8pt))]\n"


def _note(text: str) -> str:
    if not text:
        return ""
    return f"#block(below: 12pt, text(8pt, fill: luma(80), {quoted(text)}))\n"


def _text(cells: tuple[Cell, ...]) -> str:
    return "".join(cell.text for cell in cells)


def quoted(text: str) -> str:
    """A text as a string of Typst, which can be no markup."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain}"'
