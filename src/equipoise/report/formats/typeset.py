"""The report as PDF, set by Typst: the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from equipoise.report.blocks import (
    Block,
    Bullets,
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    TextTable,
    printable,
    titled,
)
from equipoise.report.compiler import compiled
from equipoise.report.figures.style import in_typeface
from equipoise.report.formats.columns import GAP, Layout, layout
from equipoise.report.formats.page_orientation import pages
from equipoise.report.formats.pixels import SERIF, logo_svg
from equipoise.report.formats.references import (
    anchor,
    heading_anchor,
    parts,
    targets,
)
from equipoise.report.formats.text_measure import texts, together, width

PAPER = {"A4": "a4", "letter": "us-letter"}
STYLE = """
#let ink = rgb("#1f2933")
#let gray = rgb("#52606d")
#set document(title: {title}, date: none)
#set text(font: ("Libertinus Serif", "DejaVu Sans"), size: 10pt, fill: ink,
  lang: {lang}, region: {region})
#set page(paper: {paper}, margin: (x: 17mm, top: 25mm, bottom: 20mm),
  header: text(8pt, fill: gray, block(width: 100%, stroke: (bottom: 0.5pt + gray),
    inset: (bottom: 4pt), {header})),
  footer: context text(8pt, fill: gray, grid(columns: (1fr, auto), column-gutter: 12pt,
    {footer}, "Page " + counter(page).display() + " of " +
    str(counter(page).final().first()))){background})
#set par(justify: false, leading: 0.62em)
#set heading(bookmarked: true)
#show heading: it => block(sticky: true, above: 18pt, below: 8pt,
  text(if it.level == 1 {{ 15pt }} else if it.level == 2 {{ 12.5pt }} else {{ 11pt }},
    weight: "bold", it.body))
#show heading.where(level: 7): it => block(sticky: true, above: 14pt, below: 4pt,
  text(9.5pt, weight: "bold", it.body))
#show outline.entry.where(level: 1): set block(above: 0.9em)
#show link: set text(fill: rgb("#0b4f7d"))
#set table(stroke: none, inset: (x: {gap}pt, y: 3.2pt))
#let need(room) = block(height: room, breakable: false, above: 0pt, below: 0pt) + v(-room)
#let small(body) = block(above: 5pt, below: 3pt, text(8pt, fill: gray, body))
#let under(body) = block(sticky: true, above: 3pt, below: 5pt, text(8.5pt, body))
"""
MARK = """, background: rotate(-40deg,
  text(46pt, fill: rgb("#f6d9dd"), weight: "bold", {text}))"""
TITLES = 7  # level of the title of a table: below every heading of a section
ROOM = "42mm"  # for title, head and first rows of a table that may be split


def pdf(document: Document) -> bytes:
    """The document as tagged PDF with bookmarks and a table of contents."""
    files = {f"{figure.name}.svg": _svg(figure) for figure in _figures(document)}
    if document.logo is not None:
        files["logo.svg"] = logo_svg(document.logo)
    return compiled("\n".join(lines(document)), files)


def _figures(document: Document) -> Iterator[Figure]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Figure):
                yield block


def _svg(figure: Figure) -> bytes:
    return in_typeface(figure.svg, SERIF)


def lines(document: Document) -> Iterator[str]:
    """The text that Typst is given."""
    yield _style(document)
    yield from _title_page(document)
    known = targets(document)
    chapters = [s for s in document.sections if s.id != "synopsis"]
    for section in document.sections:
        if section.id == "synopsis":
            yield "#pagebreak(weak: true)\n"
            for item in (section, *section.blocks):
                yield from _item(item, document, known)
    yield "#pagebreak(weak: true)\n#[#set text(9pt)\n#outline(title: [Contents], "
    yield f"depth: {TITLES - 1}, indent: n => 0.8em * n)\n"
    yield "#show outline.entry: set block(above: 0.55em)\n"
    yield "#outline(title: [Tables, figures and listings], indent: 0pt, "
    yield f"target: heading.where(level: {TITLES}))]\n#pagebreak(weak: true)\n"
    for turned, items in pages(chapters, document):
        yield "#[#set page(flipped: true)\n" if turned else "#[\n"
        for item in items:
            yield from _item(item, document, known)
        yield "]\n"
    yield "#block(breakable: false)[#heading(level: 1)[Provenance]\n"
    for term, text in document.facts:
        yield f"#text(8.5pt)[*#{quoted(term)}:* #{quoted(text)}] \\\n"
    yield "]\n"


def _style(document: Document) -> str:
    above = [text for text in (document.header,) if text]
    header = f"[#{quoted(' · '.join(above) or document.subtitle)}]"
    if document.running:
        header = (
            f"[#strong({quoted(document.running)}) \\ #{quoted(' · '.join(above))}]"
        )
    below = [document.footer]
    below += [f"Last date in the data: {document.date}"] if document.date else []
    mark = MARK.format(text=quoted(document.watermark)) if document.watermark else ""
    return STYLE.format(
        title=quoted(document.title),
        lang=quoted(document.lang[:2]),
        region=quoted(document.lang[3:].lower()),
        paper=quoted(PAPER[document.paper]),
        header=header,
        footer=f"[#{quoted(' · '.join(text for text in below if text))}]",
        background=mark,
        gap=GAP,
    )


def _title_page(document: Document) -> Iterator[str]:
    if document.logo is not None:
        yield '#image("logo.svg", height: 18mm, alt: "Logo")\n#v(6mm)\n'
    yield f"#block(below: 12pt, text(20pt, weight: 700, {quoted(document.title)}))\n"
    yield f"#block(below: 12pt, text(11pt, {quoted(document.subtitle)}))\n"
    yield f"#block(below: 14pt, text(fill: gray, {quoted(document.about)}))\n"
    for banner in document.banners:
        yield (
            '#block(fill: rgb("#fff4d6"), stroke: rgb("#e0b84c"), inset: 7pt, '
            f"width: 100%, text(weight: 700, {quoted(banner)}))\n"
        )
    if document.title_page:
        cells = ", ".join(
            f"[*#{quoted(term)}*], {quoted(text)}" for term, text in document.title_page
        )
        yield (
            "#block(above: 18pt, grid(columns: (auto, 1fr), column-gutter: 16pt, "
            f"row-gutter: 8pt, {cells}))\n"
        )


def _item(
    item: Section | Block, document: Document, known: Mapping[str, str]
) -> Iterator[str]:
    """A heading, or a block, in the order of the document: nothing floats."""
    if isinstance(item, Section):
        yield f"#heading(level: {item.level}, {quoted(item.heading)})"
        yield f" <{heading_anchor(item)}>\n"
    elif isinstance(item, Paragraph):
        yield _paragraph(item, known)
    elif isinstance(item, Bullets):
        items = ", ".join(f"text(9pt, {_linked(text, known)})" for text in item.items)
        yield f"#list({items})\n"
    elif isinstance(item, Figure):
        yield "#block(breakable: false, width: 100%, above: 16pt, below: 14pt)["
        yield _titled(item)
        name = quoted(item.name + ".svg")
        yield f"#image({name}, width: 100%, alt: {quoted(printable(item.alt))})\n"
        yield f"{_notes(item, known)}]\n"
    else:
        yield from _tabular(item, layout(item, document), known)


def _paragraph(block: Paragraph, known: Mapping[str, str]) -> str:
    if block.kind == "headline":
        return (
            "#block(above: 10pt, below: 12pt, inset: (left: 8pt), stroke: (left: 2pt "
            f"+ gray), text(12pt, {_linked(block.text, known)}))\n"
        )
    if block.kind == "note":
        return f"#small({_linked(block.text, known)})\n"
    return f"#block(above: 9pt, below: 9pt, {_linked(block.text, known)})\n"


def _tabular(
    block: Table | TextTable, look: Layout, known: Mapping[str, str]
) -> Iterator[str]:
    whole = not block.rows or look.small
    yield (
        "#block(breakable: false, width: 100%, above: 16pt)["
        if whole
        else f"#need({ROOM})\n"
    )
    yield _titled(block)
    if block.rows:
        yield from _table(block, look, known)
    yield _notes(block, known)
    if whole:
        yield "]\n"


def _titled(block: Table | Figure | TextTable) -> str:
    made = f"#heading(level: {TITLES}, {quoted(titled(block))}) <{anchor(block)}>\n"
    if block.subtitle:
        made += f"#under({quoted(block.subtitle)})\n"
    return made


def _table(
    block: Table | TextTable, look: Layout, known: Mapping[str, str]
) -> Iterator[str]:
    """A table whose head is repeated.

    Rows that must be on one page are spanned by an empty cell of a last column without
    width, which is not divided.
    """
    columns = ", ".join(f"{100 * share:.4g}fr" for share in look.shares)
    side = "right" if isinstance(block, Table) else "left"
    align = "(left, " + f"{side}, " * (len(block.head) - 1) + "left)"
    yield (
        f"#[#set text({look.size:g}pt)\n#table(columns: ({columns}, 0pt), align: {align},"
    )
    room = [points - 2 * GAP for points in look.columns]
    heads = ", ".join(
        f"table.cell(align: bottom + {side if k else 'left'}, "
        f"strong({quoted(_divided(text, points, look.size))}))"
        for k, (text, points) in enumerate(zip(block.head, room, strict=True))
    )
    yield (
        f"table.header(table.hline(stroke: 0.8pt), {heads}, {_span(1)}, "
        "table.hline(stroke: 0.5pt)),"
    )
    rows, kept = texts(block), together(block, small=look.small)
    for number, row in enumerate(rows):
        yield ", ".join(
            _cell(_divided(text, points, look.size), known)
            for text, points in zip(row, room, strict=True)
        )
        yield ","
        if number == 0 or not kept[number - 1]:
            yield f"{_span(kept.index(False, number) + 1 - number)},"
    yield "table.hline(stroke: 0.8pt))]\n"


def _span(rows: int) -> str:
    return f"table.cell(rowspan: {rows}, breakable: false, inset: 0pt)[]"


def _divided(text: str, room: float, size: float) -> str:
    """A text whose words may be divided anywhere if they are longer than their column."""
    return " ".join(
        "\u200b".join(word) if width(word, size) > room else word
        for word in text.split(" ")
    )


def _cell(text: str, known: Mapping[str, str]) -> str:
    """One cell; a label that begins with an em space is indented as a whole."""
    if text.startswith("\u2003"):
        return f"pad(left: 1em, {_linked(text.strip(), known)})"
    return _linked(text, known)


def _notes(block: Table | Figure | TextTable, known: Mapping[str, str]) -> str:
    made = f"#small({_linked(block.note, known)})\n" if block.note else ""
    if block.source:
        made += f"#block(above: 3pt, text(7pt, fill: gray, {quoted(block.source)}))\n"
    return made


def _linked(text: str, known: Mapping[str, str]) -> str:
    """A text as content, with links to the tables that it names."""
    pieces = parts(text, known)
    if not any(name for _, name in pieces):
        return quoted(text)
    made = "".join(
        f"#link(<{name}>, {quoted(piece)})" if name else f"#{quoted(piece)}"
        for piece, name in pieces
    )
    return f"[{made}]"


def quoted(text: str) -> str:
    """A text as a string of Typst, which can be no markup."""
    plain = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n").replace("\r", "\\r") + '"'
