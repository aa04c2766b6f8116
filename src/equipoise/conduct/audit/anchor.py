"""Anchors: what the chains were at a time, written outside the databases.

An anchor file has a line for each anchor, each bound to the line before it. A copy of
it on another machine, in another person's mailbox or in print is what makes a removed
tail or a chain that was rebuilt visible.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from equipoise.conduct.audit.chain import START
from equipoise.conduct.audit.models import Entry, Head, stamp
from equipoise.conduct.audit.verify import Finding, Verified

NAME = "anchors.jsonl"


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of the file.

    Attributes:
        at: UTC.
        heads: chains that grew since the line before -> length and hash as hexadecimal
            digits.
        vault: number of allocations and hash of the last one.
        previous: hash of the line before.
    """

    at: str
    heads: dict[str, tuple[int, str]]
    vault: tuple[int, str]
    previous: str

    def line(self) -> str:
        """The anchor as it stands in the file, without the end of the line."""
        content = {
            "at": self.at,
            "heads": {k: list(v) for k, v in sorted(self.heads.items())},
            "vault": list(self.vault),
            "previous": self.previous,
        }
        return json.dumps(content, separators=(",", ":"), sort_keys=True)


def anchor(folder: Path, *, vault: tuple[int, str], at: datetime) -> Anchor:
    """Writes what the chains are now; the line is on the disk when this returns.

    Args:
        folder: of the anchors, outside the databases.
        vault: number of allocations and hash of the last one.
        at: UTC.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    known = {chain: head for made in read(folder) for chain, head in made.heads.items()}
    heads = {h.chain: (h.seq, bytes(h.hash).hex()) for h in Head.objects.all() if h.seq}
    heads = {chain: head for chain, head in heads.items() if known.get(chain) != head}
    made = Anchor(stamp(at), heads, vault, _last(path))
    with path.open("a", encoding="utf-8") as file:
        file.write(made.line() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made


def read(folder: Path) -> Iterator[Anchor]:
    """Every anchor of the file, in order; nothing if there is no file."""
    path = folder / NAME
    if not path.exists():
        return
    for line in path.read_text("utf-8").splitlines():
        content = json.loads(line)
        heads = {k: (int(n), str(h)) for k, (n, h) in content["heads"].items()}
        count, last = content["vault"]
        yield Anchor(content["at"], heads, (count, last), content["previous"])


def against(verified: Verified, folder: Path) -> list[Finding]:
    """What the entries lack, or have otherwise, of what was anchored.

    Finds a removed tail, a rebuilt chain, a chain that is gone, and an edited anchor.
    """
    findings: list[Finding] = []
    previous, anchored = START.hex(), dict[str, dict[int, str]]()
    for number, made in enumerate(read(folder), start=1):
        if made.previous != previous:
            findings.append(
                Finding("anchors", number, "the line before was changed or removed")
            )
        previous = sha256(made.line().encode()).hexdigest()
        for chain, (seq, hash_) in made.heads.items():
            anchored.setdefault(chain, {})[seq] = hash_
    for chain, places in sorted(anchored.items()):
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
            yield Finding(chain, seq, "was anchored, and is not there any more")
        elif bytes(stored.get(seq, b"")).hex() != hash_:
            yield Finding(chain, seq, "is another than the one that was anchored")


def _last(path: Path) -> str:
    """Hash of the last line of the file."""
    if not path.exists():
        return START.hex()
    lines = path.read_text("utf-8").splitlines()
    return sha256(lines[-1].encode()).hexdigest() if lines else START.hex()
