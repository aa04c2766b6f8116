"""Toxicity grades of laboratory values: criteria as numbers, and the grade of a value.

The limits are data of a form (``[fields.grading]``), each with its source. Nothing here
knows a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text

Reference = Literal["lower limit", "upper limit", "baseline"]
COMPARISONS = ("above", "at_least", "below")


class GradeLimit(Part):
    """A limit from which a value has at least a grade.

    Exactly one of ``above``, ``at_least`` and ``below`` is given: in ``unit``, or as
    multiples of ``times``.

    Attributes:
        grade: 1 to 4; grade 5 (death) never follows from a laboratory value.
        above: met above this value.
        at_least: met at this value or above.
        below: met below this value.
        unit: of the result, for an absolute limit.
        times: the limit is a multiple of this limit of the reference range, or of the
            value at baseline.
        baseline: applies only if the value at baseline was at most (``normal``) or above
            (``abnormal``) the upper limit of the reference range; always, if absent.
    """

    grade: int = Field(ge=1, le=4)
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    unit: str = ""
    times: Reference | None = None
    baseline: Literal["normal", "abnormal"] | None = None


class Grading(Part):
    """Calculation of the grade of a laboratory value from fields of its form.

    Attributes:
        of: field with the result.
        unit: field with its unit, which the range and the baseline share.
        lower: field with the lower limit of the reference range.
        upper: field with the upper limit.
        baseline: field with the value at baseline; if it is empty, the baseline counts as
            normal, and limits that are multiples of it are not applied.
        limits: at least one.
        not_graded: side of the reference range on which the criteria state no numbers: a
            value there has no calculated grade, rather than grade 0.
        source: the criteria, with their version and term.
        note: criteria that are not numbers.
    """

    of: Identifier
    unit: Identifier
    lower: Identifier
    upper: Identifier
    baseline: Identifier | None = None
    limits: tuple[GradeLimit, ...] = Field(min_length=1)
    not_graded: Literal["above", "below"] | None = None
    source: Text
    note: str = ""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Fields of the form from which the grade is calculated."""
        names = (self.of, self.unit, self.lower, self.upper, self.baseline)
        return tuple(name for name in names if name is not None)


class ReferenceRange(Sourced):
    """A reference range of the laboratory of a trial, for a field of its form.

    It is used if the form does not contain a range. A range belongs to a laboratory and
    its method: the library states none.

    Attributes:
        of: field with the result.
        unit: of the result for which it is stated.
        sex: value of the characteristic ``sex`` for which it applies; by default all.
        low: lower limit, in ``unit``.
        high: upper limit, in ``unit``.
    """

    of: Identifier
    unit: Text
    sex: Text | None = None
    low: float | None = None
    high: float | None = None


def limits_of(
    grading: Grading, values: Mapping[str, str], ranges: Sequence[ReferenceRange] = ()
) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper limit of the reference range of a result; None if unknown.

    Args:
        grading: of the result.
        values: field -> value of the form; no missing codes.
        ranges: of the protocol, for this participant; each limit in the form takes
            precedence.
    """
    low, high = (_number(values.get(n, "")) for n in (grading.lower, grading.upper))
    unit = values.get(grading.unit, "")
    for one in ranges:
        if (one.of, one.unit) == (grading.of, unit):
            low = _exact(one.low) if low is None else low
            high = _exact(one.high) if high is None else high
    return low, high


def grade_of(
    grading: Grading, values: Mapping[str, str], ranges: Sequence[ReferenceRange] = ()
) -> int | None:
    """The grade of a result: 0 to 4, or None if it cannot be calculated.

    None if the value or its unit is missing, if a limit of the reference range is missing
    that could change the grade, and for a value on a side that the criteria do not grade
    by numbers.

    Args:
        grading: the criteria.
        values: as of ``limits_of``.
        ranges: as of ``limits_of``.

    Example:
        >>> alt = Grading(of="ALT", unit="U", lower="LO", upper="HI", source="an example",
        ...               limits=[{"grade": 1, "above": 1, "times": "upper limit"},
        ...                       {"grade": 2, "above": 3, "times": "upper limit"}])
        >>> [grade_of(alt, {"ALT": v, "U": "U/L", "HI": "40"}) for v in ("40", "120.5")]
        [0, 2]
        >>> grade_of(alt, {"ALT": "120.5", "U": "U/L"}) is None
        True
    """
    value, unit = _number(values.get(grading.of, "")), values.get(grading.unit, "")
    if value is None or not unit:
        return None
    low, high = limits_of(grading, values, ranges)
    start = _number(values.get(grading.baseline or "", ""))
    known = {"lower limit": low, "upper limit": high, "baseline": start}
    for grade in sorted({limit.grade for limit in grading.limits}, reverse=True):
        own = (limit for limit in grading.limits if limit.grade == grade)
        met = [_met(limit, value, unit, known) for limit in own]
        if any(met):
            return grade
        if None in met:
            return None
    beyond = {"above": (high, 1), "below": (low, -1)}
    if grading.not_graded is not None:
        end, sign = beyond[grading.not_graded]
        if end is None or (value - end) * sign > 0:
            return None
    return 0


def _met(
    limit: GradeLimit, value: Decimal, unit: str, known: Mapping[str, Decimal | None]
) -> bool | None:
    """Whether a value meets a limit; None if a number that it needs is missing."""
    if limit.unit and limit.unit != unit:
        return False
    if limit.baseline is not None:
        start, high = known["baseline"], known["upper limit"]
        if start is not None and high is None:
            return None
        abnormal = start is not None and high is not None and start > high
        if abnormal != (limit.baseline == "abnormal"):
            return False
    end = _exact(next(n for n in _ends(limit) if n is not None)) or Decimal()
    if limit.times is not None:
        of = known[limit.times]
        if of is None:
            return False if limit.times == "baseline" else None
        end *= of
    if limit.below is not None:
        return value < end
    return value > end if limit.above is not None else value >= end


def _ends(limit: GradeLimit) -> tuple[float | None, ...]:
    return tuple(getattr(limit, name) for name in COMPARISONS)


def _exact(number: float | None) -> Decimal | None:
    """A number as the decimal that was written: ``0.1`` is exactly a tenth."""
    return None if number is None else Decimal(str(number))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
