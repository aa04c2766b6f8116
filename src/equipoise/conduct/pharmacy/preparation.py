"""Preparation of a syringe from vials of the stock register."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import (
    pharmacy_register,
    syringes,
    unblinding,
)
from equipoise.conduct.allocation.services.pharmacy_register import PARTICIPANT, Lot
from equipoise.conduct.allocation.services.syringes import Content, Syringe
from equipoise.conduct.capture.current_values import require_open
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.number_input import decimal, whole
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.pharmacy.dispensing import (
    Next,
    next_of,
    require_pharmacist,
    stopped,
)
from equipoise.conduct.pharmacy.dosing import (
    Dose,
    dose,
    refused,
    require_weight,
    volume,
)
from equipoise.conduct.study.protocols import in_force
from equipoise.numerics.rounding import fixed
from equipoise.protocol.treatment import DECIMALS

LONGEST = 720  # hours of use of a syringe


@dataclass(frozen=True, slots=True)
class Order:
    """The syringe to be prepared: shown to the unblinded pharmacist only."""

    next: Next
    arm: str
    label: str
    dose: Dose


def due(person: Participant, visit: str, actor: Actor) -> Next:
    """The next infusion, if it is that of this visit; no arm is decrypted.

    Raises:
        ConductError: EQ938, another infusion is first, no infusion is due, or treatment
            was discontinued.
    """
    require_pharmacist(actor, person.site.code)
    require_open(person.identifier)
    found = next_of(person)
    if found is None and any(person == one.person for one in stopped(actor) if one.all):
        raise refused(
            "do not prepare: treatment was discontinued",
            "quarantine or return any remaining syringe",
        )
    if person.status != "randomized" or found is None or found.visit.id != visit:
        raise refused(
            "no syringe is due for this infusion", "see the list of the pharmacy"
        )
    return found


def order(
    person: Participant, visit: str, *, key: Path, actor: Actor, at: datetime
) -> Order:
    """Decrypts the arm, which is recorded, and calculates the dose (EQ936, EQ938)."""
    found = due(person, visit, actor)
    opened = unblinding.open_one(
        key, person.identifier, why="pharmacy", reason=visit, actor=actor.name, at=at
    )
    protocol = in_force()
    made = dose(protocol, opened.arm, found.weight)
    return Order(found, opened.arm, protocol.arm(opened.arm).label, made)


def fill(
    person: Participant,
    visit: str,
    *,
    stock: str = "",
    concentration: str = "",
    vials: str = "1",
    total_ml: str,
    hours: str,
    confirmed: bool,
    changed: bool = False,
    asked: str = "",
    key: Path,
    actor: Actor,
    at: datetime,
) -> Syringe:
    """Records the preparation of a syringe, and assigns its number.

    ``stock`` (number of the lot), ``concentration`` (mg/mL, as on the vial) and ``vials``
    are needed with a drug only. The syringe is filled up with saline to ``total_ml`` and
    used within ``hours``; ``changed``: another volume or time applies to all participants
    from now on. ``confirmed``: a weight older than 14 days is valid. ``asked`` states which
    investigator was asked and the answer, where the data speak against treatment
    (``dispensing.must_ask``). EQ938, it cannot be prepared.
    """
    ordered = order(person, visit, key=key, actor=actor, at=at)
    weight, given = ordered.next.weight, ordered.dose
    require_weight(weight, given, at=at, confirmed=confirmed)
    if ordered.next.ask and not 0 < len(asked.strip()) <= syringes.REASON:
        raise refused(
            "you must ask the investigator first",
            "ask whether the infusion takes place, and enter the name and the answer",
        )
    total, within = decimal(total_ml), whole(hours)
    if not 0 < within <= LONGEST:
        raise refused(
            "the hours within which the syringe is used are not valid",
            f"enter whole hours, up to {LONGEST}",
        )
    _require_usual(key, fixed(total, DECIMALS), within, changed=changed)
    until = (at + timedelta(hours=within)).astimezone(person.site.zone)
    lot = _lot(person, given, stock, concentration, key) if given.drug else None
    content = _content(ordered, lot, vials, total, until)
    made = syringes.fill_syringe(
        key, person.identifier, visit, content, actor=actor.name, at=at
    )
    if ordered.next.ask:
        about, said = PARTICIPANT + person.identifier, {"answer": asked.strip()}
        pharmacy_register.record(key, "asked", about, said, actor=actor.name, at=at)
    return made


def _content(
    ordered: Order, lot: Lot | None, vials: str, total: float, until: datetime
) -> Content:
    weight, given = ordered.next.weight, ordered.dose
    content = Content(
        arm=ordered.arm,
        drug=given.drug,
        dose_mg=given.mg,
        weight_kg=weight.kg if weight and given.by_weight else None,
        weighed_at=weight.at.isoformat() if weight and given.by_weight else "",
        concentration=lot.strength if lot else None,
        volume_ml=volume(given, lot.strength if lot else 0.0, total),
        total_ml=fixed(total, DECIMALS),
        capped=given.capped,
        use_by=until.isoformat(timespec="minutes"),
    )
    if lot is None:
        return content
    return replace(
        content, stock=lot.number, lot=lot.lot, expiry=lot.expiry.isoformat(),
        vials=whole(vials),
    )  # fmt: skip


def lots_for(person: Participant, drug: str, key: Path, day: date) -> list[Lot]:
    """Lots of a drug at the site of a participant, with vials for the preparation."""
    here = _lots(person, drug, key)
    return [lot for lot in here if lot.available > 0 and lot.expiry >= day]


def _lots(person: Participant, drug: str, key: Path) -> list[Lot]:
    here = person.site.code, drug
    return [lot for lot in pharmacy_register.lots(key) if (lot.site, lot.drug) == here]


def _lot(
    person: Participant, given: Dose, stock: str, concentration: str, key: Path
) -> Lot:
    """The selected lot, whose strength matches that on the vial."""
    here = _lots(person, given.drug, key)
    found = [lot for lot in here if lot.number == whole(stock)]
    if not found:
        raise refused(
            f"no lot of {given.drug} was selected",
            "select the lot of the vial; record the delivery first if it is not listed",
        )
    strength = decimal(concentration)
    listed = [k for k in in_force().interventions if k.drug == given.drug]
    if not all(kind.takes(strength) for kind in listed):
        raise refused(
            f"{strength:g} mg/mL is not a strength that the protocol lists",
            "check the strength on the vial",
        )
    if strength != found[0].strength:
        raise refused(
            f"{strength:g} mg/mL is not the strength of this lot in the register",
            "check strength and lot on the vial; if the register is wrong, record the "
            "error on the page of the lot",
        )
    return found[0]


def _require_usual(key: Path, total: str, hours: int, *, changed: bool) -> None:
    usual = usual_of(key)
    if usual is None or changed:
        return
    if float(total) > 0 and total != usual[0]:
        raise refused(
            f"every syringe so far was filled up to {usual[0]} mL: another volume could "
            "unblind the nurse",
            f"fill it up to {usual[0]} mL, or confirm the change for all participants",
        )
    if usual[1] and hours != usual[1]:
        raise refused(
            f"every syringe so far had to be used within {usual[1]} hours: another time "
            "could unblind the nurse",
            f"enter {usual[1]} hours, or confirm the change for all participants",
        )


def usual_of(key: Path) -> tuple[str, int] | None:
    """Total volume in mL and hours of use of the last syringe; None before the first.

    A syringe that was taken out of use does not count: its volume may be the reason. The
    hours are 0 for a syringe from before they were recorded.
    """
    made = [one for one in syringes.syringes_of() if not one.discarded_by]
    if not made:
        return None
    last = syringes.content_of(key, made[-1].number)
    if not last.use_by:
        return last.total_ml, 0
    within = datetime.fromisoformat(last.use_by) - made[-1].at
    return last.total_ml, math.ceil(within / timedelta(hours=1))


def read(
    number: str, *, key: Path, actor: Actor, at: datetime
) -> tuple[Syringe, Content]:
    """A syringe with its content, for an unblinded pharmacist; recorded (EQ939)."""
    made, _ = accountability.known(number, actor)
    unblinding.open_one(
        key, made.participant, why="pharmacy", reason=number, actor=actor.name, at=at
    )
    return made, syringes.content_of(key, number)
