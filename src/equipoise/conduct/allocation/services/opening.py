"""Showing arms: written down before they are shown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Allocation, Opening
from equipoise.conduct.allocation.types import Unsealed
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError


def open_one(
    key: Path, participant: str, *, why: str, reason: str, actor: str, at: datetime
) -> Unsealed:
    """Shows the arm of one participant: written down before it is shown.

    Args:
        key: file of the key of the vault.
        participant: identifier.
        why: ``pharmacy`` or ``emergency``.
        reason: in words.
        actor: user name.
        at: UTC.

    Raises:
        ConductError: EQ936, the participant was not randomized.
    """
    held = Allocation.objects.filter(participant=participant).first()
    if held is None:
        raise ConductError.single(
            "EQ936",
            "this participant was not randomized",
            where="the vault",
            mend="look the participant up again",
        )
    with transaction.atomic(using=VAULT, durable=True):
        Opening.objects.create(
            participant=participant, at=at, actor=actor, why=why, reason=reason
        )
    return Unsealed(
        participant, Vault(key).open(held.arm, f"participant {participant}")
    )


def open_all(key: Path, *, reason: str, actor: str, at: datetime) -> list[Unsealed]:
    """Shows every arm: after the database was locked. In the order of allocation."""
    vault, held = Vault(key), list(Allocation.objects.all())
    with transaction.atomic(using=VAULT, durable=True):
        Opening.objects.bulk_create(
            Opening(
                participant=row.participant,
                at=at,
                actor=actor,
                why="unblinding",
                reason=reason,
            )
            for row in held
        )
    return [
        Unsealed(row.participant, vault.open(row.arm, f"participant {row.participant}"))
        for row in held
    ]
