"""Columns of a table: their widths, the size of its type, and the turn of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from equipoise.report.blocks import Document, Table, TextTable
from equipoise.report.formats.text_measure import (
    TOGETHER,
    glued,
    tall,
    texts,
    width,
    words,
)

GAP = 4.0  # points left and right of the text of a cell
SIZES = (8.5, 8.0, 7.5, 7.0)  # of the type of a table, in points
MANY, SMALLER = 7, 1  # columns from which the first size is not tried
MANY_OF_A_LISTING = 8  # columns from which its page is turned
LONGEST = 0.4  # of the line: a word that is longer is divided
STEPS = 60  # in which what is left of a line is given to columns
# Points between margins of 17 mm: upright, and turned.
PAPER = {"A4": (498.9, 745.5), "letter": (515.6, 695.6)}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is set.

    Attributes:
        size: of its type, in points.
        columns: width of each column in points, with ``GAP`` on both sides.
        landscape: whether its page is turned.
        small: whether it is kept on one page.
    """

    size: float
    columns: tuple[float, ...]
    landscape: bool
    small: bool

    @property
    def shares(self) -> list[float]:
        """Share of the width of each column; together 1."""
        return [part / sum(self.columns) for part in self.columns]


def layout(block: Table | TextTable, document: Document) -> Layout:
    """The layout of a table on the paper of a document, the same in every form.

    No column is narrower than its longest word: the type becomes smaller, to 7 points,
    and then the page is turned. Columns that can be on one line are; what is left of
    the line goes where it saves most lines.
    """
    return _layout(_Same(block), document.paper)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A table that is told apart by identity: to hash its cells takes long."""

    block: Table | TextTable

    def __hash__(self) -> int:
        return id(self.block)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.block is self.block


@lru_cache(maxsize=512)
def _layout(same: _Same, paper: str) -> Layout:
    block = same.block
    upright, turned = PAPER[paper]
    rows = texts(block)
    sizes = SIZES[SMALLER:] if len(block.head) >= MANY else SIZES
    listing = isinstance(block, TextTable) and block.kind == "Listing"
    wide = listing and len(block.head) >= MANY_OF_A_LISTING and bool(block.rows)
    tried = [] if wide else [(upright, size) for size in sizes]
    tried += [(turned, size) for size in sizes]
    for line, size in tried:
        least, most = _ends(block.head, rows, size, line)
        if sum(least) <= line:
            break
    else:
        least = [points * line / sum(least) for points in least]
    columns = _widths([list(block.head), *rows], size, line, least, most)
    room = [points - 2 * GAP for points in columns]
    lines = sum(tall(row, room, size) for row in [list(block.head), *rows])
    return Layout(size, columns, line == turned, lines <= TOGETHER)


def _ends(
    heads: Sequence[str], rows: list[list[str]], size: float, line: float
) -> tuple[list[float], list[float]]:
    """Of each column: the width of its longest word, and of its longest text."""
    least, most = [], []
    for place, head in enumerate(heads):
        cells = [row[place] for row in rows]
        longest = max(_word(head, size, bold=True), *(_word(t, size) for t in cells), 0)
        whole = [width(part, size) for t in cells for part in t.split("\n")]
        least.append(min(longest, LONGEST * line) + 2 * GAP)
        most.append(max(least[-1], max([_head(head, size), *whole]) + 2 * GAP))
    return least, most


def _word(text: str, size: float, *, bold: bool = False) -> float:
    return max(width(word, size, bold=bold) for word in words(text))


def _head(text: str, size: float) -> float:
    """A heading may take two lines, where it is longer than its column."""
    return 0.6 * width(glued(text), size, bold=True)


def _widths(
    rows: list[list[str]],
    size: float,
    line: float,
    least: list[float],
    most: list[float],
) -> tuple[float, ...]:
    left = line - sum(most)
    if left >= 0:
        return tuple(points + left * points / sum(most) for points in most)
    needed = np.array([[width(t, size) for t in row] for row in rows]) + 2 * GAP
    made, ends = np.array(least), np.array(most)
    step = (line - made.sum()) / STEPS
    for _ in range(STEPS if step > 0 else 0):
        places = np.flatnonzero(made < ends)
        wider = np.tile(made, (len(places) + 1, 1))
        wider[np.arange(len(places)), places] += step
        *lines, now = _tall(needed, wider)
        saved = np.full(len(made), -1.0)
        saved[places] = now - np.array(lines)
        made[int(np.argmax(saved))] += step
    return tuple(float(points) for points in made)


def _tall(needed: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """About how many lines all rows take, without steps from line to line.

    Args:
        needed: points of each text on one line; row x column.
        columns: their widths, for each way to set the table; way x column.
    """
    parts = needed / columns[:, None, :]
    each = np.where(parts > 1, 1.15 * parts, 1.0)
    # The mean of a row's cells breaks ties: two columns may be equally tall.
    lines = each.max(axis=2).sum(axis=1) + 0.2 * each.mean(axis=2).sum(axis=1)
    return np.asarray(lines)
