"""Runs, paragraphs, fields and bookmarks of a Word document, as XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from xml.sax.saxutils import escape

from equipoise.report.blocks import (
    Document,
    Figure,
    Table,
    TextTable,
    label,
    printable,
    titled,
)
from equipoise.report.formats.references import anchor, parts

LEVELS = 5  # of the contents: four of headings, and the captions


def run(text: str, *, bold: bool = False, size: float | None = None) -> str:
    """A text in one look; ``size`` in points."""
    look = "<w:b/>" if bold else ""
    if size is not None:
        look += f'<w:sz w:val="{round(2 * size)}"/>'
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    lines = escape(printable(text)).split("\n")
    inside = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{look}{inside}</w:r>"


def paragraph(style: str, inside: str, more: str = "") -> str:
    """A paragraph in a style; ``more`` are further properties, in the schema's order."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inside}</w:p>'


def field(code: str, shown: str) -> str:
    """A field with the text that is shown until it is updated."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def mark(name: str) -> str:
    """A name of a bookmark for a section or block: letters and digits, at most 40."""
    return f"_e{sha256(name.encode()).hexdigest()[:20]}"


def bookmark(name: str, inside: str) -> str:
    """Runs to which references lead."""
    number = int(sha256(name.encode()).hexdigest()[:7], 16)
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="{mark(name)}"/>{inside}'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


def caption(block: Table | Figure | TextTable) -> str:
    """``Table 14.2.1. Title``: the last number is a SEQ field, and all is a bookmark."""
    if not block.number:
        return bookmark(anchor(block), run(block.title))
    name = label(block)
    before, _, last = name.rpartition(".")
    counter = before.replace(" ", "_").replace(".", "_")
    number = run(f"{before}.") + field(f"SEQ {counter} \\* ARABIC", run(last))
    return bookmark(anchor(block), number) + run(f". {block.title}")


def linked(text: str, known: Mapping[str, str], size: float | None = None) -> str:
    """Runs in which the name of a table or figure is a reference to it."""
    made = []
    for piece, name in parts(text, known):
        shown = run(piece, size=size)
        made.append(field(f"REF {mark(name)} \\h", shown) if name else shown)
    return "".join(made)


def contents(document: Document) -> Iterator[str]:
    """A table of contents with its entries; their page numbers are fields."""
    entries = [
        (level, text, name)
        for section in document.sections
        for level, text, name in [
            (section.level, section.heading, f"s-{section.id}"),
            *(
                (LEVELS, titled(block), anchor(block))
                for block in section.blocks
                if isinstance(block, Table | Figure | TextTable) and block.number
            ),
        ]
    ]
    entries.append((1, "Provenance", "s-provenance"))
    start = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText '
        f'xml:space="preserve"> TOC \\o "1-4" \\h \\z \\t "Caption,{LEVELS}" '
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    for level, text, name in entries:
        page = field(f"PAGEREF {mark(name)} \\h", run(""))
        link = (
            f'<w:hyperlink w:anchor="{mark(name)}" w:history="1">{run(text)}'
            f"<w:r><w:tab/></w:r>{page}</w:hyperlink>"
        )
        yield paragraph(f"TOC{level}", start + link)
        start = ""
    yield paragraph("Normal", '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
