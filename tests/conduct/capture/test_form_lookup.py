"""Which form belongs where."""

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.errors import ConductError
from tests.conduct.walking import included


def test_what_the_protocol_has_opens_and_nothing_else(people: dict[str, User]) -> None:
    person = included(people)
    assert place_of(person, "instrument:caps5", "week-2").form.by == "rater"
    assert place_of(person, "event#3").form.id == "event#3"
    assert place_of(person, "vitals", "infusion-1", 17).minute == 17  # repeated
    wrong = [
        ("instrument:caps5", "", None),
        ("instrument:cadss", "week-2", None),
        ("instrument:caps5", "week-2", 5),
        ("event#x", "", None),
        ("arm#1", "", None),
        ("vitals", "week-2", 5),
        ("visit", "week-99", None),
        ("consent", "", 3),
        ("instrument:caps5", "unscheduled-1", 4),
        ("arm", "unscheduled-1", None),
    ]
    for form, visit, minute in wrong:
        with pytest.raises(ConductError, match="EQ924"):
            place_of(person, form, visit, minute)


def test_an_unscheduled_visit_takes_any_form_of_the_protocol(
    people: dict[str, User],
) -> None:
    person, plan = included(people), plan_in_force()
    planned = {due.form.id for dues in plan.dues.values() for due in dues}
    # Not an infusion, for which nothing is prepared, and no guess, which has its visit.
    wanted = {f for f in planned if not f.startswith(("infusion", "guess"))}
    assert {"vitals", "instrument:caps5", "ecg", "laboratory", "visit"} <= wanted
    for form in wanted | set(plan.any_time):
        place = place_of(person, form, "unscheduled-2")
        assert (place.form.id, place.visit) == (form, "unscheduled-2")
    assert place_of(person, "visit", "unscheduled-2").form.title == "Unscheduled visit"
    for form in ("infusion", "guess:rater", "event", "consent"):
        with pytest.raises(ConductError, match="EQ924"):
            place_of(person, form, "unscheduled-2")


def test_a_form_of_the_protocol_is_at_its_visits_and_at_any_time(
    people: dict[str, User],
) -> None:
    person = included(people)
    assert place_of(person, "ecg", "screening").form.id == "ecg"
    assert place_of(person, "ecg#12").form.id == "ecg#12"
    for form, visit in (("ecg", ""), ("ecg", "week-1"), ("ecg#01", ""), ("event", "")):
        with pytest.raises(ConductError, match="EQ924"):
            place_of(person, form, visit)
