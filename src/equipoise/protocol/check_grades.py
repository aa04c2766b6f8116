"""Checks the grades of laboratory values and their reference ranges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from equipoise.errors import Problem, listing
from equipoise.protocol.forms import FormDefinition, FormField
from equipoise.protocol.grades import COMPARISONS, GradeLimit, Grading, ReferenceRange
from equipoise.protocol.population import Characteristic


def grading_problems(
    field: FormField, grading: Grading, known: Mapping[str, FormField], where: str
) -> Iterator[Problem]:
    """EQ119: problems that prevent the calculation of a grade.

    Args:
        field: with the grade.
        grading: its criteria.
        known: fields of the form, by id.
        where: for messages.
    """
    if field.type != "number" or field.decimals:
        what = "a grade must be an integer"
        yield _bad(what, where, 'set type = "number", without decimals')
    if field.sum:
        yield _bad("the field is both a sum and a grade", where, "delete one of them")
    names = (grading.of, grading.lower, grading.upper, grading.baseline)
    for name in names:
        if name is not None and not _is_number(known.get(name)):
            fix = "name a field of the form that is a number and not calculated"
            yield _bad(f"{name!r} cannot be used for the grade", where, fix)
    unit = known.get(grading.unit)
    if unit is None or unit.type != "choice":
        fix = "name a field of the form of type choice, with the units"
        yield _bad(f"{grading.unit!r} cannot be the unit", where, fix)
    for limit in grading.limits:
        for what, fix in _limit(limit, grading):
            yield _bad(f"grade {limit.grade}: {what}", where, fix)
    if unit is not None and unit.type == "choice":
        yield from _units(grading, set(unit.choices), where)


def range_problems(
    form: FormDefinition, characteristics: Sequence[Characteristic], where: str
) -> Iterator[Problem]:
    """EQ119: reference ranges that are never used or are invalid.

    Args:
        form: as the protocol has it.
        characteristics: of participants, ``sex`` among them where a range needs it.
        where: for messages.
    """
    results = {f.grading.of: f.grading for f in form.fields if f.grading is not None}
    fields = {field.id: field for field in form.fields}
    sexes = next((c.values for c in characteristics if c.id == "sex"), ())
    seen: list[ReferenceRange] = []
    for one in form.ranges:
        place = f"{where}.ranges[{one.of}]"
        if one.of not in results:
            fix = f"use one of the results with a grade: {listing(results)}"
            yield _bad(f"no grade uses a range of {one.of!r}", place, fix)
            continue
        units = tuple(fields[results[one.of].unit].choices)
        if one.unit not in units:
            fix = f"use one of: {listing(units)}"
            yield _bad(f"{one.unit!r} is not a unit of the result", place, fix)
        if one.sex is not None and one.sex not in sexes:
            fix = f"use a value of the characteristic sex: {listing(sexes)}"
            yield _bad(f"{one.sex!r} is not a value of sex", place, fix)
        yield from (_bad(what, place, fix) for what, fix in _range(one))
        if any(_overlap(one, other) for other in seen):
            yield _bad("two ranges apply to one result", place, "delete one of them")
        seen.append(one)


def _is_number(field: FormField | None) -> bool:
    return field is not None and field.type == "number" and not field.is_calculated


def _limit(limit: GradeLimit, grading: Grading) -> Iterator[tuple[str, str]]:
    given = [name for name in COMPARISONS if getattr(limit, name) is not None]
    if len(given) != 1:
        what = f"the limit has {len(given)} comparisons"
        yield what, f"give one of {listing(COMPARISONS)}"
    if bool(limit.unit) == (limit.times is not None):
        yield "exactly one of unit and times is required", "give one of them"
    needs_baseline = limit.times == "baseline" or limit.baseline is not None
    if needs_baseline and grading.baseline is None:
        yield "no baseline is named", "name the field with the value at baseline"


def _units(grading: Grading, units: set[str], where: str) -> Iterator[Problem]:
    """An absolute limit is stated in every unit in which the result can be entered."""
    stated: dict[tuple[int, str], set[str]] = defaultdict(set)
    for limit in grading.limits:
        side = "below" if limit.below is not None else "above"
        if limit.unit:
            stated[limit.grade, side].add(limit.unit)
    for (grade, _), own in stated.items():
        if own != units:
            what = f"grade {grade} has limits only in {listing(sorted(own))}"
            fix = f"state a limit in each unit of the result: {listing(sorted(units))}"
            yield _bad(what, where, fix)


def _range(one: ReferenceRange) -> Iterator[tuple[str, str]]:
    if one.low is None and one.high is None:
        yield "the range has no limits", "give low, high or both"
    elif one.low is not None and one.high is not None and one.low > one.high:
        yield "the lower limit is above the upper limit", "correct one of them"


def _overlap(one: ReferenceRange, other: ReferenceRange) -> bool:
    same = (one.of, one.unit) == (other.of, other.unit)
    return same and (None in (one.sex, other.sex) or one.sex == other.sex)


def _bad(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ119", what=what, where=where, fix=fix)
