"""Forms that every trial has."""

from equipoise.conduct.forms.checking import problems
from equipoise.conduct.forms.from_participation import (
    exclusion_form,
    relapse_form,
    relapse_plan_form,
    unscheduled_form,
)
from equipoise.protocol.model import Protocol


def test_reasons_are_the_criteria_of_the_protocol(feder: Protocol) -> None:
    form = exclusion_form(feder)
    offered = [choice.value for choice in form.field("reason").choices]
    assert offered == [*(c.id for c in feder.eligibility), "declined", "other"]
    said = {"reason": "other", "date": "2027-01-04"}
    assert problems(form, said, complete=True) == {"words": "an answer is missing"}
    assert problems(form, said | {"reason": "E1"}, complete=True) == {}


def test_the_loss_of_response_tells_of_ratings() -> None:
    assert relapse_form().shows == "ratings"
    assert not relapse_plan_form().shows
    assert unscheduled_form().id == "visit"
