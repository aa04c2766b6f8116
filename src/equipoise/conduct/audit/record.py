"""Audit trail: the only module that writes entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain as joined

from django.db import connection, models, transaction

from equipoise.conduct.audit.actions import AFTER_UNBLINDING, require_known
from equipoise.conduct.audit.clock import noted
from equipoise.conduct.audit.hash_chain import START, Fact, link
from equipoise.conduct.audit.models import Entry, Head, stamp
from equipoise.conduct.sql_statements import Cell, change, moment, rows, stored
from equipoise.errors import ConductError

# An unblinding of one participant belongs to a form; that of the trial to none.
UNBLINDED = "SELECT 1 FROM audit_entry WHERE form = '' AND act = 'unblind'"
HELD = f"SELECT seq, hash, at, EXISTS ({UNBLINDED}) FROM audit_head WHERE chain = %s"  # noqa: S608  constants
MOVE = "UPDATE audit_head SET seq = %s, hash = %s, at = %s WHERE chain = %s"
WRITE = (
    "INSERT INTO audit_entry (chain, seq, at, actor, protocol, act, form, visit, minute, "
    "item, value, reason, hash) VALUES "
)
PLACES = f"({', '.join(['%s'] * 13)})"
AT_ONCE = 70  # entries; older databases take 999 values in a statement


# No savepoint: a failure aborts the transaction of the caller.
@transaction.atomic(savepoint=False)
def append(
    chain: str,
    facts: Sequence[Fact],
    *,
    actor: str,
    protocol: str,
    at: datetime,
    head: Head | None = None,
) -> list[Entry]:
    """Adds entries to a chain, in order, all of them or none.

    The head of the chain is locked until the transaction ends: writers of one chain are
    serialized, writers of different chains work in parallel.

    If the clock went back since the last entry, an entry about that precedes them. Once
    the trial is unblinded, only ``actions.AFTER_UNBLINDING`` is recorded in any chain.
    ``head`` is that of ``lock`` in this transaction, if nothing was appended since; locked
    here, if None.

    Raises:
        ConductError: EQ970, the trial is unblinded.
    """
    require_known(facts)
    head = head or lock(chain)
    if head.unblinded and any(fact.act not in AFTER_UNBLINDING for fact in facts):
        raise is_over()
    previous, made = bytes(head.hash), []
    count, facts = len(facts), [*noted(head, at), *facts]
    for seq, fact in enumerate(facts, start=head.seq + 1):
        previous = link(previous, chain, seq, stamp(at), actor, protocol, fact)
        made.append(
            Entry(
                chain=chain, seq=seq, at=at, actor=actor, protocol=protocol,
                act=fact.act, form=fact.form, visit=fact.visit, minute=fact.minute,
                item=fact.item, value=fact.value, reason=fact.reason, hash=previous,
            )
        )  # fmt: skip
    write(made)
    last = max(at, head.at or at)
    change(MOVE, [made[-1].seq, previous, stored(last), chain])
    return made[-count:]


def require_reason(reason: str, code: str, what: str, where: str, fix: str) -> str:
    """A reason without surrounding space; an error with this code if it is empty."""
    if not reason.strip():
        raise ConductError.single(code, what, where=where, fix=fix)
    return reason.strip()


def has_changed(code: str, what: str, where: str) -> ConductError:
    """The error where something has changed since the page was shown."""
    return ConductError.single(code, what, where=where, fix="load the page again")


def is_unblinded() -> bool:
    """Whether the trial was unblinded: the arms of all participants were disclosed."""
    return bool(rows(UNBLINDED + " LIMIT 1"))


def require_blinded() -> None:
    """Rejects (EQ970) what the allocation database would record before the audit trail."""
    if is_unblinded():
        raise is_over()


def is_over() -> ConductError:
    """The error of any change after unblinding of the trial: EQ970."""
    return ConductError.single(
        "EQ970",
        "the trial is unblinded: nothing can be entered, randomized, dosed or changed",
        where="the trial",
        fix="view or export the data; the audit trail shows who unblinded it, and why",
    )


def write(made: list[Entry]) -> None:
    """Inserts entries; they have no primary key until they are read."""
    for first in range(0, len(made), AT_ONCE):
        some = made[first : first + AT_ONCE]
        values: list[tuple[Cell, ...]] = [
            (
                e.chain, e.seq, stored(e.at), e.actor, e.protocol, e.act, e.form, e.visit,
                e.minute, e.item, e.value, e.reason, bytes(e.hash),
            )
            for e in some
        ]  # fmt: skip
        marks = ", ".join([PLACES] * len(some))
        change(WRITE + marks, list(joined.from_iterable(values)))


def lock(chain: str) -> Head:
    """The head of a chain, locked for the rest of the transaction."""
    held = _locked(chain)
    if held is None:
        new = Head(chain=chain, hash=START)
        Head.objects.bulk_create([new], ignore_conflicts=True)
        held = _locked(chain)
    if held is None:  # nothing removes a head
        raise Head.DoesNotExist(chain)
    return held


def _locked(chain: str) -> Head | None:
    waits = " FOR UPDATE" if connection.features.has_select_for_update else ""
    found = rows(HELD + waits, [chain])
    if not found:
        return None
    seq, hash_, at, unblinded = found[0]
    held = Head(chain=chain, seq=seq, hash=bytes(hash_), at=at and moment(at))
    held.unblinded = bool(unblinded)
    return held


def entries(chain: str) -> models.QuerySet[Entry]:
    """All entries of a chain, in their order."""
    return Entry.objects.filter(chain=chain).order_by("seq")
