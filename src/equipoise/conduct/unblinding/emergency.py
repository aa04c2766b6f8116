"""Emergency unblinding: written down twice before the arm is shown to one person."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError

from equipoise.conduct.access.accounts import full_name
from equipoise.conduct.access.acting import Actor
from equipoise.conduct.access.proposing import require_substance
from equipoise.conduct.access.recording import tell
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.types import Unsealed
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.anchoring import anchor_all
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError
from equipoise.protocol.amend import content_hash

ACT = "unblind"
LETTERS = 5  # of a reason in an emergency: "seizure" is one, "x" is none
TOLD = ("investigator", "administrator", "monitor")  # the last two are the sponsor's
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
    """Shows the arm of one participant to who asks, and to nobody else.

    That it happened, and why, is in the participant's chain for everybody who may read
    it; the arm is nowhere but in what this returns.

    Args:
        person: whose arm.
        reason: in words.
        confirmed: whether the person who asks has just shown again who that is.
        key: file of the key of the vault.
        actor: who asks.
        at: UTC.
        anchors: folder of the anchors, so that nobody can take the opening back; the arm
            is shown even if no anchor can be written now.

    Raises:
        AccessError: EQ911.
        ConductError: EQ936, not randomized; EQ943, the reason says too little; EQ944,
            not confirmed.
    """
    actor.require("unblind in emergency", person.site.code)
    require_substance(reason, "EQ943", "an arm is shown", least=LETTERS)
    if not confirmed:
        raise ConductError.single(
            "EQ944",
            "it is not certain that it is you who asks",
            where="the password",
            mend="give your password again, or use your second factor",
        )
    if services.kit(person.identifier) is None:
        raise ConductError.single(
            "EQ936",
            "this participant was not randomized",
            where="the vault",
            mend="look the participant up again",
        )
    fact = Fact(ACT, "unblinding", reason=reason.strip())
    protocol = content_hash(in_force())
    append(person.identifier, [fact], actor=actor.name, protocol=protocol, at=at)
    shown = services.open_one(
        key,
        person.identifier,
        why="emergency",
        reason=reason.strip(),
        actor=actor.name,
        at=at,
    )
    if anchors is not None:
        try:
            anchor_all(anchors, at=at)
        except (ConductError, DatabaseError):  # the next anchor holds it
            log.warning("no anchor was written after an emergency unblinding")
    told(person, actor=actor)
    return shown


@dataclass(frozen=True, slots=True)
class Emergency:
    """That an arm was shown in an emergency; never the arm.

    Attributes:
        name: of who saw it, in full.
    """

    participant: str
    at: datetime
    name: str
    reason: str


def emergencies(identifier: str = "", since: datetime | None = None) -> list[Emergency]:
    """Emergency unblindings, the earliest first; of one participant, or of all.

    Args:
        identifier: of the participant; of everybody if empty.
        since: UTC; all if None.
    """
    found = Entry.objects.filter(form="unblinding", act=ACT).order_by("at", "seq")
    if identifier:
        found = found.filter(chain=identifier)
    if since is not None:
        found = found.filter(at__gte=since)
    return [Emergency(e.chain, e.at, full_name(e.actor), e.reason) for e in found]


def told(person: Participant, *, actor: Actor) -> None:
    """Reports an emergency unblinding to investigators and sponsor, without the arm.

    The pages show it by themselves (``emergencies``); a message names no participant.
    """
    text = (
        f"{full_name(actor.name)} unblinded a participant of {person.site.name} in an "
        "emergency. Log in to see who it is, and why."
    )
    tell(TOLD, [person.site], "Emergency unblinding", text)
