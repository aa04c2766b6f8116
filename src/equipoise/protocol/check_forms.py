"""Checks that the forms of ``[[forms]]`` can be completed."""

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
    """EQ104 and EQ119: problems that prevent the completion of a form."""
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
            fix = f"choose another id; reserved: {listing(BUILT_IN)}"
            yield _bad("the id is that of a built-in form", where, fix)
        yield from _form(form, names, where)
        yield from range_problems(form, protocol.characteristics, where)
    for name, count in Counter(f.id for f in sound.form_definitions()).items():
        if count > 1:
            where = f"{origin}, forms[{name}]"
            yield _bad(f"{count} forms have this id", where, "give each a unique id")


def _entry(use: FormUse, base: FormDefinition | None) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry itself: what, and how to fix it."""
    if use.use is None:
        needed = {"id": use.id, "title": use.title, "fields": use.fields}
        lacking = [name for name, value in needed.items() if not value]
        if lacking:
            what = f"the form has no {listing(lacking)}"
            yield what, f"add {listing(lacking)}, or `use` a form of the library"
    known = {field.id for field in base.fields} if base is not None else set()
    strange = [name for name in use.omit if name not in known]
    if strange:
        what = f"omit names unknown fields: {listing(strange)}"
        yield what, f"use one of: {listing(sorted(known))}"
    if base is not None and base.id in BUILT_IN:
        yield from _built_in(use, known)


def _built_in(use: FormUse, known: set[str]) -> Iterator[tuple[str, str]]:
    """Fields and checks can be added to a built-in form; its fields must not change."""
    fix = "add checks, and fields with new ids; or define a new form"
    again = [field.id for field in use.fields if field.id in known]
    if again or use.omit:
        yield f"{listing([*again, *use.omit])} of this form cannot be changed", fix
    stated = [
        name
        for name in ("by", "conceals", "visits", "minutes", "any_time", "repeats")
        if getattr(use, name) not in (None, ())
    ]
    if stated:
        yield f"{listing(stated)} of this form cannot be changed", fix


def form_problems(form: FormDefinition, where: str) -> Iterator[Problem]:
    """EQ119: problems of a form itself, independent of its use.

    Args:
        form: its fields and checks.
        where: for messages.
    """
    known = {field.id: field for field in form.fields}
    for name, count in Counter(field.id for field in form.fields).items():
        if count > 1:
            what = f"{count} fields have the id {name!r}"
            yield _bad(what, where, "give each a unique id")
    for field in form.fields:
        yield from _field(field, known, f"{where}.fields[{field.id}]")
    for name, count in Counter(check.id for check in form.checks).items():
        if count > 1:
            what = f"{count} checks have the id {name!r}"
            yield _bad(what, where, "give each a unique id")
    for check in form.checks:
        yield from _check(check, known, f"{where}.checks[{check.id}]")


def _form(form: FormDefinition, names: Names, where: str) -> Iterator[Problem]:
    for visit in form.visits:
        yield from names.refer("visit", visit, f"{where}.visits")
    if form.minutes and not form.visits:
        what = "the form has minutes but no visits"
        yield _bad(what, where, "name the visits with an infusion")
    if not form.visits and not form.any_time and form.id not in BUILT_IN:
        yield _bad("the form is never due", where, "give visits, or any_time = true")
    if form.repeats and not form.any_time and form.id not in BUILT_IN:
        what = "the form repeats, but only at planned visits"
        yield _bad(what, where, "set any_time = true too")
    yield from form_problems(form, where)


def _field(
    field: FormField, known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    offers = bool(field.choices) or field.choices_from is not None
    if (field.type == "choice") != offers:
        what = "choices are required for type choice, and for no other type"
        yield _bad(what, where, "correct the type or the choices")
    if field.min is not None and field.max is not None and field.min > field.max:
        yield _bad("min is above max", where, "correct one of them")
    if field.only_if is not None:
        yield from _asked(field.only_if, known, where)
        if _circle(field, known):
            what = "only_if names the field itself"
            yield _bad(what, where, "name another field")
    if (field.type == "time") != (field.time_of is not None):
        what = "time_of is required for type time, and for no other type"
        yield _bad(what, where, "correct the type or time_of")
    elif field.time_of is not None and _type(field.time_of, known) != "date":
        what = f"time_of {field.time_of!r} is not a date"
        yield _bad(what, where, "name a date field of the form")
    yield from _calculated(field, known, where)
    if field.type == "file":
        yield _bad(
            "a field of type file cannot be completed",
            where,
            "delete it; scans are attached to the complete form, and their content is "
            'recorded in fields of type "flag" or "text"',
        )


def _calculated(
    field: FormField, known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    if field.sum and field.type != "number":
        yield _bad("a sum must be a number", where, 'set type = "number"')
    for part in field.sum:
        if not _counts(known.get(part)):
            what = f"{part!r} cannot be summed"
            yield _bad(what, where, "name fields that are numbers")
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
            what = f"{value!r} is not a response to {field.id!r}"
            yield _bad(what, where, f"use one of: {listing(possible)}")


def _check(
    check: FormCheck, known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    if check.field not in known:
        yield _no_field(check.field, known, where)
        return
    if check.order in ("is", "any is"):
        if not check.one_of:
            yield _bad("the check allows no value", where, "give one_of")
        looked = check.fields if check.order == "any is" else (check.field,)
        if not looked:
            yield _bad("the check names no field", where, "give fields")
        for name in looked:
            if name in known:
                yield from _answers(known[name], check.one_of, where)
            else:
                yield _no_field(name, known, where)
    elif check.other is None:
        yield _bad("the check has nothing to compare with", where, "give other")
    elif check.other not in (*MOMENTS, *known) and "." not in check.other:
        fix = f"use one of: {listing((*MOMENTS, *known))}; or form.field"
        yield _bad(f"there is no {check.other!r}", where, fix)


def _no_field(name: str, known: Iterable[str], where: str) -> Problem:
    return _bad(f"there is no field {name!r}", where, f"use one of: {listing(known)}")


def _bad(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ119", what=what, where=where, fix=fix)
