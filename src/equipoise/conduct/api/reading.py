"""Participants, forms and values in the shapes of the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import UNSCHEDULED, place_of
from equipoise.conduct.capture.form_plan import Plan, plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import find
from equipoise.conduct.capture.permission import may_fill, may_read, require_reading
from equipoise.conduct.capture.repeating_forms import (
    FurtherForm,
    Instance,
    further_forms,
    in_order,
)
from equipoise.errors import ConductError

STANDING = ("consent", "characteristics", "eligibility")


def place(
    actor: Actor, identifier: str, form: str, visit: str, minute: int | None
) -> Place:
    """A form of a participant (EQ924), if this user may view it (EQ911, EQ913)."""
    found = find(identifier, actor)
    where = place_of(found, form, visit, minute)
    require_reading(actor, found, where.form)
    numbered = "#" in form or visit.startswith(UNSCHEDULED)
    if numbered and not in_order(where, current(identifier)):
        raise ConductError.single(
            "EQ924",
            "this number of a repeating form is not the next one",
            where="the address",
            fix="use the number of a form that was opened, or the next number",
        )
    return where


def due(found: Participant, actor: Actor) -> Iterator[dict[str, Any]]:
    """Every form of the schedule that the user may view, with its status."""
    known, plan = current(found.identifier), plan_in_force()
    further = (i.place for f in further_forms(plan, known, actor, found)
               for i in f.instances or _first(f, found))  # fmt: skip
    for where in (*_places(found, plan), *further):
        if may_read(actor, found, where.form, plan.protocol):
            mine = may_fill(actor, found, where.form, plan.protocol)
            yield _form(where, known) | {"may_fill": mine}


def filled(where: Place, actor: Actor) -> dict[str, Any]:
    """A form with its items and current values."""
    known = current(where.participant.identifier)
    return _form(where, known) | {
        "seen": known.seq,
        "fields": where.form.fields,
        "checks": where.form.checks,
        "values": known.said(*where.where),
    }


def _form(where: Place, known: Current) -> dict[str, Any]:
    at = dict(zip(("form", "visit", "minute"), where.where, strict=True))
    status = known.status.get(where.where, "empty")
    return at | {"title": where.form.title, "status": status}


def _first(kind: FurtherForm, found: Participant) -> tuple[Instance, ...]:
    """A form that does not repeat, before it was opened."""
    return () if kind.form.repeats else (Instance(Place(found, kind.form), "", ""),)


def _places(found: Participant, plan: Plan) -> Iterator[Place]:
    for name in STANDING:
        yield place_of(found, name)
    for visit, dues in plan.dues.items():
        for one in dues:
            yield Place(found, one.form, visit, one.minute)
