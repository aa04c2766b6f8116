"""Whether grades of laboratory values can be calculated, and their ranges be used."""

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
    """EQ119: what keeps a grade from being calculated.

    Args:
        field: with the grade.
        grading: its criteria.
        known: fields of the form, by id.
        where: for messages.
    """
    if field.type != "number" or field.decimals:
        yield _bad("a grade is a whole number", where, 'type = "number", no decimals')
    if field.sum:
        yield _bad("the field is a sum and a grade", where, "keep one of them")
    names = (grading.of, grading.lower, grading.upper, grading.baseline)
    for name in names:
        if name is not None and not _is_number(known.get(name)):
            fix = "name a field of the form that is a number, and not calculated"
            yield _bad(f"the grade needs {name!r}", where, fix)
    unit = known.get(grading.unit)
    if unit is None or unit.type != "choice":
        fix = "name a field of the form of type choice, with the units"
        yield _bad(f"the unit is {grading.unit!r}", where, fix)
    for limit in grading.limits:
        for what, fix in _limit(limit, grading):
            yield _bad(f"grade {limit.grade}: {what}", where, fix)
    if unit is not None and unit.type == "choice":
        yield from _units(grading, set(unit.choices), where)


def range_problems(
    form: FormDefinition, characteristics: Sequence[Characteristic], where: str
) -> Iterator[Problem]:
    """EQ119: reference ranges that are never used, or are none.

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
            fix = f"results with a grade: {listing(results) or 'none'}"
            yield _bad(f"no grade needs a range of {one.of!r}", place, fix)
            continue
        units = tuple(fields[results[one.of].unit].choices)
        if one.unit not in units:
            yield _bad(
                f"{one.unit!r} is no unit of it", place, f"units: {listing(units)}"
            )
        if one.sex is not None and one.sex not in sexes:
            fix = f"values of the characteristic sex: {listing(sexes) or 'none'}"
            yield _bad(f"there is no sex {one.sex!r}", place, fix)
        yield from (_bad(what, place, fix) for what, fix in _range(one))
        if any(_overlap(one, other) for other in seen):
            yield _bad("two ranges apply to one result", place, "keep one of them")
        seen.append(one)


def _is_number(field: FormField | None) -> bool:
    return field is not None and field.type == "number" and not field.is_calculated


def _limit(limit: GradeLimit, grading: Grading) -> Iterator[tuple[str, str]]:
    given = [name for name in COMPARISONS if getattr(limit, name) is not None]
    if len(given) != 1:
        yield f"{len(given)} comparisons", f"give one of {listing(COMPARISONS)}"
    if bool(limit.unit) == (limit.times is not None):
        yield "a limit of no kind", "give unit or times: one of them"
    needs_baseline = limit.times == "baseline" or limit.baseline is not None
    if needs_baseline and grading.baseline is None:
        yield "there is no baseline", "name the field with the value at baseline"


def _units(grading: Grading, units: set[str], where: str) -> Iterator[Problem]:
    """An absolute limit is stated in every unit in which the result can be entered."""
    stated: dict[tuple[int, str], set[str]] = defaultdict(set)
    for limit in grading.limits:
        side = "below" if limit.below is not None else "above"
        if limit.unit:
            stated[limit.grade, side].add(limit.unit)
    for (grade, _), own in stated.items():
        if own != units:
            what = f"grade {grade} is stated for {listing(sorted(own))}"
            yield _bad(what, where, f"units of the result: {listing(sorted(units))}")


def _range(one: ReferenceRange) -> Iterator[tuple[str, str]]:
    if one.low is None and one.high is None:
        yield "a range without limits", "give low, high or both"
    elif one.low is not None and one.high is not None and one.low > one.high:
        yield "the lower limit is above the upper limit", "correct one of them"


def _overlap(one: ReferenceRange, other: ReferenceRange) -> bool:
    same = (one.of, one.unit) == (other.of, other.unit)
    return same and (None in (one.sex, other.sex) or one.sex == other.sex)


def _bad(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ119", what=what, where=where, mend=fix)
