"""Locking the whole database over the interface."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.closing import lock_participant
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.study.protocols import hash_in_force


@transaction.atomic
def lock_database(*, actor: Actor, at: datetime) -> int:
    """Locks every form of every participant: nothing can be changed any more.

    All of them or none: a lock is for good, and half of one is no database lock.

    Returns:
        How many forms were locked just now.

    Raises:
        AccessError: EQ911.
        ConductError: EQ923, forms are begun and not complete.
    """
    actor.require("lock", ALL_SITES)
    count = sum(
        lock_participant(person, actor=actor, at=at)
        for person in Participant.objects.select_related("site")
    )
    fact = Fact("lock", value=f"{count} forms")
    append(STUDY, [fact], actor=actor.name, protocol=hash_in_force(), at=at)
    return count
