"""A syringe that broke, leaked, expired or was filled wrongly, before its infusion.

It stays on record, and another one with a number of its own is filled and checked as the
first. Why it was thrown away may name the drug: the reason is sealed in the vault, and
the participant's chain learns only that the number holds no more.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.services import Syringe
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import append, lock, require_blinded
from equipoise.conduct.capture.current import current, require_unlocked
from equipoise.conduct.capture.released import (
    INFUSION,
    NUMBER,
    SYRINGE,
    begun_with,
    released,
)
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.study.protocols import hash_in_force


def discard(
    number: str, *, reason: str, key: Path, actor: Actor, at: datetime
) -> Syringe:
    """Throws a syringe away, whether it was released or not; repeated, it is done once.

    The number is taken from the participant's chain first: whatever cuts this off, no
    infusion starts with a syringe that somebody wanted to discard, and the same call again
    completes it.

    Args:
        number: of the syringe.
        reason: what happened to it; sealed, and shown to nobody who is blinded.
        key: file of the key of the vault.
        actor: an unblinded pharmacist of the site.
        at: UTC.

    Raises:
        AccessError: EQ911.
        ConductError: EQ921, the participant is locked; EQ939, no such syringe; EQ940, an
            infusion has started with it, it was thrown away already, or there is no reason.
    """
    made, _ = accountability.known(number, actor)
    require_blinded()
    if made.discarded_by != actor.name:
        services.require_discardable(made, reason)
    with transaction.atomic(durable=True):
        _take_back(made, actor, at)
    with transaction.atomic():
        if _take_back(made, actor, at):
            raise services.not_discarded(
                made,
                "a second person has released this syringe just now",
                "look at it again, and discard it again",
            )
        return services.discard_syringe(
            key, number, reason=reason, actor=actor.name, at=at
        )


def why(made: Syringe, *, key: Path) -> str:
    """Why a syringe was discarded, for who has opened it; empty if it was not."""
    return services.why_discarded(key, made.number) if made.discarded_by else ""


def _take_back(made: Syringe, actor: Actor, at: datetime) -> bool:
    """Whether the number held until now: an infusion cannot start with it any more.

    The participant's chain is locked until the transaction ends, so that a start, a
    release and a discard of one syringe come one after the other.
    """
    head = lock(made.participant)
    known = current(made.participant, (INFUSION, SYRINGE), made.visit, head=head)
    if begun_with(known, made.visit) == made.number:
        raise services.not_discarded(
            made,
            "an infusion has started with this syringe: it cannot be discarded",
            "whoever gives the infusion interrupts or stops it, and writes down why",
        )
    if released(known, made.visit) != made.number:
        return False
    require_unlocked(known)
    fact = Fact("discard", SYRINGE, made.visit, item=NUMBER, value=None)
    protocol = hash_in_force()
    append(
        made.participant, [fact], actor=actor.name, protocol=protocol, at=at, head=head
    )
    return True
