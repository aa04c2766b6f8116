"""Emergency unblinding: recorded twice before the arm is shown to one user."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError

from equipoise.conduct.access.account_audit import tell
from equipoise.conduct.access.accounts import full_name
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.proposals import require_substance
from equipoise.conduct.allocation.services import assignment, unblinding
from equipoise.conduct.allocation.services.unblinding import Unsealed
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.database_currency import anchor_all
from equipoise.conduct.study.protocols import record
from equipoise.errors import ConductError

ACT = "unblind"
LETTERS = 5  # of a reason in an emergency: "seizure" is accepted, "x" is not
TOLD = ("investigator", "administrator", "monitor")  # the last two are of the sponsor
log = logging.getLogger("equipoise.unblinding")


def unblind(
    person: Participant,
    *,
    reason: str,
    confirmed: bool,
    key: Path,
    actor: Actor,
    at: datetime,
    anchors: Path | None = None,
) -> Unsealed:
    """Shows the arm of one participant to the requesting user only.

    The unblinding and its reason are in the participant's audit trail for all users who
    may read it; the arm is only in the returned value. ``confirmed``: re-authentication
    was successful. An external checkpoint protects the record; the arm is shown even if
    it cannot be written now.

    Raises:
        ConductError: EQ936, not randomized; EQ943, the reason is too short; EQ944, no
            re-authentication.
    """
    actor.require("unblind in emergency", person.site.code)
    require_substance(reason, "EQ943", "an arm is shown", least=LETTERS)
    if not confirmed:
        raise ConductError.single(
            "EQ944",
            "your identity was not confirmed",
            where="the password",
            fix="enter your password again, or use your second factor",
        )
    name, reason = person.identifier, reason.strip()
    if assignment.kit(name) is None:
        raise unblinding.not_randomized()
    record(name, Fact(ACT, "unblinding", reason=reason), actor=actor.name, at=at)
    shown = unblinding.open_one(
        key, name, why="emergency", reason=reason, actor=actor.name, at=at
    )
    if anchors is not None:
        try:
            anchor_all(anchors, at=at)
        except (ConductError, DatabaseError):  # the next checkpoint contains it
            log.warning("no external checkpoint was written after emergency unblinding")
    told(person, actor=actor)
    return shown


@dataclass(frozen=True, slots=True)
class Emergency:
    """Record of an emergency unblinding, without the arm."""

    participant: str
    at: datetime
    name: str  # full name of the user who was unblinded
    reason: str


def emergencies(identifier: str = "", since: datetime | None = None) -> list[Emergency]:
    """Emergency unblindings, the earliest first; of one participant, or of all."""
    found = Entry.objects.filter(form="unblinding", act=ACT).order_by("at", "seq")
    if identifier:
        found = found.filter(chain=identifier)
    if since is not None:
        found = found.filter(at__gte=since)
    return [Emergency(e.chain, e.at, full_name(e.actor), e.reason) for e in found]


def told(person: Participant, *, actor: Actor) -> None:
    """Reports an emergency unblinding to investigators and sponsor, without the arm.

    The pages show it anyway (``emergencies``); an e-mail names no participant.
    """
    text = (
        f"{full_name(actor.name)} unblinded a participant of {person.site.name} in an "
        "emergency. Log in to see who it is, and why."
    )
    tell(TOLD, [person.site], "Emergency unblinding", text)
