"""Consent: the newest version that is valid on the day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.consent import approved, lacks_consent
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.participants import screen
from equipoise.conduct.study.models import ConsentVersion
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW
from tests.conduct.walking import consent, fill, included

AGE = {
    "age": "40",
    "sex": "F",
    "weight_kg": "70",
    "ptsd_years": "5",
    "psychotropics": "no",
}


def test_a_version_counts_from_its_day_on(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person, today = included(people), NOW.date()
    ConsentVersion.objects.create(label="2.0", valid_from=today + timedelta(days=1))
    known = current(person.identifier)
    assert approved(today)[-1].label == "1.0"
    assert lacks_consent(known, today) == ""
    assert "older version" in lacks_consent(known, today + timedelta(days=1))
    fill(person, "characteristics", "", actor("coordinator"), AGE)


def test_without_consent_nothing_is_saved(actor: Callable[[str], Actor]) -> None:
    person = screen("north", actor=actor("coordinator"), at=NOW)
    with pytest.raises(ConductError, match="EQ923"):
        fill(person, "characteristics", "", actor("coordinator"), AGE)
    consent(person, actor("investigator"))
    fill(person, "characteristics", "", actor("coordinator"), AGE)
