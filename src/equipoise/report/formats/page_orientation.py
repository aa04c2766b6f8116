"""Which parts of a report are on upright pages, and which on turned ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from equipoise.report.blocks import Block, Document, Figure, Section, Table, TextTable
from equipoise.report.formats.columns import layout

Item = Section | Block  # a section stands for its heading
Turn = bool | None  # None for what is on the page of its neighbors


def pages(
    sections: Iterable[Section], document: Document
) -> list[tuple[bool, list[Item]]]:
    """Headings and blocks in order, in stretches with one turn of the page.

    Headings and the text below them go with the table that follows. What is too little
    for a page of its own between two turned pages is on a turned one.

    Args:
        sections: of the document.
        document: whose paper is used.
    """
    items: list[Item] = []
    for section in sections:
        items += [section, *section.blocks]
    turns = _between(items, [_turn(item, document) for item in items])
    stretches: list[tuple[bool, list[Item]]] = [
        (turn, [item for item, _ in group])
        for turn, group in groupby(zip(items, turns, strict=True), key=lambda p: p[1])
    ]
    last = len(stretches) - 1
    absorbed = [
        (turn or (0 < number < last and _little(own, document)), own)
        for number, (turn, own) in enumerate(stretches)
    ]
    return [
        (turn, [item for _, own in group for item in own])
        for turn, group in groupby(absorbed, key=lambda p: p[0])
    ]


def _turn(item: Item, document: Document) -> Turn:
    if isinstance(item, Figure):
        return False
    if isinstance(item, Table | TextTable) and item.rows:
        return layout(item, document).landscape
    return None


def _between(items: Sequence[Item], turns: Sequence[Turn]) -> list[bool]:
    """The turn of every item: texts go with what is before or after them."""
    made: list[bool] = []
    before, start = False, 0
    for end in range(len(items) + 1):
        turn = turns[end] if end < len(items) else False
        if turn is None:
            continue
        texts = items[start:end]
        first = next(
            (k for k, t in enumerate(texts) if isinstance(t, Section)), len(texts)
        )
        tail = max(first, _tail(texts)) if end < len(items) else len(texts)
        made += [before] * first
        made += [before and turn] * (tail - first)
        made += [turn] * (len(texts) - tail)
        if end < len(items):
            made.append(turn)
        before, start = turn, end + 1
    return made


def _tail(texts: Sequence[Item]) -> int:
    """Where the last headings, and the text below them, begin."""
    at = len(texts)
    while at and not isinstance(texts[at - 1], Section):
        at -= 1
    while at and isinstance(texts[at - 1], Section):
        at -= 1
    return at


def _little(items: Sequence[Item], document: Document) -> bool:
    return all(
        not isinstance(item, Figure)
        and not (
            isinstance(item, Table | TextTable)
            and item.rows
            and not layout(item, document).small
        )
        for item in items
    )
