"""What is filled in at which visit: everything of the protocol, and the guesses."""

from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.protocol.model import Protocol


def test_the_plan_has_every_form(study: Protocol) -> None:
    plan = plan_in_force()
    assert plan is plan_in_force()
    assert set(plan.dues) == {visit.id for visit in study.schedule.visits}
    week2 = {due.form.id for due in plan.dues["week-2"]}
    assert {"visit", "guess:rater", "guess:participant", "instrument:caps5"} <= week2
    assert "guess:rater" not in {due.form.id for due in plan.dues["week-1"]}
    assert plan.deciding == (("week-2", "caps5"),)
