"""Whether ``[[forms]]`` states forms that can be filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from equipoise.errors import Problem, listing
from equipoise.protocol.forms import FormCheck, FormDefinition, FormField, FormUse
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names

# Forms that every trial has, whose names no form of the protocol can take.
BUILT_IN = (
    "characteristics", "consent", "eligibility", "event", "exclusion", "guess",
    "infusion", "instrument", "milestone", "relapse", "relapse-plan", "schedule",
    "syringe", "visit", "vitals",
)  # fmt: skip
MOMENTS = ("today", "day0", "infusion start")


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ104 and EQ119: what keeps a form from being filled in."""
    whole = [use for use in protocol.forms if not _lacking(use)]
    for place, use in enumerate(protocol.forms):
        where = f"{origin}, forms[{use.name or place}]"
        for what, mend in _lacking(use):
            yield _bad(what, where, mend)
    sound = protocol.model_copy(update={"forms": tuple(whole)})
    forms = sound.form_definitions()
    for name, count in Counter(form.id for form in forms).items():
        where = f"{origin}, forms[{name}]"
        if count > 1:
            yield _bad(f"{count} forms have this id", where, "give each its own id")
        if name in BUILT_IN:
            mend = f"take another id; these are taken: {listing(BUILT_IN)}"
            yield _bad("every trial has a form of this id", where, mend)
    for form in forms:
        yield from _form(form, names, f"{origin}, forms[{form.id}]")


def _lacking(use: FormUse) -> list[tuple[str, str]]:
    """What an entry lacks to be a form at all: what, and how to mend it."""
    if use.use is not None:
        return []
    needed = {"id": use.id, "title": use.title, "fields": use.fields}
    lacking = [name for name, value in needed.items() if not value]
    what = f"a form of its own has no {listing(lacking)}"
    return [(what, f"add {listing(lacking)}, or `use` a form of the library")] * bool(
        lacking
    )


def _form(form: FormDefinition, names: Names, where: str) -> Iterator[Problem]:
    for visit in form.visits:
        yield from names.refer("visit", visit, f"{where}.visits")
    if form.minutes and not form.visits:
        yield _bad("minutes, and no visit", where, "name the visits with an infusion")
    if not form.visits and not form.any_time:
        yield _bad(
            "the form is never filled in", where, "give visits, or any_time = true"
        )
    if form.repeats and not form.any_time:
        yield _bad("repeats at planned visits", where, "set any_time = true with it")
    known = {field.id: field for field in form.fields}
    for name, count in Counter(field.id for field in form.fields).items():
        if count > 1:
            yield _bad(f"{count} fields {name!r}", where, "give each its own id")
    for field in form.fields:
        yield from _field(field, known, f"{where}.fields[{field.id}]")
    for check in form.checks:
        yield from _check(check, known, f"{where}.checks[{check.id}]")


def _field(
    field: FormField, known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    if (field.type == "choice") != bool(field.choices):
        yield _bad("choices belong to type choice, and to no other", where, "mend one")
    if field.min is not None and field.max is not None and field.min > field.max:
        yield _bad("no number is possible", where, "min is at most max")
    if field.only_if is not None:
        yield from _asked(field.only_if.field, field.only_if.one_of, known, where)
    for part in field.sum:
        if part not in known or known[part].type not in ("number", "choice"):
            yield _bad(f"the sum of {part!r}", where, "name fields that are numbers")


def _asked(
    name: str, values: tuple[str, ...], known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    other = known.get(name)
    if other is None:
        yield _bad(f"there is no field {name!r}", where, f"known: {listing(known)}")
        return
    possible = {"flag": ("yes", "no"), "choice": tuple(other.choices)}.get(other.type)
    for value in values:
        if possible is not None and value not in possible:
            mend = f"answers of {name}: {listing(possible)}"
            yield _bad(f"{value!r} is no answer of {name!r}", where, mend)


def _check(
    check: FormCheck, known: dict[str, FormField], where: str
) -> Iterator[Problem]:
    if check.field not in known:
        mend = f"known: {listing(known)}"
        yield _bad(f"there is no field {check.field!r}", where, mend)
        return
    if check.order == "is":
        if not check.one_of:
            yield _bad("no value is right", where, "give one_of")
        yield from _asked(check.field, check.one_of, known, where)
    elif check.other is None:
        yield _bad("compared with nothing", where, "give other")
    elif check.other not in (*MOMENTS, *known) and "." not in check.other:
        mend = f"known: {listing((*MOMENTS, *known))}; or form.field"
        yield _bad(f"there is no {check.other!r}", where, mend)


def _bad(what: str, where: str, mend: str) -> Problem:
    return Problem(code="EQ119", what=what, where=where, mend=mend)
