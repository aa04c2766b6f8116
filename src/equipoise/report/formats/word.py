"""The report as a Word document: python-docx opens and saves it, its body is written here.

Source: ECMA-376-1:2016, Office Open XML, part 1, section 17.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from struct import pack, unpack_from
from typing import Any
from zipfile import ZipFile

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
)
from equipoise.report.formats.columns import layout
from equipoise.report.formats.page_orientation import Item, pages
from equipoise.report.formats.pixels import logo_png, pixels
from equipoise.report.formats.references import targets
from equipoise.report.formats.word_styles import PAPER, set_page, set_styles
from equipoise.report.formats.word_tables import table
from equipoise.report.formats.word_text import (
    bookmark,
    caption,
    contents,
    linked,
    paragraph,
    run,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the same content is the same bytes
LONG_AGO_IN_ZIP = pack("<2H", 0, (2000 - 1980) << 9 | 1 << 5 | 1)  # time, then date
END_OF_ZIP = 22  # bytes of the record that ends an archive without a comment
LONGEST = 255  # letters of a property of a document, ECMA-376-2 section 11


class _Writer:
    """The parts of the body, in order.

    Args:
        document: the report.
        made: the document of python-docx that holds the pictures.
        kinds: properties of a section of upright pages and of one of turned pages.
    """

    def __init__(self, document: Document, made: Any, kinds: tuple[str, str]) -> None:
        self.document, self.made, self.kinds = document, made, kinds
        self.known = targets(document)
        self.pictures = pixels(document)
        self.paper = PAPER[document.paper]
        self.width = self.paper.text

    def write(self) -> Iterator[str]:
        """The whole body as XML, with its last section."""
        before = False
        part = list(self._front())
        chapters = [s for s in self.document.sections if s.id != "synopsis"]
        for turned, items in pages(chapters, self.document):
            if turned != before:
                yield from _ended(part, self.kinds[before])
                part, before = [], turned
            self.width = (self.paper.turned if turned else self.paper).text
            for item in items:
                part += self._item(item, new_page=item is chapters[0])
        if before:
            yield from _ended(part, self.kinds[before])
            part = []
        yield from part
        yield paragraph("Heading1", bookmark("s-provenance", run("Provenance")))
        for number, (term, text) in enumerate(self.document.facts, 1):
            keep = "<w:keepNext/>" if number < len(self.document.facts) else ""
            words = run(f"{term}: ", bold=True) + run(text)
            yield paragraph("Source", words, f"{keep}<w:keepLines/>")
        yield self.kinds[0]

    def _front(self) -> Iterator[str]:
        yield from self._title_page()
        for section in self.document.sections:
            if section.id == "synopsis":
                for item in (section, *section.blocks):
                    yield from self._item(item, new_page=item is section)
        yield paragraph("TOCHeading", run("Contents"), "<w:pageBreakBefore/>")
        yield from contents(self.document)

    def _title_page(self) -> Iterator[str]:
        document = self.document
        if document.logo is not None:
            yield self._picture(logo_png(document.logo), "Logo", "Logo", height_mm=18)
        yield paragraph("Title", run(document.title))
        yield paragraph("Subtitle", run(document.subtitle))
        yield paragraph("Normal", run(document.about))
        for banner in document.banners:
            yield paragraph("Banner", run(banner))
        for term, text in document.title_page:
            yield paragraph(
                "TitlePage", run(term, bold=True) + "<w:r><w:tab/></w:r>" + run(text)
            )

    def _item(self, item: Item, *, new_page: bool) -> Iterator[str]:
        if isinstance(item, Section):
            before = "<w:pageBreakBefore/>" if new_page else ""
            heading = bookmark(f"s-{item.id}", run(item.heading))
            yield paragraph(f"Heading{item.level}", heading, before)
        else:
            yield from self._block(item)

    def _block(self, block: Block) -> Iterator[str]:
        if isinstance(block, Paragraph):
            style = {"headline": "Headline", "note": "Note"}.get(block.kind, "Normal")
            yield paragraph(style, linked(block.text, self.known))
        elif isinstance(block, Bullets):
            for item in block.items:
                yield paragraph("ListBullet", linked(item, self.known))
        else:
            yield from self._captioned(block)

    def _captioned(self, block: Table | Figure | TextTable) -> Iterator[str]:
        yield paragraph("Caption", caption(block))
        if block.subtitle:
            yield paragraph("Population", run(block.subtitle))
        if isinstance(block, Figure):
            yield self._picture(self.pictures[block.name], block.title, block.alt)
        elif block.rows:
            yield table(block, layout(block, self.document), self.width, self.known)
        if block.note:
            yield paragraph("Note", linked(block.note, self.known))
        if block.source:
            yield paragraph("Source", run(block.source))

    def _picture(
        self, png: bytes, title: str, alt: str, height_mm: float | None = None
    ) -> str:
        """A paragraph with a picture as wide as the text, and its description."""
        from docx.shared import Mm, Twips

        holder = self.made.add_paragraph()
        size: dict[str, Any] = {"width": Twips(self.width)}
        if height_mm is not None:
            size = {"height": Mm(height_mm)}
        shape = holder.add_run().add_picture(BytesIO(png), **size)
        named = shape._inline.docPr
        named.set("descr", printable(alt))
        named.set("title", printable(title))
        holder.paragraph_format.keep_with_next = True
        text = str(holder._p.xml)
        holder._p.getparent().remove(holder._p)
        return text


def _ended(part: list[str], kind: str) -> Iterator[str]:
    """Paragraphs and tables of a section, whose last paragraph has its properties."""
    if not part:
        return
    *others, last = part
    yield from others
    if last.startswith("<w:tbl>"):
        yield last
        last = paragraph("Source", "")
    before, mark, after = last.rpartition("</w:pPr>")
    yield f"{before}{kind}{mark}{after}"


def docx(document: Document) -> bytes:
    """The document with headings, contents, captions, tables and figures.

    Page numbers of the contents are fields; Word asks once whether it may fill them in.
    """
    from docx import Document as Word
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    made: Any = Word()
    set_styles(made, document)
    kinds = set_page(made, document)
    made.core_properties.title = printable(document.title)[:LONGEST]
    made.core_properties.author = ""
    made.core_properties.language = document.lang
    made.core_properties.created = made.core_properties.modified = LONG_AGO
    text = "".join(_Writer(document, made, kinds).write())
    spaces = nsdecls("w", "a", "pic", "r", "wp")
    written = parse_xml(f"<w:body {spaces}>{text}</w:body>")
    made.element.replace(made.element.body, written)
    out = BytesIO()
    made.save(out)
    return _same_bytes(out.getvalue())


def _same_bytes(archive: bytes) -> bytes:
    """The archive with the time taken out of the two headers of each entry.

    Source: PKWARE, .ZIP File Format Specification 6.3.10, 4.3.7, 4.3.12 and 4.3.16.
    """
    made = bytearray(archive)
    with ZipFile(BytesIO(archive)) as written:
        starts = [entry.header_offset for entry in written.infolist()]
    (central,) = unpack_from("<I", made, len(made) - END_OF_ZIP + 16)
    for start in starts:
        made[start + 10 : start + 14] = LONG_AGO_IN_ZIP
        made[central + 12 : central + 16] = LONG_AGO_IN_ZIP
        central += 46 + sum(unpack_from("<3H", made, central + 28))
    return bytes(made)
