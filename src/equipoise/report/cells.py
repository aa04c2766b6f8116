"""Numbers of a page: each with its rounding and its id in the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.analyze.result import Estimate
from equipoise.numerics.rounding import fixed, p_text
from equipoise.protocol.model import Protocol

Field = Literal[
    "estimate", "std_error", "lower", "upper", "df", "p", "n", "statistic", "percent"
]
DASH = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the page, or the text between two.

    Attributes:
        text: as it is printed.
        id: id of the estimate; None for a text that is no number.
        field: field of the estimate that the number is; ``percent`` is
            100 * ``estimate`` / ``n``, of a count.
        digits: decimals; None for a p-value and for a dash.
        scale: factor before rounding, 100 for a proportion in percent.
        size: True if the number is printed without its sign, because a word such as
            ``lower`` says it.
    """

    text: str
    id: str | None = None
    field: Field | None = None
    digits: int | None = None
    scale: float = 1
    size: bool = False


Cells = tuple[Cell, ...]


def words(text: str) -> Cells:
    """Text without a number."""
    return (Cell(text),)


def plain(cells: Cells) -> str:
    """The cells as text."""
    return "".join(cell.text for cell in cells)


def unrounded(row: Estimate, field: Field) -> float | None:
    """A field of an estimate, before scale and rounding."""
    if field != "percent":
        value: float | None = getattr(row, field)
        return value
    if row.estimate is None or not row.n:
        return None
    return 100 * row.estimate / row.n


def number(
    row: Estimate | None,
    field: Field = "estimate",
    digits: int = 2,
    scale: float = 1,
    *,
    size: bool = False,
) -> Cell:
    """A field of an estimate, rounded half away from zero; a dash where it is None."""
    if row is None:
        return Cell(DASH)
    value = unrounded(row, field)
    if value is None:
        return Cell(DASH, row.id, field)
    if field == "p":
        return Cell(p_text(value), row.id, field)
    text = fixed((abs(value) if size else value) * scale, digits)
    return Cell(text.replace("-", "−"), row.id, field, digits, scale, size)


def interval(row: Estimate | None, digits: int = 2, scale: float = 1) -> Cells:
    """``−11.27 to −0.46``; one dash where both ends are missing."""
    if row is None or (row.lower is None and row.upper is None):
        return (number(row, "lower"),)
    return (
        number(row, "lower", digits, scale),
        Cell(" to "),
        number(row, "upper", digits, scale),
    )


def in_brackets(first: Cell, *inside: Cell) -> Cells:
    """``9/15 (60)``: a number and what belongs to it in brackets."""
    return (first, Cell(" ("), *inside, Cell(")"))


def score_label(protocol: Protocol, score: str) -> str:
    """A score as people call it: ``CAPS-5 total severity``."""
    instrument, _, name = score.partition(".")
    label = protocol.scales[instrument].scores[name].label
    return f"{short_name(protocol, instrument)} {label[0].lower()}{label[1:]}"


def short_name(protocol: Protocol, instrument: str) -> str:
    """An instrument as people call it: what stands in brackets after its full name."""
    name = protocol.scales[instrument].name
    return name.rpartition("(")[2].rstrip(")") if name.endswith(")") else name
