"""Alerts in an export: as they stood in its snapshot, for who may know of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.export import services
from equipoise.conduct.export.services import rows
from equipoise.conduct.export.snapshot import take
from equipoise.conduct.safety import infusion
from equipoise.conduct.safety.alerts import acknowledge, alarms, show
from equipoise.dataset.tables import OPTIONAL
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.exported import trial_data
from tests.conduct.walking import included, measure, release

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
        "done": "waited", "released_by": None, "reason": None,
    }  # fmt: skip


def test_the_file_and_the_data_have_the_table_for_whom_nothing_is_concealed(
    person: Participant, actor: Act
) -> None:
    who = actor("coordinator")
    assert b"alerts.csv" in services.export(who, "csv", at=NOW).content()
    data = trial_data(who, at=NOW)
    assert data.provided["alerts"]["rule"].tolist() == ["hold-sysbp"]
    assert data.provided["laboratory"].empty
    strict = Actor(who.name, who.roles | {"rater": frozenset({"north"})})
    # A part of the alerts would be taken for all of them.
    assert not trial_data(strict, at=NOW).provided


def test_the_last_alert_of_a_rule_is_overruled_at_the_bedside(
    person: Participant, actor: Act, feder: Protocol
) -> None:
    nurse, later = actor("infusion team"), NOW + timedelta(minutes=9)
    release(person, "infusion-1", "12345678")
    measure(person, nurse, "infusion-1", -15, at=later, SYSBP="152", PULSE="115")
    begun = infusion.start(
        person, "infusion-1", feder, actor=nurse, at=later + timedelta(minutes=1),
        syringe="12345678", weight="70", despite="Dr. Grey: seen and calm",
    )  # fmt: skip
    assert not begun.errors
    rows = [(r["rule"], r["value"], r["released_by"], r["reason"])
            for r in exported(actor("coordinator"))]  # fmt: skip
    why = "Dr. Grey: seen and calm"
    assert rows == [
        ("hold-sysbp", "155", None, None),
        ("hold-pulse", "115", nurse.name, why),
        ("hold-sysbp", "152", nurse.name, why),
    ]


def test_who_must_not_see_the_value_does_not_get_the_alert(
    person: Participant, actor: Act
) -> None:
    who = actor("coordinator")
    strict = Actor(who.name, who.roles | {"rater": frozenset({"north"})})
    assert exported(strict) == []
