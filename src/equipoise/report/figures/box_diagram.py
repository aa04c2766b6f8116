"""Boxes with texts and arrows between them, in SVG, for diagrams of boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

from equipoise.report.blocks import printable

SIZE, LINE, PAD = 14, 18.5, 10  # of a letter, a line, and the space in a box
EDGE, INK, SHADE = "#52606d", "#1f2933", "#e3edf5"
HEAD = 5.5  # half the width of the head of an arrow
INDENT = 14.0
BAND = 94.0  # width of the name of a stage


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a box.

    Attributes:
        id: of the estimate that it states; empty for none.
        inset: distance from the left side of the text.
    """

    text: str
    id: str = ""
    bold: bool = False
    inset: float = 0


def width(text: str) -> float:
    """About how wide a text is in a sans serif typeface, in units of the drawing."""
    return SIZE * sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return 1.05
    if letter in "ijlft.,;:'|!()[] ":
        return 0.34
    if letter in "mwMW@%…—":
        return 0.92
    return 0.74 if letter.isupper() else 0.57


def fold(line: Line, room: float) -> list[Line]:
    """A line as several that fit; words longer than the box are cut."""
    made: list[Line] = []
    now = ""
    inset = line.inset
    for word in _pieces(line.text, room - inset - INDENT):
        joined = f"{now} {word}" if now else word
        if now and width(joined) > room - inset:
            made.append(Line(now, line.id, line.bold, inset))
            now, inset = word, line.inset + INDENT
        else:
            now = joined
    return [*made, Line(now, line.id, line.bold, inset)]


def _pieces(text: str, room: float) -> list[str]:
    made = []
    for word in text.split(" "):  # not at the space in "n = 3", which does not break
        part = ""
        for letter in word:
            if part and width(part + letter) > room:
                made.append(part)
                part = ""
            part += letter
        made.append(part)
    return made


def height(lines: Sequence[Line]) -> float:
    """Of a box with these lines."""
    return 2 * PAD + LINE * len(lines) - 3


def box(x: float, y: float, wide: float, tall: float, lines: Sequence[Line]) -> str:
    """A box with its upper left corner at (x, y)."""
    parts = [
        f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{tall:g}" fill="#fff" '
        f'stroke="{EDGE}"/>'
    ]
    for number, line in enumerate(lines):
        known = f' data-id="{escape(line.id)}"' if line.id else ""
        weight = ' font-weight="bold"' if line.bold else ""
        parts.append(
            f'<text x="{x + PAD + line.inset:g}" y="{y + PAD + 12 + LINE * number:g}" '
            f'fill="{INK}"{known}{weight}>{escape(printable(line.text))}</text>'
        )
    return "".join(parts)


def band(y: float, text: str) -> str:
    """The name of a stage at the left of its boxes."""
    return (
        f'<rect x="1" y="{y:g}" width="{BAND:g}" height="26" rx="5" fill="{SHADE}" '
        f'stroke="{EDGE}"/><text x="{1 + BAND / 2:g}" y="{y + 18:g}" '
        f'text-anchor="middle" font-weight="bold" fill="{INK}">{escape(text)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight line."""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{EDGE}" '
        'stroke-width="1.4"/>'
    )


def down(x: float, y1: float, y2: float) -> str:
    """An arrow downwards."""
    head = f"{x:g},{y2:g} {x - HEAD:g},{y2 - 9:g} {x + HEAD:g},{y2 - 9:g}"
    return line(x, y1, x, y2 - 4) + f'<polygon points="{head}" fill="{EDGE}"/>'


def right(x1: float, x2: float, y: float) -> str:
    """An arrow to the right."""
    head = f"{x2:g},{y:g} {x2 - 9:g},{y - HEAD:g} {x2 - 9:g},{y + HEAD:g}"
    return line(x1, y, x2 - 4, y) + f'<polygon points="{head}" fill="{EDGE}"/>'
