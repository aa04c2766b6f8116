"""Deeds on the sealed list, one function each: seal, allocate, open, verify.

This is the only module that imports the tables of the vault.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import product
from pathlib import Path

from django.db import transaction

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import (
    Allocation,
    Opening,
    Place,
    Sealed,
    Turn,
)
from equipoise.conduct.allocation.types import Commitment, Kit, Unsealed
from equipoise.conduct.audit.chain import START
from equipoise.conduct.audit.models import stamp
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from equipoise.randomize.sequence import allocation_sequence, minimized

ALL = "all"
KIT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Head:
    """How many were allocated, and the hash of the last allocation."""

    count: int
    hash: str


@transaction.atomic(using=VAULT)
def seal(
    protocol: Protocol,
    key: Path,
    *,
    places: int,
    actor: str,
    at: datetime,
    seed: int | None = None,
) -> Commitment:
    """Generates the list, encrypts it, and returns what is to be published.

    Args:
        protocol: states method, strata and ratios.
        key: file of the key of the vault.
        places: in each stratum.
        actor: user name.
        at: UTC.
        seed: of the draws; by default 128 random bits that nobody learns. A rehearsal
            gives the seed of its virtual trial.

    Raises:
        ConductError: EQ933, a list was sealed already.
    """
    if Sealed.objects.select_for_update().exists():
        raise ConductError.single(
            "EQ933",
            "the list of this trial is sealed already",
            where="the vault",
            mend="a list is made once; an exhausted stratum is extended by an amendment",
        )
    vault = Vault(key)
    seed = secrets.randbits(128) if seed is None else seed
    strata = list(_strata(protocol))
    kits = iter(_kits(places * len(strata)))
    lines: list[str] = []
    for stratum in strata:
        arms = _arms(protocol, places, seed, stratum)
        rows = []
        for position, arm in enumerate(arms, start=1):
            kit = next(kits)
            bound = f"place {stratum} {position} {kit}"
            rows.append(
                Place(
                    stratum=stratum,
                    position=position,
                    kit=kit,
                    arm=vault.seal(arm, bound) if arm else b"",
                )
            )
            lines.append(f"{stratum}\t{position}\t{kit}\t{arm}")
        Place.objects.bulk_create(rows)
        Turn.objects.create(stratum=stratum)
    salt = secrets.token_bytes(32)
    hash_ = _commitment(lines, seed, salt)
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


@transaction.atomic(using=VAULT)
def allocate(
    protocol: Protocol,
    key: Path,
    participant: str,
    levels: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
) -> Kit:
    """Gives a participant the next place of the stratum.

    Asking again for the same participant returns the same kit. The row of the whole
    trial is locked first, so that allocations come one after the other whatever the
    stratum: their order is a part of the chain.

    Args:
        protocol: states the strata.
        key: file of the key of the vault.
        participant: identifier.
        levels: characteristic -> value, of the strata.
        actor: user name.
        at: UTC.

    Raises:
        ConductError: EQ934, no list was sealed; EQ935, the stratum has no place left.
    """
    _lock()
    held = Allocation.objects.filter(participant=participant).first()
    if held is not None:
        return Kit(held.place.kit, new=False)
    stratum = _stratum(protocol, levels)
    turn = Turn.objects.select_for_update().filter(stratum=stratum).first()
    position = 1 + (turn.taken if turn else 0)
    place = Place.objects.filter(stratum=stratum, position=position).first()
    if turn is None or place is None:
        raise ConductError.single(
            "EQ935",
            "no place is left in the stratum of this participant",
            where="the sealed list",
            mend="pause enrolment in this stratum, and ask the unblinded statistician",
        )
    vault, last = Vault(key), Allocation.objects.order_by("-seq").first()
    arm = _arm(protocol, vault, place, levels)
    seq = 1 + (last.seq if last else 0)
    made = Allocation(
        seq=seq,
        participant=participant,
        place=place,
        at=at,
        actor=actor,
        factors=json.dumps(dict(levels), sort_keys=True),
        arm=vault.seal(arm, f"participant {participant}"),
    )
    made.hash = _link(bytes(last.hash) if last else START, made)
    made.save(force_insert=True)
    Turn.objects.filter(pk=stratum).update(taken=position)
    return Kit(place.kit, new=True)


def kit(participant: str) -> str | None:
    """The kit number of a participant; None if not randomized."""
    held = Allocation.objects.filter(participant=participant).select_related("place")
    return next((row.place.kit for row in held), None)


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


def commitment() -> Commitment | None:
    """What was published; None before the list is sealed."""
    sealed = Sealed.objects.first()
    if sealed is None:
        return None
    places = Place.objects.count()
    return Commitment(sealed.commitment, places, sealed.method, stamp(sealed.made_at))


def head() -> Head:
    """How many were allocated, for an anchor."""
    last = Allocation.objects.order_by("-seq").first()
    return (
        Head(0, START.hex()) if last is None else Head(last.seq, bytes(last.hash).hex())
    )


def hash_at(count: int) -> str | None:
    """Hash of an earlier allocation; None if there are not so many."""
    row = Allocation.objects.filter(seq=count).first()
    return None if row is None else bytes(row.hash).hex()


def verify(key: Path) -> list[str]:
    """What is wrong with the vault: list, commitment, allocations; empty if nothing is."""
    sealed = Sealed.objects.first()
    if sealed is None:
        return []
    vault, found = Vault(key), []
    lines = []
    for place in Place.objects.order_by("id"):
        bound = f"place {place.stratum} {place.position} {place.kit}"
        arm = vault.open(place.arm, bound) if place.arm else ""
        lines.append(f"{place.stratum}\t{place.position}\t{place.kit}\t{arm}")
    seed = int(vault.open(sealed.seed, "seed"))
    salt = bytes.fromhex(vault.open(sealed.salt, "salt"))
    if _commitment(lines, seed, salt) != sealed.commitment:
        found.append("the list is not the one that was committed to")
    previous = START
    for number, row in enumerate(Allocation.objects.select_related("place"), start=1):
        if row.seq != number:
            found.append(f"allocation {number} is missing")
        if bytes(row.hash) != _link(previous, row):
            found.append(f"allocation {row.seq} is not what was written down")
        previous = bytes(row.hash)
        arm = vault.open(row.arm, f"participant {row.participant}")
        place = row.place
        bound = f"place {place.stratum} {place.position} {place.kit}"
        if place.arm and vault.open(place.arm, bound) != arm:
            found.append(f"allocation {row.seq} is not the arm of its place")
    return found


def _lock() -> None:
    """Locks the list; allocations come one after the other."""
    if Sealed.objects.select_for_update().first() is None:
        raise ConductError.single(
            "EQ934",
            "no list was sealed yet",
            where="the vault",
            mend="the unblinded statistician seals the list before the first participant",
        )


def _strata(protocol: Protocol) -> list[str]:
    """Names of all strata, as ``allocation_sequence`` and virtual trials name them."""
    plan = protocol.randomization
    if plan.method == "minimization" or not plan.strata:
        return [ALL]
    known = {c.id: c.values for c in protocol.characteristics}
    return ["; ".join(levels) for levels in product(*(known[s] for s in plan.strata))]


def _stratum(protocol: Protocol, levels: Mapping[str, str]) -> str:
    plan = protocol.randomization
    if plan.method == "minimization" or not plan.strata:
        return ALL
    return "; ".join(levels[name] for name in plan.strata)


def _arms(protocol: Protocol, places: int, seed: int, stratum: str) -> list[str]:
    if protocol.randomization.method == "minimization":
        return [""] * places  # worked out when the participant comes
    return allocation_sequence(protocol, places, seed=seed, stratum=stratum)


def _arm(
    protocol: Protocol, vault: Vault, place: Place, levels: Mapping[str, str]
) -> str:
    """The arm of a place; by minimization from all who came before."""
    if place.arm:
        return vault.open(
            place.arm, f"place {place.stratum} {place.position} {place.kit}"
        )
    seed = int(vault.open(Sealed.objects.get().seed, "seed"))
    names = protocol.randomization.strata
    before = [json.loads(row.factors) for row in Allocation.objects.all()]
    people = [{n: str(who[n]) for n in names} for who in (*before, levels)]
    return minimized(protocol, people, seed=seed)[-1].arm


def _kits(count: int) -> list[str]:
    """Different numbers at random, which tell neither arm nor order."""
    most = 10**KIT_DIGITS
    if count > most // 2:
        raise ValueError("more places than kit numbers")
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{secrets.randbelow(most):0{KIT_DIGITS}d}"] = None
    return list(found)


def _commitment(lines: list[str], seed: int, salt: bytes) -> str:
    text = "\n".join([str(seed), *lines])
    return sha256(salt + text.encode()).hexdigest()


def _link(previous: bytes, row: Allocation) -> bytes:
    fields = (
        str(row.seq),
        row.participant,
        row.place.kit,
        stamp(row.at),
        row.actor,
        row.factors,
        bytes(row.arm).hex(),
    )
    text = "".join(f"{len(f)}:{f}" for f in fields)
    return sha256(previous + text.encode()).digest()
