"""The report as RTF, the format that regulators' and sponsors' tables still come in.

Source: Rich Text Format Specification 1.9.1, Microsoft 2008.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from struct import unpack

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

TWIPS = 1440  # an inch
WIDTH = 9600  # of the text on A4 with margins of 0.8 inch
HEAD = (
    r"{\rtf1\ansi\ansicpg1252\uc1\deff0"
    r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}"
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0\fs30 heading 1;}"
    r"{\s2\outlinelevel1\fs20 heading 2;}}"
    r"\paperw11906\paperh16838\margl1152\margr1152\margt1152\margb1152\fs20"
)


def rtf(document: Document) -> bytes:
    """The document with headings, tables whose heads repeat, and figures as PNG."""
    return "\n".join([*_lines(document), "}"]).encode("ascii")


def _lines(document: Document) -> Iterator[str]:
    yield HEAD
    above = " · ".join(t for t in (document.watermark, document.subtitle) if t)
    yield rf"{{\header\pard\fs16 {escaped(above)}\par}}"
    yield r"{\footer\pard\qc\fs16{\field{\*\fldinst PAGE}}\par}"
    yield rf"\pard\sb0\sa120\b\fs36 {escaped(document.title)}\b0\fs20\par"
    yield _paragraph(document.about)
    for banner in document.banners:
        yield rf"\pard\sa120\box\brdrs\brdrw10\brsp60\b {escaped(banner)}\b0\par"
    for section in document.sections:
        if section.id != "synopsis":
            page, size = (r"\page", 30) if section.level == 1 else ("", 24)
            head = escaped(section.heading)
            yield rf"\pard{page}\s1\sa120\b\fs{size} {head}\b0\fs20\par"
        for block in section.blocks:
            yield from _block(block)
        if section.id == "synopsis":
            yield from _contents(document.sections)
    yield r"\pard\s1\sb240\sa120\b\fs30 Provenance\b0\fs20\par"
    for term, text in document.facts:
        yield _paragraph(f"{term}: {text}", 16)


def _contents(sections: Sequence[Section]) -> Iterator[str]:
    yield r"\pard\sb240\sa60\b Contents\b0\par"
    for section in sections:
        if section.id == "synopsis":
            continue
        yield rf"\pard\sb60 {escaped(section.heading)}\par"
        for block in section.blocks:
            if isinstance(block, Table | Figure | TextTable) and block.number:
                yield rf"\pard\li360\fs18 {escaped(titled(block))}\fs20\par"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield _paragraph(block.text, 24 if block.kind == "headline" else 20)
    elif isinstance(block, Bullets):
        for item in block.items:
            yield rf"\pard\li284\fi-200\fs17 {escaped('• ' + item)}\fs20\par"
    else:
        yield (rf"\pard\keepn\s2\sb240\sa60\b\fs20 {escaped(titled(block))}\b0\par")
        if isinstance(block, Figure):
            yield _picture(block)
        elif isinstance(block, Table):
            rows = [
                [name, *("".join(c.text for c in cells) for cells in parts)]
                for name, parts in block.rows
            ]
            yield from _table(block.head, rows, widths(block), right=True)
            yield _paragraph(block.note, 16)
        else:
            if block.rows:
                yield from _table(block.head, block.rows, widths(block), right=False)
            yield _paragraph(block.note, 16)


def _paragraph(text: str, size: int = 20) -> str:
    return rf"\pard\sb60\sa120\fs{size} {escaped(text)}\fs20\par" if text else ""


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    *,
    right: bool,
) -> Iterator[str]:
    size = 13 if len(head) > 6 else 16
    ends = [round(WIDTH * sum(shares[: n + 1]) / sum(shares)) for n in range(len(head))]
    yield _row(head, ends, size, right=right, bold=True, line="tb")
    for number, row in enumerate(rows):
        last = "b" if number == len(rows) - 1 else ""
        yield _row(row, ends, size, right=right, bold=False, line=last)
    yield r"\pard\fs8\par"


def _row(
    texts: Sequence[str],
    ends: Sequence[int],
    size: int,
    *,
    right: bool,
    bold: bool,
    line: str,
) -> str:
    border = "".join(rf"\clbrdr{side}\brdrs\brdrw8" for side in line)
    cells = "".join(rf"{border}\cellx{end}" for end in ends)
    head = r"\trhdr" if bold else ""
    weight, light = (r"\b", r"\b0") if bold else ("", "")
    parts = []
    for place, text in enumerate(texts):
        side = r"\qr" if right and place else r"\ql"
        parts.append(rf"\pard\intbl{side}\fs{size}{weight} {escaped(text)}{light}\cell")
    return rf"\trowd\trgaph50{head}\trkeep{cells}{''.join(parts)}\row"


def _picture(figure: Figure) -> str:
    """The PNG, as wide as the text at most; its words for who cannot see it."""
    width, height = unpack(">II", {}[figure.name][16:24])
    goal = min(WIDTH, round(width / 200 * TWIPS))
    tall = round(goal * height / width)
    said = rf"{{\*\picprop{{\sp{{\sn wzDescription}}{{\sv {escaped(figure.alt)}}}}}}}"
    return (
        rf"\pard\sa120{{\pict{said}\pngblip\picw{width}\pich{height}"
        rf"\picwgoal{goal}\pichgoal{tall}{chr(10)}{{}[figure.name].hex()}}}\par"
    )


def escaped(text: str) -> str:
    """A text in which nothing is a control word, in ASCII."""
    made = []
    for letter in text:
        if letter in "\\{}":
            made.append("\\" + letter)
        elif letter == "\n":
            made.append("\\line ")
        elif " " <= letter <= "~":
            made.append(letter)
        else:
            data = letter.encode("utf-16-le")
            units = unpack(f"<{len(data) // 2}h", data)
            made.extend(f"\\u{unit}?" for unit in units)
    return "".join(made)
