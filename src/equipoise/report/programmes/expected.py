"""Expected numbers that a program must print, from the results of the analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite

from equipoise.analyze.result import Estimate, Results

DIGITS = 5  # significant digits that are compared
SLACK = 0.6  # units of the last of them: 0.5 for rounding, 0.1 for the search
FIELDS = {  # field of an estimate -> its name in the programmes
    "estimate": "estimate",
    "std_error": "SE",
    "df": "df",
    "lower": "lower",
    "upper": "upper",
    "p": "P",
}


@dataclass(frozen=True, slots=True)
class Number:
    """One number that a programme must print.

    Attributes:
        name: such as ``ketamine - midazolam at week-2: estimate``.
        text: with five significant digits.
        id: of the estimate in ``results.json``.
    """

    name: str
    text: str
    id: str


def number(name: str, value: float | None, id_: str) -> Iterator[Number]:
    """The number, if there is one."""
    if value is not None and isfinite(value):
        yield Number(name, f"{value:.{DIGITS}g}", id_)


def numbers(
    name: str, row: Estimate, fields: Iterable[str] = FIELDS
) -> Iterator[Number]:
    """The fields of an estimate that have a value."""
    for field in fields:
        yield from number(f"{name}: {FIELDS[field]}", getattr(row, field), row.id)


def of_endpoint(results: Results, endpoint: str, *analyses: str) -> list[Estimate]:
    """The estimates of an endpoint of these kinds that have a number, in order."""
    return [
        row
        for row in results.of(endpoint)
        if row.analysis in analyses and (row.estimate is not None or row.p is not None)
    ]
