"""The second person's check of a syringe, from the label of the vial alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.allocation.models import PharmacyEntry, SyringeCheck, SyringeRow
from equipoise.conduct.allocation.services.chains import add, hold
from equipoise.conduct.allocation.services.ledger import SYRINGE, record
from equipoise.conduct.allocation.services.syringes import Syringe, known
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError


@transaction.atomic(using=VAULT)
def check_syringe(number: str, *, agrees: bool, actor: str, at: datetime) -> Syringe:
    """Writes down what a second person found.

    Raises:
        ConductError: EQ934, no list was sealed; EQ939, there is no such syringe, it was
            checked or discarded already, or who checks has filled it.
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
    """A second person's answer: one that differs may be given again once.

    What the second person typed is recorded, sealed, if it differs. The syringe is
    still to be checked after the first answer that differs, and quarantined after the
    second.

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
    """How often a second person's answer has differed."""
    rows = PharmacyEntry.objects.filter(about=SYRINGE + number, kind="answered")
    return rows.count()


def _to_be_checked(number: str, actor: str) -> SyringeRow:
    hold()
    row = SyringeRow.objects.select_for_update().filter(number=number).first()
    made = None if row is None else known(number)
    if made is not None and made.discarded_by:
        raise discarded(made)
    if row is None or row.actor == actor or (made and made.agrees is not None):
        raise ConductError.single(
            "EQ939",
            "a syringe is checked once, by another person than who prepared it",
            where=f"syringe {number}",
            mend="ask a second person to work the volume out and to check the syringe",
        )
    return row


def discarded(made: Syringe) -> ConductError:
    """What a second person is told of a syringe that was discarded before the check."""
    return ConductError.single(
        "EQ939",
        f"this syringe was taken out of use by {made.discarded_by}",
        where=f"syringe {made.number}",
        mend="check the one that was prepared in its place",
    )
