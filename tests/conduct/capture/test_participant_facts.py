"""Lists say the same as the page of each participant."""

from collections.abc import Callable

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.participant_facts import facts_of_many, forget
from tests.conduct.walking import fill, included


def test_many_are_what_each_is(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    persons, plan = [included(people) for _ in range(3)], plan_in_force()
    missed = {"status": "missed", "reason": "ill"}
    fill(persons[1], "visit", "baseline", actor("coordinator"), missed)
    many = facts_of_many(persons, plan)
    for person in persons:
        forget()
        assert (
            facts_of_many([person], plan)[person.identifier] == many[person.identifier]
        )
    assert many[persons[1].identifier].visits.missed == {"baseline"}
