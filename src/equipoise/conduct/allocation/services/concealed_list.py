"""Concealed allocation schedule: generation, encryption and commitment (SHA-256)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Place, Sealed, Turn
from equipoise.conduct.audit.models import stamp
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError
from equipoise.exchange.disclosed_list import committed
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence
from equipoise.randomize.strata import stratum_names

KIT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Commitment:
    """The SHA-256 to publish before the first participant."""

    hash: str
    places: int
    method: str
    made_at: str


@transaction.atomic(using=VAULT)
def seal(
    protocol: Protocol,
    key: Path,
    *,
    places: int,
    actor: str,
    at: datetime,
    seed: int | None = None,
    sites: Sequence[str] = (),
) -> Commitment:
    """Generates and encrypts the schedule, and returns the commitment to publish.

    ``places`` is the number in each stratum. The seed of the draws is 128 random bits that
    are not disclosed; a rehearsal passes that of its simulated trial.

    Raises:
        ConductError: EQ933, there is a concealed schedule already.
    """
    if Sealed.objects.select_for_update().exists():
        raise ConductError.single(
            "EQ933",
            "the allocation schedule of this trial is concealed already",
            where="the allocation database",
            fix="use the existing schedule, which cannot be replaced or extended",
        )
    vault = Vault(key)
    seed = secrets.randbits(128) if seed is None else seed
    lines = _fill_list(protocol, vault, places, seed, sites)
    salt = secrets.token_bytes(32)
    hash_ = committed(lines, seed, salt)
    sealed = Sealed.objects.create(
        made_at=at,
        made_by=actor,
        protocol=content_hash(protocol),
        method=protocol.randomization.method,
        commitment=hash_,
        seed=vault.seal(str(seed), "seed"),
        salt=vault.seal(salt.hex(), "salt"),
    )
    return Commitment(hash_, len(lines), sealed.method, stamp(at))


def _fill_list(
    protocol: Protocol, vault: Vault, places: int, seed: int, sites: Sequence[str]
) -> list[str]:
    """Stores every place of every stratum; the lines of which the commitment is made."""
    strata = stratum_names(protocol, sites)
    kits = iter(_kits(places * len(strata)))
    lines: list[str] = []
    for stratum in strata:
        arms = _arms(protocol, places, seed, stratum)
        rows = []
        for position, arm in enumerate(arms, start=1):
            place = Place(stratum=stratum, position=position, kit=next(kits))
            place.arm = vault.seal(arm, bound(place)) if arm else b""
            rows.append(place)
            lines.append(_line(place, arm))
        Place.objects.bulk_create(rows)
        Turn.objects.create(stratum=stratum)
    return lines


def commitment() -> Commitment | None:
    """The published commitment; None before the schedule is concealed."""
    sealed = Sealed.objects.first()
    if sealed is None:
        return None
    places = Place.objects.count()
    return Commitment(sealed.commitment, places, sealed.method, stamp(sealed.made_at))


def sealed_by() -> tuple[datetime, str] | None:
    """When the schedule was concealed, and by whom; None before."""
    return Sealed.objects.values_list("made_at", "made_by").first()


def sealed_under() -> str | None:
    """Content hash of the protocol of the schedule; None before it is concealed."""
    return Sealed.objects.values_list("protocol", flat=True).first()


def _arms(protocol: Protocol, places: int, seed: int, stratum: str) -> list[str]:
    if protocol.randomization.method == "minimization":
        return [""] * places  # determined when the participant is randomized
    return allocation_sequence(protocol, places, seed=seed, stratum=stratum)


def _kits(count: int) -> list[str]:
    """Different random numbers, which reveal neither arm nor order."""
    most = 10**KIT_DIGITS
    if count > most // 2:
        raise ValueError("more places than kit numbers")
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{secrets.randbelow(most):0{KIT_DIGITS}d}"] = None
    return list(found)


def unsealed(vault: Vault, sealed: Sealed) -> tuple[list[str], int, bytes]:
    """Data of the commitment: the lines of the schedule, its seed and its salt."""
    lines = []
    for place in Place.objects.order_by("id"):
        arm = vault.open(place.arm, bound(place)) if place.arm else ""
        lines.append(_line(place, arm))
    salt = bytes.fromhex(vault.open(sealed.salt, "salt"))
    return lines, int(vault.open(sealed.seed, "seed")), salt


def _line(place: Place, arm: str) -> str:
    return f"{place.stratum}\t{place.position}\t{place.kit}\t{arm}"


def bound(place: Place) -> str:
    """Context to which the encrypted arm of a position is bound."""
    return f"place {place.stratum} {place.position} {place.kit}"
