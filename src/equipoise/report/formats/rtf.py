"""The report as RTF, a format that regulators and sponsors still use for tables.

Source: Rich Text Format Specification 1.9.1, Microsoft 2008.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from struct import unpack

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
from equipoise.report.formats.columns import GAP, layout
from equipoise.report.formats.page_orientation import Item, pages
from equipoise.report.formats.pixels import logo_png, pixels
from equipoise.report.formats.references import anchor, parts, targets
from equipoise.report.formats.text_measure import texts, together
from equipoise.report.formats.word_styles import MARGIN, PAPER
from equipoise.report.formats.word_text import mark

SIZES = (30, 25, 22, 21)  # half points of headings of level 1 to 4
HEAD = (
    r"{\rtf1\ansi\ansicpg1252\uc1\deff0\deflang%d"
    r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}"
    r"{\stylesheet{\s0\fs20 Normal;}{\s1\outlinelevel0\b\fs30 heading 1;}"
    r"{\s2\outlinelevel1\b\fs25 heading 2;}{\s3\outlinelevel2\b\fs22 heading 3;}"
    r"{\s4\outlinelevel3\b\fs21 heading 4;}{\s5\b\fs20 caption;}"
    r"{\s6\fs18 toc 1;}{\s7\fs17 toc 2;}}"
    r"\paperw%d\paperh%d\margl%d\margr%d\margt1420\margb1140\headery600\footery520\fs20"
)
LANG = {"en-US": 1033, "en-GB": 2057}
KEEP = r"\keepn"
PLAIN = re.compile(r"[ -\[\]-z|~]*")  # letters that stand for themselves
GAPH = round(20 * GAP)  # twips left and right of the text of a cell


def rtf(document: Document) -> bytes:
    """The document with headings, tables whose heads repeat, and figures as PNG."""
    return "\n".join([*_Writer(document).write(), "}"]).encode("ascii")


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.known: Mapping[str, str] = targets(document)
        self.pictures = pixels(document)
        self.paper = PAPER[document.paper]
        self.width = self.paper.text

    def write(self) -> Iterator[str]:
        """The lines of the file, without the last bracket."""
        document, paper = self.document, self.paper
        yield HEAD % (LANG[document.lang], paper.width, paper.height, MARGIN, MARGIN)
        yield from self._every_page()
        if document.logo is not None:
            yield _picture(logo_png(document.logo), "Logo", 2400)
        yield rf"\pard\sb0\sa160\b\fs40 {escaped(document.title)}\b0\fs20\par"
        yield self._paragraph(document.subtitle, 23)
        yield self._paragraph(document.about)
        for banner in document.banners:
            yield rf"\pard\sa120\box\brdrs\brdrw10\brsp60\b {escaped(banner)}\b0\par"
        for term, text in document.title_page:
            line = rf"\b {escaped(term)}\b0\tab {escaped(text)}"
            yield rf"\pard\li2600\fi-2600\tx2600\sa60 {line}\par"
        for section in document.sections:
            if section.id == "synopsis":
                for item in (section, *section.blocks):
                    yield from self._item(item, new_page=item is section)
        yield from self._contents()
        yield from self._chapters()
        head = _marked("s-provenance", "Provenance")
        yield rf"\pard\keepn\s1\sb360\sa120\b\fs30 {head}\b0\fs20\par"
        for number, (term, text) in enumerate(document.facts, 1):
            keep = KEEP if number < len(document.facts) else ""
            yield self._paragraph(f"{term}: {text}", 16, keep + r"\keep")

    def _chapters(self) -> Iterator[str]:
        chapters = [s for s in self.document.sections if s.id != "synopsis"]
        before = False
        for turned, items in pages(chapters, self.document):
            if turned != before:
                yield from self._new_section(turned=turned)
            for item in items:
                first = item is chapters[0] and not turned
                yield from self._item(item, new_page=first)
            before = turned
        if before:
            yield from self._new_section(turned=False)

    def _new_section(self, *, turned: bool) -> Iterator[str]:
        """A page break, after which pages are turned or upright."""
        paper = self.paper.turned if turned else self.paper
        self.width = paper.text
        look = rf"\pgwsxn{paper.width}\pghsxn{paper.height}\marglsxn{MARGIN}"
        look += rf"\margrsxn{MARGIN}\margtsxn1420\margbsxn1140\headery600\footery520"
        turn = r"\lndscpsxn" if turned else ""
        yield rf"\pard\sect\sectd\sbkpage{turn}{look}"
        yield from self._every_page()

    def _every_page(self) -> Iterator[str]:
        document = self.document
        bold = [t for t in (document.watermark, document.running) if t]
        above = "".join(rf"\b {escaped(text)}\b0\line " for text in bold)
        above += escaped(document.header or document.subtitle)
        yield rf"{{\header\pard\brdrb\brdrs\brdrw5\brsp40\fs16 {above}\par}}"
        date = f"Last date in the data: {document.date}" if document.date else ""
        below = escaped(" · ".join(t for t in (document.footer, date) if t))
        page = r"Page {\field{\*\fldinst PAGE}{\fldrslt 1}} of "
        page += r"{\field{\*\fldinst NUMPAGES}{\fldrslt 1}}"
        yield rf"{{\footer\pard\tqr\tx{self.width}\fs16 {below}\tab {page}\par}}"

    def _item(self, item: Item, *, new_page: bool) -> Iterator[str]:
        if not isinstance(item, Section):
            yield from self._block(item)
            return
        page, level = r"\page" if new_page else "", item.level
        head = _marked(f"s-{item.id}", escaped(item.heading))
        size = SIZES[level - 1]
        yield (
            rf"\pard{page}\keepn\s{level}\sb{440 - 60 * level}\sa120\b\fs{size} {head}"
            r"\b0\fs20\par"
        )

    def _contents(self) -> Iterator[str]:
        yield r"\pard\page\sa120\b\fs30 Contents\b0\fs20\par"
        start = r'{\field{\*\fldinst TOC \\o "1-4" \\h \\t "caption,5"}{\fldrslt '
        for section in self.document.sections:
            inset = 200 * (section.level - 1)
            yield start + self._entry(section.heading, f"s-{section.id}", inset, 6, 18)
            start = ""
            for block in section.blocks:
                if isinstance(block, Table | Figure | TextTable) and block.number:
                    yield self._entry(titled(block), anchor(block), inset + 300, 7, 17)
        yield start + self._entry("Provenance", "s-provenance", 0, 6, 18)
        yield r"}}\pard\par"

    def _entry(self, text: str, name: str, inset: int, style: int, size: int) -> str:
        page = rf"{{\field{{\*\fldinst PAGEREF {mark(name)} \\h}}{{\fldrslt  }}}}"
        return (
            rf"\pard\s{style}\li{inset}\ri500\sb30\tqr\tldot\tx{self.width}\fs{size} "
            rf"{escaped(text)}\tab {page}\fs20\par"
        )

    def _block(self, block: Block) -> Iterator[str]:
        if isinstance(block, Paragraph):
            size = {"headline": 24, "note": 17}.get(block.kind, 20)
            yield self._paragraph(block.text, size)
        elif isinstance(block, Bullets):
            for item in block.items:
                words = escaped("•") + r"\tab " + self._linked(item)
                yield rf"\pard\li284\fi-284\tx284\sa40\fs18 {words}\fs20\par"
        else:
            yield from self._captioned(block)

    def _captioned(self, block: Table | Figure | TextTable) -> Iterator[str]:
        head = _marked(anchor(block), escaped(titled(block)))
        yield rf"\pard\keepn\s5\sb280\sa60\b\fs20 {head}\b0\par"
        if block.subtitle:
            yield rf"\pard\keepn\sa80\fs18 {escaped(block.subtitle)}\fs20\par"
        if isinstance(block, Figure):
            yield _picture(self.pictures[block.name], block.alt, self.width)
        elif block.rows:
            yield from self._table(block)
        yield self._paragraph(block.note, 17)
        yield self._paragraph(block.source, 15)

    def _paragraph(self, text: str, size: int = 20, keep: str = "") -> str:
        if not text:
            return ""
        return rf"\pard{keep}\sb60\sa80\fs{size} {self._linked(text)}\fs20\par"

    def _linked(self, text: str) -> str:
        return "".join(
            rf"{{\field{{\*\fldinst REF {mark(name)} \\h}}{{\fldrslt {escaped(piece)}}}}}"
            if name
            else escaped(piece)
            for piece, name in parts(text, self.known)
        )

    def _table(self, block: Table | TextTable) -> Iterator[str]:
        look = layout(block, self.document)
        size = round(2 * look.size)
        part, ends = 0.0, []
        for share in look.shares:
            part += share
            ends.append(round(self.width * part))
        right, rows = isinstance(block, Table), texts(block)
        heads = [rf"\b {escaped(text)}\b0" for text in block.head]
        yield _row(heads, ends, size, right=right, line="tb", head=True, keep=True)
        kept = together(block, small=look.small)
        for number, (row, keep) in enumerate(zip(rows, kept, strict=True)):
            last = number == len(rows) - 1
            line = "b" if last else ""
            cells = [_inset(text) + self._linked(text.lstrip("\u2003")) for text in row]
            yield _row(cells, ends, size, right=right, line=line, head=False, keep=keep)
        yield r"\pard\fs8\par"


def _inset(text: str) -> str:
    return r"\li200 " if text.startswith("\u2003") else ""


def _row(
    cells: Sequence[str],
    ends: Sequence[int],
    size: int,
    *,
    right: bool,
    line: str,
    head: bool,
    keep: bool,
) -> str:
    border = "".join(rf"\clbrdr{side}\brdrs\brdrw8" for side in line)
    low = r"\clvertalb" if head else ""
    places = "".join(rf"{low}{border}\cellx{end}" for end in ends)
    made = []
    for place, text in enumerate(cells):
        side = r"\qr" if right and place else r"\ql"
        stay = KEEP if keep else ""
        made.append(rf"\pard\intbl{stay}{side}\sb20\sa20\fs{size} {text}\cell")
    repeat = r"\trhdr" if head else ""
    return rf"\trowd\trgaph{GAPH}{repeat}\trkeep{places}{''.join(made)}\row"


def _marked(name: str, text: str) -> str:
    return rf"{{\*\bkmkstart {mark(name)}}}{text}{{\*\bkmkend {mark(name)}}}"


def _picture(png: bytes, alt: str, width: int) -> str:
    """A PNG of a width in twips, with its description for screen readers."""
    across, down = unpack(">II", png[16:24])
    said = rf"{{\*\picprop{{\sp{{\sn wzDescription}}{{\sv {escaped(alt)}}}}}}}"
    return (
        rf"\pard\keepn\sa80{{\pict{said}\pngblip\picw{across}\pich{down}"
        rf"\picwgoal{width}\pichgoal{round(width * down / across)}{chr(10)}{png.hex()}}}"
        r"\par"
    )


def escaped(text: str) -> str:
    """A text in which nothing is a control word, in ASCII."""
    if PLAIN.fullmatch(text):
        return text
    made = []
    for letter in printable(text):
        if letter in "\\{}":
            made.append("\\" + letter)
        elif letter == "\n":
            made.append("\\line ")
        elif letter == "\t":
            made.append("\\tab ")
        elif " " <= letter <= "~":
            made.append(letter)
        else:
            data = letter.encode("utf-16-le")
            units = unpack(f"<{len(data) // 2}h", data)
            made.extend(f"\\u{unit}?" for unit in units)
    return "".join(made)
