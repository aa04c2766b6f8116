"""Writing entries: the one door to the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import models, transaction

from equipoise.conduct.audit.chain import START, Fact, Written, link
from equipoise.conduct.audit.clock import noted
from equipoise.conduct.audit.models import Entry, Head, stamp


@transaction.atomic
def append(
    chain: str,
    facts: Sequence[Fact],
    *,
    actor: str,
    protocol: str,
    at: datetime,
    head: Head | None = None,
) -> list[Entry]:
    """Adds facts to a chain, in their order, all of them or none.

    The head of the chain is locked until the transaction ends: two writers of one
    chain come one after the other, writers of different chains side by side.

    Where the clock went back since the last entry, that stands before the facts.

    Args:
        chain: identifier of the participant, or ``STUDY``.
        facts: at least one.
        actor: user name of who wrote them down.
        protocol: content hash of the protocol version in force.
        at: UTC; taken from the application, once for all of them.
        head: of the chain, as ``lock`` gave it in this transaction, if nothing was
            appended since; locked here, if None.

    Returns:
        The entries of the facts.
    """
    head = head or lock(chain)
    previous, made = bytes(head.hash), []
    told, facts = len(facts), [*noted(head, at), *facts]
    for place, fact in enumerate(facts, start=head.seq + 1):
        written = Written(chain, place, stamp(at), actor, protocol, fact)
        previous = link(previous, written)
        made.append(
            Entry(
                chain=chain,
                seq=place,
                at=at,
                actor=actor,
                protocol=protocol,
                act=fact.act,
                form=fact.form,
                visit=fact.visit,
                minute=fact.minute,
                item=fact.item,
                value=fact.value,
                reason=fact.reason,
                hash=previous,
            )
        )
    Entry.objects.bulk_create(made)
    Head.objects.filter(pk=chain).update(
        seq=made[-1].seq, hash=previous, at=max(at, head.at or at)
    )
    return made[-told:]


def lock(chain: str) -> Head:
    """The head of a chain, locked for the rest of the transaction."""
    locked = Head.objects.select_for_update().filter(pk=chain)
    held = locked.first()
    if held is None:
        new = Head(chain=chain, hash=START)
        Head.objects.bulk_create([new], ignore_conflicts=True)
        held = locked.get()
    return held


def entries(chain: str) -> models.QuerySet[Entry]:
    """All entries of a chain, in their order."""
    return Entry.objects.filter(chain=chain).order_by("seq")
