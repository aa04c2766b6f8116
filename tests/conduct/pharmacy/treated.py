"""A randomized participant, for the pharmacy."""

from __future__ import annotations

from pathlib import Path

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.randomizing import randomize
from tests.conduct.conftest import NOW
from tests.conduct.screened import eligible


def randomized(key: Path, actor: Actor, number: int = 1) -> Participant:
    person = eligible(number)
    randomize(person, key=key, anchors=key.parent / "anchors", actor=actor, at=NOW)
    person.refresh_from_db()
    return person
