"""Locking the whole database over the interface."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.capture.closing import lock_participant
from equipoise.conduct.capture.models import Participant


@transaction.atomic
def lock_database(*, actor: Actor, at: datetime) -> int:
    """Locks every form of every participant.

    All of them or none: half of one is no database lock.

    Returns:
        How many forms were locked just now.

    Raises:
        AccessError: EQ911.
        ConductError: EQ923, forms are begun and not complete.
    """
    actor.require("lock", ALL_SITES)
    return sum(
        lock_participant(person, actor=actor, at=at)
        for person in Participant.objects.select_related("site")
    )
