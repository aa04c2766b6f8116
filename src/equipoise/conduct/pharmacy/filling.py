"""Filling a syringe, and checking it by a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.services import Content, Syringe
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import append, entries, lock
from equipoise.conduct.capture.locks import require_open
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.numbers import decimal
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.pharmacy.dosing import (
    Dose,
    dose,
    refused,
    require_weight,
    volume,
)
from equipoise.conduct.pharmacy.waiting import Next, next_of, require_pharmacist
from equipoise.conduct.study.protocols import in_force
from equipoise.numerics.rounding import fixed
from equipoise.protocol.amend import content_hash
from equipoise.protocol.treatment import DECIMALS


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be filled: shown to the unblinded pharmacist alone."""

    next: Next
    arm: str
    label: str
    dose: Dose


def due(person: Participant, visit: str, actor: Actor) -> Next:
    """The next infusion, if it is that of this visit; no arm is opened.

    Raises:
        AccessError: EQ911.
        ConductError: EQ938, another infusion comes first, or none is due.
    """
    require_pharmacist(actor, person.site.code)
    require_open(person.identifier)
    found = next_of(person)
    if person.status != "randomized" or found is None or found.visit.id != visit:
        raise refused(
            "no syringe is due for this infusion", "look at the list of the pharmacy"
        )
    return found


def order(
    person: Participant, visit: str, *, key: Path, actor: Actor, at: datetime
) -> Order:
    """Opens the arm for the pharmacy, which is written down, and works out the dose.

    Raises:
        AccessError: EQ911.
        ConductError: EQ938, no infusion or no weight; EQ936.
    """
    found = due(person, visit, actor)
    opened = services.open_one(
        key, person.identifier, why="pharmacy", reason=visit, actor=actor.name, at=at
    )
    protocol = in_force()
    made = dose(protocol, opened.arm, found.weight)
    return Order(found, opened.arm, protocol.arm(opened.arm).label, made)


def fill(
    person: Participant,
    visit: str,
    *,
    concentration: str,
    total_ml: str,
    confirmed: bool,
    key: Path,
    actor: Actor,
    at: datetime,
) -> Syringe:
    """Writes down what is filled into a syringe, and gives it its number.

    Args:
        person: who gets it.
        visit: of the infusion.
        concentration: of the stock solution in mg/mL, as it is on the vial.
        total_ml: filled up with saline to this volume.
        confirmed: that a weight older than 14 days holds, or that another total volume
            is used for everybody from now on.
        key: file of the key of the vault.
        actor: who fills it.
        at: UTC.

    Raises:
        AccessError: EQ911.
        ConductError: EQ938.
    """
    asked = order(person, visit, key=key, actor=actor, at=at)
    weight, given = asked.next.weight, asked.dose
    require_weight(weight, given, at=at, confirmed=confirmed)
    strength, total = decimal(concentration), decimal(total_ml)
    usual = usual_total(key)
    if usual and total > 0 and fixed(total, DECIMALS) != usual and not confirmed:
        raise refused(
            f"every syringe so far was filled up to {usual} mL: another volume would "
            "tell the nurse",
            f"fill it up to {usual} mL, or confirm that it changes for everybody",
        )
    content = Content(
        arm=asked.arm,
        drug=given.drug,
        dose_mg=given.mg,
        weight_kg=weight.kg if weight and given.by_weight else None,
        weighed_at=weight.at.isoformat() if weight and given.by_weight else "",
        concentration=strength if given.drug else None,
        volume_ml=volume(given, strength, total),
        total_ml=fixed(total, DECIMALS),
        capped=given.capped,
    )
    return services.fill_syringe(
        key, person.identifier, visit, content, actor=actor.name, at=at
    )


def usual_total(key: Path) -> str:
    """Total volume of the last syringe of the trial in mL; empty before the first.

    One that was discarded does not count: its volume may be why.
    """
    made = [one for one in services.syringes_of() if not one.discarded_by]
    return services.content_of(key, made[-1].number).total_ml if made else ""


def read(
    number: str, *, key: Path, actor: Actor, at: datetime
) -> tuple[Syringe, Content]:
    """A syringe with its content, for an unblinded pharmacist; written down.

    Raises:
        AccessError: EQ911.
        ConductError: EQ939, no such syringe.
    """
    made, _ = accountability.known(number, actor)
    services.open_one(
        key, made.participant, why="pharmacy", reason=number, actor=actor.name, at=at
    )
    return made, services.content_of(key, number)


def check(
    number: str, *, volume_ml: str, key: Path, actor: Actor, at: datetime
) -> Syringe:
    """A second person's volume: the syringe is released, or thrown away.

    The participant's chain learns the number of a released syringe, and nothing else.
    Repeated by the same person, a check that was cut off is completed.

    Args:
        number: of the syringe.
        volume_ml: of the stock solution, as the second person worked it out.
        key: file of the key of the vault.
        actor: the second person.
        at: UTC.

    Raises:
        AccessError: EQ911.
        ConductError: EQ939, the person has filled it, or it was checked or discarded
            already.
    """
    made, person = accountability.known(number, actor)
    actor.require("check syringe", person.site.code)
    require_open(person.identifier)
    if made.checked_by != actor.name:
        wanted = services.content_of(key, number).volume_ml
        agrees = fixed(decimal(volume_ml), DECIMALS) == wanted
        made = services.check_syringe(number, agrees=agrees, actor=actor.name, at=at)
    if made.agrees:
        _release(made, actor, at)
    return made


def _release(made: Syringe, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        lock(made.participant)
        now = services.syringe(made.number)  # somebody may have discarded it since
        if now is not None and now.discarded_by:
            raise services.discarded(now)
        if entries(made.participant).filter(act="syringe", value=made.number).exists():
            return
        fact = Fact("syringe", "syringe", made.visit, item="number", value=made.number)
        protocol = content_hash(in_force())
        append(made.participant, [fact], actor=actor.name, protocol=protocol, at=at)
