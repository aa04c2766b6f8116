"""About how much room a table takes: to decide whether it may be split over pages."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.report.content import Table, TextTable, widths

WIDE = 6  # columns from which a table is set smaller
LETTERS = 118  # on a line of the text at the size of a table
TOGETHER = 16  # lines of a table up to which it is not split


def texts(block: Table | TextTable) -> list[list[str]]:
    """The rows of a table as texts."""
    if isinstance(block, TextTable):
        return [list(row) for row in block.rows]
    return [
        [name, *("".join(c.text for c in cells) for cells in parts)]
        for name, parts in block.rows
    ]


def shares(block: Table | TextTable) -> list[float]:
    """Share of the width of each column; together 1."""
    asked = widths(block)
    return [part / sum(asked) for part in asked]


def lines(block: Table | TextTable) -> int:
    """About how many lines the table has, its head included."""
    room = [max(1.0, share * LETTERS) for share in shares(block)]
    return sum(_tall(row, room) for row in [list(block.head), *texts(block)])


def _tall(row: Sequence[str], room: Sequence[float]) -> int:
    return max(int(len(t) // r) + 1 for t, r in zip(row, room, strict=True))


def small(block: Table | TextTable) -> bool:
    """Whether the table is kept on one page."""
    return lines(block) <= TOGETHER
