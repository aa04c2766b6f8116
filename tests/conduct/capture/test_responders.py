"""Responders: by the definition of the protocol; a loss is the first visit without it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.due_visits import visits_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many, lost_responses
from equipoise.conduct.capture.scores import (
    Scores,
    holds,
    judged,
    judged_at,
    responder,
    scores_of,
)
from equipoise.conduct.capture.timeline import timeline
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.walking import fill, included


def caps(person: Participant, visit: str, rater: Actor, value: int) -> None:
    """CAPS-5 with a total of 20 times ``value``."""
    fill(person, "instrument:caps5", visit, rater,
         {str(n): str(value if n <= 20 else 0) for n in range(1, 31)})  # fmt: skip


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() - timedelta(days=30))


def test_a_definition_holds_in_the_direction_of_benefit(feder: Protocol) -> None:
    response = feder.definition("response")
    assert holds(feder, response, 50, 35)
    assert not holds(feder, response, 50, 36)
    assert not holds(feder, response, 0, 0)
    assert holds(feder, feder.definition("remission"), 50, 8)
    assert holds(feder, feder.definition("reliable-change"), 50, 37)
    assert judged_at(feder, "response") == "week-2"


def test_follow_up_of_responders_and_loss_of_response(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    rater, coordinator, plan = actor("rater"), actor("coordinator"), plan_in_force()

    def scores() -> Scores:
        return scores_of(feder, current(person.identifier))

    def follow_up() -> bool:
        facts = facts_of_many([person], plan)[person.identifier]
        assert facts.verdicts.get("response") == responder(feder, scores(), "response")
        seen = visits_of(person, plan, facts, actor=coordinator, today=NOW.date())
        return any(v.planned.visit.id == "week-3" for v in seen)

    caps(person, "baseline", rater, 3)
    assert responder(feder, scores(), "response") is None
    assert not follow_up()
    caps(person, "week-2", rater, 1)
    assert responder(feder, scores(), "response") is True
    assert follow_up()
    caps(person, "week-3", rater, 1)
    assert judged(feder, scores())[1] == []
    caps(person, "week-4", rater, 3)
    (loss,) = judged(feder, scores())[1]
    assert (loss.visit_id, loss.baseline, loss.then, loss.now) == ("week-4", 60, 20, 60)
    facts = facts_of_many([person], plan)[person.identifier]
    assert lost_responses(facts) == (loss,)
    fill(
        person,
        "relapse",
        "",
        actor("investigator"),
        {"date": "2027-01-04", "done": "called"},
    )
    facts = facts_of_many([person], plan)[person.identifier]
    assert lost_responses(facts) == ()
    drawn = timeline(
        person, plan, current(person.identifier), actor=rater, today=NOW.date()
    )
    assert drawn is not None
    assert [value for _, value in drawn.series[0].points] == [60, 20, 20, 60]
