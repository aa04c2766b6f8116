"""Forms that wait for the one who signs them off."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.due_visits import to_sign
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.errors import AccessError
from tests.conduct.conftest import NOW
from tests.conduct.walking import included

PLAN = {"plan": "call the ward", "contact": "the sister", "agreed_on": "2027-01-04"}


def test_what_others_prepared_waits_for_who_signs(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    persons, plan = [included(people), included(people)], plan_in_force()
    place = place_of(persons[0], "relapse-plan")
    nurse, doctor = actor("coordinator"), actor("investigator")

    def waiting(who: Actor) -> list[str]:
        found = to_sign(persons, plan, facts_of_many(persons, plan), who)
        return [f"{one.participant} {one.form.id}" for one in found]

    assert waiting(doctor) == []
    save(place, PLAN, actor=nurse, at=NOW, seen=99)
    with pytest.raises(AccessError, match="EQ913"):
        save(place, {}, actor=nurse, at=NOW, seen=99, complete=True)
    assert waiting(doctor) == ["P0001 relapse-plan"]
    assert waiting(nurse) == []
    save(place, {}, actor=doctor, at=NOW, seen=99, complete=True)
    assert waiting(doctor) == []
