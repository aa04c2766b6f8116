"""The chains of the vault: allocations, openings, syringes, and the pharmacy.

Whoever adds a row holds the lock of the list first, so that the rows of a chain come one
after the other whoever asks at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from equipoise.conduct.allocation import links
from equipoise.conduct.allocation.models import (
    Allocation,
    Opening,
    PharmacyEntry,
    Sealed,
    SyringeCheck,
    SyringeDiscard,
    SyringeRow,
)
from equipoise.conduct.audit.chain import START, bind
from equipoise.conduct.audit.models import stamp
from equipoise.errors import ConductError

# Chains beside that of the allocations: name -> table.
BESIDE: dict[str, Any] = {
    "openings": Opening,
    "syringes": SyringeRow,
    "checks of syringes": SyringeCheck,
    "discards of syringes": SyringeDiscard,
    "entries of the pharmacy": PharmacyEntry,
}


def hold() -> None:
    """Locks the vault for whoever writes next, until the transaction ends.

    Raises:
        ConductError: EQ934, no list was sealed.
    """
    if Sealed.objects.select_for_update().first() is None:
        raise ConductError.single(
            "EQ934",
            "no list was sealed yet",
            where="the vault",
            mend="the unblinded statistician seals the list before the first participant",
        )


def end(table: Any) -> tuple[int, bytes]:
    """Length of a chain, and the hash of its last row."""
    last = table.objects.order_by("-seq").first()
    return (0, START) if last is None else (last.seq, bytes(last.hash))


def heads() -> dict[str, tuple[int, str]]:
    """Name -> length and hash of the last row, of the chains beside the allocations."""
    ends = ((name, end(table)) for name, table in BESIDE.items())
    return {name: (length, hash_.hex()) for name, (length, hash_) in ends}


def hashes(chain: str, places: Iterable[int]) -> dict[int, str]:
    """Place -> hash of that row of a chain, for the rows that are there.

    Args:
        chain: as ``heads`` names it.
        places: of the rows, from 1.
    """
    table = BESIDE.get(chain)
    if table is None:
        return {}
    rows = table.objects.filter(seq__in=list(places)).values_list("seq", "hash")
    return {seq: bytes(hash_).hex() for seq, hash_ in rows}


def allocation_link(previous: bytes, row: Allocation) -> bytes:
    """The hash of an allocation, bound to all before it."""
    return bind(
        previous,
        (
            str(row.seq), row.participant, row.place.kit, stamp(row.at), row.actor,
            row.factors, bytes(row.arm).hex(),
        ),
    )  # fmt: skip


def syringe_link(previous: bytes, row: SyringeRow) -> bytes:
    """The hash of a syringe, bound to all before it."""
    return bind(
        previous,
        (
            str(row.seq), row.number, row.participant, row.visit, stamp(row.at),
            row.actor, bytes(row.content).hex(),
        ),
    )  # fmt: skip


def check_link(previous: bytes, row: SyringeCheck) -> bytes:
    """The hash of a check, bound to all before it."""
    return links.check(previous, row, row.syringe.number)


def discard_link(previous: bytes, row: SyringeDiscard) -> bytes:
    """The hash of a discard, bound to all before it."""
    return links.discard(previous, row, row.syringe.number)


def broken() -> Iterator[str]:
    """What is not what was written down, in words; nothing if every chain is whole."""
    kinds: tuple[tuple[str, Any, Callable[[bytes, Any], bytes]], ...] = (
        (
            "allocation",
            Allocation.objects.select_related("place"),
            allocation_link,
        ),
        ("opening", Opening.objects.order_by("seq"), links.opening),
        ("syringe", SyringeRow.objects.order_by("seq"), syringe_link),
        (
            "check of a syringe",
            SyringeCheck.objects.select_related("syringe").order_by("seq"),
            check_link,
        ),
        (
            "discard of a syringe",
            SyringeDiscard.objects.select_related("syringe").order_by("seq"),
            discard_link,
        ),
        (
            "entry of the pharmacy",
            PharmacyEntry.objects.order_by("seq"),
            links.pharmacy,
        ),
    )
    for kind, rows, link in kinds:
        previous, before, count = START, 0, 0
        for row in rows:
            count += 1
            if row.seq != before + 1:
                yield f"{kind} {before + 1} is missing"
            if bytes(row.hash) != link(previous, row):
                yield f"{kind} {row.seq} is not what was written down"
            previous, before = bytes(row.hash), row.seq
        if count != rows.model.objects.count():
            yield f"a {kind} belongs to something that is not there"
