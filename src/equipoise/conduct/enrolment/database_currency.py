"""Currency of both databases against the external checkpoints: detects an older copy.

The allocation database has the allocations, the audit trail the randomizations, and the
external checkpoints the lengths of both. An older copy of either database does not match
the other two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from equipoise.conduct.allocation.services import assignment, hash_chains
from equipoise.conduct.audit.checkpoints import (
    ALLOCATIONS,
    Anchor,
    Anchored,
    anchor,
    anchored,
    departed,
)
from equipoise.conduct.audit.models import Entry, Head
from equipoise.conduct.capture.models import Participant
from equipoise.errors import ConductError
from equipoise.errors.counted import counted


@dataclass(frozen=True, slots=True)
class Missing:
    """Records that are missing in a copy."""

    vault: tuple[str, ...]  # differences of the chains of the allocation database
    unallocated: dict[str, str]  # participant -> kit, not in the allocation database
    unrecorded: dict[str, str]  # participant -> kit, not in the audit trail
    shortened: dict[str, tuple[int, int]]  # chain -> length at the checkpoint, and now
    departed: tuple[str, ...] = ()  # chains that do not match their checkpoint

    def words(self) -> list[str]:
        """Missing records, a sentence each; empty if there are none."""
        return [
            *self.vault,
            *(
                f"{who} was randomized to kit {kit}, but the allocation is missing"
                for who, kit in sorted(self.unallocated.items())
            ),
            *(
                f"chain {chain} had {counted(was, 'entry')} at its last checkpoint, "
                f"and has {now}"
                for chain, (was, now) in sorted(self.shortened.items())
            ),
            *(
                f"chain {chain} does not match its checkpoint: it was rewritten"
                for chain in self.departed
            ),
        ]


def missing(anchors: Path) -> Missing:
    """Compares allocation database, audit trail and external checkpoints."""
    known = anchored(anchors)
    # Form and act are an index: millions of values are not read for a few kits.
    kits = Entry.objects.filter(form="randomization", act="randomize")
    recorded = dict(kits.values_list("chain", "value"))
    given = {row.participant: row.place.kit for row in assignment.given()}
    lengths = dict(Head.objects.values_list("chain", "seq"))
    return Missing(
        vault=tuple(_vault(known)),
        unallocated={
            who: kit or "" for who, kit in recorded.items() if given.get(who) != kit
        },
        unrecorded={w: kit for w, kit in given.items() if w not in recorded},
        shortened={
            chain: (seq, lengths.get(chain, 0))
            for chain, (seq, _) in known.heads.items()
            if lengths.get(chain, 0) < seq
        },
        departed=tuple(sorted(departed(known))),
    )


def _vault(known: Anchored) -> Iterator[str]:
    """Rows in a checkpoint that are missing or differ in the allocation database."""
    lengths = {name: count for name, (count, _) in hash_chains.heads().items()}
    for chain, places in sorted(known.vault.items()):
        now, most = lengths.get(chain, 0), max(places)
        if now < most:
            yield f"{most} {chain} at the last checkpoint, but {now} in the database"
        stored = hash_chains.hashes(chain, places)
        if any(stored.get(n) != hash_ for n, hash_ in places.items() if 0 < n <= now):
            yield f"the {chain} do not match the external checkpoints"


def _counted(found: Missing) -> list[str]:
    """Missing records without identifiers: the user may know one site only."""
    said = list(found.vault)
    if found.unallocated:
        count = len(found.unallocated)
        said.append(f"{count} allocations of the audit trail are missing")
    if found.shortened:
        said.append(f"{len(found.shortened)} chains are shorter than at the checkpoint")
    if found.departed:
        said.append(f"{len(found.departed)} chains do not match their checkpoint")
    return said


def require_whole(anchors: Path, *, completing: Participant | None = None) -> None:
    """Rejects allocation from an older copy of either database.

    ``completing`` is the participant whose allocation is only to be recorded; it must be
    later than the screening, or the identifier was that of another participant.

    Raises:
        ConductError: EQ937 with all missing records.
    """
    problems = _counted(missing(anchors))
    if completing is not None:
        name = completing.identifier
        row = next(r for r in assignment.given() if r.participant == name)
        if row.at < completing.created_at:
            problems.append(f"{name} was allocated before the screening")
    if problems:
        raise ConductError.several(
            "EQ937",
            problems,
            where="an older copy of a database",
            fix="reconcile it before further allocations: `equipoise audit reconcile`",
        )


def anchor_all(folder: Path, *, at: datetime, reconciled: bool = False) -> Anchor:
    """Writes an external checkpoint; the line is on the disk when this returns.

    The allocation database is read before the audit trail: an allocation between the two
    reads is in the next checkpoint, and no checkpoint has an allocation without its entry.

    Raises:
        ConductError: EQ942, the line could not be written; the file is unchanged.
    """
    beside = hash_chains.heads()
    vault = beside.pop(ALLOCATIONS)
    return anchor(folder, vault=vault, beside=beside, at=at, reconciled=reconciled)
