"""Hash chains of the allocation database: allocations, unblindings, syringes, pharmacy.

Every addition takes the lock of the schedule first, so that simultaneous requests add
their rows in sequence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.conduct.allocation.models import (
    Allocation,
    Chained,
    Opening,
    PharmacyEntry,
    Sealed,
    SyringeCheck,
    SyringeDiscard,
    SyringeRow,
)
from equipoise.conduct.audit.hash_chain import START, bind
from equipoise.errors import ConductError

CHAINS: dict[str, type[Chained]] = {
    "allocations": Allocation,
    "openings": Opening,
    "syringes": SyringeRow,
    "checks of syringes": SyringeCheck,
    "discards of syringes": SyringeDiscard,
    "entries of the pharmacy": PharmacyEntry,
}


def hold() -> None:
    """Locks the allocation database until the transaction ends; EQ934, no schedule yet."""
    if Sealed.objects.select_for_update().first() is None:
        raise ConductError.single(
            "EQ934",
            "there is no concealed allocation schedule yet",
            where="the allocation database",
            fix="ask the unblinded statistician to seal the schedule on the page "
            "*Allocation list* before the first participant",
        )


def add(*added: Chained) -> None:
    """Adds rows of one table to the end of its chain; the caller holds the lock."""
    if not added:
        return
    table = type(added[0])
    length, previous = end(table)
    for seq, row in enumerate(added, start=length + 1):
        row.seq = seq
        row.hash = previous = link(previous, row)
    table._default_manager.bulk_create(added)


def link(previous: bytes, row: Chained) -> bytes:
    """The hash of a row, bound to all before it; 32 bytes."""
    return bind(previous, (str(row.seq), *row.bound()))


def end(table: type[Chained]) -> tuple[int, bytes]:
    """Length of a chain, and the hash of its last row."""
    last = table._default_manager.order_by("-seq").first()
    return (0, START) if last is None else (last.seq, bytes(last.hash))


def heads() -> dict[str, tuple[int, str]]:
    """Name of each chain -> its length, and the hash of its last row."""
    ends = ((name, end(table)) for name, table in CHAINS.items())
    return {name: (length, hash_.hex()) for name, (length, hash_) in ends}


def hashes(chain: str, places: Iterable[int]) -> dict[int, str]:
    """Place, from 1 -> hash of that row of a chain, as ``heads`` names it."""
    table = CHAINS.get(chain)
    if table is None:
        return {}
    rows = table._default_manager.filter(seq__in=list(places))
    return {n: bytes(hash_).hex() for n, hash_ in rows.values_list("seq", "hash")}


def broken() -> Iterator[str]:
    """Problems of the hash chains, as text; empty if every chain is intact."""
    for table in CHAINS.values():
        kind = table.called
        previous, before, count = START, 0, 0
        for row in table._default_manager.select_related(*table.of).order_by("seq"):
            count += 1
            if row.seq != before + 1:
                yield f"{kind} {before + 1} is missing"
            if bytes(row.hash) != link(previous, row):
                yield f"{kind} {row.seq} does not match its hash"
            previous, before = bytes(row.hash), row.seq
        if count != table._default_manager.count():
            yield f"a {kind} refers to a row that is missing"
