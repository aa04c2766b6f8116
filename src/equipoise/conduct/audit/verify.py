"""Verification of the audit trail: recalculates the hash chains of all entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from equipoise.conduct.audit.hash_chain import START, Fact, link
from equipoise.conduct.audit.models import Entry, Head, stamp
from equipoise.errors.counted import counted

COLUMNS = (
    "chain", "seq", "at", "actor", "protocol",
    "act", "form", "visit", "minute", "item", "value", "reason", "hash",
)  # fmt: skip
BATCH = 5000
EPOCH = datetime(1, 1, 2, tzinfo=UTC)
SKEW = timedelta(minutes=1)  # by which clocks of several machines may differ


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of the audit trail."""

    chain: str  # identifier of the participant, or the chain of the study
    seq: int  # position in the chain
    what: str  # the problem, as text

    def __str__(self) -> str:
        return f"chain {self.chain}, entry {self.seq}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verified:
    """Result of a verification."""

    heads: dict[str, tuple[int, bytes]]  # chain -> length and hash, from the entries
    entries: int  # number of entries
    findings: tuple[Finding, ...]  # empty if there is no problem
    notices: tuple[Finding, ...] = ()  # entries whose time is before the one before


def verify(progress: Callable[[str], None] | None = None) -> Verified:
    """Recalculates every hash chain, from the first entry to the last.

    Detects an edited value, actor or time, an edited hash, a removed or added entry in the
    middle, and a head that does not match. Entries removed at the end and a chain rebuilt
    completely are consistent in themselves: the external checkpoints detect those
    (``checkpoints.py``).
    """
    heads: dict[str, tuple[int, bytes]] = {}
    findings: list[Finding] = []
    notices: list[Finding] = []
    rows = Entry.objects.order_by("chain", "seq").values_list(*COLUMNS)
    chain, seq, previous, count = "", 0, START, 0
    time, text = EPOCH, ""
    latest: dict[str, datetime] = {}
    for row in rows.iterator(chunk_size=BATCH):
        if row[0] != chain:
            chain, seq, previous, time = row[0], 0, START, EPOCH
        if row[1] != seq + 1:
            last = row[1] - 1
            what = "is missing" if last == seq + 1 else f"to entry {last} are missing"
            findings.append(Finding(chain, seq + 1, what))
        seq = row[1]
        if row[2] != time:
            if row[2] < time - SKEW:
                notices.append(Finding(chain, seq, "the clock had been set back"))
            time, text = row[2], stamp(row[2])
            latest[chain] = max(latest.get(chain, time), time)
        stored = bytes(row[12])
        if link(previous, chain, seq, text, row[3], row[4], Fact(*row[5:12])) != stored:
            findings.append(Finding(chain, seq, "does not match its hash"))
        previous = stored
        heads[chain] = seq, stored
        count += 1
        if progress and count % (10 * BATCH) == 0:
            progress(counted(count, "entry"))
    findings.extend(_heads(heads, latest))
    return Verified(heads, count, tuple(findings), tuple(notices))


def _heads(
    heads: dict[str, tuple[int, bytes]], latest: dict[str, datetime]
) -> Iterator[Finding]:
    """Chains whose head does not match their last entry."""
    rows = [h for h in Head.objects.all() if h.seq]
    stated = {h.chain: (h.seq, bytes(h.hash)) for h in rows}
    times = {h.chain: h.at for h in rows}
    for chain in sorted(stated.keys() | heads.keys()):
        seq, found = heads.get(chain, (0, START))
        if chain not in stated:
            yield Finding(chain, seq, "the chain has no head")
        elif stated[chain][0] > seq:
            last = stated[chain][0]
            what = "is missing" if last == seq + 1 else f"to entry {last} are missing"
            yield Finding(chain, seq + 1, f"{what} at the end")
        elif stated[chain] != (seq, found):
            yield Finding(chain, seq, "the head of the chain does not match")
        elif times[chain] is not None and times[chain] != latest[chain]:
            yield Finding(chain, seq, "the time of the chain does not match")
