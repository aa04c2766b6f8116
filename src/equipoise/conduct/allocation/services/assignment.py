"""Giving places: one a person, in the order of the list, whoever asks at the same time."""

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
from equipoise.randomize.sequence import minimized


@dataclass(frozen=True, slots=True)
class Kit:
    """What anybody may know of an allocation: a number that tells nothing."""

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
    """Gives a participant the next place of the stratum.

    Asking again for the same participant returns the same kit. The row of the whole
    trial is locked first, so that allocations come one after the other whatever the
    stratum: their order is a part of the chain. ``levels`` are characteristic -> value,
    of the strata of the protocol.

    Raises:
        ConductError: EQ934, no list was sealed; EQ935, the stratum has no place left.
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
    """Gives a participant the place of a kit that was given before a loss of data.

    An older copy of the vault knows the list, and not who was allocated since. Places
    of one stratum must be restored in their order. ``kit`` is its number in the audit
    or on paper; ``actor`` and ``at`` are those of the allocation that was lost.

    Raises:
        ConductError: EQ937, the kit is unknown, or was given to somebody else.
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
            f"kit {kit} cannot be given back to {participant}: the list has no such kit, "
            "or another one is on record",
            where="the vault",
            mend="look the number up on the paper of the pharmacy",
        )
    return _give(protocol, key, place, participant, levels, actor=actor, at=at)


def _next(stratum: str) -> Place:
    turn = Turn.objects.select_for_update().filter(stratum=stratum).first()
    position = 1 + (turn.taken if turn else 0)
    place = Place.objects.filter(stratum=stratum, position=position).first()
    if place is None:
        raise ConductError.single(
            "EQ935",
            "no place is left on the list for people of this stratum: nothing was "
            "allocated, and the participant stays eligible",
            where="the sealed list",
            mend="screen nobody else of this stratum, and tell the statistician who "
            "sealed the list; other strata go on",
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
    """Every allocation with its place, in their order; the arms are sealed."""
    return list(Allocation.objects.select_related("place"))


def position(kit: str) -> int:
    """Place of a kit in its stratum; 0 if the list has no such kit."""
    found = Place.objects.filter(kit=kit).values_list("position", flat=True)
    return next(iter(found), 0)


def kit(participant: str) -> str | None:
    """The kit number of a participant; None if not randomized."""
    held = Allocation.objects.filter(participant=participant).select_related("place")
    return next((row.place.kit for row in held), None)


def _arm(
    protocol: Protocol, vault: Vault, place: Place, levels: Mapping[str, str]
) -> str:
    """The arm of a place; by minimization from all who came before."""
    if place.arm:
        return vault.open(place.arm, bound(place))
    seed = int(vault.open(Sealed.objects.get().seed, "seed"))
    names = protocol.randomization.strata
    before = [json.loads(row.factors) for row in Allocation.objects.all()]
    people = [{n: str(who[n]) for n in names} for who in (*before, levels)]
    return minimized(protocol, people, seed=seed)[-1].arm
