"""Alerts in an export: as they stood in its snapshot, for who may know of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.export import services
from equipoise.conduct.export.services import rows
from equipoise.conduct.export.snapshot import take
from equipoise.conduct.safety.alerts import acknowledge, alarms, show
from equipoise.dataset.tables import OPTIONAL
from tests.conduct.conftest import NOW
from tests.conduct.walking import included, measure

Act = Callable[[str], Actor]


@pytest.fixture
def person(people: dict[str, User], actor: Act) -> Participant:
    made = included(people, day0=NOW.date())
    measure(made, actor("infusion team"), "infusion-1", SYSBP="155")
    return made


def exported(actor: Actor) -> list[dict[str, object]]:
    return [dict(row) for name, row in rows(take(actor), actor) if name == "alerts"]


def test_what_fired_and_what_was_done(person: Participant, actor: Act) -> None:
    (alarm,) = alarms([person.identifier])[person.identifier]
    nurse, at = actor("infusion team"), NOW + timedelta(minutes=5)
    show([(person, alarm)], nurse, NOW)
    acknowledge(person, alarm.seq, actor=nurse, at=at, done="waited")
    (row,) = exported(actor("coordinator"))
    assert list(row) == [column.name for column in OPTIONAL["alerts"].columns]
    assert row == {
        "participant": person.identifier, "visit": "infusion-1", "timepoint_min": -30,
        "number": alarm.seq, "form": "vitals", "item": "SYSBP", "rule": "hold-sysbp",
        "value": "155", "text": alarm.text, "fired_at": NOW.replace(tzinfo=None),
        "entered_by": "infusion-team", "shown_to": "infusion-team",
        "acknowledged_by": "infusion-team", "acknowledged_at": at.replace(tzinfo=None),
        "done": "waited", "released_by": None,
    }  # fmt: skip


def test_the_file_has_the_table_and_the_data_go_without(
    person: Participant, actor: Act
) -> None:
    who = actor("coordinator")
    assert b"alerts.csv" in services.export(who, "csv", at=NOW).content()
    assert not hasattr(services.trial_data(who, at=NOW), "alerts")


def test_who_must_not_see_the_value_does_not_get_the_alert(
    person: Participant, actor: Act
) -> None:
    who = actor("coordinator")
    strict = Actor(who.name, who.roles | {"rater": frozenset({"north"})})
    assert exported(strict) == []
