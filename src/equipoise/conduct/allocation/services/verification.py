"""Verification of the allocation database: schedule, commitment and hash chains.

Hash chains, order and number of positions need no key. Commitment and arms can be verified
only with the key.
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
from equipoise.randomize.methods import minimized

# What is not verified without the key, as text for the report.
KEPT_BY_THE_KEY = (
    "whether the allocation schedule matches its commitment",
    "whether each participant has the arm of the allocated position",
    "whether the content of each syringe matches the arm of its participant",
    "whether no lot of the stock register has a negative number of vials",
)


def verify(key: Path | None, protocol: Protocol | None = None) -> list[str]:
    """Problems of the allocation database, as text without an arm; empty if none.

    Without a key, the rest is verified (``KEPT_BY_THE_KEY`` names what is not).
    ``protocol``, under which the schedule was concealed, serves to repeat a minimization.

    Raises:
        ConductError: EQ931, there is no key at the path.
    """
    sealed = Sealed.objects.first()
    if sealed is None:
        return ["allocations without a schedule"] if Allocation.objects.exists() else []
    found = [*broken(), *_turns()]
    if Sealed.objects.count() > 1:
        found.append("there is more than one allocation schedule")
    if key is None:
        return found
    vault = Vault(key)
    found = [*_list(vault, sealed), *found]
    if not found:
        found += _arms(vault, sealed, protocol)
    return found


def _list(vault: Vault, sealed: Sealed) -> Iterator[str]:
    """Whether schedule, seed and salt match the published commitment."""
    try:
        found = unsealed(vault, sealed)
    except ConductError:
        yield "the allocation schedule does not match its commitment: decryption failed"
        return
    if committed(*found) != sealed.commitment:
        yield "the allocation schedule does not match its commitment"


def _turns() -> Iterator[str]:
    """Whether positions were allocated in order, without gaps."""
    last: dict[str, int] = {}
    for row in Allocation.objects.select_related("place"):
        stratum, position = row.place.stratum, row.place.position
        if position != last.get(stratum, 0) + 1:
            yield f"allocation {row.seq} is not the next position of its stratum"
        last[stratum] = position
    turns = dict(Turn.objects.values_list("stratum", "taken"))
    for stratum in sorted(last.keys() | turns.keys()):
        if turns.get(stratum, 0) != last.get(stratum, 0):
            yield f"the counter of stratum {stratum!r} does not match its last allocation"


def _arms(vault: Vault, sealed: Sealed, protocol: Protocol | None) -> Iterator[str]:
    """Whether each participant has the arm of the schedule, or of the minimization."""
    rows = list(Allocation.objects.select_related("place"))
    arms: dict[str, str] = {}
    for row, again in zip(rows, _again(vault, sealed, protocol, rows), strict=True):
        try:
            arm = vault.open(row.arm, f"participant {row.participant}")
        except ConductError:
            yield f"allocation {row.seq} cannot be decrypted"
            continue
        arms[row.participant] = arm
        listed = vault.open(row.place.arm, bound(row.place)) if row.place.arm else again
        if listed is not None and listed != arm:
            yield f"allocation {row.seq} does not have the arm of its position"
    yield from _contents(vault, arms)


def _again(
    vault: Vault, sealed: Sealed, protocol: Protocol | None, rows: list[Allocation]
) -> list[str | None]:
    """Arms of a repeated minimization; None for those of a schedule."""
    if protocol is None or protocol.randomization.method != "minimization":
        return [None] * len(rows)
    names = protocol.randomization.strata
    levels = [json.loads(row.factors) for row in rows]
    people = [{name: str(who.get(name, "")) for name in names} for who in levels]
    seed = int(vault.open(sealed.seed, "seed"))
    return [draw.arm for draw in minimized(protocol, people, seed=seed)]


def _contents(vault: Vault, arms: dict[str, str]) -> Iterator[str]:
    """Whether each syringe was filled for the arm of its participant."""
    for row in SyringeRow.objects.all():
        try:
            content = json.loads(vault.open(row.content, f"syringe {row.number}"))
        except ConductError:
            yield f"the content of syringe {row.seq} cannot be decrypted"
            continue
        if content.get("arm") != arms.get(row.participant):
            yield f"syringe {row.seq} was not filled for the arm of its participant"
    for number, sealed in sealed_reasons():
        try:
            vault.open(sealed, reason_of(number))
        except ConductError:
            yield f"the reason for discarding syringe {number} cannot be decrypted"
    yield from _stock(vault.path)


def _stock(key: Path) -> Iterator[str]:
    """Whether the entries of the pharmacy can be decrypted, and the lots are possible."""
    try:
        known = {lot.number: lot for lot in lots(key)}
        taken = list(used(key))
    except ConductError:
        yield "an entry of the pharmacy, or a syringe, cannot be decrypted"
        return
    for number, _ in taken:
        if number not in known:
            yield f"lot {number} of a syringe was never received"
    for lot in known.values():
        if lot.in_stock < 0 or lot.in_stock < lot.pending:
            yield f"lot {lot.number} has fewer vials than were received"
