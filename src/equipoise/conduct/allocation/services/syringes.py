"""Syringes: encrypted content, uninformative number, check by a second pharmacist.

Drug, dose and volume are in the allocation database only, so that exposures can be
completed when the trial is unblinded.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import (
    PharmacyEntry,
    SyringeCheck,
    SyringeDiscard,
    SyringeRow,
)
from equipoise.conduct.allocation.services.hash_chains import add, hold
from equipoise.conduct.allocation.services.pharmacy_register import (
    SYRINGE,
    ends,
    record,
    require_stock,
)
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError

DIGITS = 8
BLOCK = 1024  # bytes; every encrypted content is equally long
REASON = 400  # characters of the longest reason for discarding a syringe
ENDING = {"returned": "returned", "destroyed": "to be destroyed"}
REASON_BLOCK = 2048  # bytes, which hold it in any script: reasons are equally long too


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Content of a syringe, and how it was calculated."""

    arm: str
    drug: str  # generic name; empty where the arm gets no drug
    dose_mg: float  # by the protocol, after the cap
    weight_kg: float | None  # from which the dose is calculated; None for a fixed dose
    weighed_at: str  # when the weight was recorded, ISO 8601
    concentration: float | None  # of the stock solution in mg/mL; None without a drug
    volume_ml: str  # of the stock solution, rounded, as text with two decimals
    total_ml: str  # filled up with saline to this volume
    capped: bool  # whether the cap of the protocol was reached
    stock: int = 0  # number of the lot in the register; 0 without one
    lot: str = ""  # of the vials, as on the label
    expiry: str = ""  # of the lot, ISO 8601
    vials: int = 0  # opened for it
    use_by: str = ""  # last time of use, ISO 8601 with the offset of the site

    @property
    def expires(self) -> date | None:
        """Last day of use of the lot; None without a lot."""
        return date.fromisoformat(self.expiry) if self.expiry else None


@dataclass(frozen=True, slots=True)
class Syringe:
    """A syringe without its content."""

    number: str
    participant: str
    visit: str
    at: datetime
    filled_by: str
    agrees: bool | None  # result of the second pharmacist; None before the check
    checked_by: str  # user who checked it; empty before the check
    discarded_by: str = ""  # user who discarded it; empty if not discarded
    discarded_at: datetime | None = None  # None if not discarded

    @property
    def stands(self) -> bool:
        """Whether it can still be given: it neither failed the check nor was discarded."""
        return self.agrees is not False and not self.discarded_by


@transaction.atomic(using=VAULT)
def fill_syringe(
    key: Path,
    participant: str,
    visit: str,
    content: Content,
    *,
    actor: str,
    at: datetime,
) -> Syringe:
    """Records the content of a syringe that was filled, and assigns its number.

    Raises:
        ConductError: EQ934, there is no schedule; EQ938, the infusion has a syringe already
            that was not discarded, or the vials are missing, quarantined, expired or of
            another drug or strength.
    """
    hold()
    if any(made.stands for made in syringes_of(participant, visit)):
        raise ConductError.single(
            "EQ938",
            "there is a syringe for this infusion already",
            where=f"{participant}, {visit}",
            fix="ask a second pharmacist to check it, or quarantine it first",
        )
    if content.stock:
        until = date.fromisoformat(content.use_by[:10])
        lot = require_stock(key, content.stock, content.vials, until)
        if (lot.drug, lot.strength) != (content.drug, content.concentration):
            raise ConductError.single(
                "EQ938",
                "the vials of this lot have another drug or strength",
                where="the stock register",
                fix="check the label of the vial",
            )
    number = _number()
    text = json.dumps(asdict(content), sort_keys=True, ensure_ascii=False)
    sealed = Vault(key).seal(text, f"syringe {number}", block=BLOCK)
    row = SyringeRow(
        number=number, participant=participant, visit=visit, at=at, actor=actor,
        content=sealed,
    )  # fmt: skip
    add(row)
    return _plain(row)


@transaction.atomic(using=VAULT)
def end_syringe(
    key: Path,
    number: str,
    kind: Literal["returned", "destroyed"],
    *,
    reason: str,
    actor: str,
    at: datetime,
) -> None:
    """Records the return of a syringe, or its destruction, which a witness confirms.

    The caller checks whether it is in use. The reason is encrypted.

    Raises:
        ConductError: EQ940, it was recorded already, or the reason is missing.
    """
    hold()
    made = known(number)
    now, _, who = ends().get(number, ("", 0, ""))
    if who == actor and now in (kind, ENDING[kind]):
        return  # sent twice
    if now in ("to be destroyed", "destroyed") or now == kind:
        raise not_discarded(made, f"this syringe is {now} already", "open it again")
    _require_reason(made, reason)
    said = {"reason": reason.strip()}
    record(key, kind, SYRINGE + number, said, actor=actor, at=at)


@transaction.atomic(using=VAULT)
def discard_syringe(
    key: Path,
    number: str,
    *,
    reason: str,
    actor: str,
    at: datetime,
    returned: bool = False,
) -> Syringe:
    """Records that a syringe is not to be used, with the reason.

    Repeated by the same user it changes nothing: the first reason remains. The reason
    could name the drug and is encrypted. ``returned``: the syringe came back from the
    ward; else it is quarantined.

    Raises:
        ConductError: EQ934, there is no schedule; EQ939, there is no such syringe; EQ940,
            it is out of use already, or the reason is empty or too long.
    """
    hold()
    row = SyringeRow.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise unknown(number)
    made = _plain(row)
    if made.discarded_by == actor:
        return made
    require_discardable(made, reason)
    sealed = Vault(key).seal(reason.strip(), reason_of(number), block=REASON_BLOCK)
    add(SyringeDiscard(syringe=row, at=at, actor=actor, reason=sealed))
    if returned:
        end_syringe(key, number, "returned", reason=reason, actor=actor, at=at)
    return _plain(row)


def syringe(number: str) -> Syringe | None:
    """The syringe with a number; None if there is no such syringe."""
    row = _rows().filter(number=number).first()
    return None if row is None else _plain(row)


def known(number: str) -> Syringe:
    """The syringe with a number (EQ939, there is no such syringe)."""
    return _plain(_rows().get(number=number))


def syringes_of(participant: str = "", visit: str = "") -> list[Syringe]:
    """Syringes in order, of all participants or of one participant or infusion."""
    rows = _rows()
    if participant:
        rows = rows.filter(participant=participant)
    if visit:
        rows = rows.filter(visit=visit)
    return [_plain(row) for row in rows]


def content_of(key: Path, number: str) -> Content:
    """Content of a syringe: for the pharmacy, or after the end of the trial.

    Raises:
        ConductError: EQ932, the content cannot be decrypted; EQ939, no such syringe.
    """
    row = SyringeRow.objects.filter(number=number).first()
    if row is None:
        raise unknown(number)
    return Content(**json.loads(Vault(key).open(row.content, f"syringe {number}")))


def why_discarded(key: Path, number: str) -> str:
    """Why a syringe was discarded: for the pharmacy, or after the end of the trial.

    Empty if it was not discarded (EQ932, the reason cannot be decrypted).
    """
    gone = SyringeDiscard.objects.filter(syringe__number=number).first()
    return "" if gone is None else Vault(key).open(gone.reason, reason_of(number))


def require_discardable(made: Syringe, reason: str) -> None:
    """Requires that a syringe is in use, and a reason to discard it (EQ940)."""
    if not made.stands:
        raise not_discarded(
            made,
            "this syringe is out of use already",
            "see the record of all syringes for user and time",
        )
    _require_reason(made, reason)


def _require_reason(made: Syringe, reason: str) -> None:
    if not 0 < len(reason.strip()) <= REASON:
        raise not_discarded(
            made,
            "the reason is missing or too long",
            f"describe what happened to it, in at most {REASON} characters",
        )


def not_discarded(made: Syringe, what: str, fix: str) -> ConductError:
    """The error where a syringe cannot be discarded, returned or destroyed: EQ940."""
    where = f"syringe {made.number}"
    return ConductError.single("EQ940", what, where=where, fix=fix)


def unknown(number: str) -> ConductError:
    """The error for a number that no syringe has: EQ939."""
    return _unchecked(number, "there is no such syringe", "check the number")


def sealed_reasons() -> list[tuple[str, bytes]]:
    """Number and encrypted reason of every syringe that was discarded."""
    rows = SyringeDiscard.objects.values_list("syringe__number", "reason")
    return [(number, bytes(reason)) for number, reason in rows]


def reason_of(number: str) -> str:
    """Context to which an encrypted reason is bound."""
    return f"reason of syringe {number}"


def _rows() -> QuerySet[SyringeRow]:
    """Every syringe with its check and its discard, in one query."""
    return SyringeRow.objects.select_related("syringecheck", "syringediscard")


def _plain(row: SyringeRow) -> Syringe:
    # Where there is none, the row has no such attribute.
    check = getattr(row, "syringecheck", None)
    gone = getattr(row, "syringediscard", None)
    return Syringe(
        row.number,
        row.participant,
        row.visit,
        row.at,
        row.actor,
        None if check is None else check.agrees,
        "" if check is None else check.actor,
        "" if gone is None else gone.actor,
        None if gone is None else gone.at,
    )


def _number() -> str:
    """A random number that no syringe has."""
    while True:
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if not SyringeRow.objects.filter(number=number).exists():
            return number


@transaction.atomic(using=VAULT)
def check_syringe(number: str, *, agrees: bool, actor: str, at: datetime) -> Syringe:
    """Records the check of a syringe by a second pharmacist.

    Raises:
        ConductError: EQ934, there is no schedule; EQ939, there is no such syringe, it was
            checked or discarded already, or the same user has filled it.
    """
    row = _to_be_checked(number, actor)
    add(SyringeCheck(syringe=row, at=at, actor=actor, agrees=agrees))
    return known(number)


@transaction.atomic(using=VAULT)
def answer_check(
    key: Path,
    number: str,
    *,
    agrees: bool,
    said: dict[str, str],
    actor: str,
    at: datetime,
) -> Syringe:
    """Records the values of the second pharmacist, which may be corrected once.

    Values that differ are recorded, encrypted. After the first that differ the syringe is
    still to be checked, and after the second it is quarantined.

    Raises:
        ConductError: EQ934, EQ939, as ``check_syringe``.
    """
    _to_be_checked(number, actor)
    tried = tries(number)
    if not agrees:
        record(key, "answered", SYRINGE + number, said, actor=actor, at=at)
    if agrees or tried:
        return check_syringe(number, agrees=agrees, actor=actor, at=at)
    return known(number)


def tries(number: str) -> int:
    """How often the values of the second pharmacist have differed."""
    rows = PharmacyEntry.objects.filter(about=SYRINGE + number, kind="answered")
    return rows.count()


def _to_be_checked(number: str, actor: str) -> SyringeRow:
    hold()
    row = SyringeRow.objects.select_for_update().filter(number=number).first()
    made = None if row is None else known(number)
    if made is not None and made.discarded_by:
        raise discarded(made)
    if row is None or row.actor == actor or (made and made.agrees is not None):
        raise _unchecked(
            number,
            "a syringe is checked once, and not by the user who prepared it",
            "ask a second pharmacist to calculate the volume and check the syringe",
        )
    return row


def discarded(made: Syringe) -> ConductError:
    """The error where a syringe was discarded before the check: EQ939."""
    what = f"this syringe was taken out of use by {made.discarded_by}"
    return _unchecked(made.number, what, "check the syringe that replaces it")


def _unchecked(number: str, what: str, fix: str) -> ConductError:
    return ConductError.single("EQ939", what, where=f"syringe {number}", fix=fix)
