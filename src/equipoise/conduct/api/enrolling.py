"""Randomizing and locking over the interface, each one service call."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.allocation.services import allocate
from equipoise.conduct.allocation.types import Kit
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append, lock
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.study.protocols import hash_in_force, in_force
from equipoise.errors import ConductError


def randomize(person: Participant, key: Path, *, actor: Actor, at: datetime) -> Kit:
    """Gives an eligible participant a place of the sealed list.

    Raises:
        AccessError: EQ911.
        ConductError: EQ923, the forms before randomization are not complete.
    """
    actor.require("randomize", person.site.code)
    protocol = in_force()
    known = current(person.identifier)
    for form in ("consent", "characteristics", "eligibility"):
        if not known.is_complete(form):
            raise ConductError.single(
                "EQ923",
                f"the form {form} is not complete",
                where=person.identifier,
                mend="complete it first",
            )
    held = known.answers("characteristics")
    levels = {name: held[name] for name in protocol.randomization.strata}
    kit = allocate(protocol, key, person.identifier, levels, actor=actor.name, at=at)
    if kit.new:
        append(
            person.identifier,
            [Fact("randomize", item="kit", value=kit.number)],
            actor=actor.name,
            protocol=hash_in_force(),
            at=at,
        )
        Participant.objects.filter(pk=person.pk).update(status="randomized")
    return kit


def lock_database(*, actor: Actor, at: datetime) -> int:
    """Locks every form of every participant: nothing can be changed any more.

    Returns:
        How many forms were locked just now.

    Raises:
        AccessError: EQ911.
    """
    actor.require("lock", ALL_SITES)
    protocol, count = hash_in_force(), 0
    for person in Participant.objects.all():
        with transaction.atomic():
            lock(person.identifier)
            states = list(
                FormState.objects.filter(participant=person)
                .exclude(status="locked")
                .order_by("id")
            )
            if not states:
                continue
            facts = [Fact("lock", s.form, s.visit, s.minute) for s in states]
            append(person.identifier, facts, actor=actor.name, protocol=protocol, at=at)
            FormState.objects.filter(pk__in=[s.pk for s in states]).update(
                status="locked", changed_at=at, changed_by=actor.name
            )
            count += len(states)
    append(
        STUDY,
        [Fact("lock", value=f"{count} forms")],
        actor=actor.name,
        protocol=protocol,
        at=at,
    )
    return count
