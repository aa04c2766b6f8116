"""Participants of the open trial of these tests, and what they got."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence
from tests.conduct.conftest import NOW
from tests.conduct.screened import form, screened


def ready(number: int = 1, site: str = "north") -> Participant:
    """Somebody who can be randomized."""
    person = screened(number, site)
    name = person.identifier
    form(name, "consent", {"version": "1.0", "signed_at": "2027-01-04T08:00"})
    form(name, "characteristics", {"antidepressant": "yes", "episode": "long"})
    items = {f"{n}": "1" for n in range(1, 22)}
    form(name, "instrument:bdi2", items, "baseline")
    return person


def allocated(key: Path, crew: dict[str, User], number: int = 1) -> Participant:
    """Somebody of ``north`` who is randomized."""
    person = ready(number)
    randomize(
        person, key=key, anchors=key.parent / "anchors",
        actor=actor_of(crew["coordinator"], at=NOW), at=NOW,
    )  # fmt: skip
    person.refresh_from_db()
    return person


def labels(protocol: Protocol, count: int) -> list[str]:
    """Labels of the arms of the first participants, in their order."""
    drawn = allocation_sequence(protocol, count, seed=7)
    return [protocol.arm(arm).label for arm in drawn]
