"""Rules on toxicity grades: before, during and after an infusion; ranges by sex."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise import library
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.export.services import rows
from equipoise.conduct.export.snapshot import take
from equipoise.conduct.safety import infusion
from equipoise.conduct.safety.alerts import acknowledge, alarms
from equipoise.conduct.safety.readiness import HELD, unready
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW, begun
from tests.conduct.walking import browser, form_url, included, measure, release

VISIT, NUMBER = "infusion-1", "12345678"
MINUTE = timedelta(minutes=1)
Act = Callable[[str], Actor]
MORE = """
[[forms.ranges]]
of = "HGB_LBORRES"
unit = "g/dL"
sex = "F"
low = 12.0
high = 15.5
assumed = true

[[forms.ranges]]
of = "HGB_LBORRES"
unit = "g/dL"
sex = "M"
low = 13.5
high = 17.5
assumed = true

[[forms]]
use = "laboratory"
id = "bedside-blood"
visits = ["infusion-1"]
minutes = [20, 60]
any_time = false
repeats = false
assumed = true

[[forms]]
use = "laboratory"
id = "laboratory-home"
visits = ["screening"]
any_time = false
repeats = false
assumed = true

[[safety_rules]]
id = "hold-alt"
answer = "laboratory.ALT_LBTOXGR"
above = 3
when = "before infusion"
action = "hold"
do = "Do not give the infusion; an investigator decides."
assumed = true

[[safety_rules]]
id = "potassium-during"
answer = "bedside-blood.K_LBTOXGR"
above = 2
when = "during infusion"
action = "stop"
do = "Stop the infusion."
assumed = true

[[safety_rules]]
id = "potassium-after"
answer = "bedside-blood.K_LBTOXGR"
above = 1
when = "after infusion"
action = "watch"
do = "Repeat within an hour."
assumed = true
"""
ALT = {"LBPERF": "yes", "ALT_LBORRESU": "U/L", "ALT_LBORNRHI": "40"}


@pytest.fixture
def study(db: None, key: Path, tmp_path: Path) -> Protocol:
    text = library.text("protocols", "feder2021")
    form = 'use = "laboratory"\nvisits = ["screening"]\nassumed = true\n'
    assert form in text
    path = tmp_path / "graded.toml"
    path.write_text(text.replace(form, form + MORE), encoding="utf-8")
    return begun(path, key, places=60)


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    made = included(people, day0=NOW.date())
    release(made, VISIT, NUMBER)
    return made


def enter(
    person: Participant, who: Actor, values: dict[str, str], form: str = "", **more: int
) -> None:
    name = form or begin(person, "laboratory", actor=who, at=NOW).form.id
    place = place_of(person, name, *((VISIT, more["minute"]) if more else ()))
    made = save(place, values, actor=who, at=NOW + MINUTE, seen=10**6)
    assert not made.errors


def fired(person: Participant) -> list[tuple[str, str]]:
    own = alarms([person.identifier]).get(person.identifier, [])
    return [(a.rule, a.value) for a in own]


def reasons(person: Participant) -> list[str]:
    known = current(person.identifier)
    return [o.text for o in unready(person, VISIT, known, start=NOW, weight="")]


def test_a_grade_holds_the_next_infusion_until_a_newer_one_is_lower(
    person: Participant, actor: Act
) -> None:
    nurse, who = actor("infusion team"), actor("coordinator")
    measure(person, nurse, VISIT)
    assert HELD not in reasons(person)
    enter(person, who, ALT)
    assert fired(person) == []  # nothing is graded before there is a value
    enter(person, who, {"ALT_LBORRES": "201"}, "laboratory#1")
    assert fired(person) == [("hold-alt", "3")]
    assert HELD in reasons(person)
    begun = infusion.start(
        person, VISIT, in_force(),
        actor=nurse, at=NOW, weight="70", syringe=NUMBER,
    )  # fmt: skip
    assert HELD in begun.errors["started_at"]
    enter(person, who, ALT)
    assert HELD in reasons(person)  # begun, and without a value
    enter(person, who, {"ALT_LBORRES": "missing:unknown"}, "laboratory#2")
    assert HELD in reasons(person)  # a missing code is no value
    enter(person, who, {"ALT_LBORRES": "120"}, "laboratory#2")
    assert HELD not in reasons(person)


def test_a_form_whose_name_begins_alike_lifts_nothing(
    person: Participant, actor: Act
) -> None:
    who = actor("coordinator")
    enter(person, who, {**ALT, "ALT_LBORRES": "250"})
    other = place_of(person, "laboratory-home", "screening")
    normal = {**ALT, "ALT_LBORRES": "20"}
    assert not save(other, normal, actor=who, at=NOW + MINUTE, seen=10**6).errors
    assert HELD in reasons(person)


def test_a_corrected_value_lifts_the_hold_and_fires_again_when_it_returns(
    person: Participant, actor: Act
) -> None:
    who = actor("coordinator")
    enter(person, who, {**ALT, "ALT_LBORRES": "250"})
    enter(person, who, {"LBNAM": "central"}, "laboratory#1")
    assert fired(person) == [("hold-alt", "3")]  # another field: no second alert
    enter(person, who, {"ALT_LBORNRHI": "60"}, "laboratory#1")
    assert HELD not in reasons(person)
    enter(person, who, {"ALT_LBORNRHI": "40"}, "laboratory#1")
    assert fired(person) == [("hold-alt", "3")] * 2
    assert HELD in reasons(person)


def test_an_investigator_lets_the_infusion_start(
    person: Participant, actor: Act
) -> None:
    enter(person, actor("coordinator"), {**ALT, "ALT_LBORRES": "250"})
    (alarm,) = alarms([person.identifier])[person.identifier]
    assert alarm.text == (
        "HOLD: Laboratory, Alanine aminotransferase: toxicity grade: 3 (limit ≥ 3). "
        "Do not give the infusion; an investigator decides."
    )
    acknowledge(
        person, alarm.seq, actor=actor("investigator"), at=NOW + 2 * MINUTE,
        done="known, stable", release=True,
    )  # fmt: skip
    assert HELD not in reasons(person)


K = {"LBPERF": "yes", "K_LBORRESU": "mmol/L", "K_LBORNRLO": "3.5", "K_LBORNRHI": "5.1"}


@pytest.mark.parametrize(
    ("minute", "stopped", "value", "expected"),
    [
        (20, False, "5.7", [("potassium-during", "2")]),
        (20, False, "5.2", []),
        (60, True, "5.2", [("potassium-after", "1")]),
        (60, True, "5.7", [("potassium-after", "2")]),
        (60, True, "5.0", []),
    ],
)
def test_during_and_after_an_infusion_by_the_minute_of_the_form(
    person: Participant, actor: Act, minute: int, stopped: bool, value: str,
    expected: list[tuple[str, str]],
) -> None:  # fmt: skip
    nurse = actor("infusion team")
    measure(person, nurse, VISIT)
    begun = {"actor": nurse, "at": NOW, "weight": "70", "syringe": NUMBER}
    assert not infusion.start(person, VISIT, in_force(), **begun).errors
    if stopped:
        infusion.stop(person, VISIT, actor=nurse, at=NOW + 40 * MINUTE)
    values = {**K, "K_LBORRES": value}
    enter(person, actor("coordinator"), values, "bedside-blood", minute=minute)
    assert fired(person) == expected


@pytest.mark.parametrize(("sex", "grade"), [("F", 0), ("M", 1), ("other", None)])
def test_a_range_of_the_protocol_is_that_of_the_sex_on_page_and_in_export(
    person: Participant, people: dict[str, User], actor: Act, sex: str,
    grade: int | None,
) -> None:  # fmt: skip
    who = actor("coordinator")
    save(place_of(person, "characteristics"), {"sex": sex}, actor=who, at=NOW,
         seen=10**6)  # fmt: skip
    said = {"LBPERF": "yes", "HGB_LBORRES": "12.8", "HGB_LBORRESU": "g/dL"}
    enter(person, who, said)
    page = browser(people["coordinator"]).get(form_url(person, "laboratory#1"))
    shown = page.content.decode().partition('HGB_LBTOXGR">')[2].partition("<")[0]
    words = "– (calculated from value, unit and range)"
    assert shown == (words if grade is None else f"{grade}")
    (row,) = [dict(r) for name, r in rows(take(who), who) if name == "form_laboratory"]
    assert row["HGB_LBTOXGR"] == grade
    assert row["ALT_LBTOXGR"] is None


def test_the_grade_is_shown_as_soon_as_the_value_is_entered(
    person: Participant, people: dict[str, User], actor: Act
) -> None:
    enter(person, actor("coordinator"), ALT)
    address = form_url(person, "laboratory#1") + "field/"
    said = browser(people["coordinator"]).post(
        address, {"field": "ALT_LBORRES", "ALT_LBORRES": "130", "seen": str(10**6)}
    )
    shown = re.search(
        r'id="sum-laboratory-1-ALT_LBTOXGR"[^>]*>\s*(.*?)\s*<', said.content.decode()
    )
    assert shown is not None
    assert shown.group(1) == "2"
    wrong = browser(people["coordinator"]).post(
        address, {"field": "ALT_LBTOXGR", "ALT_LBTOXGR": "0", "seen": str(10**6)}
    )
    assert "ALT_LBTOXGR" not in current(person.identifier).answers("laboratory#1")
    assert wrong.status_code in (200, 422)
