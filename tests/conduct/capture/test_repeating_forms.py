"""What happens more than once: numbered, and never opened twice by one click."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.locking import lock_participant
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.walking import included


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() - timedelta(days=3))


def test_an_event_left_empty_is_used_again(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    nurse, doctor = actor("infusion team"), actor("investigator")
    first = begin(person, "event", actor=nurse, at=NOW)
    assert (
        begin(person, "event", actor=nurse, at=NOW).form.id
        == first.form.id
        == "event#1"
    )
    assert begin(person, "event", actor=doctor, at=NOW).form.id == "event#2"
    with pytest.raises(AccessError):
        begin(person, "event", actor=actor("rater"), at=NOW)
    assert begin(person, "unscheduled", actor=doctor, at=NOW).visit == "unscheduled-1"


def test_nothing_happens_to_whom_is_locked(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    lock_participant(person, actor=actor("statistician"), at=NOW)
    for kind in ("event", "milestone", "unscheduled"):
        with pytest.raises(ConductError, match="EQ921"):
            begin(person, kind, actor=actor("investigator"), at=NOW)
