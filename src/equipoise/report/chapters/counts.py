"""Cells of counts of participants, and notes on what was not recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from equipoise.analyze.result import Estimate
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Table
from equipoise.report.by_arm import Cells
from equipoise.report.table_cells import Cell, decimals, number


def count(protocol: Protocol, row: Estimate | None) -> Cells:
    """``5/15 (33%)`` of a count whose ``statistic`` is its proportion.

    A dash where there is no count; a count without a percentage where it is a lower
    bound, because it is not recorded of every participant.
    """
    if row is None or row.estimate is None:
        return (number(row),)
    cells = (number(row, digits=0), Cell("/"), number(row, "n", 0))
    if row.statistic is None:
        return (Cell("≥ "), *cells)
    percent = number(row, "statistic", decimals(protocol).percent, 100)
    return (*cells, Cell(" ("), percent, Cell("%)"))


def of_arm(
    find: Lookup, start: str, make: Callable[[Estimate | None], Cells]
) -> Callable[[str], Cells]:
    """What makes the cells of an arm from its estimate ``<start>.<arm>``.

    Args:
        find: estimates by id.
        start: of the id, without the arm.
        make: cells of an estimate.
    """

    def cells(arm: str) -> Cells:
        return make(find(f"{start}.{arm}"))

    return cells


def raw(protocol: Protocol, row: Estimate | None) -> Cell:
    """A value as it was recorded: a whole number without decimals."""
    value = None if row is None else row.estimate
    if value is not None and value.is_integer():
        return number(row, digits=0)
    return number(row, digits=decimals(protocol).score)


def reasons(rows: Iterable[Estimate | None]) -> str:
    """What the notes of estimates say after their first part, each once, as sentences.

    The first part of a note is the label of its row; the parts after a semicolon say what
    was not recorded, or why there is no number.
    """
    texts: dict[str, None] = {}
    for row in rows:
        if row is None or row.note is None:
            continue
        for part in row.note.split("; ")[1:]:
            texts[part] = None
    return " ".join(sentence(part) for part in texts)


def sentence(text: str) -> str:
    """A note as a sentence."""
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def placed(table: Table, group: str, row: Estimate | None) -> Table:
    """A table with its number group and with the analysis set of one of its estimates."""
    population = row.population if row is not None else ""
    return replace(table, group=group, population=population)
