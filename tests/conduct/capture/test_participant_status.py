"""How far somebody has come: from the entries, and the same in the lists."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.due_visits import visits_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.capture.participant_status import discontinued, label, status
from equipoise.conduct.capture.participants import screen
from equipoise.conduct.capture.repeating_forms import begin
from tests.conduct.conftest import NOW
from tests.conduct.walking import fill, included


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() - timedelta(days=3))


def happen(person: Participant, doctor: Actor, milestone: str) -> None:
    place = begin(person, "milestone", actor=doctor, at=NOW)
    values = {"milestone": milestone, "date": "2027-01-04", "reason": "moved away"}
    made = save(place, values, actor=doctor, at=NOW, seen=10**6, complete=True)
    assert not made.errors


def test_from_screening_to_not_included(actor: Callable[[str], Actor]) -> None:
    doctor = actor("investigator")
    person = screen("north", actor=doctor, at=NOW)
    assert status(current(person.identifier)) == "screening"
    fill(person, "exclusion", "", doctor, {"reason": "E7", "date": "2027-01-04"})
    person.refresh_from_db()
    assert person.status == status(current(person.identifier)) == "excluded"


def test_stopping_the_treatment_is_not_leaving_the_study(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    doctor, plan = actor("investigator"), plan_in_force()

    def open_forms() -> set[str]:
        facts = facts_of_many([person], plan)[person.identifier]
        seen = visits_of(
            person, plan, facts, actor=actor("coordinator"), today=NOW.date()
        )
        return {v.planned.visit.id for v in seen if v.open_forms}

    assert {"infusion-1", "infusion-2", "baseline"} <= open_forms()
    happen(person, doctor, "treatment-discontinued")
    person.refresh_from_db()
    assert discontinued(current(person.identifier)) is not None
    assert person.status == "consented"
    assert "baseline" in open_forms()
    assert "infusion-1" not in open_forms()
    happen(person, doctor, "study-withdrawn")
    person.refresh_from_db()
    assert person.status == "study-withdrawn"
    assert open_forms() == set()
    assert label(person.status, tells_why=False) == "No longer takes part"
