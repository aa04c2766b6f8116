"""The report as a Word document: python-docx opens and saves it, its body is written here.

Source: ECMA-376-1:2016, Office Open XML, part 1, section 17.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    printable,
)
from equipoise.report.forms.pixels import logo_png, pixels
from equipoise.report.forms.references import targets
from equipoise.report.forms.word_styles import PAPER, set_page, set_styles
from equipoise.report.forms.word_tables import table
from equipoise.report.forms.word_text import (
    bookmark,
    caption,
    contents,
    linked,
    paragraph,
    run,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the same content is the same bytes
LONGEST = 255  # letters of a property of a document, ECMA-376-2 section 11


class _Writer:
    """The parts of the body, in order."""

    def __init__(self, document: Document, made: Any) -> None:
        self.document, self.made = document, made
        self.known = targets(document)
        self.pictures = pixels(document)
        self.width = PAPER[document.paper].text

    def write(self) -> Iterator[str]:
        """The whole body as XML, without its last section."""
        yield from self._title_page()
        first = [s for s in self.document.sections if s.id == "synopsis"]
        for section in first:
            yield from self._section(section, new_page=True)
        yield paragraph("TOCHeading", run("Contents"), "<w:pageBreakBefore/>")
        yield from contents(self.document)
        chapters = [s for s in self.document.sections if s.id != "synopsis"]
        for number, section in enumerate(chapters):
            yield from self._section(section, new_page=number == 0)
        yield paragraph("Heading1", run("Provenance"))
        for term, text in self.document.facts:
            yield paragraph("Source", run(f"{term}: ", bold=True) + run(text))

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

    def _section(self, section: Section, *, new_page: bool) -> Iterator[str]:
        before = "<w:pageBreakBefore/>" if new_page else ""
        heading = bookmark(f"s-{section.id}", run(section.heading))
        yield paragraph(f"Heading{section.level}", heading, before)
        for block in section.blocks:
            yield from self._block(block)

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
            yield table(block, self.width, self.known)
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


def docx(document: Document) -> bytes:
    """The document with headings, contents, captions, tables and figures.

    Page numbers of the contents are fields; Word asks once whether it may fill them in.
    """
    from docx import Document as Word
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    made: Any = Word()
    set_styles(made, document)
    set_page(made, document)
    made.core_properties.title = printable(document.title)[:LONGEST]
    made.core_properties.author = ""
    made.core_properties.language = document.lang
    made.core_properties.created = made.core_properties.modified = LONG_AGO
    text = "".join(_Writer(document, made).write())
    spaces = nsdecls("w", "a", "pic", "r", "wp")
    for element in parse_xml(f"<w:body {spaces}>{text}</w:body>"):
        made.element.body.insert_element_before(element, "w:sectPr")
    out = BytesIO()
    made.save(out)
    return _same_bytes(out.getvalue())


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
