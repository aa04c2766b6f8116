"""Whether the entries are those that were written: every chain is worked out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from equipoise.conduct.audit.chain import START, Fact, Written, link
from equipoise.conduct.audit.models import Entry, Head, stamp

COLUMNS = (
    "chain", "seq", "at", "actor", "protocol",
    "act", "form", "visit", "minute", "item", "value", "reason", "hash",
)  # fmt: skip
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written down.

    Attributes:
        chain: identifier of the participant, or the chain of the study.
        seq: place in the chain.
        what: what is wrong, in words.
    """

    chain: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"chain {self.chain}, entry {self.seq}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found.

    Attributes:
        heads: chain -> length and hash, as worked out from the entries.
        entries: number of entries.
        findings: empty if nothing is wrong.
        notices: entries whose time is before that of the entry before: the clock was set
            back. They keep their order, which is that of the chain.
    """

    heads: dict[str, tuple[int, bytes]]
    entries: int
    findings: tuple[Finding, ...]
    notices: tuple[Finding, ...] = ()


def verify(progress: Callable[[str], None] | None = None) -> Verified:
    """Works every chain out again, from the first entry to the last.

    Finds an edited value, actor or time, an edited hash, a removed or added entry in
    the middle, and a head that disagrees. A removed tail and a chain that was rebuilt as a
    whole look right in themselves: the anchors outside the database find those
    (``anchor.py``).

    Args:
        progress: told how many entries are done.
    """
    heads: dict[str, tuple[int, bytes]] = {}
    findings: list[Finding] = []
    count = 0
    rows = Entry.objects.order_by("chain", "seq").values_list(*COLUMNS)
    chain, seq, previous = "", 0, START
    for row in rows.iterator(chunk_size=BATCH):
        if row[0] != chain:
            chain, seq, previous = row[0], 0, START
        if row[1] != seq + 1:
            findings.append(Finding(chain, seq + 1, _gap(seq, row[1])))
        seq = row[1]
        found, stored = _worked_out(row, previous), bytes(row[12])
        if found != stored:
            findings.append(Finding(chain, seq, "is not what was written down"))
        previous = stored
        heads[chain] = seq, stored
        count += 1
        if progress and count % (10 * BATCH) == 0:
            progress(f"{count:,} entries")
    findings.extend(_heads(heads))
    return Verified(heads, count, tuple(findings))


def _worked_out(row: tuple[object, ...], previous: bytes) -> bytes:
    chain, seq, at, actor, protocol, *fact, _ = row
    written = Written(chain, seq, stamp(at), actor, protocol, Fact(*fact))  # type: ignore[arg-type]
    return link(previous, written)


def _gap(last: int, here: int) -> str:
    if here == last + 2:
        return "is missing"
    return f"to entry {here - 1} are missing"


def _heads(heads: dict[str, tuple[int, bytes]]) -> Iterator[Finding]:
    """Chains whose head says something else than their last entry."""
    stated = {h.chain: (h.seq, bytes(h.hash)) for h in Head.objects.all() if h.seq}
    for chain in sorted(stated.keys() | heads.keys()):
        seq, found = heads.get(chain, (0, START))
        if chain not in stated:
            yield Finding(chain, seq, "the chain has no head")
        elif stated[chain][0] > seq:
            yield Finding(
                chain, seq + 1, f"to {stated[chain][0]} are missing at the end"
            )
        elif stated[chain] != (seq, found):
            yield Finding(chain, seq, "the head of the chain says something else")
