"""How wide texts are, and about how tall a table is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import east_asian_width

from equipoise.report.blocks import Table, TextTable

# Widths of the letters from space to tilde in thousandths of the size of the type.
# Source: Adobe font metrics of Times-Roman, version 2.0, 1999.
TIMES = (
    250, 333, 408, 500, 500, 833, 778, 333, 333, 333, 500, 564, 250, 333, 250, 278,
    500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444,
    921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722,
    556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500,
    333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500,
    500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
)  # fmt: skip
OTHER, WIDE_LETTER = 600, 1050
# Typefaces differ: Libertinus Serif is up to 7% wider than Times, DejaVu Serif, which
# LibreOffice takes where there is no Times New Roman, up to 27%, in bold up to 50%.
SPARE = 1.27
BOLD = 1.18
TOGETHER = 16  # lines of a table up to which it is not split
FIRST, LAST = 3, 3  # rows at least before and after a page break
SPACES = re.compile("[ \t\n\r]+")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Points that a text takes at most on one line, in the typeface of any form.

    Args:
        text: without line breaks.
        size: of the type, in points.
        bold: whether it is bold.
    """
    return SPARE * (BOLD if bold else 1) * size * _ems(text) / 1000


@lru_cache(maxsize=20_000)
def _ems(text: str) -> int:
    return sum(_letter(letter) for letter in text)


def _letter(letter: str) -> int:
    place = ord(letter) - 32
    if 0 <= place < len(TIMES):
        return TIMES[place]
    return WIDE_LETTER if east_asian_width(letter) in "WF" else OTHER


def words(text: str) -> list[str]:
    """The parts of a text that no line break divides.

    Example:
        >>> words("Treatment-emergent event")
        ['Treatment-', 'emergent', 'event']
    """
    parts = SPACES.split(text)
    return [w for part in parts for w in re.split(r"(?<=\w-)(?=[^\W\d])", part)]


@lru_cache(maxsize=20_000)
def glued(text: str) -> str:
    """A number and its interval, which are divided only before the parenthesis.

    Example:
        >>> len(words(glued("1.0 (0.5 to 1.5)")))
        2
    """
    return re.sub(
        r"\([^()]{1,28}\)", lambda part: part.group().replace(" ", "\u00a0"), text
    )


def texts(block: Table | TextTable) -> list[list[str]]:
    """The rows of a table as texts."""
    if isinstance(block, TextTable):
        return [list(row) for row in block.rows]
    return [
        [name, *(glued("".join(c.text for c in cells)) for cells in parts)]
        for name, parts in block.rows
    ]


def tall(texts: Sequence[str], room: Sequence[float], size: float) -> int:
    """About how many lines a row takes.

    Args:
        texts: of its cells.
        room: points of each column that letters can take.
        size: of the type, in points.
    """
    return max(
        sum(
            int(width(part, size) / SPARE / (0.93 * points)) + 1
            for part in t.split("\n")
        )
        for t, points in zip(texts, room, strict=True)
    )


def together(block: Table | TextTable, *, small: bool) -> list[bool]:
    """Whether each row is kept on the page of the next one.

    The first and last rows of a table are not divided, and a row that is the heading of
    rows, whose other cells are empty, stays with the first two of them.

    Args:
        block: the table.
        small: whether it is kept on one page.
    """
    rows = texts(block)
    last = len(rows) - 1
    made = [number < last and small for number in range(len(rows))]
    for number, row in enumerate(rows):
        heading = len(row) > 1 and not any(text.strip() for text in row[1:])
        if heading:
            made[number : number + 2] = [True] * len(made[number : number + 2])
        if number < FIRST - 1 or last - LAST < number:
            made[number] = True
    if made:
        made[-1] = False
    return made
