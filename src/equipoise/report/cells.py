"""Numbers of a page: each with its rounding and its id in the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.analyze.result import Estimate
from equipoise.numerics.rounding import fixed, p_text
from equipoise.protocol.labels import score_label as score_label
from equipoise.protocol.model import Protocol

Field = Literal["estimate", "std_error", "lower", "upper", "df", "p", "n", "statistic"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the page.

    Attributes:
        text: as it is printed.
        id: id of the estimate; None for a text that is no number.
        field: field of the estimate that the number is.
    """

    text: str
    id: str | None = None
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Decimals:
    """How many decimals are printed, by what a number is.

    Attributes:
        score: of scores, their means, differences and limits.
        error: of standard errors, standard deviations and standardized differences.
        percent: of a percentage of participants.
        difference: of a difference of percentages, in percentage points.
        ratio: of ratios.
        days: of durations in days.
    """

    score: int
    error: int
    percent: int = 0
    difference: int = 1
    ratio: int = 2
    days: int = 1


def decimals(protocol: Protocol) -> Decimals:
    """The decimals of a report, from ``[report]`` of its protocol."""
    score = protocol.report.decimals
    return Decimals(score=score, error=max(score + 1, 2))


def ci(level: float | None) -> str:
    """``95% CI``, as headings and sentences name an interval."""
    return f"{100 * (0.95 if level is None else level):g}% CI"


def number(
    row: Estimate | None, field: Field = "estimate", digits: int = 2, scale: float = 1
) -> Cell:
    """A field of an estimate, rounded half away from zero; a dash where it is None."""
    if row is None:
        return Cell("–")
    value = getattr(row, field)
    if value is None:
        return Cell("–", row.id, field)
    text = p_text(value) if field == "p" else fixed(value * scale, digits)
    return Cell(text.replace("-", "−"), row.id, field)
