"""What is due: nothing of a visit that was missed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.due import facts_of, visits_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.overview import facts_of_many
from equipoise.conduct.capture.plan import plan_in_force
from tests.conduct.conftest import NOW
from tests.conduct.walking import fill, included


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() - timedelta(days=3))


def test_a_visit_that_was_missed_waits_no_longer(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    fill(
        person,
        "visit",
        "baseline",
        actor("coordinator"),
        {"status": "missed", "reason": "ill"},
    )
    plan = plan_in_force()
    facts = facts_of(plan, current(person.identifier))
    assert facts.missed == facts_of_many([person], plan)[person.identifier].missed
    seen = visits_of(person, plan, facts, actor=actor("rater"), today=NOW.date())
    (baseline,) = [v for v in seen if v.planned.visit.id == "baseline"]
    assert baseline.state == "missed"
    assert baseline.open_forms == ()
