"""Showing arms: written down before they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.allocation import links
from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Allocation, Opening
from equipoise.conduct.allocation.services.chains import end, hold
from equipoise.conduct.allocation.types import Unsealed
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError


@dataclass(frozen=True, slots=True)
class Shown:
    """That an arm was shown, without the arm."""

    participant: str
    actor: str
    why: str
    at: datetime


def shown() -> list[Shown]:
    """Every opening, in its order."""
    rows = Opening.objects.all()
    return [Shown(r.participant, r.actor, r.why, r.at) for r in rows]


def open_one(
    key: Path, participant: str, *, why: str, reason: str, actor: str, at: datetime
) -> Unsealed:
    """Shows the arm of one participant: written down before it is shown.

    Args:
        key: file of the key of the vault.
        participant: identifier.
        why: ``pharmacy``, ``open label`` or ``emergency``.
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
    _write([participant], why=why, reason=reason, actor=actor, at=at)
    return Unsealed(
        participant, Vault(key).open(held.arm, f"participant {participant}")
    )


def open_all(key: Path, *, reason: str, actor: str, at: datetime) -> list[Unsealed]:
    """Shows every arm: after the database was locked. In the order of allocation."""
    vault, held = Vault(key), list(Allocation.objects.all())
    people = [row.participant for row in held]
    _write(people, why="unblinding", reason=reason, actor=actor, at=at)
    return [
        Unsealed(row.participant, vault.open(row.arm, f"participant {row.participant}"))
        for row in held
    ]


def _write(
    people: Iterable[str], *, why: str, reason: str, actor: str, at: datetime
) -> None:
    """Adds to the chain of openings; on the disk when this returns."""
    with transaction.atomic(using=VAULT, durable=True):
        hold()
        length, previous = end(Opening)
        made = []
        for seq, who in enumerate(people, start=length + 1):
            row = Opening(
                seq=seq, participant=who, at=at, actor=actor, why=why, reason=reason
            )
            row.hash = previous = links.opening(previous, row)
            made.append(row)
        Opening.objects.bulk_create(made)
