"""Which form belongs where."""

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.capture.finding import place_of
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
