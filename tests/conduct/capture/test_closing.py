"""Freezing and locking: once, by right, and the lists agree with the entries."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.closing import close, lock_participant
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.occurrences import begin
from equipoise.conduct.capture.saving import save
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.screened import screened
from tests.conduct.walking import consent, fill, included


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() - timedelta(days=3))


def test_the_state_for_lists_is_what_the_entries_say(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    doctor, statistician = actor("investigator"), actor("statistician")
    close(place_of(person, "consent"), "freeze", actor=doctor, at=NOW)
    close(place_of(person, "consent"), "freeze", actor=doctor, at=NOW)  # once is enough
    begin(person, "event", actor=doctor, at=NOW)
    save(place_of(person, "event#1"), {"term": "cold"}, actor=doctor, at=NOW, seen=99)
    with pytest.raises(ConductError, match="EQ923"):
        lock_participant(person, actor=statistician, at=NOW)
    values = {"term": "cold", "started_on": "2027-01-04", "severity": "mild",
              "serious": "no", "related": "no", "ongoing": "yes"}  # fmt: skip
    fill(person, "event#1", "", doctor, values)
    with pytest.raises(AccessError):
        lock_participant(person, actor=doctor, at=NOW)
    assert lock_participant(person, actor=statistician, at=NOW) == 2
    known = current(person.identifier)
    for state in FormState.objects.filter(participant=person):
        assert (
            state.status
            == known.status[state.form, state.visit, state.minute]
            == "locked"
        )
    with pytest.raises(ConductError, match="EQ921"):
        fill(person, "event#1", "", doctor, {"term": "flu"})


def test_somebody_of_whom_nothing_is_known_is_locked_too(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person = screened()
    for _ in range(2):
        assert lock_participant(person, actor=actor("statistician"), at=NOW) == 0
    assert [e.act for e in entries(person.identifier)] == ["lock"]
    with pytest.raises(ConductError, match="EQ921"):
        consent(person, actor("investigator"))
