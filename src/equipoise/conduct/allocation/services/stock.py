"""Vials that are received, returned, destroyed and quarantined."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from django.db import transaction

from equipoise.conduct.allocation.models import PharmacyEntry
from equipoise.conduct.allocation.services.chains import hold
from equipoise.conduct.allocation.services.ledger import (
    ENTRY,
    LOT,
    Lot,
    lots,
    of_lot,
    record,
)
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError

TEXT = 400  # characters of the longest reason
NAME = 60  # characters of the longest lot, supplier or delivery note
MOST = 10_000  # vials of one delivery
CHANGED = "the lot has changed since the page was opened"
OPEN_AGAIN = "open the page of the lot again"

Move = Literal["returned", "destroyed", "quarantined", "released"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Vials that were received."""

    site: str
    drug: str
    strength: float  # mg/mL, as it is on the vial
    lot: str
    expiry: date  # last day on which a vial may be used
    vials: int
    supplier: str
    note: str  # number of the delivery note: the same delivery is recorded once


@transaction.atomic(using=VAULT)
def receive(key: Path, new: Delivery, *, actor: str, at: datetime) -> int:
    """Records a delivery; sent twice by the same person, it is recorded once.

    Returns:
        Number of the lot.

    Raises:
        ConductError: EQ949, a text or number is impossible, the delivery was recorded
            before, or the lot is known with another strength or expiry.
    """
    hold()
    new = replace(
        new, lot=_line(new.lot), supplier=_line(new.supplier), note=_line(new.note)
    )
    if not (0 < new.vials <= MOST and 0 < new.strength <= 1000):
        raise unchanged(
            "the number of vials or the strength is impossible",
            f"enter whole vials, up to {MOST}, and the strength in mg/mL",
        )
    if not all(0 < len(text) <= NAME for text in (new.lot, new.supplier, new.note)):
        raise unchanged(
            "lot, supplier and delivery note are needed",
            f"enter each in at most {NAME} characters",
        )
    known = _same_lot(key, new)
    said = asdict(new) | {"expiry": new.expiry.isoformat()}
    if known is None:
        return record(key, "received", "", said, actor=actor, at=at)
    for one in of_lot(key, known.number):
        note = one.said.get("note", "") if one.kind == "received" else ""
        if (one.actor, one.said) == (actor, said):
            return known.number
        if note.casefold() == new.note.casefold():
            raise unchanged(
                "this delivery note is recorded for this lot already",
                "compare it with the history of the lot",
            )
    record(key, "received", f"{LOT}{known.number}", said, actor=actor, at=at)
    return known.number


def _same_lot(key: Path, new: Delivery) -> Lot | None:
    for one in lots(key):
        same = one.site == new.site and one.drug == new.drug
        if same and one.lot.casefold() == new.lot.casefold():
            if (one.strength, one.expiry) != (new.strength, new.expiry):
                raise unchanged(
                    "this lot is registered with another strength or expiry date",
                    "read the vial and the delivery note again; quarantine the lot if "
                    "they differ",
                )
            return one
    return None


@transaction.atomic(using=VAULT)
def move(
    key: Path,
    number: int,
    kind: Move,
    *,
    vials: int,
    reason: str,
    seen: int,
    actor: str,
    at: datetime,
) -> None:
    """Records vials that are returned to the supplier or destroyed, or a quarantine.

    ``destroyed`` counts once a second person has confirmed it; ``quarantined`` and
    ``released`` (from quarantine) are of the whole lot. ``seen`` is the number of the
    last entry of the lot that the person has seen.

    Raises:
        ConductError: EQ949.
    """
    hold()
    lot = next((one for one in lots(key) if one.number == number), None)
    if lot is None or lot.last != seen:
        raise unchanged(CHANGED, OPEN_AGAIN)
    if not 0 < len(reason.strip()) <= TEXT:
        raise unchanged("a reason is needed", f"enter it in at most {TEXT} characters")
    whole = kind in ("quarantined", "released")
    if whole and lot.quarantined is (kind == "quarantined"):
        raise unchanged(f"the lot is {kind} already", OPEN_AGAIN)
    if not whole and not 0 < vials <= lot.in_stock - lot.pending:
        raise unchanged(
            f"{vials} vials cannot be {kind}: {lot.in_stock - lot.pending} are in stock",
            "count the vials again",
        )
    said = {"vials": 0 if whole else vials, "reason": reason.strip()}
    record(key, kind, f"{LOT}{number}", said, actor=actor, at=at)


@transaction.atomic(using=VAULT)
def confirm(key: Path, seq: int, *, agrees: bool, actor: str, at: datetime) -> None:
    """A second person confirms or declines a destruction, of vials or of a syringe.

    ``seq`` is the entry of the destruction. If it did not take place (``agrees`` is
    False), what it was about is still there.

    Raises:
        ConductError: EQ949, there is no such destruction, it was answered already, or
            the person has recorded it.
    """
    hold()
    row = PharmacyEntry.objects.filter(seq=seq, kind="destroyed").first()
    about = f"{ENTRY}{seq}"
    answered = PharmacyEntry.objects.filter(about=about).exists()
    if row is None or answered or row.actor == actor:
        raise unchanged(
            "a destruction is confirmed once, by another person than who recorded it",
            "ask a second pharmacist who has witnessed it",
        )
    kind = "confirmed" if agrees else "declined"
    record(key, kind, about, {}, actor=actor, at=at)


def require_stock(key: Path, number: int, vials: int, until: date) -> Lot:
    """The lot of which a syringe is prepared, whose vials are there and not expired.

    ``until`` is the day on which the syringe can still be used.

    Raises:
        ConductError: EQ938.
    """
    lot = next((one for one in lots(key) if one.number == number), None)
    what = ""
    if lot is None:
        what = "no lot of the stock register was chosen"
    elif lot.quarantined:
        what = "this lot is quarantined"
    elif lot.expiry < until:
        what = f"this lot expires on {lot.expiry}, before the syringe has to be used"
    elif not 0 < vials <= lot.available:
        what = f"{lot.available} vials of this lot are in stock"
    if what or lot is None:
        raise ConductError.single(
            "EQ938",
            what,
            where="the stock register",
            mend="choose another lot, or record the delivery first",
        )
    return lot


def unchanged(what: str, mend: str) -> ConductError:
    """Something that the stock register does not take."""
    return ConductError.single("EQ949", what, where="the stock register", mend=mend)


def _line(text: str) -> str:
    return " ".join(text.split())
