"""Lists against chains; every column of them: ``abuse/test_every_column``."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.locking import set_aside
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.inspection.verification import unlike_chains
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql
from tests.conduct.walking import fill, included


def test_what_people_do_leaves_lists_as_the_chains_say(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person = included(people, day0=NOW.date() + timedelta(days=3))
    doctor = actor("investigator")
    begin(person, "event", actor=doctor, at=NOW)
    place = place_of(person, "event#1")
    set_aside(place, "void", actor=doctor, at=NOW, reason="opened by mistake")
    fill(person, "characteristics", "", actor("coordinator"),
         {"age": "40", "sex": "F", "weight_kg": "70", "ptsd_years": "5",
          "psychotropics": "no"})  # fmt: skip
    assert list(unlike_chains()) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE capture_participant SET status = 'death'",
            "the status does not match",
        ),
        ("UPDATE capture_formstate SET status = 'locked'", "the status does not match"),
        ("DELETE FROM capture_formstate", "form consent has no status"),
        (
            "DELETE FROM capture_participant",
            "screened, but is not in the screening log",
        ),
    ],
)
def test_what_the_chains_do_not_say_is_told(
    people: dict[str, User], statement: str, told: str
) -> None:
    included(people)
    if "participant" in statement:
        sql("DELETE FROM capture_formstate") if "DELETE" in statement else None
    sql(statement)
    assert told in " ".join(unlike_chains())
