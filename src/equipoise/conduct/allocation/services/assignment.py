"""Treatment assignment: the next position of the schedule, once per participant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Allocation, Place, Sealed, Turn
from equipoise.conduct.allocation.services.concealed_list import bound
from equipoise.conduct.allocation.services.hash_chains import add, hold
from equipoise.conduct.database import VAULT
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import minimized


@dataclass(frozen=True, slots=True)
class Kit:
    """What all users may know of an allocation: an uninformative number."""

    number: str  # unique in the trial, drawn at random
    new: bool  # whether it was allocated just now


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
    """Allocates the next position of the stratum to a participant.

    A repeated call for the same participant returns the same kit. The row of the complete
    trial is locked first, so that allocations are in sequence across strata: their order
    is part of the hash chain. ``levels`` are characteristic -> value, of the strata of the
    protocol.

    Raises:
        ConductError: EQ934, there is no schedule; EQ935, the stratum is exhausted.
    """
    hold()
    held = Allocation.objects.filter(participant=participant).first()
    if held is not None:
        return Kit(held.place.kit, new=False)
    place = _next(protocol.randomization.stratum(levels))
    return _give(protocol, key, place, participant, levels, actor=actor, at=at)


@transaction.atomic(using=VAULT)
def restore(
    protocol: Protocol,
    key: Path,
    participant: str,
    kit: str,
    levels: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
) -> Kit:
    """Restores the allocation of a kit that was made before a loss of data.

    An older copy of the allocation database has the schedule, but not the allocations
    since. Positions of one stratum must be restored in order. ``kit`` is its number in the
    audit trail or on paper; ``actor`` and ``at`` are those of the lost allocation.

    Raises:
        ConductError: EQ937, the kit is unknown, or was allocated to another participant.
    """
    hold()
    held = Allocation.objects.filter(participant=participant).first()
    place = Place.objects.filter(kit=kit).first()
    if held is not None and held.place.kit == kit:
        return Kit(kit, new=False)
    taken = place is not None and Allocation.objects.filter(place=place).exists()
    if place is None or taken or held is not None:
        raise ConductError.single(
            "EQ937",
            f"kit {kit} cannot be restored for {participant}: the allocation schedule has "
            "no such kit, or another allocation is recorded",
            where="the allocation database",
            fix="check the kit number in the paper records of the pharmacy",
        )
    return _give(protocol, key, place, participant, levels, actor=actor, at=at)


def _next(stratum: str) -> Place:
    turn = Turn.objects.select_for_update().filter(stratum=stratum).first()
    if turn is None and Turn.objects.exists():
        raise ConductError.single(
            "EQ935",
            f"the allocation schedule has no list of the stratum {stratum!r}: no kit was "
            "allocated, and the participant stays eligible",
            where="the allocation schedule",
            fix="randomize at the sites that existed when the schedule was concealed; a "
            "site that was added later has no list",
        )
    position = 1 + (turn.taken if turn else 0)
    place = Place.objects.filter(stratum=stratum, position=position).first()
    if place is None:
        raise ConductError.single(
            "EQ935",
            "the allocation schedule of this stratum is exhausted: no kit was allocated, "
            "and the participant stays eligible",
            where="the allocation schedule",
            fix="screen no further participants of this stratum and tell the statistician "
            "who concealed the schedule; other strata continue",
        )
    return place


def _give(
    protocol: Protocol,
    key: Path,
    place: Place,
    participant: str,
    levels: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
) -> Kit:
    vault = Vault(key)
    arm = vault.seal(_arm(protocol, vault, place, levels), f"participant {participant}")
    factors = json.dumps(dict(levels), sort_keys=True)
    add(
        Allocation(
            participant=participant, place=place, at=at, actor=actor, factors=factors,
            arm=arm,
        )
    )  # fmt: skip
    Turn.objects.filter(pk=place.stratum).update(taken=place.position)
    return Kit(place.kit, new=True)


def given() -> list[Allocation]:
    """Every allocation with its position, in order; the arms are encrypted."""
    return list(Allocation.objects.select_related("place"))


def position(kit: str) -> int:
    """Position of a kit in its stratum; 0 if the schedule has no such kit."""
    found = Place.objects.filter(kit=kit).values_list("position", flat=True)
    return next(iter(found), 0)


def kit(participant: str) -> str | None:
    """The kit number of a participant; None if not randomized."""
    held = Allocation.objects.filter(participant=participant).select_related("place")
    return next((row.place.kit for row in held), None)


def _arm(
    protocol: Protocol, vault: Vault, place: Place, levels: Mapping[str, str]
) -> str:
    """The arm of a position; by minimization from all earlier participants."""
    if place.arm:
        return vault.open(place.arm, bound(place))
    seed = int(vault.open(Sealed.objects.get().seed, "seed"))
    names = protocol.randomization.strata
    before = [json.loads(row.factors) for row in Allocation.objects.all()]
    people = [{n: str(who[n]) for n in names} for who in (*before, levels)]
    return minimized(protocol, people, seed=seed)[-1].arm
