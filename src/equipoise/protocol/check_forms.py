"""Whether ``[[forms]]`` states forms that can be filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from equipoise.errors import Problem, listing
from equipoise.protocol.check_grades import grading_problems, range_problems
from equipoise.protocol.forms import (
    FormCheck,
    FormDefinition,
    FormField,
    FormUse,
    OnlyIf,
)
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names

# Forms that every trial has. A protocol can add fields to those of the library; none
# of its own forms can take one of these names.
BUILT_IN = (
    "characteristics", "consent", "eligibility", "event", "exclusion", "guess",
    "infusion", "instrument", "milestone", "relapse", "relapse-plan", "schedule",
    "syringe", "visit", "vitals",
)  # fmt: skip
MOMENTS = ("today", "day0", "infusion start", "window start", "window end")


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ104 and EQ119: what keeps a form from being filled in."""
    whole = []
    for place, use in enumerate(protocol.forms):
        where = f"{origin}, forms[{use.name or place}]"
        wrong = [*_entry(use, protocol.standard_forms.get(use.use or ""))]
        yield from (_bad(what, where, fix) for what, fix in wrong)
        if use.use is not None or not wrong:
            whole.append(use)
    sound = protocol.model_copy(update={"forms": tuple(whole)})
    for use, form in zip(whole, sound.form_definitions(), strict=True):
        where = f"{origin}, forms[{form.id}]"
        extends = use.use is not None and use.id is None
        if form.id in BUILT_IN and not extends:
            fix = f"take another id; these are taken: {listing(BUILT_IN)}"
            yield _bad("every trial has a form of this id", where, fix)
        yield from _form(form, names, where)
        yield from range_problems(form, protocol.characteristics, where)
    for name, count in Counter(f.id for f in sound.form_definitions()).items():
        if count > 1:
            where = f"{origin}, forms[{name}]"
            yield _bad(f"{count} forms have this id", where, "give each its own id")


def _entry(use: FormUse, base: FormDefinition | None) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry itself: what, and how to fix it."""
    if use.use is None:
        needed = {"id": use.id, "title": use.title, "fields": use.fields}
        lacking = [name for name, value in needed.items() if not value]
        if lacking:
            what = f"a form of its own has no {listing(lacking)}"
            yield what, f"add {listing(lacking)}, or `use` a form of the library"
    known = {field.id for field in base.fields} if base is not None else set()
    strange = [name for name in use.omit if name not in known]
    if strange:
        yield f"omit names {listing(strange)}", f"known: {listing(sorted(known))}"
    if base is not None and base.id in BUILT_IN:
        yield from _built_in(use, known)


def _built_in(use: FormUse, known: set[str]) -> Iterator[tuple[str, str]]:
    """A form that every trial has can be added to: the program needs what it has."""
    fix = "add fields with ids of your own, and checks; or state a form of your own"
    again = [field.id for field in use.fields if field.id in known]
    if again or use.omit:
        yield f"{listing([*again, *use.omit])} would change", fix
    stated = [
        name
        for name in ("by", "conceals", "visits", "minutes", "any_time", "repeats")
        if getattr(use, name) not in (None, ())
    ]
    if stated:
        yield f"{listing(stated)} of this form cannot be changed", fix


def form_problems(form: FormDefinition, where: str) -> Iterator[Problem]:
    """EQ119: what is wrong with a form by itself, wherever it is used.

    Args:
        form: its fields and checks.
        where: for messages.
    """
    known = {field.id: field for field in form.fields}
    for name, count in Counter(field.id for field in form.fields).items():
        if count > 1:
            yield _bad(f"{count} fields {name!r}", where, "give each its own id")
    for field in form.fields:
        yield from _field(field, known, f"{where}.fields[{field.id}]")
    for name, count in Counter(check.id for check in form.checks).items():
        if count > 1:
            yield _bad(f"{count} checks {name!r}", where, "give each its own id")
    for check in form.checks:
        yield from _check(check, known, f"{where}.checks[{check.id}]")


def _form(form: FormDefinition, names: Names, where: str) -> Iterator[Problem]:
    for visit in form.visits:
        yield from names.refer("visit", visit, f"{where}.visits")
    if form.minutes and not form.visits:
        yield _bad("minutes, and no visit", where, "name the visits with an infusion")
    if not form.visits and not form.any_time and form.id not in BUILT_IN:
        yield _bad(
            "the form is never filled in", where, "give visits, or any_time = true"
        )
    if form.repeats and not form.any_time and form.id not in BUILT_IN:
        yield _bad("repeats at planned visits", where, "set any_time = true with it")
    yield from form_problems(form, where)


def _field(
    field: FormField, known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    offers = bool(field.choices) or field.choices_from is not None
    if (field.type == "choice") != offers:
        yield _bad("choices belong to type choice, and to no other", where, "fix one")
    if field.min is not None and field.max is not None and field.min > field.max:
        yield _bad("no number is possible", where, "min is at most max")
    if field.only_if is not None:
        yield from _asked(field.only_if, known, where)
        if _circle(field, known):
            yield _bad("the field is asked only if itself is", where, "fix only_if")
    if (field.type == "time") != (field.time_of is not None):
        yield _bad("a time of no day", where, "give time_of to a time, and to no other")
    elif field.time_of is not None and _type(field.time_of, known) != "date":
        yield _bad(f"time_of {field.time_of!r}", where, "name a date of the form")
    yield from _calculated(field, known, where)
    if field.type == "file":
        yield _bad(
            "a field of type file cannot be filled in",
            where,
            "delete it: scans are attached to the form as a whole; for what the file "
            'shows, use type = "flag" or "text"',
        )


def _calculated(
    field: FormField, known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    if field.sum and field.type != "number":
        yield _bad("a sum is a number", where, 'type = "number"')
    for part in field.sum:
        if not _counts(known.get(part)):
            yield _bad(f"the sum of {part!r}", where, "name fields that are numbers")
    if field.grading is not None:
        yield from grading_problems(field, field.grading, known, where)


def _type(name: str, known: dict[str, FormField]) -> str:
    return known[name].type if name in known else ""


def _counts(field: FormField | None) -> bool:
    """Whether the answers of a field can be added up."""
    if field is None or field.is_calculated:
        return False
    values = list(field.choices) if field.type == "choice" else []
    whole = all(v.removeprefix("-").isdecimal() for v in values)
    return field.type == "number" or (field.type == "choice" and bool(values) and whole)


def _circle(field: FormField, known: dict[str, FormField]) -> bool:
    seen, at = {field.id}, field
    while at.only_if is not None and at.only_if.field in known:
        if at.only_if.field in seen:
            return True
        at = known[at.only_if.field]
        seen.add(at.id)
    return False


def _asked(rule: OnlyIf, known: dict[str, FormField], where: str) -> Iterator[Problem]:
    if rule.field not in known:
        yield _no_field(rule.field, known, where)
    else:
        yield from _answers(known[rule.field], rule.one_of, where)


def _answers(field: FormField, values: Iterable[str], where: str) -> Iterator[Problem]:
    """Answers that a field never has."""
    possible = {"flag": ("yes", "no"), "choice": tuple(field.choices)}.get(field.type)
    if possible is None or field.choices_from is not None:
        return
    for value in values:
        if value not in possible:
            fix = f"answers of {field.id}: {listing(possible)}"
            yield _bad(f"{value!r} is no answer of {field.id!r}", where, fix)


def _check(
    check: FormCheck, known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    if check.field not in known:
        yield _no_field(check.field, known, where)
        return
    if check.order in ("is", "any is"):
        if not check.one_of:
            yield _bad("no value is right", where, "give one_of")
        looked = check.fields if check.order == "any is" else (check.field,)
        if not looked:
            yield _bad("no field is looked at", where, "give fields")
        for name in looked:
            if name in known:
                yield from _answers(known[name], check.one_of, where)
            else:
                yield _no_field(name, known, where)
    elif check.other is None:
        yield _bad("compared with nothing", where, "give other")
    elif check.other not in (*MOMENTS, *known) and "." not in check.other:
        fix = f"known: {listing((*MOMENTS, *known))}; or form.field"
        yield _bad(f"there is no {check.other!r}", where, fix)


def _no_field(name: str, known: Iterable[str], where: str) -> Problem:
    return _bad(f"there is no field {name!r}", where, f"known: {listing(known)}")


def _bad(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ119", what=what, where=where, mend=fix)
