"""Syringes that are quarantined, returned or destroyed.

A syringe that broke, leaked or is not needed stays on record, and another one with a
number of its own is prepared and checked as the first. The reason may name the drug: it
is sealed in the vault, and the participant's chain learns only that the number holds no
more.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

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
from equipoise.conduct.pharmacy.waiting import begun
from equipoise.conduct.study.protocols import hash_in_force

# What is recorded of a syringe, and what it is before; the same again changes nothing.
ENDS = {
    ("returned", "infusion started"), ("returned", "returned"),
    ("destroyed", "quarantined"), ("destroyed", "returned"),
    ("destroyed", "to be destroyed"), ("destroyed", "destroyed"),
}  # fmt: skip


def move(
    number: str, kind: str, *, reason: str, key: Path, actor: Actor, at: datetime
) -> None:
    """Quarantines a syringe, records its return from the ward, or its destruction.

    Args:
        number: of the syringe.
        kind: ``quarantined``, ``returned`` or ``destroyed``; a destruction is confirmed
            by a second person (``stock.confirm``).
        reason: what happened to it; sealed, and shown to nobody who is blinded.
        key: file of the key of the vault.
        actor: an unblinded pharmacist of the site.
        at: UTC.

    Raises:
        AccessError: EQ911.
        ConductError: EQ921, EQ939, EQ940, as ``discard``; EQ940, it is destroyed before
            it is out of use.
    """
    made, _ = accountability.known(number, actor)
    now = accountability.fate(made, begun([made.participant]), services.ends())
    if kind == "quarantined" or (kind == "returned" and now == "released"):
        returned = kind == "returned"
        discard(number, reason=reason, key=key, actor=actor, at=at, returned=returned)
        return
    if (kind, now) not in ENDS:
        raise services.not_discarded(
            made,
            f"this syringe is {now}, and cannot be {kind}",
            "quarantine it, or record its return, first",
        )
    end: Literal["returned", "destroyed"] = (
        "returned" if kind == "returned" else "destroyed"
    )
    services.end_syringe(key, number, end, reason=reason, actor=actor.name, at=at)


def discard(
    number: str,
    *,
    reason: str,
    key: Path,
    actor: Actor,
    at: datetime,
    returned: bool = False,
) -> Syringe:
    """Takes a syringe out of use, whether it was released or not; once, if repeated.

    The number is taken from the participant's chain first: whatever cuts this off, no
    infusion starts with a syringe that somebody wanted to discard, and the same call again
    completes it.

    Args:
        number: of the syringe.
        reason: what happened to it; sealed, and shown to nobody who is blinded.
        key: file of the key of the vault.
        actor: an unblinded pharmacist of the site.
        at: UTC.
        returned: it came back from the ward; else it is quarantined.

    Raises:
        AccessError: EQ911.
        ConductError: EQ921, the participant is locked; EQ939, no such syringe; EQ940, an
            infusion has started with it, it is out of use already, or there is no reason.
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
                "look at it again, and quarantine it again",
            )
        return services.discard_syringe(
            key, number, reason=reason, actor=actor.name, at=at, returned=returned
        )


def why(made: Syringe, *, key: Path) -> str:
    """Why a syringe was taken out of use, for who has opened it; empty if it was not."""
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
            "an infusion has started with this syringe: it cannot be quarantined",
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
