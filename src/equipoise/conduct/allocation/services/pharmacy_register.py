"""Drug accountability register of the pharmacy: entries, and the stock of each lot.

The lot of a syringe is recorded in the content of the syringe, encrypted and of the same
length in each arm: a separate entry would reveal who got a drug.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import PharmacyEntry, SyringeRow
from equipoise.conduct.allocation.services.hash_chains import add, end, hold
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError
from equipoise.errors.counted import counted

BLOCK = 2048  # bytes: encrypted contents are equally long
End = Literal["returned", "to be destroyed", "destroyed"]
SYRINGE, LOT, ENTRY, PARTICIPANT = "syringe ", "lot ", "entry ", "participant "


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Vials of one lot at one site, counted."""

    number: int  # of the entry with which it was first received; uninformative
    site: str
    drug: str
    strength: float
    lot: str
    expiry: date
    received: int = 0
    used: int = 0
    returned: int = 0
    destroyed: int = 0  # confirmed by a witness
    pending: int = 0  # destroyed or voided, to be confirmed; still in stock
    quarantined: bool = False  # no vial of it may be used
    last: int = 0  # number of the last entry about it

    @property
    def in_stock(self) -> int:
        """Vials in stock: received, and not used, returned or destroyed."""
        return self.received - self.used - self.returned - self.destroyed

    @property
    def available(self) -> int:
        """Vials from which a syringe can be prepared, if they are not expired."""
        return 0 if self.quarantined else self.in_stock - self.pending


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of the pharmacy with its content."""

    seq: int
    at: datetime
    actor: str
    kind: str
    about: str
    said: dict[str, Any]


@transaction.atomic(using=VAULT)
def record(
    key: Path, kind: str, about: str, said: dict[str, Any], *, actor: str, at: datetime
) -> int:
    """Adds an entry; returns its number.

    ``kind`` and ``about`` (such as ``syringe 12345678``) are not encrypted; everything
    that could reveal a drug is in ``said``, which is encrypted.
    """
    hold()
    seq = end(PharmacyEntry)[0] + 1
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    content = Vault(key).seal(text, bound(seq), block=BLOCK)
    add(PharmacyEntry(at=at, actor=actor, kind=kind, about=about, content=content))
    return seq


def bound(seq: int) -> str:
    """Context to which the encrypted content of an entry is bound."""
    return f"entry {seq} of the pharmacy"


def history(key: Path, about: str = "") -> list[Recorded]:
    """Decrypted entries in order, all of them or those about one subject."""
    vault, rows = Vault(key), PharmacyEntry.objects.all()
    return [
        Recorded(
            row.seq, row.at, row.actor, row.kind, row.about,
            json.loads(vault.open(row.content, bound(row.seq))),
        )
        for row in (rows.filter(about=about) if about else rows)
    ]  # fmt: skip


def of_lot(key: Path, number: int) -> list[Recorded]:
    """History of the vials of a lot, in order, without the syringes made from them."""
    about, entries = f"{LOT}{number}", history(key)
    own = {one.seq for one in entries if one.about == about or one.seq == number}
    answers = {f"{ENTRY}{seq}" for seq in own}
    return [one for one in entries if one.seq in own or one.about in answers]


def lots(key: Path) -> list[Lot]:
    """Every lot of the trial with its counts, in order of first delivery."""
    found: dict[int, Lot] = {}
    entries = history(key)
    answers = {one.about: one.kind for one in entries}
    for one in entries:
        number = int(one.about.removeprefix(LOT)) if one.about.startswith(LOT) else 0
        if one.kind == "received":
            number = number or one.seq
            of = {name: one.said[name] for name in ("site", "drug", "strength", "lot")}
            expiry = date.fromisoformat(one.said["expiry"])
            found.setdefault(number, Lot(number=one.seq, expiry=expiry, **of))
        if number in found:
            answer = answers.get(f"{ENTRY}{one.seq}", "")
            found[number] = _counted(found[number], one, answer)
    for number, vials in used(key):
        if number in found:
            found[number] = replace(found[number], used=found[number].used + vials)
    return list(found.values())


def used(key: Path) -> Iterator[tuple[int, int]]:
    """Lot and number of vials of each syringe that was prepared from one."""
    vault = Vault(key)
    for row in SyringeRow.objects.all():
        content = json.loads(vault.open(row.content, f"syringe {row.number}"))
        if content.get("stock"):
            yield content["stock"], content["vials"]


def ends() -> dict[str, tuple[End, int, str]]:
    """Syringe -> last status, number of that entry, and user.

    ``returned``, ``to be destroyed`` or ``destroyed``; no content is decrypted.
    """
    rows = list(PharmacyEntry.objects.values_list("seq", "kind", "about", "actor"))
    answers = {about: kind for _, kind, about, _ in rows}
    found: dict[str, tuple[End, int, str]] = {}
    for seq, kind, about, actor in rows:
        number, answer = about.removeprefix(SYRINGE), answers.get(f"{ENTRY}{seq}", "")
        if not about.startswith(SYRINGE) or answer == "declined":
            continue
        if kind == "returned":
            found[number] = "returned", seq, actor
        if kind == "destroyed":
            end: End = "destroyed" if answer else "to be destroyed"
            found[number] = end, seq, actor
    return found


def _counted(lot: Lot, one: Recorded, answer: str) -> Lot:
    """A lot after an entry about it; ``answer`` is that of the witness, if any."""
    vials, last = one.said.get("vials", 0), one.seq
    match one.kind, answer:
        case "received", _:
            return replace(lot, received=lot.received + vials, last=last)
        case "returned", _:
            return replace(lot, returned=lot.returned + vials, last=last)
        case "destroyed", "confirmed":
            return replace(lot, destroyed=lot.destroyed + vials, last=last)
        case "voided", "confirmed":
            return replace(lot, received=lot.received - vials, last=last)
        case "destroyed" | "voided", "":
            return replace(lot, pending=lot.pending + vials, last=last)
        case _:
            held = lot.quarantined and one.kind != "released"
            now = held or one.kind == "quarantined"
            return replace(lot, quarantined=now, last=last)


TEXT = 400  # characters of the longest reason
NAME = 60  # characters of the longest lot, supplier or delivery note
MOST = 10_000  # vials of one delivery
WITNESSED = ("destroyed", "voided")  # confirmed by a witness
CHANGED = "the lot has changed since you opened the page"
OPEN_AGAIN = "open the page of the lot again"

Move = Literal["returned", "destroyed", "voided", "quarantined", "released"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Vials that were received."""

    site: str
    drug: str
    strength: float  # mg/mL, as on the vial
    lot: str
    expiry: date  # last day on which a vial may be used
    vials: int
    supplier: str
    note: str  # number of the delivery note: the same delivery is recorded once


@transaction.atomic(using=VAULT)
def receive(key: Path, new: Delivery, *, actor: str, at: datetime) -> int:
    """Records a delivery; sent twice by the same user, it is recorded once.

    Returns:
        Number of the lot.

    Raises:
        ConductError: EQ949, a text or number is not valid, the delivery was recorded
            before, or the lot is registered with another strength or expiry.
    """
    hold()
    new = replace(
        new, lot=_line(new.lot), supplier=_line(new.supplier), note=_line(new.note)
    )
    if not (0 < new.vials <= MOST and 0 < new.strength <= 1000):
        raise unchanged(
            "the number of vials or the strength is not valid",
            f"enter a whole number of vials, up to {MOST}, and the strength in mg/mL",
        )
    if not all(0 < len(text) <= NAME for text in (new.lot, new.supplier, new.note)):
        raise unchanged(
            "lot, supplier or delivery note is missing or too long",
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
        same = one.received and (one.site, one.drug) == (new.site, new.drug)
        if same and one.lot.casefold() == new.lot.casefold():
            if (one.strength, one.expiry) != (new.strength, new.expiry):
                raise unchanged(
                    "this lot is registered with another strength or expiry date",
                    "check the vial and the delivery note; if the register is wrong, "
                    "record the error on the page of the lot",
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
    """Records vials that are returned, destroyed or entered in error, or a quarantine.

    ``destroyed``, and ``voided`` of vials that were registered in error or never arrived,
    count once a witness has confirmed it; ``quarantined`` and ``released`` (from
    quarantine) apply to the complete lot. ``seen`` is the number of the last entry of the
    lot that was shown to the user (EQ949).
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
            f"{counted(vials, 'vial')} cannot be {kind}: "
            f"{lot.in_stock - lot.pending} in stock",
            "count the vials again",
        )
    said = {"vials": 0 if whole else vials, "reason": reason.strip()}
    record(key, kind, f"{LOT}{number}", said, actor=actor, at=at)


@transaction.atomic(using=VAULT)
def confirm(key: Path, seq: int, *, agrees: bool, actor: str, at: datetime) -> None:
    """Records the answer of a witness to a destruction, or to vials entered in error.

    ``seq`` is the entry. If the witness declines (``agrees`` is False), the vials or the
    syringe remain in the register.

    Raises:
        ConductError: EQ949, there is no such entry, it was answered already, or the user
            has recorded it.
    """
    hold()
    row = PharmacyEntry.objects.filter(seq=seq, kind__in=WITNESSED).first()
    about = f"{ENTRY}{seq}"
    answered = PharmacyEntry.objects.filter(about=about).exists()
    if row is None or answered or row.actor == actor:
        raise unchanged(
            "this is confirmed once, and not by the user who recorded it",
            "ask a second pharmacist who has witnessed it",
        )
    kind = "confirmed" if agrees else "declined"
    record(key, kind, about, {}, actor=actor, at=at)


def require_stock(key: Path, number: int, vials: int, until: date) -> Lot:
    """The lot for a syringe, with enough vials that are not expired (else EQ938).

    ``until`` is the last day on which the syringe can be used.
    """
    lot = next((one for one in lots(key) if one.number == number), None)
    what = ""
    if lot is None:
        what = "no lot of the stock register was selected"
    elif lot.quarantined:
        what = "this lot is quarantined"
    elif lot.expiry < until:
        what = f"this lot expires on {lot.expiry}, before the syringe's last day of use"
    elif not 0 < vials <= lot.available:
        what = f"{counted(lot.available, 'vial')} of this lot in stock"
    if what or lot is None:
        raise ConductError.single(
            "EQ938",
            what,
            where="the stock register",
            fix="select another lot, or record the delivery first",
        )
    return lot


def unchanged(what: str, fix: str) -> ConductError:
    """The error of an entry that the stock register does not accept: EQ949."""
    return ConductError.single("EQ949", what, where="the stock register", fix=fix)


def _line(text: str) -> str:
    return " ".join(text.split())
