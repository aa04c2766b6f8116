"""Whether the vault is what was sealed: list, commitment, allocations, syringes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import (
    Allocation,
    Place,
    Sealed,
    SyringeRow,
    Turn,
)
from equipoise.conduct.allocation.services.allocating import link
from equipoise.conduct.allocation.services.sealing import bound, committed
from equipoise.conduct.allocation.services.syringes import link as syringe_link
from equipoise.conduct.audit.chain import START
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from equipoise.randomize.sequence import minimized


def verify(key: Path, protocol: Protocol | None = None) -> list[str]:
    """What is wrong with the vault, in words without an arm; empty if nothing is.

    Args:
        key: file of the key of the vault.
        protocol: works arms of a minimization out again; without it they are not.

    Raises:
        ConductError: EQ931, there is no key.
    """
    sealed = Sealed.objects.first()
    if sealed is None:
        return ["allocations without a list"] if Allocation.objects.exists() else []
    vault = Vault(key)
    found = [*_list(vault, sealed), *_chain(), *_turns(), *_syringes()]
    if not found:
        found += _arms(vault, sealed, protocol)
    return found


def _list(vault: Vault, sealed: Sealed) -> Iterator[str]:
    """Whether list, seed and salt give the hash that was published."""
    lines = []
    try:
        for place in Place.objects.order_by("id"):
            arm = vault.open(place.arm, bound(place)) if place.arm else ""
            lines.append(f"{place.stratum}\t{place.position}\t{place.kit}\t{arm}")
        seed = int(vault.open(sealed.seed, "seed"))
        salt = bytes.fromhex(vault.open(sealed.salt, "salt"))
    except ConductError:
        yield "the list is not the one that was committed to: a part does not open"
        return
    if committed(lines, seed, salt) != sealed.commitment:
        yield "the list is not the one that was committed to"
    if Sealed.objects.count() > 1:
        yield "there is more than one list"


def _chain() -> Iterator[str]:
    """Whether each allocation is bound to all before it."""
    previous = START
    for number, row in enumerate(Allocation.objects.select_related("place"), start=1):
        if row.seq != number:
            yield f"allocation {number} is missing"
        if bytes(row.hash) != link(previous, row):
            yield f"allocation {row.seq} is not what was written down"
        previous = bytes(row.hash)


def _syringes() -> Iterator[str]:
    """Whether each syringe is bound to all before it."""
    previous = START
    for number, row in enumerate(SyringeRow.objects.all(), start=1):
        if row.seq != number or bytes(row.hash) != syringe_link(previous, row):
            yield f"syringe {row.number} is not what was written down"
        previous = bytes(row.hash)


def _turns() -> Iterator[str]:
    """Whether places were given in their order, and none was skipped or taken back."""
    last: dict[str, int] = {}
    for row in Allocation.objects.select_related("place"):
        stratum, position = row.place.stratum, row.place.position
        if position != last.get(stratum, 0) + 1:
            yield f"allocation {row.seq} is not the next place of its stratum"
        last[stratum] = position
    for turn in Turn.objects.order_by("stratum"):
        if turn.taken != last.get(turn.stratum, 0):
            yield f"the turn of stratum {turn.stratum!r} is not its last allocation"


def _arms(vault: Vault, sealed: Sealed, protocol: Protocol | None) -> Iterator[str]:
    """Whether each participant has the arm of the list, or of the minimization."""
    rows = list(Allocation.objects.select_related("place"))
    wanted: list[str | None] = [None] * len(rows)
    if protocol is not None and protocol.randomization.method == "minimization":
        names = protocol.randomization.strata
        levels = [json.loads(row.factors) for row in rows]
        people = [{name: str(who[name]) for name in names} for who in levels]
        seed = int(vault.open(sealed.seed, "seed"))
        wanted = [draw.arm for draw in minimized(protocol, people, seed=seed)]
    for row, again in zip(rows, wanted, strict=True):
        try:
            arm = vault.open(row.arm, f"participant {row.participant}")
        except ConductError:
            yield f"allocation {row.seq} does not open"
            continue
        listed = vault.open(row.place.arm, bound(row.place)) if row.place.arm else again
        if listed is not None and listed != arm:
            yield f"allocation {row.seq} is not the arm of its place"
