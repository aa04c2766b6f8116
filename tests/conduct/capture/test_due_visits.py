"""What is due: nothing of a visit that was missed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.due_visits import (
    DueVisit,
    visits_of,
    waiting_visits_of,
)
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.locking import set_aside
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.capture.participants import screen
from equipoise.conduct.capture.permission import Rights
from tests.conduct.conftest import NOW
from tests.conduct.walking import consent, fill, included, measure
from tests.working_day.scene import begun


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
    facts = facts_of_many([person], plan)[person.identifier]
    assert facts.visits.missed == {"baseline"}
    seen = visits_of(person, plan, facts, actor=actor("rater"), today=NOW.date())
    (baseline,) = [v for v in seen if v.planned.visit.id == "baseline"]
    assert baseline.state == "missed"
    assert baseline.open_forms == ()


def test_a_visit_is_due_on_the_day_that_was_agreed(
    person: Participant, people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    """Not before it, late after it; nothing waits because only the day is written down."""
    plan, day0 = plan_in_force(), person.day0
    assert day0 is not None
    agreed = day0 + timedelta(days=15)
    begun(person, people["coordinator"], "visit", "week-2", {"agreed": f"{agreed}"})
    facts = facts_of_many([person], plan)[person.identifier]
    assert facts.visits.agreed == {"week-2": agreed}
    assert (
        facts.visits.agreed
        == facts_of_many([person], plan)[person.identifier].visits.agreed
    )
    nurse = actor("coordinator")

    def week2(after: int) -> DueVisit:
        today = day0 + timedelta(days=after)
        seen = visits_of(person, plan, facts, actor=nurse, today=today)
        return next(v for v in seen if v.planned.visit.id == "week-2")

    states = [week2(after).state for after in (14, 15, 16)]
    assert states == ["coming", "due", "late"]
    assert {form.state for form in week2(14).forms} == {"coming"}
    assert week2(14).planned.date == agreed
    assert week2(14).planned.planned == day0 + timedelta(days=14)


def test_screening_is_due_before_anybody_knows_day0(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    made = screen("north", actor=actor("coordinator"), at=NOW)
    plan, today = plan_in_force(), NOW.date()

    def seen(role: str) -> list[str]:
        facts = facts_of_many([made], plan)[made.identifier]
        found = visits_of(made, plan, facts, actor=actor(role), today=today)
        return [visit.planned.visit.id for visit in found]

    assert seen("rater") == []  # without consent nothing is asked
    consent(made, actor("coordinator"))
    made.refresh_from_db()
    assert seen("rater") == ["screening", "baseline"]
    assert seen("infusion team") == []
    facts = facts_of_many([made], plan)[made.identifier]
    rights = Rights(actor("rater"), plan.protocol)
    (waiting,) = waiting_visits_of(
        made, plan, facts, actor=actor("rater"), today=today, rights=rights
    )
    assert waiting.planned.visit.id == "screening"


def test_a_visit_is_done_when_no_form_of_it_is_missing(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    plan, today = plan_in_force(), NOW.date()

    def state() -> str:
        facts = facts_of_many([person], plan)[person.identifier]
        found = visits_of(person, plan, facts, actor=actor("coordinator"), today=today)
        return {v.planned.visit.id: v.state for v in found}["screening"]

    fill(person, "visit", "screening", actor("coordinator"),
         {"status": "done", "date": "2027-01-01"})  # fmt: skip
    assert state() == "forms missing"
    for due in plan.dues["screening"]:
        if due.form.id != "visit":
            place = place_of(person, due.form.id, "screening", due.minute)
            by = actor(due.form.by if due.form.by != "participant" else "coordinator")
            set_aside(place, "not done", actor=by, at=NOW, reason="left early")
    assert state() == "done"


def test_nothing_of_an_infusion_that_was_not_given_is_due(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    """The participant came, was held and went home: what was measured stays."""
    person, plan = included(people, day0=NOW.date()), plan_in_force()
    nurse, today = actor("infusion team"), NOW.date()
    measure(person, nurse, "infusion-1")

    def visit() -> DueVisit:
        facts = facts_of_many([person], plan)[person.identifier]
        found = visits_of(person, plan, facts, actor=actor("monitor"), today=today)
        return next(v for v in found if v.planned.visit.id == "infusion-1")

    place = place_of(person, "infusion", "infusion-1")
    set_aside(place, "not done", actor=nurse, at=NOW, reason="blood pressure")
    states = {(f.form.id, f.minute): f.state for f in visit().forms}
    assert states.pop(("vitals", -30)) == "complete"
    assert states.pop(("infusion", None)) == "not done"
    assert states.pop(("visit", None)) == "due"
    assert set(states.values()) == {"not due"}
    fill(person, "visit", "infusion-1", actor("coordinator"),
         {"status": "done", "date": f"{today}"})  # fmt: skip
    assert visit().state == "done"
    set_aside(place, "reopen", actor=nurse, at=NOW, reason="it fell")
    assert visit().state == "forms missing"
