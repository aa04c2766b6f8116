"""What a row of the vault is bound with: its fields, and the hash of the row before it.

Pure, and fit for the rows of a migration as well as for those of today.
"""

from __future__ import annotations

from typing import Any

from equipoise.conduct.audit.chain import bind
from equipoise.conduct.audit.models import stamp


def opening(previous: bytes, row: Any) -> bytes:
    """The hash of an opening, bound to all before it; 32 bytes.

    Args:
        previous: hash of the opening before.
        row: of ``Opening``, today's or a migration's.
    """
    return bind(
        previous,
        (
            str(row.seq), row.participant, stamp(row.at), row.actor, row.why,
            row.reason,
        ),
    )  # fmt: skip


def check(previous: bytes, row: Any, number: str) -> bytes:
    """The hash of the check of a syringe, bound to all before it; 32 bytes.

    Args:
        previous: hash of the check before.
        row: of ``SyringeCheck``, today's or a migration's.
        number: of the syringe.
    """
    agrees = "agrees" if row.agrees else "does not agree"
    fields = (str(row.seq), number, stamp(row.at), row.actor, agrees)
    return bind(previous, fields)


def discard(previous: bytes, row: Any, number: str) -> bytes:
    """The hash of a syringe that was thrown away, bound to all before it; 32 bytes.

    Args:
        previous: hash of the discard before.
        row: of ``SyringeDiscard``.
        number: of the syringe.
    """
    fields = (str(row.seq), number, stamp(row.at), row.actor, bytes(row.reason).hex())
    return bind(previous, fields)


def pharmacy(previous: bytes, row: Any) -> bytes:
    """The hash of an entry of the pharmacy, bound to all before it; 32 bytes.

    Args:
        previous: hash of the entry before.
        row: of ``PharmacyEntry``.
    """
    fields = (
        str(row.seq), stamp(row.at), row.actor, row.kind, row.about,
        bytes(row.content).hex(),
    )  # fmt: skip
    return bind(previous, fields)
