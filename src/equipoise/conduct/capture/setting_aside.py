"""Forms that hold nothing: voided because opened in error, or not done; with a reason.

What was answered stays in the audit and holds no longer: it is on no page, in no score and
in no export. A planned form that was voided can be begun again; one of many is gone.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import lock, require_reason
from equipoise.conduct.capture.current import Current, current, require_unlocked
from equipoise.conduct.capture.permission import require_form
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.saving import TELLING, record_states
from equipoise.conduct.capture.standing import note_status
from equipoise.errors import ConductError

# Deed -> states of the form in which it can be done.
DEEDS: dict[str, tuple[str, ...]] = {
    "void": ("", "started", "complete", "not done"),
    "not done": ("", "started", "void"),
    "reopen": ("not done",),
}


def set_aside(
    place: Place, deed: str, *, actor: Actor, at: datetime, reason: str
) -> None:
    """Voids a form, marks it as not done, or takes the mark back.

    Raises:
        AccessError: EQ911, EQ913.
        ConductError: EQ921, frozen or locked; EQ922, no reason is given; EQ923, the form
            is in no state for it.
    """
    person = place.participant
    require_form(actor, person, place.form)
    reason = require_reason(
        reason, "EQ922", "a form is set aside only with a reason",
        "the form", "write why: the reason stays on record",
    )  # fmt: skip
    with transaction.atomic():
        lock(person.identifier)
        known = current(person.identifier)
        require_unlocked(known)
        state = known.status.get(place.where)
        if deed == "void" and state == "complete":
            actor.require("correct", person.site.code)
        _require(place, deed, state, known)
        # The reason is the value too: whoever reads what holds now reads it there.
        fact = Fact(deed, *place.where, value=reason, reason=reason)
        after = "" if deed == "reopen" else deed
        record_states(person, [fact], [after], actor=actor, at=at)
        if place.form.id.partition("#")[0] in TELLING:
            note_status(person)


def _require(place: Place, deed: str, state: str | None, known: Current) -> None:
    if state in ("frozen", "locked"):
        raise ConductError.single(
            "EQ921",
            f"this form is {state}",
            where="the form",
            mend="ask an investigator to unfreeze it",
        )
    numbered = "#" in place.form.id
    possible = DEEDS[deed]
    begun = state is not None or (deed == "not done" and not numbered)
    if not begun or (state or "") not in possible or (numbered and state == "void"):
        raise ConductError.single(
            "EQ923",
            f"the form is {state or 'not begun'}: it cannot become {deed}",
            where="the form",
            mend="load the page again",
        )
