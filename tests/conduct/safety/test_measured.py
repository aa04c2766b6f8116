"""When something was measured, and the weight of a syringe."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.safety.readiness import syringe_weight, vitals_of
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW
from tests.conduct.screened import write
from tests.conduct.walking import included, measure, release

VISIT = "infusion-1"
Act = Callable[[str], Actor]


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date())


def started(person: Participant) -> None:
    at = NOW.isoformat(timespec="seconds")
    write(
        person.identifier,
        [Fact("answer", "infusion", VISIT, item="started_at", value=at)],
    )


def minutes(person: Participant) -> list[tuple[float, int | None]]:
    known = current(person.identifier)
    return [(m.minute, m.slot) for m in vitals_of(known, VISIT) if m.name == "SYSBP"]


def test_minutes_are_those_of_the_clock(person: Participant, actor: Act) -> None:
    nurse, at = actor("infusion team"), NOW + timedelta(minutes=30)
    measure(person, nurse, VISIT, -30, at=at, measured=NOW - timedelta(minutes=18))
    measure(person, nurse, VISIT, 10, at=at, measured=NOW + timedelta(minutes=12))
    assert minutes(person) == [(-1, 10), (-30, -30)] or minutes(person) == [
        (-30, -30), (-1, 10),
    ]  # fmt: skip
    started(person)
    assert minutes(person) == [(-18, -30), (12, 10)]


def test_a_value_of_before_there_were_times_has_the_minute_of_the_protocol(
    person: Participant,
) -> None:
    fact = Fact("answer", "vitals", VISIT, minute=10, item="SYSBP", value="120")
    write(person.identifier, [fact])
    (one,) = vitals_of(current(person.identifier), VISIT)
    assert (one.minute, one.value, one.at) == (10, 120.0, NOW)


def test_times_are_those_of_the_site(people: dict[str, User], actor: Act) -> None:
    Site.objects.filter(code="north").update(timezone="America/New_York")
    person = included(people, day0=NOW.date())
    measure(person, actor("infusion team"), VISIT, 10)
    started(person)
    known = current(person.identifier)
    assert known.answers("vitals", VISIT, 10)["measured_at"].endswith("04:00:00-05:00")
    assert minutes(person) == [(0, 10)]


def test_the_weight_of_a_syringe_is_that_of_its_release(person: Participant) -> None:
    def weighed(kg: str) -> None:
        fact = Fact("answer", "characteristics", item="weight_kg", value=kg)
        write(person.identifier, [fact])

    assert syringe_weight(person.identifier, VISIT) is None
    release(person, VISIT)
    assert syringe_weight(person.identifier, VISIT) is None
    weighed("80")
    weighed("82.5")
    release(person, VISIT, "87654321")
    weighed("96")
    assert syringe_weight(person.identifier, VISIT) == 82.5
