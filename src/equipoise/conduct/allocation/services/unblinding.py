"""Unblinding of one or all participants: recorded before any arm is shown.

After the database lock: all arms, with the content of each syringe and the complete
allocation schedule with its seed and salt.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Allocation, Opening, Sealed, SyringeRow
from equipoise.conduct.allocation.services.concealed_list import unsealed
from equipoise.conduct.allocation.services.hash_chains import add, hold
from equipoise.conduct.allocation.services.syringes import (
    Content,
    Syringe,
    reason_of,
    sealed_reasons,
    syringes_of,
)
from equipoise.conduct.audit.models import stamp
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError
from equipoise.exchange.disclosed_list import Disclosed


@dataclass(frozen=True, slots=True)
class Unsealed:
    """An arm as disclosed to the pharmacist, in an emergency, or after the end."""

    participant: str
    arm: str


def shown() -> list[Opening]:
    """Every unblinding in order, without the arms."""
    return list(Opening.objects.all())


def open_one(
    key: Path, participant: str, *, why: str, reason: str, actor: str, at: datetime
) -> Unsealed:
    """Unblinds one participant: recorded before the arm is shown.

    ``why`` is ``pharmacy``, ``open label`` or ``emergency``.

    Raises:
        ConductError: EQ936, the participant was not randomized.
    """
    held = Allocation.objects.filter(participant=participant).first()
    if held is None:
        raise not_randomized()
    _write([participant], why=why, reason=reason, actor=actor, at=at)
    arm = Vault(key).open(held.arm, f"participant {participant}")
    return Unsealed(participant, arm)


def not_randomized() -> ConductError:
    """The error where there is no arm to show: EQ936."""
    return ConductError.single(
        "EQ936",
        "this participant was not randomized",
        where="the allocation database",
        fix="check the participant number",
    )


def open_all(key: Path, *, reason: str, actor: str, at: datetime) -> list[Unsealed]:
    """Unblinds all participants after the database lock, in order of allocation."""
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
    """Adds to the hash chain of unblindings; on the disk when this returns."""
    with transaction.atomic(using=VAULT, durable=True):
        hold()
        add(
            *(
                Opening(participant=who, at=at, actor=actor, why=why, reason=reason)
                for who in people
            )
        )


@dataclass(frozen=True, slots=True)
class Filled:
    """A syringe with its content."""

    syringe: Syringe
    content: Content
    why: str = ""  # reason for discarding it; empty if it was not discarded


def contents(key: Path) -> list[Filled]:
    """Every syringe, also if it was discarded, in order of filling.

    Each content is decrypted once. The caller has unblinded all participants before with
    ``open_all``, which is recorded: a syringe reveals the arm of its participant only.

    Raises:
        ConductError: EQ932, a content cannot be decrypted.
    """
    vault, known = Vault(key), {made.number: made for made in syringes_of()}
    why = {n: vault.open(sealed, reason_of(n)) for n, sealed in sealed_reasons()}
    return [
        Filled(
            known[row.number],
            Content(**json.loads(vault.open(row.content, f"syringe {row.number}"))),
            why.get(row.number, ""),
        )
        for row in SyringeRow.objects.all()
    ]


def disclose(key: Path, trial: str) -> Disclosed:
    """Data of the commitment, and the position of each participant.

    Called only after all participants were unblinded (``open_all``), which is recorded.

    Raises:
        ConductError: EQ931, EQ932.
    """
    vault, sealed = Vault(key), Sealed.objects.get()
    lines, seed, salt = unsealed(vault, sealed)
    rows = Allocation.objects.select_related("place")
    return Disclosed(
        commitment=sealed.commitment,
        seed=seed,
        salt=salt,
        lines=tuple(lines),
        allocations=tuple(
            {
                "participant": row.participant,
                "kit": row.place.kit,
                "arm": vault.open(row.arm, f"participant {row.participant}"),
                "factors": json.loads(row.factors),
            }
            for row in rows
        ),
        about={
            "trial": trial,
            "method": sealed.method,
            "protocol": sealed.protocol,
            "sealed_at": stamp(sealed.made_at),
        },
    )
