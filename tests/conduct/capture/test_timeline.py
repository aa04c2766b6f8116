"""The time line holds what the person may know, and nothing else."""

from collections.abc import Callable

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.capture.timeline import timeline
from tests.conduct.conftest import NOW
from tests.conduct.walking import fill, included, measured_by, release


def test_a_rater_sees_scores_and_a_nurse_infusions(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person, plan, nurse = included(people), plan_in_force(), actor("infusion team")
    fill(
        person,
        "instrument:madrs",
        "baseline",
        actor("rater"),
        {str(n): "3" for n in range(1, 11)},
    )
    ran = {
        "syringe": release(person, "infusion-1"),
        "weight_kg": "70",
        "started_at": "2027-01-04T08:00",
        "stopped_at": "2027-01-04T08:40",
        "interrupted": "no",
        "stopped_early": "no",
    }
    measured_by(person, "infusion-1", "2027-01-04T07:40")
    fill(person, "infusion", "infusion-1", nurse, ran)
    begin(person, "event", actor=nurse, at=NOW)
    said = {
        "term": "Nausea",
        "started_on": "2027-01-04",
        "ongoing": "yes",
        "severity": "mild",
        "serious": "no",
        "related": "yes",
    }
    fill(person, "event#1", "", nurse, said)
    known = current(person.identifier)

    def seen(role: str) -> tuple[int, int, int]:
        found = timeline(person, plan, known, actor=actor(role), today=NOW.date())
        assert found is not None
        return len(found.series), len(found.infusions), len(found.events)

    assert seen("rater") == (1, 0, 0)
    assert seen("infusion team") == (0, 1, 1)
    assert seen("coordinator") == (1, 1, 1)
    assert seen("administrator") == (0, 0, 0)
