"""An infusion as it happens: started once, interrupted with a reason, stopped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.locking import lock_participant
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.safety import infusion
from equipoise.conduct.safety.readiness import planned_minutes
from equipoise.conduct.study.models import Site
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import write
from tests.conduct.walking import included, measure, release

VISIT, NUMBER = "infusion-1", "12345678"


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    made = included(people)
    release(made, VISIT, NUMBER)
    return made


def test_a_whole_infusion(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse, at = actor("infusion team"), NOW
    measure(person, nurse, VISIT)
    for _ in range(2):  # a double click
        infusion.start(
            person, VISIT, feder, actor=nurse, at=at, weight="70", syringe=NUMBER
        )
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
    assert run.stopped is not None
    assert run.minutes(run.stopped) == 42
    assert [pause.reason for pause in run.pauses] == ["cough"]
    assert known.is_complete("infusion", VISIT)
    assert known.answers("infusion", VISIT)["interrupted"] == "yes"
    assert Entry.objects.filter(item="started_at").count() == 1
    assert not verify().findings


@pytest.mark.parametrize("number", ["", "87654321"])
def test_another_syringe_starts_nothing(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol, number: str
) -> None:
    nurse = actor("infusion team")
    measure(person, nurse, VISIT)
    made = infusion.start(
        person, VISIT, feder, actor=nurse, at=NOW, weight="70", syringe=number
    )
    assert set(made.errors) == {"syringe" if number else "started_at"}
    assert not Entry.objects.filter(form="infusion", item="started_at").exists()


def test_what_was_not_prepared_is_not_infused(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    with pytest.raises(ConductError, match="EQ927"):
        infusion.start(
            person, "infusion-2", feder, actor=actor("infusion team"), at=NOW,
            weight="70", syringe=NUMBER,
        )  # fmt: skip
    kept = Entry.objects.filter(form="infusion").values_list("item", flat=True)
    assert set(kept) == {"weight_kg"}


def test_a_hold_keeps_it_from_starting_until_somebody_decides(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse = actor("infusion team")
    measure(person, nurse, VISIT, SYSBP="155")
    with pytest.raises(ConductError, match="EQ926"):
        infusion.start(
            person, VISIT, feder, actor=nurse, at=NOW, weight="70", syringe=NUMBER
        )
    assert (
        infusion.run_of(person, VISIT, current(person.identifier)).state
        == "not started"
    )
    infusion.start(
        person,
        VISIT,
        feder,
        actor=nurse,
        at=NOW,
        weight="70",
        syringe=NUMBER,
        despite="Dr. Grey",
    )
    written = Entry.objects.get(act="override")
    assert (written.value, written.reason) == ("hold-sysbp", "Dr. Grey")


def test_a_repeated_measurement_ends_the_hold(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse = actor("infusion team")
    measure(person, nurse, VISIT, SYSBP="155")
    measure(person, nurse, VISIT, -15, SYSBP="135")
    infusion.start(
        person, VISIT, feder, actor=nurse, at=NOW, weight="70", syringe=NUMBER
    )
    assert infusion.run_of(person, VISIT, current(person.identifier)).state == "running"


def test_a_wrong_weight_starts_nothing(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse = actor("infusion team")
    made = infusion.start(
        person, VISIT, feder, actor=nurse, at=NOW, weight="7000", syringe=NUMBER
    )
    assert made.errors == {"weight_kg": "enter at most 350 kg"}
    assert (
        infusion.run_of(person, VISIT, current(person.identifier)).state
        == "not started"
    )


@pytest.mark.parametrize("role", ["rater", "coordinator", "pharmacist", "investigator"])
def test_nobody_else_starts_it(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol, role: str
) -> None:
    with pytest.raises(AccessError):
        infusion.start(
            person, VISIT, feder, actor=actor(role), at=NOW, weight="70", syringe=NUMBER
        )
    with pytest.raises(AccessError):
        infusion.stop(person, VISIT, actor=actor(role), at=NOW)


def test_the_planned_length_is_that_of_no_arm(feder: Protocol) -> None:
    assert planned_minutes(feder) == 40


def test_no_infusion_of_whom_is_locked(
    person: Participant, actor: Callable[[str], Actor], feder: Protocol
) -> None:
    nurse = actor("infusion team")
    lock_participant(person, actor=actor("statistician"), at=NOW)
    with pytest.raises(ConductError, match="EQ921"):
        infusion.start(person, VISIT, feder, actor=nurse, at=NOW, weight="70")
    with pytest.raises(ConductError, match="EQ921"):
        infusion.stop(person, VISIT, actor=nurse, at=NOW)


def test_an_infusion_over_the_change_of_summer_time(
    people: dict[str, User], actor: Callable[[str], Actor], feder: Protocol
) -> None:
    """Started at 01:50 EST, stopped 40 minutes later, when the clock shows 03:30 EDT."""
    Site.objects.filter(code="north").update(timezone="America/New_York")
    person = included(people)
    nurse, at = actor("infusion team"), datetime(2027, 3, 14, 6, 50, tzinfo=UTC)
    measure(person, nurse, VISIT, at=at)
    number = release(person, VISIT)
    infusion.start(
        person, VISIT, feder, actor=nurse, at=at, syringe=number, weight="70"
    )
    run = infusion.run_of(person, VISIT, current(person.identifier))
    assert run.minutes(at + timedelta(minutes=20)) == 20
    infusion.stop(person, VISIT, actor=nurse, at=at + timedelta(minutes=40))
    known = current(person.identifier)
    assert known.answers("infusion", VISIT)["started_at"] == "2027-03-14T01:50:00-05:00"
    assert known.answers("infusion", VISIT)["stopped_at"] == "2027-03-14T03:30:00-04:00"
    run = infusion.run_of(person, VISIT, known)
    assert run.stopped is not None
    assert run.minutes(run.stopped) == 40
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
