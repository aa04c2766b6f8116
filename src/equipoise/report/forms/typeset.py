"""The report as PDF, set by Typst: the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    printable,
    titled,
)
from equipoise.report.drawings.style import in_typeface
from equipoise.report.forms.measure import WIDE, shares, small, texts
from equipoise.report.forms.pixels import SERIF, logo_svg
from equipoise.report.forms.references import anchor, parts, targets

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
#set table(stroke: none, inset: (x: 3.5pt, y: 3.2pt))
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
            yield from _section(section, known)
    yield "#v(10pt)\n#[#set text(9pt)\n#outline(title: [Contents], indent: n => "
    yield f"if n == {TITLES - 1} {{ 3.2em }} else {{ 0.8em * n }})]\n"
    yield "#pagebreak(weak: true)\n"
    for section in chapters:
        yield from _section(section, known)
    yield "#heading(level: 1)[Provenance]\n"
    for term, text in document.facts:
        yield f"#text(8.5pt)[*#{quoted(term)}:* #{quoted(text)}] \\\n"


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


def _section(section: Section, known: Mapping[str, str]) -> Iterator[str]:
    if section.id == "synopsis":
        yield "#pagebreak(weak: true)\n"
    yield f"#heading(level: {section.level}, {quoted(section.heading)})\n"
    for block in section.blocks:
        yield from _block(block, known)


def _block(block: Block, known: Mapping[str, str]) -> Iterator[str]:
    if isinstance(block, Paragraph):
        if block.kind == "headline":
            yield (
                "#block(above: 10pt, below: 12pt, inset: (left: 8pt), stroke: (left: 2pt "
                f"+ gray), text(12pt, {_linked(block.text, known)}))\n"
            )
        elif block.kind == "note":
            yield f"#small({_linked(block.text, known)})\n"
        else:
            yield f"#block(above: 9pt, below: 9pt, {_linked(block.text, known)})\n"
    elif isinstance(block, Bullets):
        items = ", ".join(f"text(9pt, {_linked(item, known)})" for item in block.items)
        yield f"#list({items})\n"
    elif isinstance(block, Figure):
        inside = "".join(_figure(block, known))
        yield (
            "#place(auto, float: true, clearance: 14pt, block(width: 100%, "
            f"align(left)[{inside}]))\n"
        )
    else:
        yield from _tabular(block, known)


def _figure(block: Figure, known: Mapping[str, str]) -> Iterator[str]:
    yield _titled(block)
    name = quoted(block.name + ".svg")
    yield f"#image({name}, width: 100%, alt: {quoted(printable(block.alt))})\n"
    yield _notes(block, known)


def _tabular(block: Table | TextTable, known: Mapping[str, str]) -> Iterator[str]:
    whole = not block.rows or small(block)
    yield (
        "#block(breakable: false, width: 100%, above: 16pt)["
        if whole
        else f"#need({ROOM})\n"
    )
    yield _titled(block)
    if block.rows:
        yield from _table(block, known)
    yield _notes(block, known)
    if whole:
        yield "]\n"


def _titled(block: Table | Figure | TextTable) -> str:
    made = f"#heading(level: {TITLES}, {quoted(titled(block))}) <{anchor(block)}>\n"
    if block.subtitle:
        made += f"#under({quoted(block.subtitle)})\n"
    return made


def _table(block: Table | TextTable, known: Mapping[str, str]) -> Iterator[str]:
    head, numbers = block.head, isinstance(block, Table)
    columns = "(" + ", ".join(f"{100 * n:.4g}fr" for n in shares(block)) + ",)"
    side = "right" if numbers else "left"
    align = "(left, " + "".join([f"{side}, "] * (len(head) - 1)) + ")"
    size = "7pt" if len(head) > WIDE else "8pt"
    yield f"#[#set text({size})\n#table(columns: {columns}, align: {align},"
    heads = ", ".join(f"table.cell(align: bottom, strong({quoted(t)}))" for t in head)
    if numbers:
        heads = ", ".join(
            f"table.cell(align: bottom + {side if k else 'left'}, strong({quoted(t)}))"
            for k, t in enumerate(head)
        )
    yield (
        f"table.header(table.hline(stroke: 0.8pt), {heads}, table.hline(stroke: 0.5pt)),"
    )
    for row in texts(block):
        yield ", ".join(_cell(text, known) for text in row) + ","
    yield "table.hline(stroke: 0.8pt))]\n"


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
