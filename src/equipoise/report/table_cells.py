"""Cells of tables: numbers with their rounding and their id in the results."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal

from equipoise.analyze.result import Estimate
from equipoise.errors.counted import counted
from equipoise.numerics.rounding import fixed, p_text
from equipoise.protocol.labels import score_label as score_label
from equipoise.protocol.model import Protocol

Field = Literal[
    "estimate",
    "std_error",
    "lower",
    "upper",
    "df",
    "p",
    "n",
    "statistic",
    "percent",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the page.

    Attributes:
        text: as printed.
        id: id of the estimate; None for a text without a number.
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
    """A field of an estimate, rounded half away from zero; a dash without a value.

    Degrees of freedom of a normal distribution (``df = "asymptotic"``) are printed as ∞.
    """
    if row is None:
        return Cell("–")
    value = getattr(row, field)
    if value is None:
        return Cell("–", row.id, field)
    if field == "df" and value == inf:
        return Cell("∞", row.id, field)
    text = p_text(value) if field == "p" else fixed(value * scale, digits)
    return Cell(text.replace("-", "−"), row.id, field)


MOST_DIGITS = 3  # of an error, and of the number that it belongs to


def with_error(value: object, error: object, digits: int, scale: float = 1) -> str:
    """``80.7 (0.4)``: a number with its Monte Carlo error; a dash if it is missing.

    Both have more decimals where the error would be shown as 0 (``1.25 (0.03)``).

    Args:
        value: missing if it is not a finite number.
        error: of the same unit as the value; the value stands alone without one.
        digits: decimals, unless the error needs more.
        scale: multiplies both, 100 for a percentage.

    Example:
        >>> with_error(0.807, 0.004, 1, 100)
        '80.7 (0.4)'
    """
    if not isinstance(value, float | int) or not isfinite(value):
        return "–"
    said = ""
    if isinstance(error, float | int) and isfinite(error):
        error *= scale
        while error and digits < MOST_DIGITS and error < 0.5 * 10**-digits:
            digits += 1
        least = 10**-digits
        hidden = 0 < error < 0.5 * least
        said = f" (<{fixed(least, digits)})" if hidden else f" ({fixed(error, digits)})"
    return fixed(value * scale, digits).replace("-", "−") + said


COMMON = ("placebo", "drug", "control", "sham", "care", "usual", "waiting", "treatment")


def in_sentence(protocol: Protocol, arm: str) -> str:
    """The label of an arm inside a sentence: ``ketamine``, but ``Beat the Blues``.

    The first word is in lower case where it is a generic name: that of the drug that the
    arm receives, or a common noun such as *placebo*.
    """
    known = protocol.arm(arm)
    given = protocol.infused(arm)
    drug = ((given and given.drug) or "").lower().split()
    first, space, rest = known.label.partition(" ")
    if first.lower() in {*drug[:1], *COMMON}:
        return f"{first.lower()}{space}{rest}"
    return known.label


def lowered(label: str) -> str:
    """A label inside a sentence: ``week 2``, but ``CAPS-5 total`` and ``24 h``."""
    plain = len(label) > 1 and label[0].isupper() and label[1:2].islower()
    return f"{label[0].lower()}{label[1:]}" if plain else label


def sentence_case(text: str) -> str:
    """With a capital at the start, the rest unchanged."""
    return f"{text[:1].upper()}{text[1:]}"


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 infusion``, ``6 infusions``."""
    return counted(count, noun).replace(",", "")  # as all numbers of a report
