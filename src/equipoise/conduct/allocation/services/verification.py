"""Whether the vault is what was sealed: list, commitment, and all its chains.

Chains, turns and the number of places need no key. Whether the list is the one that was
committed to, and who holds which arm, only who has the key can say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Allocation, Sealed, SyringeRow, Turn
from equipoise.conduct.allocation.services.concealed_list import bound, unsealed
from equipoise.conduct.allocation.services.hash_chains import broken
from equipoise.conduct.allocation.services.pharmacy_register import lots, used
from equipoise.conduct.allocation.services.syringes import reason_of, sealed_reasons
from equipoise.errors import ConductError
from equipoise.exchange.disclosed_list import committed
from equipoise.protocol.model import Protocol
from equipoise.randomize.sequence import minimized

# What is not looked at without the key, in words for who reads the report.
KEPT_BY_THE_KEY = (
    "whether the sealed list is the one that was committed to",
    "whether each participant holds the arm of the place that was given",
    "whether what is in each syringe belongs to the arm of its participant",
    "whether no lot of the stock register has less than no vials",
)


def verify(key: Path | None, protocol: Protocol | None = None) -> list[str]:
    """What is wrong with the vault, in words without an arm; empty if nothing is.

    Without a key, what needs none is verified (``KEPT_BY_THE_KEY`` names the rest).
    ``protocol``, under which the list was sealed, works arms of a minimization out
    again.

    Raises:
        ConductError: EQ931, there is no key where one was said to be.
    """
    sealed = Sealed.objects.first()
    if sealed is None:
        return ["allocations without a list"] if Allocation.objects.exists() else []
    found = [*broken(), *_turns()]
    if Sealed.objects.count() > 1:
        found.append("there is more than one list")
    if key is None:
        return found
    vault = Vault(key)
    found = [*_list(vault, sealed), *found]
    if not found:
        found += _arms(vault, sealed, protocol)
    return found


def _list(vault: Vault, sealed: Sealed) -> Iterator[str]:
    """Whether list, seed and salt give the hash that was published."""
    try:
        found = unsealed(vault, sealed)
    except ConductError:
        yield "the list is not the one that was committed to: a part does not open"
        return
    if committed(*found) != sealed.commitment:
        yield "the list is not the one that was committed to"


def _turns() -> Iterator[str]:
    """Whether places were given in their order, and none was skipped or taken back."""
    last: dict[str, int] = {}
    for row in Allocation.objects.select_related("place"):
        stratum, position = row.place.stratum, row.place.position
        if position != last.get(stratum, 0) + 1:
            yield f"allocation {row.seq} is not the next place of its stratum"
        last[stratum] = position
    turns = dict(Turn.objects.values_list("stratum", "taken"))
    for stratum in sorted(last.keys() | turns.keys()):
        if turns.get(stratum, 0) != last.get(stratum, 0):
            yield f"the turn of stratum {stratum!r} is not its last allocation"


def _arms(vault: Vault, sealed: Sealed, protocol: Protocol | None) -> Iterator[str]:
    """Whether each participant has the arm of the list, or of the minimization."""
    rows = list(Allocation.objects.select_related("place"))
    arms: dict[str, str] = {}
    for row, again in zip(rows, _again(vault, sealed, protocol, rows), strict=True):
        try:
            arm = vault.open(row.arm, f"participant {row.participant}")
        except ConductError:
            yield f"allocation {row.seq} does not open"
            continue
        arms[row.participant] = arm
        listed = vault.open(row.place.arm, bound(row.place)) if row.place.arm else again
        if listed is not None and listed != arm:
            yield f"allocation {row.seq} is not the arm of its place"
    yield from _contents(vault, arms)


def _again(
    vault: Vault, sealed: Sealed, protocol: Protocol | None, rows: list[Allocation]
) -> list[str | None]:
    """Arms of a minimization worked out again; None for those of a list."""
    if protocol is None or protocol.randomization.method != "minimization":
        return [None] * len(rows)
    names = protocol.randomization.strata
    levels = [json.loads(row.factors) for row in rows]
    people = [{name: str(who.get(name, "")) for name in names} for who in levels]
    seed = int(vault.open(sealed.seed, "seed"))
    return [draw.arm for draw in minimized(protocol, people, seed=seed)]


def _contents(vault: Vault, arms: dict[str, str]) -> Iterator[str]:
    """Whether each syringe was filled for the arm of its participant, and opens."""
    for row in SyringeRow.objects.all():
        try:
            content = json.loads(vault.open(row.content, f"syringe {row.number}"))
        except ConductError:
            yield f"the content of syringe {row.seq} does not open"
            continue
        if content.get("arm") != arms.get(row.participant):
            yield f"syringe {row.seq} was not filled for the arm of its participant"
    for number, sealed in sealed_reasons():
        try:
            vault.open(sealed, reason_of(number))
        except ConductError:
            yield f"the reason why syringe {number} was discarded does not open"
    yield from _stock(vault.path)


def _stock(key: Path) -> Iterator[str]:
    """Whether the entries of the pharmacy open, and the lots can be what they say."""
    try:
        known = {lot.number: lot for lot in lots(key)}
        taken = list(used(key))
    except ConductError:
        yield "an entry of the pharmacy, or a syringe, does not open"
        return
    for number, _ in taken:
        if number not in known:
            yield f"lot {number} of a syringe was never received"
    for lot in known.values():
        if lot.in_stock < 0 or lot.in_stock < lot.pending:
            yield f"lot {lot.number} has fewer vials than were received"
