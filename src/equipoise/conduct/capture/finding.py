"""Which form belongs where: the protocol says so, and nothing else opens."""

from __future__ import annotations

from equipoise.conduct.capture.current import Current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.saving import Place
from equipoise.conduct.forms import from_protocol as forms
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.study.models import ConsentVersion
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol

BEFORE_CONSENT = ("consent", "milestone")


def place_of(
    person: Participant, form_id: str, visit: str = "", minute: int | None = None
) -> Place:
    """A form of a participant at a time, if the protocol has it there.

    Raises:
        ConductError: EQ924.
    """
    form = _standing(in_force(), form_id) if not visit else None
    if visit:
        form = _at_visit(in_force(), form_id, visit, minute)
    if form is None:
        raise ConductError.single(
            "EQ924",
            "the protocol has no such form at this visit and time",
            where="the address",
            mend="open the form from the participant's page",
        )
    return Place(person, form, visit, minute)


def require_consent(known: Current, form: Form) -> None:
    """Refuses a form of somebody who has not consented to the newest version.

    Raises:
        ConductError: EQ923.
    """
    if form.id in BEFORE_CONSENT:
        return
    newest = ConsentVersion.objects.last()
    signed = known.answers("consent").get("version")
    if known.is_complete("consent") and newest and signed == newest.label:
        return
    what = (
        "has not consented yet" if not signed else "has consented to an older version"
    )
    raise ConductError.single(
        "EQ923",
        f"the participant {what}",
        where="informed consent",
        mend="record the consent to the version in force first",
    )


def _standing(protocol: Protocol, form_id: str) -> Form | None:
    """A form that belongs to no visit."""
    versions = tuple(v.label for v in ConsentVersion.objects.all())
    kind, _, number = form_id.partition("#")
    if kind == "event" and number.isdigit():
        made = forms.event_form()
        return Form(
            id=form_id, title=made.title, by=made.by, fields=made.fields,
            shows=made.shows,
        )  # fmt: skip
    if kind == "milestone" and number.isdigit():
        made = forms.milestone_form()
        return Form(id=form_id, title=made.title, by=made.by, fields=made.fields)
    known = {
        "consent": lambda: forms.consent_form(versions),
        "characteristics": lambda: forms.characteristics_form(protocol),
        "eligibility": lambda: forms.eligibility_form(protocol),
    }
    return known[form_id]() if form_id in known else None


def _at_visit(
    protocol: Protocol, form_id: str, visit: str, minute: int | None
) -> Form | None:
    planned = {v.id: v for v in protocol.schedule.visits}
    if visit not in planned:
        return None
    if minute is None and form_id == "visit":
        return forms.visit_form()
    if minute is None and form_id.startswith("guess:"):
        by = form_id.removeprefix("guess:")
        return (
            forms.guess_form(protocol, by) if by in ("participant", "rater") else None
        )
    for due in forms.visit_forms(protocol, planned[visit]):
        if due.form.id == form_id and due.minute == minute:
            return due.form
    return None
