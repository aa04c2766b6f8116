"""The report as a Word document."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

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

LONG_AGO = datetime(
    2000, 1, 1, tzinfo=UTC
)  # so that the same content is the same bytes
WIDTH_CM = 16.0
MARGIN = 3.0  # letters


def docx(document: Document) -> bytes:
    """The document with headings, a table of contents, tables and figures."""
    from docx import Document as Word
    from docx.shared import Cm, Pt

    made: Any = Word()
    for part in made.sections:
        part.left_margin = part.right_margin = Cm(2.2)
        part.header.paragraphs[0].text = " · ".join(
            text for text in (document.watermark, document.subtitle) if text
        )
    made.styles["Normal"].font.size = Pt(10)
    made.core_properties.title = document.title
    made.core_properties.author = ""
    made.core_properties.created = made.core_properties.modified = LONG_AGO
    made.add_heading(document.title, 0)
    made.add_paragraph(document.about)
    for banner in document.banners:
        made.add_paragraph().add_run(banner).bold = True
    for section in document.sections:
        if section.id != "synopsis":
            if section.level == 1:
                made.add_page_break()
            made.add_heading(section.heading, section.level)
        for block in section.blocks:
            _block(made, block)
        if section.id == "synopsis":
            _contents(made, document)
    made.add_heading("Provenance", 1)
    for term, text in document.facts:
        made.add_paragraph(f"{term}: {text}")
    out = BytesIO()
    made.save(out)
    return _same_bytes(out.getvalue())


def _contents(made: Any, document: Document) -> None:
    made.add_heading("Contents", 1)
    for section in document.sections:
        if section.id == "synopsis":
            continue
        made.add_paragraph(section.heading)
        for title in _titles(section):
            made.add_paragraph(title, style="List Bullet")


def _titles(section: Section) -> list[str]:
    return [
        titled(block)
        for block in section.blocks
        if isinstance(block, Table | Figure | TextTable) and block.number
    ]


def _block(made: Any, block: Block) -> None:
    from docx.shared import Cm

    if isinstance(block, Paragraph):
        run = made.add_paragraph().add_run(block.text)
        run.bold = block.kind == "headline"
    elif isinstance(block, Bullets):
        for item in block.items:
            made.add_paragraph(item, style="List Bullet")
    elif isinstance(block, Figure):
        made.add_heading(titled(block), 2)
        made.add_picture(BytesIO({}[block.name]), width=Cm(WIDTH_CM))
        named = made.inline_shapes[-1]._inline.docPr
        named.set("descr", block.alt)
        named.set("title", block.title)
    elif isinstance(block, Table):
        made.add_heading(titled(block), 2)
        rows = [
            [name, *("".join(c.text for c in cells) for cells in parts)]
            for name, parts in block.rows
        ]
        _table(made, block, rows, right=True)
        _note(made, block.note)
    else:
        made.add_heading(titled(block), 2)
        if block.rows:
            _table(made, block, [list(row) for row in block.rows], right=False)
        _note(made, block.note)


def _table(
    made: Any, block: Table | TextTable, rows: list[list[str]], right: bool
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    # Word keeps a margin inside each cell: narrow columns need it on top.
    head, asked = block.head, [share + MARGIN for share in widths(block)]
    table = made.add_table(rows=len(rows) + 1, cols=len(head))
    table.autofit = False
    columns = [Cm(WIDTH_CM * share / sum(asked)) for share in asked]
    for column, width in zip(table.columns, columns, strict=True):
        column.width = width
    size = Pt(7 if len(head) > 6 else 8)
    for number, (row, texts) in enumerate(zip(table.rows, [head, *rows], strict=True)):
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = columns[place]
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            run = paragraph.add_run(text)
            run.font.size, run.bold = size, number == 0
            if right and place:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    repeated = OxmlElement("w:tblHeader")  # on each page
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for cell in table.rows[0].cells:
        _lines(cell, "top", "bottom")
    for cell in table.rows[-1].cells:
        _lines(cell, "bottom")


def _lines(cell: Any, *sides: str) -> None:
    """Thin lines at some sides of a cell, as journals set tables."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tcBorders")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("color", "1F2933")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def _note(made: Any, text: str) -> None:
    from docx.shared import Pt

    if text:
        made.add_paragraph().add_run(text).font.size = Pt(8)


def _same_bytes(archive: bytes) -> bytes:
    """The archive with the time taken out of its entries."""
    out = BytesIO()
    with (
        ZipFile(BytesIO(archive)) as source,
        ZipFile(out, "w", ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()
