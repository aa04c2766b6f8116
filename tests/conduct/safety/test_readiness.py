"""What keeps an infusion from being started, and who may know why."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.safety.alerts import acknowledge, alarms
from equipoise.conduct.safety.readiness import (
    HELD,
    hold_notes,
    missing,
    unready,
    weight_text,
)
from equipoise.protocol.governance import InfusionDay, SafetyRule
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.walking import included, measure

VISIT = "infusion-1"
Act = Callable[[str], Actor]


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date())


def answer(person: Participant, doctor: Actor, number: int, result: str) -> None:
    begin(person, "pregnancy-test", actor=doctor, at=NOW)
    place = place_of(person, f"pregnancy-test#{number}")
    said = {"LBPERF": "yes", "LBORRES": result}
    assert not save(place, said, actor=doctor, at=NOW, seen=10**6).errors


def test_vital_signs_grow_old(person: Participant, actor: Act, feder: Protocol) -> None:
    nurse = actor("infusion team")
    known = current(person.identifier)
    names = ["SYSBP", "DIABP", "PULSE", "OXYSAT"]
    assert missing(feder, VISIT, known, NOW) == names
    measure(person, nurse, VISIT, measured=NOW - timedelta(minutes=60))
    known = current(person.identifier)
    assert missing(feder, VISIT, known, NOW) == []
    assert missing(feder, VISIT, known, NOW + timedelta(minutes=1)) == names


def test_a_value_that_is_not_there_is_named(person: Participant, actor: Act) -> None:
    nurse, place = actor("infusion team"), place_of(person, "vitals", VISIT, -30)
    said = {"SYSBP": "120", "DIABP": "80", "measured_at": "2027-01-04T08:50"}
    said |= {"PULSE": "missing:not assessed"}
    save(place, said, actor=nurse, at=NOW, seen=10**6)
    (one,) = unready(person, VISIT, current(person.identifier), start=NOW, weight="")
    assert one.text == "measure first, within 60 min: Pulse rate, Oxygen saturation"
    assert one.names == ("PULSE", "OXYSAT")


def test_a_protocol_of_before_requires_what_it_measures_early(feder: Protocol) -> None:
    old = feder.model_copy(update={"infusion_day": None})
    assert old.required_before(old.schedule.visit(VISIT)) == (
        "SYSBP", "DIABP", "PULSE", "OXYSAT",
    )  # fmt: skip
    late = old.schedule.procedures[0].measure[0].model_copy(update={"minutes": (10,)})
    bare = old.schedule.procedures[0].model_copy(update={"measure": (late,)})
    schedule = old.schedule.model_copy(update={"procedures": (bare,)})
    other = old.model_copy(update={"schedule": schedule})
    assert other.required_before(other.schedule.visit(VISIT)) == ()
    none = InfusionDay(required_before=(), assumed=True)
    assert (
        feder.model_copy(update={"infusion_day": none}).required_before(
            feder.schedule.visit(VISIT)
        )
        == ()
    )


@pytest.mark.parametrize(
    ("today", "prepared", "says"),
    [
        ("96", 82.5, "16% off, 10% allowed"),
        ("88", 80.0, ""),
        ("", 80.0, ""),
        ("88.1", None, ""),
    ],
)
def test_the_weight_of_the_day(
    feder: Protocol, today: str, prepared: float | None, says: str
) -> None:
    text = weight_text(feder, today, prepared)
    assert says in text
    assert bool(text) is bool(says)


def test_a_positive_test_holds_until_an_investigator_decides_or_it_is_repeated(
    person: Participant, actor: Act
) -> None:
    doctor, nurse = actor("investigator"), actor("infusion team")
    measure(person, nurse, VISIT)

    def held() -> list[str]:
        known = current(person.identifier)
        return [o.text for o in unready(person, VISIT, known, start=NOW, weight="")]

    answer(person, doctor, 1, "positive")
    assert held() == [HELD]
    answer(person, doctor, 2, "negative")
    assert held() == []
    answer(person, doctor, 3, "positive")
    assert held() == [HELD]
    last = alarms([person.identifier])[person.identifier][-1]
    acknowledge(person, last.seq, actor=doctor, at=NOW, done="serum negative")
    assert held() == [HELD]  # acknowledged, and nobody has let it start
    acknowledge(person, last.seq, actor=doctor, at=NOW, done="again", release=True)
    assert held() == []


def test_the_pharmacy_reads_of_a_pregnancy(person: Participant, actor: Act) -> None:
    answer(person, actor("investigator"), 1, "positive")
    notes = hold_notes([person], actor("pharmacist"))[person.identifier]
    assert notes[0].startswith("HOLD: Pregnancy test, Result: Positive. Do not infuse.")


def test_who_must_not_know_of_a_rating_reads_whom_to_ask(
    person: Participant,
    actor: Act,
    feder: Protocol,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold = SafetyRule(
        id="hold-madrs", item="madrs.10", above=4, when="any", action="hold",
        do="Do not infuse.", assumed=True,
    )  # fmt: skip
    strict = feder.model_copy(update={"safety_rules": (hold,)})
    for part in ("value_checks", "readiness"):
        monkeypatch.setattr(f"equipoise.conduct.safety.{part}.in_force", lambda: strict)
    place = place_of(person, "instrument:madrs", "baseline")
    save(place, {"10": "5"}, actor=actor("rater"), at=NOW, seen=10**6)
    for role in ("pharmacist", "infusion team"):
        assert hold_notes([person], actor(role))[person.identifier] == [HELD]
    known = current(person.identifier)
    measure(person, actor("infusion team"), VISIT)
    told = unready(
        person, VISIT, current(person.identifier), start=NOW, weight=""
    )  # fmt: skip
    assert [one.text for one in told] == [HELD]
    assert known.seq > 0
