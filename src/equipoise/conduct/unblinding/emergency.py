"""Emergency unblinding: written down twice before the arm is shown to one person."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.types import Unsealed
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.anchoring import anchor_all
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError
from equipoise.protocol.amend import content_hash

ACT = "unblind"
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
        ConductError: EQ936, not randomized; EQ943, no reason; EQ944, not confirmed.
    """
    actor.require("unblind in emergency", person.site.code)
    if not reason.strip():
        raise ConductError.single(
            "EQ943",
            "an arm is opened only with a reason",
            where="the reason",
            mend="say in a few words what has happened",
        )
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
    return shown
