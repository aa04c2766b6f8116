"""A randomized participant, for the pharmacy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import pharmacy_register
from equipoise.conduct.allocation.services.pharmacy_register import Delivery
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.randomization import randomize
from tests.conduct.conftest import NOW
from tests.conduct.screened import eligible


def randomized(key: Path, actor: Actor, number: int = 1) -> Participant:
    person = eligible(number)
    randomize(person, key=key, anchors=key.parent / "anchors", actor=actor, at=NOW)
    person.refresh_from_db()
    return person


STRENGTH = {"ketamine": 50.0, "midazolam": 5.0}
LOT = {"ketamine": "KX-1207", "midazolam": "MZ-3345"}


def delivery(drug: str, **more: object) -> Delivery:
    """Ten vials at ``north`` that expire at the end of 2027."""
    known = {
        "site": "north", "drug": drug, "strength": STRENGTH[drug], "lot": LOT[drug],
        "expiry": date(2027, 12, 31), "vials": 10, "supplier": "Central Pharmacy",
        "note": "N-1",
    }  # fmt: skip
    return Delivery(**(known | more))  # type: ignore[arg-type]


def stocked(key: Path, **more: object) -> dict[str, int]:
    """Drug -> number of a lot that was delivered."""
    return {
        drug: pharmacy_register.receive(
            key, delivery(drug, **more), actor="pharmacist", at=NOW
        )
        for drug in LOT
    }
