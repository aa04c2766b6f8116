"""Syringes: what is in them is sealed; their number tells nothing.

Who got which drug, dose and volume stands in the vault alone, so that exposures can be
completed when the trial is unblinded.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import SyringeCheck, SyringeRow
from equipoise.conduct.allocation.services.chains import (
    check_link,
    end,
    hold,
    syringe_link,
)
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError

DIGITS = 8
BLOCK = 1024  # bytes; every content is equally long when sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is in a syringe, and how it was worked out.

    Attributes:
        drug: generic name; empty where the arm gets no drug.
        dose_mg: by the protocol, after the cap.
        weight_kg: on which the dose rests; None for a dose that rests on none.
        weighed_at: when the weight was written down, ISO 8601.
        concentration: of the stock solution in mg/mL; None without a drug.
        volume_ml: of the stock solution, rounded, as text with two decimals.
        total_ml: filled up with saline to this volume.
        capped: whether the cap of the protocol was reached.
    """

    arm: str
    drug: str
    dose_mg: float
    weight_kg: float | None
    weighed_at: str
    concentration: float | None
    volume_ml: str
    total_ml: str
    capped: bool


@dataclass(frozen=True, slots=True)
class Syringe:
    """A syringe without its content.

    Attributes:
        agrees: what the second person found; None before the check.
        checked_by: who that was; empty before the check.
    """

    number: str
    participant: str
    visit: str
    at: datetime
    filled_by: str
    agrees: bool | None
    checked_by: str


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
    """Writes down what was filled into a syringe, and gives it a number.

    Raises:
        ConductError: EQ934, no list was sealed; EQ938, the infusion has a syringe already
            that was not thrown away.
    """
    hold()
    if any(made.agrees is not False for made in syringes_of(participant, visit)):
        raise ConductError.single(
            "EQ938",
            "there is a syringe for this infusion already",
            where=f"{participant}, {visit}",
            mend="have it checked by a second person, or thrown away",
        )
    length, previous = end(SyringeRow)
    number = _number()
    text = json.dumps(asdict(content), sort_keys=True)
    row = SyringeRow(
        seq=length + 1,
        number=number,
        participant=participant,
        visit=visit,
        at=at,
        actor=actor,
        content=Vault(key).seal(text, f"syringe {number}", block=BLOCK),
    )
    row.hash = syringe_link(previous, row)
    row.save(force_insert=True)
    return _plain(row)


@transaction.atomic(using=VAULT)
def check_syringe(number: str, *, agrees: bool, actor: str, at: datetime) -> Syringe:
    """Writes down what a second person found.

    Raises:
        ConductError: EQ934, no list was sealed; EQ939, there is no such syringe, it was
            checked already, or who checks has filled it.
    """
    hold()
    row = SyringeRow.objects.select_for_update().filter(number=number).first()
    if row is None or row.actor == actor or _check(row) is not None:
        raise ConductError.single(
            "EQ939",
            "a syringe is checked once, by another person than who filled it",
            where=f"syringe {number}",
            mend="ask a second person to work the volume out and to check the syringe",
        )
    length, previous = end(SyringeCheck)
    check = SyringeCheck(seq=length + 1, syringe=row, at=at, actor=actor, agrees=agrees)
    check.hash = check_link(previous, check)
    check.save(force_insert=True)
    return _plain(row)


def syringe(number: str) -> Syringe | None:
    """A syringe; None if there is none of this number."""
    row = SyringeRow.objects.filter(number=number).first()
    return None if row is None else _plain(row)


def syringes_of(participant: str = "", visit: str = "") -> list[Syringe]:
    """Syringes in their order, of everybody or of one participant or infusion."""
    rows = SyringeRow.objects.all()
    if participant:
        rows = rows.filter(participant=participant)
    if visit:
        rows = rows.filter(visit=visit)
    return [_plain(row) for row in rows]


def content_of(key: Path, number: str) -> Content:
    """What is in a syringe: for the pharmacy, or after the end of the trial.

    Raises:
        ConductError: EQ932, the content does not open; EQ939, no such syringe.
    """
    row = SyringeRow.objects.filter(number=number).first()
    if row is None:
        raise ConductError.single(
            "EQ939",
            "there is no such syringe",
            where=number,
            mend="read the number again",
        )
    return Content(**json.loads(Vault(key).open(row.content, f"syringe {number}")))


def _check(row: SyringeRow) -> SyringeCheck | None:
    return SyringeCheck.objects.filter(syringe=row).first()


def _plain(row: SyringeRow) -> Syringe:
    check = _check(row)
    return Syringe(
        row.number,
        row.participant,
        row.visit,
        row.at,
        row.actor,
        None if check is None else check.agrees,
        "" if check is None else check.actor,
    )


def _number() -> str:
    """A number at random that no syringe has."""
    while True:
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if not SyringeRow.objects.filter(number=number).exists():
            return number
