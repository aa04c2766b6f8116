"""Drug accountability of syringes: check, label, return, destruction.

The second pharmacist determines strength, lot and volume from the label of the vial alone.
A syringe that broke, leaked or is not needed is quarantined, returned or destroyed and
remains in the records; another syringe with another number is prepared and checked
likewise. The reason may name the drug: it is encrypted in the allocation database, and the
participant's audit trail records only that the number is no longer valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.db import transaction

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import (
    assignment,
    pharmacy_register,
    syringes,
)
from equipoise.conduct.allocation.services.syringes import Content, Syringe
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import entries, lock, require_blinded
from equipoise.conduct.capture.current_values import (
    current,
    require_open,
    require_unlocked,
)
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.capture.syringe_release import (
    INFUSION,
    NUMBER,
    SYRINGE,
    begun_with,
    released,
)
from equipoise.conduct.number_input import decimal
from equipoise.conduct.pharmacy.dispensing import begun, require_pharmacist_everywhere
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force, record
from equipoise.numerics.rounding import fixed
from equipoise.protocol.treatment import DECIMALS

Fate = Literal[
    "prepared", "released", "infusion started", "quarantined", "returned",
    "to be destroyed", "destroyed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A syringe on the record."""

    syringe: Syringe
    person: Participant
    fate: Fate  # status; prepared: to be checked; to be destroyed: to be confirmed


def everything(actor: Actor) -> list[Kept]:
    """Every syringe of a pharmacist's sites, the latest first."""
    require_pharmacist_everywhere(actor)
    people = {p.identifier: p for p in visible(actor)}
    used, ends = begun(people), pharmacy_register.ends()
    return [
        Kept(made, people[made.participant], fate(made, used, ends))
        for made in reversed(syringes.syringes_of())
        if made.participant in people
    ]


def fate(
    made: Syringe, used: Iterable[str], ends: Mapping[str, tuple[Fate, int, str]]
) -> Fate:
    """Status of a syringe.

    ``used`` are numbers with which an infusion has started, ``ends`` is that of
    ``pharmacy_register.ends``.
    """
    if made.number in ends:
        return ends[made.number][0]
    if not made.stands:
        return "quarantined"
    if made.agrees is None:
        return "prepared"
    return "infusion started" if made.number in used else "released"


def known(number: str, actor: Actor) -> tuple[Syringe, Participant]:
    """A syringe of a pharmacist's site; EQ939 for another site or an unknown number."""
    require_pharmacist_everywhere(actor)
    made = syringes.syringe(number)
    name = made.participant if made is not None else ""
    person = Participant.objects.select_related("site").filter(identifier=name).first()
    if made is None or person is None or not actor.roles_at(person.site.code):
        raise syringes.unknown(number)
    return made, person


@dataclass(frozen=True, slots=True)
class Label:
    """Content of a syringe label."""

    trial: str  # label or id of the trial, whichever names no drug
    number: str
    participant: str
    site: Site
    visit: str  # id of the visit of the infusion
    kit: str  # number of the participant's kit
    prepared_at: datetime
    use_by: datetime | None  # None for a syringe from before it was recorded
    total_ml: str  # empty where volumes differ in the trial, and could reveal the arm


def label(number: str, *, key: Path, actor: Actor) -> Label:
    """The label of a syringe that can still be used.

    No arm is decrypted or shown, so no unblinding is recorded. EQ939, no such syringe;
    EQ940, it is out of use.
    """
    made, person = known(number, actor)
    if not made.stands:
        raise syringes.not_discarded(
            made,
            "this syringe is out of use",
            "print the label of the syringe that replaces it",
        )
    content = syringes.content_of(key, number)
    held = [one for one in syringes.syringes_of() if one.stands]
    totals = {syringes.content_of(key, one.number).total_ml for one in held}
    return Label(
        trial=_trial(),
        number=number,
        participant=person.identifier,
        site=person.site,
        visit=made.visit,
        kit=assignment.kit(person.identifier) or "",
        prepared_at=made.at,
        use_by=datetime.fromisoformat(content.use_by) if content.use_by else None,
        total_ml=content.total_ml if len(totals) == 1 else "",
    )


def _trial() -> str:
    protocol = in_force()
    words = {w.lower() for k in protocol.interventions for w in (k.drug, k.id) if w}
    words |= {arm.id.lower() for arm in protocol.arms}
    names = (protocol.trial.label, protocol.trial.id)
    plain = (n for n in names if not any(word in n.lower() for word in words))
    return next(plain, "Clinical trial")


# New status of a syringe -> possible status before; the same again changes nothing.
BEFORE = {
    "returned": ("infusion started", "returned"),
    "destroyed": ("quarantined", "returned", "to be destroyed", "destroyed"),
}


def move(
    number: str, kind: str, *, reason: str, key: Path, actor: Actor, at: datetime
) -> None:
    """Quarantines a syringe, records its return from the ward, or its destruction.

    ``kind`` is ``quarantined``, ``returned`` or ``destroyed``; a witness confirms a
    destruction (``stock.confirm``). The reason is encrypted, and never shown to blinded
    users.

    Raises:
        ConductError: EQ921, EQ939, EQ940, as ``discard``; EQ940, a destruction of a
            syringe in use.
    """
    made, _ = known(number, actor)
    now = fate(made, begun([made.participant]), pharmacy_register.ends())
    if kind == "quarantined" or (kind == "returned" and now == "released"):
        returned = kind == "returned"
        discard(number, reason=reason, key=key, actor=actor, at=at, returned=returned)
        return
    if now not in BEFORE.get(kind, ()):
        raise syringes.not_discarded(
            made,
            f"this syringe is {now}, and cannot be {kind}",
            "quarantine it, or record its return, first",
        )
    syringes.end_syringe(
        key, number, "returned" if kind == "returned" else "destroyed",
        reason=reason, actor=actor.name, at=at,
    )  # fmt: skip


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

    The number is cleared in the participant's audit trail first: after an interruption no
    infusion starts with a syringe that was to be discarded, and the same call again
    completes it. The reason is encrypted, and never shown to blinded users. ``returned``:
    it came back from the ward; else it is quarantined.

    Raises:
        ConductError: EQ921, the participant is locked; EQ939, no such syringe; EQ940, an
            infusion has started with it, it is out of use already, or there is no reason.
    """
    made, _ = known(number, actor)
    require_blinded()
    if made.discarded_by != actor.name:
        syringes.require_discardable(made, reason)
    with transaction.atomic(durable=True):
        _take_back(made, actor, at)
    with transaction.atomic():
        if _take_back(made, actor, at):
            raise syringes.not_discarded(
                made,
                "the second pharmacist has released this syringe just now",
                "load the page again, then quarantine the syringe again",
            )
        return syringes.discard_syringe(
            key, number, reason=reason, actor=actor.name, at=at, returned=returned
        )


def _take_back(made: Syringe, actor: Actor, at: datetime) -> bool:
    """Clears the number, so that no infusion can start with it; whether it was valid.

    The participant's chain is locked until the transaction ends, so that start, release
    and discard of one syringe are serialized.
    """
    head = lock(made.participant)
    held = current(made.participant, (INFUSION, SYRINGE), made.visit, head=head)
    if begun_with(held, made.visit) == made.number:
        raise syringes.not_discarded(
            made,
            "an infusion has started with this syringe, so it cannot be quarantined",
            "ask the infusion team to interrupt or stop the infusion and record why",
        )
    if released(held, made.visit) != made.number:
        return False
    require_unlocked(held)
    fact = Fact("discard", SYRINGE, made.visit, item=NUMBER, value=None)
    record(made.participant, fact, actor=actor.name, at=at, head=head)
    return True


def check(
    number: str,
    *,
    strength: str = "",
    lot: str = "",
    volume_ml: str,
    key: Path,
    actor: Actor,
    at: datetime,
) -> Syringe:
    """Check by the second pharmacist: the syringe is released, or quarantined.

    Values that differ can be corrected once. The participant's audit trail records the
    number of a released syringe, and nothing else. Repeated by the same user, an
    interrupted check is completed. Strength (mg/mL) and lot are those on the vial, not
    needed without a drug; the volume of the stock solution is calculated by the second
    pharmacist.

    Raises:
        ConductError: EQ939, the user has prepared it, or it was checked or taken out of
            use already.
    """
    made, person = known(number, actor)
    actor.require("check syringe", person.site.code)
    require_open(person.identifier)
    if made.checked_by != actor.name:
        content = syringes.content_of(key, number)
        said = {"strength": strength[:40], "lot": lot[:60], "volume_ml": volume_ml[:40]}
        made = syringes.answer_check(
            key, number, agrees=_same(content, said), said=said, actor=actor.name, at=at
        )
    if made.agrees:
        _release(made, actor, at)
    return made


def differing(number: str, *, key: Path) -> list[pharmacy_register.Recorded]:
    """Checks that differed, for the pharmacist who has opened the syringe."""
    about = pharmacy_register.history(key, pharmacy_register.SYRINGE + number)
    return [one for one in about if one.kind == "answered"]


def _same(content: Content, said: dict[str, str]) -> bool:
    volume = fixed(decimal(said["volume_ml"]), DECIMALS) == content.volume_ml
    if not content.drug:
        return volume and bool(said["volume_ml"].strip())
    strength = decimal(said["strength"]) == content.concentration
    # A syringe from before there was a register has no lot.
    lot = not content.stock or _plain(said["lot"]) == _plain(content.lot)
    return volume and strength and lot


def _plain(lot: str) -> str:
    return " ".join(lot.split()).casefold()


def _release(made: Syringe, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        lock(made.participant)
        now = syringes.syringe(made.number)  # it may have been discarded since
        if now is not None and now.discarded_by:
            raise syringes.discarded(now)
        if entries(made.participant).filter(act="syringe", value=made.number).exists():
            return
        fact = Fact("syringe", SYRINGE, made.visit, item=NUMBER, value=made.number)
        record(made.participant, fact, actor=actor.name, at=at)
