"""Forms of the protocol by visit and time: no other form can be opened."""

from __future__ import annotations

import re
from dataclasses import replace

from equipoise.conduct.capture.consent import RENEWED, approved
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_instance import (
    Place,
    first_rating,
    is_second,
    second_rating,
)
from equipoise.conduct.capture.form_plan import Plan, plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_definition import for_sex, numbered
from equipoise.conduct.forms.from_library import consent_form
from equipoise.conduct.forms.from_protocol import guess_form, repeated
from equipoise.errors import ConductError
from equipoise.protocol.roles import Role

UNSCHEDULED, DEMOGRAPHICS = "unscheduled-", "characteristics"
GUESSERS: tuple[Role, ...] = ("participant", "rater")
LONGEST = 2880  # minutes around the start of an infusion in which something is measured
# A number has one notation: #01 or #² would be a second form of the same name, or one
# that no list could read again.
NUMBER = re.compile(r"[1-9][0-9]{0,3}")


def place_of(
    person: Participant, form_id: str, visit: str = "", minute: int | None = None
) -> Place:
    """A form of a participant at a time, if the protocol has it there (EQ924)."""
    if visit:
        form = _at_visit(plan_in_force(), first_rating(form_id), visit, minute)
        if form is not None and is_second(form_id):
            form = second_rating(form, minute)
    else:
        form = _standing(plan_in_force(), form_id) if minute is None else None
    if form is None:
        raise no_such("the protocol has no such form at this visit and time")

    def sex() -> str:
        known = current(person.identifier, (DEMOGRAPHICS,))
        return known.answers(DEMOGRAPHICS).get("sex", "")

    return Place(person, for_sex(form, sex), visit, minute)


def no_such(what: str = "there is no such form") -> ConductError:
    """The error of an address without a form: EQ924."""
    fix = "open the form from the participant's page"
    return ConductError.single("EQ924", what, where="the address", fix=fix)


def _standing(plan: Plan, form_id: str) -> Form | None:
    """A form without a visit."""
    kind, hash_, number = form_id.partition("#")
    if hash_:
        if NUMBER.fullmatch(number) is None:
            return None
        form = plan.many.get(kind)
        if kind == RENEWED:
            form = replace(_consent(plan), id=RENEWED, title="Renewed consent")
        return None if form is None else numbered(form, number)
    if form_id == "consent":
        return _consent(plan)
    found = plan.any_time.get(form_id) or plan.standing.get(form_id)
    return None if form_id in plan.many else found


def _consent(plan: Plan) -> Form:
    labels = tuple(version.label for version in approved())
    return consent_form(labels, plan.protocol)


def _at_visit(plan: Plan, form_id: str, visit: str, minute: int | None) -> Form | None:
    if visit.startswith(UNSCHEDULED):
        if NUMBER.fullmatch(visit.removeprefix(UNSCHEDULED)) is None:
            return None
        return plan.unscheduled.get(form_id) if minute is None else None
    if visit not in plan.dues:
        return None
    if minute is None and form_id.startswith("guess:"):
        by = next((role for role in GUESSERS if form_id == f"guess:{role}"), None)
        return guess_form(plan.protocol, by) if by else None
    due = plan.dues[visit]
    for one in due:
        if one.form.id == form_id and one.minute == minute:
            return one.form
    if (
        form_id == "vitals"
        and minute is not None
        and abs(minute) <= LONGEST
        and plan.visit(visit).infusion
    ):
        # Vital signs may be repeated at any minute, as hold rules require.
        return next(
            (repeated(d.form, minute) for d in due if d.form.id == form_id), None
        )
    return None
