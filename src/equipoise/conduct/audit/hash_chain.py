"""Hash chain of the audit trail: each entry is bound to all entries before it.

Pure: stored hashes are checked against the hashes calculated here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

START = bytes(32)  # hash before the first entry of a chain


@dataclass(frozen=True, slots=True)
class Fact:
    """Content of an audit entry."""

    act: str  # action, such as ``answer``, ``complete``, ``consent``
    form: str = ""  # the form, such as ``instrument:caps5``; empty for none
    visit: str = ""  # id of the visit; empty for none
    minute: int | None = None  # from the start of the infusion; None for none
    item: str = ""  # field of the form; empty for an action on the complete form
    value: str | None = None  # as text; None where there is no value or it was cleared
    reason: str = ""  # why a value was changed; empty for a first value


def link(
    previous: bytes,
    chain: str,
    seq: int,
    at: str,
    actor: str,
    protocol: str,
    fact: Fact,
) -> bytes:
    """The hash of an entry, 32 bytes: SHA-256 of the hash before it and of the entry.

    Each field is preceded by its length (a netstring), so that no two entries have the
    same bytes. ``at`` is UTC, ISO 8601 with microseconds (``models.stamp``).
    """
    minute = "" if fact.minute is None else str(fact.minute)
    value = "-" if fact.value is None else "=" + fact.value
    return bind(
        previous,
        (
            chain, str(seq), at, actor, protocol, fact.act, fact.form, fact.visit,
            minute, fact.item, value, fact.reason,
        ),
    )  # fmt: skip


def bind(previous: bytes, fields: Iterable[str]) -> bytes:
    """SHA-256 of a hash and of fields, each with its length before it."""
    text = "".join([f"{len(field)}:{field}" for field in fields])
    return sha256(previous + text.encode()).digest()
