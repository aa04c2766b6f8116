"""External checkpoints: state of all hash chains at a time, stored outside the databases.

The checkpoint file has a line for each checkpoint, bound to the line before it. A copy of
it on another machine, in another person's mailbox or in print reveals entries removed at
the end and a chain that was rebuilt.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from equipoise.conduct.audit.hash_chain import START
from equipoise.conduct.audit.models import STUDY, Entry, Head, stamp
from equipoise.conduct.audit.record import lock
from equipoise.conduct.audit.verify import Finding, Verified
from equipoise.errors import ConductError

NAME = "anchors.jsonl"
ALLOCATIONS = "allocations"  # name of the first chain of the allocation database


@dataclass(frozen=True, slots=True)
class Anchor:
    """One external checkpoint: a line of the file."""

    at: str  # UTC
    heads: dict[str, tuple[int, str]]  # chains that grew -> length and hash (hex)
    vault: tuple[int, str]  # number of allocations and hash of the last one
    previous: str  # hash of the line before
    reconciled: bool = False  # a loss was accepted: earlier lines no longer apply
    departed: tuple[str, ...] = ()  # chains that do not match an earlier line
    # The other chains of the allocation database that grew (unblindings, syringes, their
    # checks and discards) -> length and hash of the last row.
    beside: dict[str, tuple[int, str]] = field(default_factory=dict)

    def line(self) -> str:
        """The line of the file, without the end of line."""
        optional = ("beside", "reconciled", "departed")
        content = {k: v for k, v in asdict(self).items() if v or k not in optional}
        return json.dumps(content, separators=(",", ":"), sort_keys=True)


@dataclass(slots=True)
class Anchored:
    """State of the chains by all checkpoints since the last reconciliation."""

    # Chain -> longest length in a checkpoint, and its hash.
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    # Chain -> every length in a checkpoint -> hash.
    places: dict[str, dict[int, str]] = field(default_factory=dict)
    # Chain of the allocation database -> every length in a checkpoint -> hash.
    vault: dict[str, dict[int, str]] = field(default_factory=dict)
    reconciled: list[str] = field(default_factory=list)  # times of the reconciliations
    departed: set[str] = field(default_factory=set)  # chains whose lines contradict
    accepted: tuple[int, str] | None = None  # head of the study when last reconciled

    def add(self, made: Anchor) -> None:
        """Adds one more line."""
        if made.reconciled:
            self.heads, self.places, self.vault = {}, {}, {}
            self.reconciled.append(made.at)
            self.departed, self.accepted = set(), made.heads.get(STUDY)
        self.departed.update(made.departed)
        for chain, head in made.heads.items():
            # The first line about a length counts: a later one cannot retract it.
            if self.places.setdefault(chain, {}).setdefault(*head) != head[1]:
                self.departed.add(chain)
            if head[0] >= self.heads.get(chain, head)[0]:
                self.heads[chain] = head
        for chain, head in {ALLOCATIONS: made.vault, **made.beside}.items():
            self.vault.setdefault(chain, {}).setdefault(*head)


def anchor(
    folder: Path,
    *,
    vault: tuple[int, str],
    at: datetime,
    reconciled: bool = False,
    beside: Mapping[str, tuple[int, str]] | None = None,
) -> Anchor:
    """Writes an external checkpoint; the line is on the disk when this returns.

    The line names chains that do not match an earlier line, so that later lines do not
    conceal the difference.

    Simultaneous calls are serialized, also from different machines, by the lock of the
    study's chain. ``vault`` is the number of allocations and the hash of the last one;
    ``beside`` the same for the other chains of the allocation database. ``reconciled``:
    earlier checkpoints no longer apply.

    Raises:
        ConductError: EQ937, the checkpoints are those of another, reconciled copy; EQ942,
            the line could not be written; the file is unchanged.
    """
    with transaction.atomic():
        lock(STUDY)
        known = Anchored() if reconciled else anchored(folder)
        _is_the_accepted(known)
        now = _now()
        heads = {c: head for c, head in now.items() if known.heads.get(c) != head}
        path = folder / NAME
        gone = tuple(sorted(departed(known, now)))
        grown = {
            chain: head
            for chain, head in (beside or {}).items()
            if head[0] and known.vault.get(chain, {}).get(head[0]) != head[1]
        }
        made = Anchor(stamp(at), heads, vault, _last(path), reconciled, gone, grown)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(path, made.line() + "\n")
        except OSError as error:
            raise ConductError.single(
                "EQ942",
                f"the external checkpoint cannot be written: {error.strerror}",
                where="the folder of the external checkpoints",
                fix="the entries are saved; free space or repair the folder, then repeat "
                "the action",
            ) from error
    return made


def departed(
    known: Anchored, now: Mapping[str, tuple[int, str]] | None = None
) -> set[str]:
    """Chains that are long enough, but do not match their checkpoints.

    ``now`` (chain -> length and hash) is read from the database if absent.
    """
    heads = _now() if now is None else now
    found = set(known.departed)
    for chain, (seq, hash_) in known.heads.items():
        length, last = heads.get(chain, (0, START.hex()))
        if length == seq:
            there = last
        elif length > seq:
            entry = Entry.objects.filter(chain=chain, seq=seq)
            there = bytes(entry.values_list("hash", flat=True).first() or b"").hex()
        else:
            continue
        if there != hash_:
            found.add(chain)
    return found


def _now() -> dict[str, tuple[int, str]]:
    rows = Head.objects.filter(seq__gt=0)
    return {h.chain: (h.seq, bytes(h.hash).hex()) for h in rows}


def _is_the_accepted(known: Anchored) -> None:
    """Rejects the checkpoints of a reconciled copy for a database that was not (EQ937).

    Two copies of one trial must not be continued in parallel: the copy that was restored
    and accepted is the valid one.
    """
    if known.accepted is None:
        return
    seq, hash_ = known.accepted
    there = Entry.objects.filter(chain=STUDY, seq=seq).values_list("hash", flat=True)
    if bytes(there.first() or b"").hex() != hash_:
        raise ConductError.single(
            "EQ937",
            "another copy of this trial was restored and reconciled since",
            where="the external checkpoints",
            fix="stop this copy and transfer its entries since the backup by hand, or "
            "reconcile this copy with `equipoise audit reconcile`",
        )


def read(folder: Path) -> Iterator[Anchor]:
    """Every checkpoint of the file, in order; nothing if there is no file."""
    for line in _lines(folder / NAME):
        made = parse(line)
        if made is not None:
            yield made


def parse(line: str) -> Anchor | None:
    """The checkpoint of a line; None for a line that cannot be read."""
    try:
        content = json.loads(line)
        heads = {k: (int(n), str(h)) for k, (n, h) in content["heads"].items()}
        beside = {
            k: (int(n), str(h)) for k, (n, h) in content.get("beside", {}).items()
        }
        count, last = content["vault"]
        return Anchor(
            content["at"],
            heads,
            (int(count), str(last)),
            content["previous"],
            content.get("reconciled") is True,
            tuple(map(str, content.get("departed", ()))),
            beside,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def anchored(folder: Path) -> Anchored:
    """State of the chains by all checkpoints of a folder."""
    found = Anchored()
    for made in read(folder):
        found.add(made)
    return found


def against(verified: Verified, folder: Path) -> list[Finding]:
    """Differences between the entries and the external checkpoints.

    Detects entries removed at the end, a rebuilt or missing chain, and an edited
    checkpoint.
    """
    findings: list[Finding] = []
    previous, known = START.hex(), Anchored()
    for number, line in enumerate(_lines(folder / NAME), start=1):
        made = parse(line)
        if made is None:
            findings.append(Finding("anchors", number, "the line cannot be read"))
        elif made.previous != previous:
            findings.append(
                Finding("anchors", number, "the line before was changed or removed")
            )
        previous = sha256(line.encode()).hexdigest()
        if made is not None:
            known.add(made)
    for chain, places in sorted(known.places.items()):
        findings.extend(_compare(chain, places, verified))
    return findings


def _compare(
    chain: str, places: dict[int, str], verified: Verified
) -> Iterator[Finding]:
    length = verified.heads.get(chain, (0, START))[0]
    stored = dict(
        Entry.objects.filter(chain=chain, seq__in=places).values_list("seq", "hash")
    )
    for seq, hash_ in sorted(places.items()):
        if seq > length:
            yield Finding(chain, seq, "is in an external checkpoint, but is missing")
        elif bytes(stored.get(seq, b"")).hex() != hash_:
            yield Finding(chain, seq, "does not match an external checkpoint")


def _lines(path: Path) -> list[str]:
    """Complete lines: a line without an end was cut off and never confirmed."""
    if not path.exists():
        return []
    return path.read_text("utf-8").split("\n")[:-1]


def _last(path: Path) -> str:
    """Hash of the last line of the file."""
    lines = _lines(path)
    return sha256(lines[-1].encode()).hexdigest() if lines else START.hex()


def _write(path: Path, line: str) -> None:
    """Adds a line, on the disk when this returns, or leaves the file unchanged."""
    whole = path.read_bytes().rfind(b"\n") + 1 if path.exists() else 0
    with path.open("ab") as file:
        file.truncate(whole)
        try:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), whole)
            raise
