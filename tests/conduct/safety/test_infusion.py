"""An infusion as it happens: started once, interrupted with a reason, stopped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.saving import save
from equipoise.conduct.safety import infusion
from equipoise.conduct.study.models import Site
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import write
from tests.conduct.walking import included

VISIT = "infusion-1"
VITALS = {"SYSBP": "120", "DIABP": "80", "PULSE": "70", "OXYSAT": "98"}


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def measure(person: Participant, nurse: Actor, minute: int, **values: str) -> None:
    place = place_of(person, "vitals", VISIT, minute)
    made = save(place, VITALS | values, actor=nurse, at=NOW, seen=10**6, complete=True)
    assert not made.errors


def test_a_whole_infusion(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse, at = actor("infusion team"), NOW
    measure(person, nurse, -30)
    for _ in range(2):  # a double click
        infusion.start(person, VISIT, feder, actor=nurse, at=at, weight="70")
    infusion.interrupt(
        person, VISIT, actor=nurse, at=at + timedelta(minutes=10), reason="cough"
    )
    with pytest.raises(ConductError, match="EQ923"):
        infusion.interrupt(person, VISIT, actor=nurse, at=at, reason="again")
    infusion.resume(person, VISIT, actor=nurse, at=at + timedelta(minutes=12))
    for _ in range(2):
        infusion.stop(person, VISIT, actor=nurse, at=at + timedelta(minutes=42))
    known = current(person.identifier)
    run = infusion.run_of(person, VISIT, known)
    assert run.state == "stopped"
    assert run.course.stopped_minute == 42
    assert [pause.reason for pause in run.pauses] == ["cough"]
    assert known.is_complete("infusion", VISIT)
    assert known.answers("infusion", VISIT)["interrupted"] == "yes"
    assert Entry.objects.filter(item="started_at").count() == 1
    assert not verify().findings


def test_a_hold_keeps_it_from_starting_until_somebody_decides(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse = actor("infusion team")
    measure(person, nurse, -30, SYSBP="155")
    with pytest.raises(ConductError, match="EQ926"):
        infusion.start(person, VISIT, feder, actor=nurse, at=NOW, weight="70")
    assert (
        infusion.run_of(person, VISIT, current(person.identifier)).state
        == "not started"
    )
    infusion.start(
        person, VISIT, feder, actor=nurse, at=NOW, weight="70", despite="Dr. Grey"
    )
    written = Entry.objects.get(act="override")
    assert (written.value, written.reason) == ("hold-sysbp", "Dr. Grey")


def test_a_repeated_measurement_ends_the_hold(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse = actor("infusion team")
    measure(person, nurse, -30, SYSBP="155")
    measure(person, nurse, -15, SYSBP="135")
    infusion.start(person, VISIT, feder, actor=nurse, at=NOW, weight="70")
    assert infusion.run_of(person, VISIT, current(person.identifier)).state == "running"


def test_a_wrong_weight_starts_nothing(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse = actor("infusion team")
    made = infusion.start(person, VISIT, feder, actor=nurse, at=NOW, weight="7000")
    assert made.errors == {"weight_kg": "at most 350 kg"}
    assert (
        infusion.run_of(person, VISIT, current(person.identifier)).state
        == "not started"
    )


@pytest.mark.parametrize("role", ["rater", "coordinator", "pharmacist", "investigator"])
def test_nobody_else_starts_it(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol, role: str
) -> None:
    with pytest.raises(AccessError):
        infusion.start(person, VISIT, feder, actor=actor(role), at=NOW, weight="70")
    with pytest.raises(AccessError):
        infusion.stop(person, VISIT, actor=actor(role), at=NOW)


def test_the_planned_length_is_that_of_no_arm(feder: Protocol) -> None:
    assert infusion.planned_minutes(feder) == 40


def test_an_infusion_over_the_change_of_summer_time(
    people: dict[str, User], actor: Callable[[str], Actor], feder: Protocol
) -> None:
    """Started at 01:50 EST, stopped 40 minutes later, when the clock shows 03:30 EDT."""
    Site.objects.filter(code="north").update(timezone="America/New_York")
    person = included(people)
    nurse, at = actor("infusion team"), datetime(2027, 3, 14, 6, 50, tzinfo=UTC)
    measure(person, nurse, -30)
    infusion.start(person, VISIT, feder, actor=nurse, at=at, weight="70")
    run = infusion.run_of(person, VISIT, current(person.identifier))
    assert run.minutes(at + timedelta(minutes=20)) == 20
    infusion.stop(person, VISIT, actor=nurse, at=at + timedelta(minutes=40))
    known = current(person.identifier)
    assert known.answers("infusion", VISIT)["started_at"] == "2027-03-14T01:50:00-05:00"
    assert known.answers("infusion", VISIT)["stopped_at"] == "2027-03-14T03:30:00-04:00"
    assert infusion.run_of(person, VISIT, known).course.stopped_minute == 40
    assert known.is_complete("infusion", VISIT)


def test_a_time_of_before_there_were_zones_means_utc(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    facts = [
        Fact("answer", "infusion", VISIT, item="started_at", value="2027-01-18T10:00")
    ]
    write(person.identifier, facts)
    run = infusion.run_of(person, VISIT, current(person.identifier))
    assert run.started == datetime(2027, 1, 18, 10, tzinfo=UTC)
