"""What services know, in the shapes of the interface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.finding import UNSCHEDULED, place_of
from equipoise.conduct.capture.further_forms import (
    FurtherForm,
    Instance,
    further_forms,
)
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.occurrences import in_order
from equipoise.conduct.capture.participants import find
from equipoise.conduct.capture.permission import may_fill, may_read
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan, plan_in_force
from equipoise.conduct.capture.saving import Saved
from equipoise.conduct.forms.definition import Check, Form
from equipoise.errors import AccessError, ConductError

STANDING = ("consent", "characteristics", "eligibility")


def person(found: Participant) -> dict[str, Any]:
    """A participant, as much as everybody at the site may know."""
    return {
        "identifier": found.identifier,
        "site": found.site.code,
        "status": found.status,
        "day0": found.day0,
    }


def place(
    actor: Actor,
    identifier: str,
    form: str,
    visit: str,
    minute: int | None,
) -> Place:
    """A form of a participant, if this person may see it.

    Raises:
        AccessError: EQ911, EQ913.
        ConductError: EQ924, there is no such form.
    """
    found = find(identifier, actor)
    where = place_of(found, form, visit, minute)
    if not may_read(actor, found, where.form):
        raise AccessError.single(
            "EQ913",
            "this form is not yours to see",
            where="the form",
            mend="forms that are yours are on your list of today",
        )
    numbered = "#" in form or visit.startswith(UNSCHEDULED)
    if numbered and not in_order(where, current(identifier)):
        raise ConductError.single(
            "EQ924",
            "forms of a kind are numbered one after the other",
            where="the address",
            mend="use the number of a form that was opened, or the next one",
        )
    return where


def due(found: Participant, actor: Actor) -> Iterator[dict[str, Any]]:
    """Every form of the schedule that the person may see, and how far it is."""
    known, plan = current(found.identifier), plan_in_force()
    further = (i.place for f in further_forms(plan, known, actor, found)
               for i in f.instances or _first(f, found))  # fmt: skip
    for where in (*_places(found, plan), *further):
        if may_read(actor, found, where.form, plan.protocol):
            at = where.form.id, where.visit, where.minute
            yield {
                "form": where.form.id,
                "visit": where.visit,
                "minute": where.minute,
                "title": where.form.title,
                "status": known.status.get(at, "empty"),
                "may_fill": may_fill(actor, found, where.form, plan.protocol),
            }


def filled(where: Place, actor: Actor) -> dict[str, Any]:
    """A form with its questions and the values that hold."""
    known = current(where.participant.identifier)
    at = where.form.id, where.visit, where.minute
    return {
        "form": where.form.id,
        "visit": where.visit,
        "minute": where.minute,
        "title": where.form.title,
        "status": known.status.get(at, "empty"),
        "seen": known.seq,
        "fields": _fields(where.form),
        "checks": list(map(_check, where.form.checks)),
        "values": known.said(*at),
    }


def saved(made: Saved) -> dict[str, Any]:
    """What became of a save."""
    names = ("field", "theirs", "yours", "actor", "at")
    return {
        "seen": made.seq,
        "changed": list(made.changed),
        "errors": made.errors,
        "conflicts": [{n: getattr(c, n) for n in names} for c in made.conflicts],
        "doubts": list(map(_check, made.doubts)),
    }


def _check(check: Check) -> dict[str, Any]:
    return {n: getattr(check, n) for n in ("id", "field", "hard", "text")}


def _first(kind: FurtherForm, found: Participant) -> tuple[Instance, ...]:
    """A form of which there is one, before it was opened."""
    return () if kind.form.repeats else (Instance(Place(found, kind.form), "", ""),)


def _places(found: Participant, plan: Plan) -> Iterator[Place]:
    for name in STANDING:
        yield place_of(found, name)
    for visit, dues in plan.dues.items():
        for one in dues:
            yield Place(found, one.form, visit, one.minute)


def _fields(form: Form) -> list[dict[str, Any]]:
    names = (
        "name", "label", "kind", "required", "min", "max", "decimals", "unit", "hint",
        "cdash", "missing", "sum", "is_calculated", "time_of",
    )  # fmt: skip
    return [
        {n: getattr(field, n) for n in names}
        | {"choices": [{"value": c.value, "label": c.label} for c in field.choices]}
        | {"only_if": None if field.only_if is None else asdict(field.only_if)}
        for field in form.fields
    ]
