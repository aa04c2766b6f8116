"""Whether both databases are as new as what was anchored: a restored copy is not.

The vault knows who was allocated, the participants' chains know who was randomized, and
the anchors outside the databases know how long both were. An older copy of either
disagrees with the other two.
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


@dataclass(frozen=True, slots=True)
class Missing:
    """What a copy lacks."""

    vault: tuple[str, ...]  # what its chains lack or have otherwise, in words
    unallocated: dict[str, str]  # participant -> kit, that the vault does not know
    unrecorded: dict[str, str]  # participant -> kit, that has no entry in the audit
    shortened: dict[str, tuple[int, int]]  # chain -> length when anchored, and now
    departed: tuple[str, ...] = ()  # chains that are others than those anchored

    def words(self) -> list[str]:
        """What is missing, a sentence each; empty if nothing is."""
        return [
            *self.vault,
            *(
                f"{who} was randomized to kit {kit}, and the vault does not know it"
                for who, kit in sorted(self.unallocated.items())
            ),
            *(
                f"chain {chain} had {was} entries when it was anchored, and has {now}"
                for chain, (was, now) in sorted(self.shortened.items())
            ),
            *(
                f"chain {chain} is not the one that was anchored: it was written anew"
                for chain in self.departed
            ),
        ]


def missing(anchors: Path) -> Missing:
    """Compares the vault, the chains and the anchors."""
    known = anchored(anchors)
    # Form and act are an index: millions of answers are not read for a few kits.
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
    """Rows that were anchored, and that the vault lacks or has otherwise."""
    lengths = {name: count for name, (count, _) in hash_chains.heads().items()}
    for chain, places in sorted(known.vault.items()):
        now, most = lengths.get(chain, 0), max(places)
        if now < most:
            yield f"{most} {chain} were anchored, and the vault has {now}"
        stored = hash_chains.hashes(chain, places)
        if any(stored.get(n) != hash_ for n, hash_ in places.items() if 0 < n <= now):
            yield f"the vault has other {chain} than those that were anchored"


def _counted(found: Missing) -> list[str]:
    """What is missing without identifiers: whoever randomizes may know one site only."""
    said = list(found.vault)
    if found.unallocated:
        count = len(found.unallocated)
        said.append(f"the vault lacks {count} allocations that the audit knows")
    if found.shortened:
        said.append(f"{len(found.shortened)} chains are shorter than when anchored")
    if found.departed:
        said.append(f"{len(found.departed)} chains are others than when anchored")
    return said


def require_whole(anchors: Path, *, completing: Participant | None = None) -> None:
    """Refuses to allocate from an older copy of the vault or of the audit.

    ``completing`` is whose allocation is only to be written down; it must be of the
    time after this person came, or the identifier was another person's.

    Raises:
        ConductError: EQ937 with everything that is missing.
    """
    lacking = _counted(missing(anchors))
    if completing is not None:
        name = completing.identifier
        row = next(r for r in assignment.given() if r.participant == name)
        if row.at < completing.created_at:
            lacking.append(f"{name} was allocated before this person was screened")
    if lacking:
        raise ConductError.several(
            "EQ937",
            lacking,
            where="an older copy of a database",
            mend="nothing is allocated until it is reconciled: `equipoise audit reconcile`",
        )


def anchor_all(folder: Path, *, at: datetime, reconciled: bool = False) -> Anchor:
    """Writes what all chains are now; the line is on the disk when this returns.

    The vault is read before the chains: an allocation between the two reads is in the
    next anchor, and no anchor states an allocation that its chains do not know yet.

    Raises:
        ConductError: EQ942, the line could not be written; the file is as it was.
    """
    beside = hash_chains.heads()
    vault = beside.pop(ALLOCATIONS)
    return anchor(folder, vault=vault, beside=beside, at=at, reconciled=reconciled)
