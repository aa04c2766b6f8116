"""Alerts as facts: who knows of them, who acknowledges them, and what stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.locking import lock_participant
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import _scores
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.pages.form_context import desk_at
from equipoise.conduct.pages.form_view import history
from equipoise.conduct.pharmacy.dispensing import newest_weight
from equipoise.conduct.safety import infusion
from equipoise.conduct.safety.alerts import (
    Alarm,
    acknowledge,
    alarms,
    is_shown,
    may_acknowledge,
    open_alarms,
    show,
    unacknowledged,
)
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import CHARACTERISTICS, caps5, form, write
from tests.conduct.walking import fill, included, measure, release

VISIT = "infusion-1"
Act = Callable[[str], Actor]


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date())


def of(person: Participant) -> list[Alarm]:
    return alarms([person.identifier]).get(person.identifier, [])


@pytest.fixture
def held(person: Participant, actor: Act) -> Alarm:
    measure(person, actor("infusion team"), VISIT, SYSBP="155")
    return of(person)[0]


@pytest.fixture
def serious(person: Participant, actor: Act) -> Alarm:
    doctor = actor("coordinator")
    begin(person, "event", actor=doctor, at=NOW)
    place = place_of(person, "event#1")
    save(place, {"serious": "yes"}, actor=doctor, at=NOW, seen=10**6)
    return of(person)[-1]


def test_an_alert_says_what_fired(held: Alarm) -> None:
    assert (held.rule, held.value, held.by) == ("hold-sysbp", "155", "infusion-team")
    assert held.where == ("vitals", VISIT, -30)
    assert held.text == (
        "HOLD: Systolic blood pressure 155 mmHg (limit ≥ 150), before infusion. Do not "
        "start. Repeat after 15 minutes of rest; call the anesthesiologist if it stays "
        "high."
    )
    assert (held.action, held.urgent, held.acknowledged_by) == ("hold", False, "")


@pytest.mark.parametrize(
    ("role", "vital", "event"),
    [
        ("infusion team", True, True),
        ("investigator", True, True),
        ("coordinator", True, True),
        ("monitor", True, True),
        ("rater", False, False),
        ("pharmacist", False, False),
        ("administrator", False, False),
    ],
)
def test_only_who_may_see_the_value_may_see_the_alert(
    person: Participant, actor: Act, held: Alarm, serious: Alarm, role: str,
    vital: bool, event: bool,
) -> None:  # fmt: skip
    assert is_shown(actor(role), person, held) is vital
    assert is_shown(actor(role), person, serious) is event
    count = len(open_alarms([person], actor(role)))
    assert count == vital + event


@pytest.mark.parametrize(
    ("role", "vital", "event"),
    [
        ("infusion team", True, False),
        ("investigator", True, True),
        ("coordinator", False, False),
        ("monitor", False, False),
    ],
)
def test_what_is_urgent_is_the_investigators(
    person: Participant, actor: Act, held: Alarm, serious: Alarm, role: str,
    vital: bool, event: bool,
) -> None:  # fmt: skip
    assert may_acknowledge(actor(role), person, held) is vital
    assert may_acknowledge(actor(role), person, serious) is event


def test_it_is_acknowledged_once_with_what_was_done(
    person: Participant, actor: Act, held: Alarm
) -> None:
    nurse, at = actor("infusion team"), NOW + timedelta(minutes=2)
    with pytest.raises(ConductError, match="EQ922"):
        acknowledge(person, held.seq, actor=nurse, at=at, done=" ")
    acknowledge(person, held.seq, actor=nurse, at=at, done="waited 15 min")
    acknowledge(
        person, held.seq, actor=actor("investigator"), at=at, done="another word"
    )
    (after,) = of(person)
    assert after.acknowledged_by == "infusion-team"
    assert (after.acknowledged_at, after.done) == (at, "waited 15 min")
    assert Entry.objects.filter(act="acknowledge").count() == 1
    assert open_alarms([person], nurse) == []
    assert not verify().findings


def test_at_the_bedside_it_was_acknowledged_when_it_was_tapped(
    person: Participant, actor: Act, held: Alarm
) -> None:
    nurse, tapped = actor("infusion team"), NOW + timedelta(minutes=3)
    acknowledge(
        person, held.seq, actor=nurse, at=NOW + timedelta(minutes=9), done="rested",
        tapped=tapped,
    )  # fmt: skip
    (alarm,) = of(person)
    assert (alarm.acknowledged_by, alarm.acknowledged_at) == (nurse.name, tapped)


@pytest.mark.parametrize("role", ["coordinator", "rater", "monitor", "pharmacist"])
def test_nobody_else_acknowledges(
    person: Participant, actor: Act, held: Alarm, role: str
) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        acknowledge(person, held.seq, actor=actor(role), at=NOW, done="seen")


def test_what_is_no_alert_cannot_be_acknowledged(
    person: Participant, actor: Act, held: Alarm
) -> None:
    with pytest.raises(ConductError, match="EQ924"):
        acknowledge(person, held.seq - 1, actor=actor("investigator"), at=NOW, done="x")


def test_to_whom_it_was_shown_is_recorded_once(
    person: Participant, actor: Act, held: Alarm
) -> None:
    for role in ("infusion team", "investigator", "infusion team"):
        show([(person, of(person)[0])], actor(role), NOW)
    assert list(of(person)[0].shown_to) == ["infusion-team", "investigator"]


def test_a_serious_event_has_a_day(serious: Alarm, feder: Protocol) -> None:
    assert serious.due(feder) - serious.at == timedelta(hours=24)
    assert serious.text.startswith(
        "WATCH: Adverse event, Serious: Yes. An investigator"
    )


def test_suicidality_has_the_hours_of_the_protocol(
    person: Participant, actor: Act, feder: Protocol
) -> None:
    place = place_of(person, "instrument:madrs", "baseline")
    save(place, {"10": "5"}, actor=actor("rater"), at=NOW, seen=10**6)
    (alarm,) = of(person)
    assert alarm.due(feder) - alarm.at == timedelta(hours=2)
    assert is_shown(actor("rater"), person, alarm)
    assert not is_shown(actor("infusion team"), person, alarm)  # a rating


def test_an_export_of_before_knows_nothing_of_what_came_later(
    person: Participant, actor: Act, held: Alarm
) -> None:
    acknowledge(person, held.seq, actor=actor("infusion team"), at=NOW, done="waited")
    heads = {person.identifier: held.seq}
    (then,) = alarms(heads, upto=heads)[person.identifier]
    assert then.acknowledged_by == ""


def test_what_is_said_of_a_value_is_taken_for_it_by_nobody(
    person: Participant, actor: Act, feder: Protocol
) -> None:
    """Alert, shown and acknowledge stand at the item of the value, with other values."""
    doctor, rater = actor("investigator"), actor("rater")
    release(person, VISIT)
    fill(person, "characteristics", "", actor("coordinator"), CHARACTERISTICS)
    release(person, VISIT, "87654321")
    infusion.start(
        person, VISIT, feder, actor=actor("infusion team"), at=NOW, weight="99"
    )
    items = feder.scales["madrs"].items
    fill(person, "instrument:madrs", "baseline", rater, dict.fromkeys(items, "5"))
    seen = [(person, alarm) for alarm in of(person)]
    show(seen, doctor, NOW)
    for _, alarm in seen:
        acknowledge(person, alarm.seq, actor=doctor, at=NOW, done="seen")
    assert {alarm.rule for _, alarm in seen} == {"dosing-weight", "suicidality-madrs"}
    weight = newest_weight(person.identifier)
    assert weight is not None
    assert weight.kg == 99
    answers = current(person.identifier).answers("instrument:madrs", "baseline")
    assert set(answers.values()) == {"5"}
    form(person.identifier, "instrument:caps5", caps5(2), "baseline")
    said = Fact("alert", "instrument:caps5", "baseline", item="1", value="rule: 4")
    write(person.identifier, [said])
    scores = _scores([person.identifier], plan_in_force())
    assert scores[person.identifier]("caps5.total") == {"baseline": 40.0}
    place = place_of(person, "instrument:madrs", "baseline")
    assert history(desk_at(place, current(person.identifier), rater, NOW)).rows == ()


def test_of_who_is_locked_nothing_more_is_written(
    person: Participant, actor: Act, held: Alarm
) -> None:
    doctor = actor("investigator")
    write(person.identifier, [Fact("lock")])
    count = Entry.objects.count()
    show([(person, held)], doctor, NOW)
    with pytest.raises(ConductError, match="EQ921"):
        acknowledge(person, held.seq, actor=doctor, at=NOW, done="seen")
    assert Entry.objects.count() == count


def test_an_urgent_alert_keeps_the_participant_from_being_locked(
    person: Participant, serious: Alarm, actor: Act
) -> None:
    """Until an investigator has acknowledged it; the page leads to it."""
    name, statistician = person.identifier, actor("statistician")
    (one,) = unacknowledged([name])[name]
    assert one.page == "alerts"
    assert serious.text in one.what
    with pytest.raises(ConductError, match="alert is not acknowledged"):
        lock_participant(person, actor=statistician, at=NOW)
    acknowledge(person, serious.seq, actor=actor("investigator"), at=NOW, done="seen")
    assert unacknowledged([name])[name] == []


def test_one_of_a_vital_sign_does_not(
    person: Participant, held: Alarm, actor: Act
) -> None:
    assert unacknowledged([person.identifier]) == {person.identifier: []}
    lock_participant(person, actor=actor("statistician"), at=NOW)
