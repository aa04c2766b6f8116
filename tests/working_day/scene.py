"""What was before a walk begins: participants who have come as far as it needs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import User

from equipoise.conduct.access.acting import actor_of
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.saving import save
from equipoise.conduct.enrolment.randomizing import randomize
from tests.conduct.conftest import NOW
from tests.conduct.screened import CHARACTERISTICS, attested, caps5
from tests.conduct.walking import fill, included

DAY0 = NOW.date() + timedelta(days=3)  # the visit of the baseline is today


def eligible(people: dict[str, User]) -> Participant:
    """Consented, rated at screening and baseline, attested by the investigator."""
    person = included(people, day0=DAY0)
    coordinator, rater, doctor = (
        actor_of(people[role], at=NOW)
        for role in ("coordinator", "rater", "investigator")
    )
    fill(person, "characteristics", "", coordinator, CHARACTERISTICS)
    for visit in ("screening", "baseline"):
        fill(person, "instrument:caps5", visit, rater, caps5(2))
    fill(person, "eligibility", "", doctor, attested())
    return person


def randomized(people: dict[str, User], key: Path) -> Participant:
    """The same, with a kit."""
    person = eligible(people)
    randomize(
        person, key=key, anchors=key.parent / "anchors",
        actor=actor_of(people["coordinator"], at=NOW), at=NOW,
    )  # fmt: skip
    person.refresh_from_db()
    return person


def begun(
    person: Participant, actor: User, form: str, visit: str, values: dict[str, str]
) -> None:
    """A form that somebody has left half filled."""
    place = place_of(person, form, visit)
    made = save(place, values, actor=actor_of(actor, at=NOW), at=NOW, seen=10**6)
    assert not made.errors
