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

from equipoise.conduct.allocation import services
from equipoise.conduct.audit.anchor import Anchor, Anchored, anchor, anchored, departed
from equipoise.conduct.audit.models import Entry, Head
from equipoise.conduct.capture.models import Participant
from equipoise.errors import ConductError, Problem


@dataclass(frozen=True, slots=True)
class Missing:
    """What a copy lacks."""

    allocations: int  # number that was anchored and is not in the vault
    rewritten: bool  # whether the vault has other allocations than those anchored
    # Participant -> kit, randomized by the audit, unknown to the vault.
    unallocated: dict[str, str]
    # Participant -> kit, allocated, without an entry in the audit.
    unrecorded: dict[str, str]
    # Chain -> length that was anchored, and length now.
    shortened: dict[str, tuple[int, int]]
    # Chains that are another than the one that was anchored.
    departed: tuple[str, ...] = ()
    # What the other chains of the vault lack (arms that were shown, syringes, their
    # checks and discards), in words.
    beside: tuple[str, ...] = ()

    def words(self) -> list[str]:
        """What is missing, a sentence each; empty if nothing is."""
        found = []
        if self.allocations:
            found.append(
                f"{self.allocations} allocations were anchored that the vault lacks"
            )
        if self.rewritten:
            found.append(
                "the vault has other allocations than those that were anchored"
            )
        found += [
            f"{who} was randomized to kit {kit}, and the vault does not know it"
            for who, kit in sorted(self.unallocated.items())
        ]
        found += [
            f"chain {chain} had {was} entries when it was anchored, and has {now}"
            for chain, (was, now) in sorted(self.shortened.items())
        ]
        found += [
            f"chain {chain} is not the one that was anchored: it was written anew"
            for chain in self.departed
        ]
        return [*found, *self.beside]


def missing(anchors: Path) -> Missing:
    """Compares the vault, the chains and the anchors."""
    known = anchored(anchors)
    # Form and act are an index: millions of answers are not read for a few kits.
    kits = Entry.objects.filter(form="randomization", act="randomize")
    recorded = dict(kits.values_list("chain", "value"))
    rows = services.given()
    given = {row.participant: row.kit for row in rows}
    lengths = dict(Head.objects.values_list("chain", "seq"))
    return Missing(
        allocations=max(0, known.vault[0] - len(given)),
        rewritten=any(
            rows[count - 1].hash != hash_
            for count, hash_ in known.allocations.items()
            if 0 < count <= len(rows)
        ),
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
        beside=tuple(_beside(known)),
    )


def _beside(known: Anchored) -> Iterator[str]:
    """Rows that were anchored, and that the vault lacks or has otherwise."""
    lengths = {name: count for name, (count, _) in services.heads().items()}
    for chain, places in sorted(known.beside.items()):
        now, most = lengths.get(chain, 0), max(places)
        if now < most:
            yield f"{most} {chain} were anchored, and the vault has {now}"
        stored = services.hashes(chain, places)
        if any(stored.get(n) != hash_ for n, hash_ in places.items() if n <= now):
            yield f"the vault has other {chain} than those that were anchored"


def _counted(found: Missing) -> list[str]:
    """What is missing without identifiers: whoever randomizes may know one site only."""
    said = []
    lost = max(found.allocations, len(found.unallocated), int(found.rewritten))
    if lost:
        said.append(f"the vault lacks {lost} allocations, or has other ones")
    said += found.beside
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
        row = next(r for r in services.given() if r.participant == name)
        if row.at < completing.created_at:
            lacking.append(f"{name} was allocated before this person was screened")
    if not lacking:
        return
    raise ConductError(
        *(
            Problem(
                code="EQ937",
                what=what,
                where="an older copy of a database",
                mend="nothing is allocated until it is reconciled: "
                "`equipoise audit reconcile`",
            )
            for what in lacking
        )
    )


def anchor_all(folder: Path, *, at: datetime, reconciled: bool = False) -> Anchor:
    """Writes what all chains are now; the line is on the disk when this returns.

    The vault is read before the chains: an allocation between the two reads is in the
    next anchor, and no anchor states an allocation that its chains do not know yet.

    Raises:
        ConductError: EQ942, the line could not be written; the file is as it was.
    """
    head, beside = services.head(), services.heads()
    return anchor(
        folder,
        vault=(head.count, head.hash),
        beside=beside,
        at=at,
        reconciled=reconciled,
    )
