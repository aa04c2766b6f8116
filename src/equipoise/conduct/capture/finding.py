"""Which form belongs where: the protocol says so, and nothing else opens."""

from __future__ import annotations

import re
from collections.abc import Callable

from equipoise.conduct.capture.consent import require_consent
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan, plan_in_force
from equipoise.conduct.forms import from_participation as further
from equipoise.conduct.forms import from_protocol as forms
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_definition import numbered
from equipoise.conduct.study.models import ConsentVersion
from equipoise.errors import ConductError

__all__ = ["place_of", "require_consent"]
UNSCHEDULED = "unscheduled-"
LONGEST = 2880  # minutes around the start of an infusion in which something is measured
# A number has one way of writing: #01 or #² would be a second form of the same name,
# or one that no list could read again.
NUMBER = re.compile(r"[1-9][0-9]{0,3}")


def place_of(
    person: Participant, form_id: str, visit: str = "", minute: int | None = None
) -> Place:
    """A form of a participant at a time, if the protocol has it there.

    Raises:
        ConductError: EQ924.
    """
    if visit:
        form = _at_visit(plan_in_force(), form_id, visit, minute)
    else:
        form = _standing(plan_in_force(), form_id) if minute is None else None
    if form is None:
        raise ConductError.single(
            "EQ924",
            "the protocol has no such form at this visit and time",
            where="the address",
            mend="open the form from the participant's page",
        )
    return Place(person, form, visit, minute)


def _standing(plan: Plan, form_id: str) -> Form | None:
    """A form that belongs to no visit."""
    protocol = plan.protocol
    kind, hash_, number = form_id.partition("#")
    if hash_:
        if NUMBER.fullmatch(number) is None:
            return None
        form = repeating(plan).get(kind)
        return None if form is None else numbered(form, number)
    own = plan.any_time.get(form_id)
    if own is not None:
        return None if own.repeats else own
    versions = tuple(v.label for v in ConsentVersion.objects.all())
    found: dict[str, Callable[[], Form]] = {
        "consent": lambda: forms.consent_form(versions),
        "characteristics": lambda: forms.characteristics_form(protocol),
        "eligibility": lambda: forms.eligibility_form(protocol),
        "exclusion": lambda: further.exclusion_form(protocol),
        "relapse-plan": further.relapse_plan_form,
        "relapse": further.relapse_form,
    }
    return found[form_id]() if form_id in found else None


def repeating(plan: Plan) -> dict[str, Form]:
    """Id -> form of which there can be many."""
    own = {name: form for name, form in plan.any_time.items() if form.repeats}
    return own | {"event": forms.event_form(), "milestone": forms.milestone_form()}


def _at_visit(plan: Plan, form_id: str, visit: str, minute: int | None) -> Form | None:
    protocol = plan.protocol
    if visit.startswith(UNSCHEDULED):
        if NUMBER.fullmatch(visit.removeprefix(UNSCHEDULED)) is None:
            return None
        return _at_unscheduled(plan, form_id, minute)
    if visit not in plan.dues:
        return None
    if minute is None and form_id.startswith("guess:"):
        by = form_id.removeprefix("guess:")
        return (
            forms.guess_form(protocol, by) if by in ("participant", "rater") else None
        )
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
        # Vital signs may be repeated at any minute: the hold rules ask for it.
        return next(
            (forms.repeated(d.form, minute) for d in due if d.form.id == form_id), None
        )
    return None


def _at_unscheduled(plan: Plan, form_id: str, minute: int | None) -> Form | None:
    """At a visit that nobody planned: any form of a visit, whatever it measures."""
    protocol = plan.protocol
    if minute is not None:
        return None
    if form_id == "visit":
        return further.unscheduled_form()
    rated = {f"instrument:{use.id}": use.id for use in protocol.instruments}
    if form_id in rated:
        return forms.instrument_form(protocol, rated[form_id])
    measured = [d.form for dues in plan.dues.values() for d in dues]
    own = {
        f.id: f for f in measured if not f.id.startswith(("visit", "infusion", "guess"))
    }
    return own.get(form_id)
