"""What a saved value sets off: alerts, whatever form it stands on and who sends it."""

from collections.abc import Callable
from datetime import timedelta
from threading import enumerate as threads

import pytest
from django.contrib.auth.models import User
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.safety import alerts, infusion
from equipoise.conduct.safety.alerts import Alarm, alarms
from equipoise.conduct.safety.infusion_day import day_of
from equipoise.conduct.safety.readiness import course_of, vitals_of
from equipoise.conduct.safety.stopping_rules import alerts as firing
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import attested, write
from tests.conduct.walking import fill, included, measure, release

VISIT, NUMBER = "infusion-1", "12345678"
MINUTE = timedelta(minutes=1)
Act = Callable[[str], Actor]


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    made = included(people, day0=NOW.date())
    release(made, VISIT, NUMBER)
    return made


def of(person: Participant) -> list[Alarm]:
    return alarms([person.identifier]).get(person.identifier, [])


def begin_infusion(person: Participant, nurse: Actor, feder: Protocol) -> None:
    measure(person, nurse, VISIT)
    made = infusion.start(
        person, VISIT, feder, actor=nurse, at=NOW, weight="70", syringe=NUMBER
    )
    assert not made.errors


def test_an_alert_outlives_the_stop_that_it_asked_for(
    person: Participant, actor: Act, feder: Protocol
) -> None:
    """The finding: four alerts were gone with the stop of the infusion."""
    nurse = actor("infusion team")
    begin_infusion(person, nurse, feder)
    at = NOW + 8 * MINUTE
    worst = {"SYSBP": "185", "DIABP": "112", "PULSE": "125", "OXYSAT": "88"}
    measure(person, nurse, VISIT, 10, at=at, **worst)
    fired = {a.rule for a in of(person)}
    assert fired == {"stop-sysbp", "stop-diabp", "stop-pulse", "stop-oxysat"}
    infusion.stop(person, VISIT, actor=nurse, at=at + MINUTE, early="pressure")
    assert {a.rule for a in of(person)} == fired
    day = day_of(
        person, VISIT, plan_in_force(), current(person.identifier), actor=nurse,
        at=at + 2 * MINUTE,
    )  # fmt: skip
    assert {alarm.rule for alarm, _ in day.waiting} == fired
    assert all(still for _, still in day.waiting)
    assert not verify().findings


@pytest.mark.parametrize(
    ("minute", "values", "rules"),
    [
        (60, {"SYSBP": "185"}, {"after-sysbp"}),
        (60, {"OXYSAT": "80"}, {"after-oxysat"}),
        (-30, {"OXYSAT": "80", "PULSE": "150"}, {"hold-oxysat", "hold-pulse"}),
        (-30, {"PULSE": "45"}, {"hold-pulse"}),
    ],
)
def test_before_and_after_the_infusion_count_too(
    person: Participant,
    actor: Act,
    feder: Protocol,
    minute: int,
    values: dict[str, str],
    rules: set[str],
) -> None:
    nurse = actor("infusion team")
    if minute > 0:
        begin_infusion(person, nurse, feder)
        infusion.stop(person, VISIT, actor=nurse, at=NOW + 40 * MINUTE)
    at = NOW + max(minute, 0) * MINUTE
    measure(person, nurse, VISIT, minute, at=at, **values)
    assert {a.rule for a in of(person)} == rules


def test_the_time_of_measuring_decides_and_not_the_place(
    person: Participant, actor: Act, feder: Protocol
) -> None:
    """165 mmHg at the place of minute 10, measured before the start, holds."""
    nurse = actor("infusion team")
    measure(person, nurse, VISIT, 10, SYSBP="165")
    assert [a.rule for a in of(person)] == ["hold-sysbp"]


@pytest.mark.parametrize(
    ("form", "visit", "role", "values", "rule"),
    [
        ("instrument:madrs", "baseline", "rater", {"10": "4"}, "suicidality-madrs"),
        ("instrument:madrs", "week-1", "rater", {"10": "6"}, "suicidality-madrs"),
        ("event#1", "", "investigator", {"serious": "yes"}, "serious-event"),
        (
            "pregnancy-test#1", "", "coordinator",
            {"LBPERF": "yes", "LBORRES": "positive"}, "pregnancy-test",
        ),
    ],
)  # fmt: skip
def test_items_and_answers_alert_the_investigator(
    person: Participant, actor: Act, form: str, visit: str, role: str,
    values: dict[str, str], rule: str, django_capture_on_commit_callbacks: Callable,
) -> None:  # fmt: skip
    User.objects.filter(username="investigator").update(email="ines@unit.org")
    who = actor(role)
    if "#" in form:
        begin(person, form.partition("#")[0], actor=who, at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        made = save(
            place_of(person, form, visit), values, actor=who, at=NOW, seen=10**6
        )
    assert not made.errors
    (alarm,) = of(person)
    assert (alarm.rule, alarm.urgent, alarm.by) == (rule, True, who.name)
    assert [m.to for m in sent(1)] == [["ines@unit.org"]]
    assert person.identifier not in mail.outbox[0].body + mail.outbox[0].subject


def sent(count: int) -> list[mail.EmailMessage]:
    """Messages, which are sent beside the request."""
    for thread in threads():
        if thread.name.startswith("mail"):
            thread.join(10)
    assert len(mail.outbox) == count
    return mail.outbox


def test_pregnancy_counts_once_somebody_is_randomized(
    person: Participant, actor: Act
) -> None:
    doctor = actor("investigator")
    fill(person, "eligibility", "", doctor, {**attested(), "E5": "yes"})
    assert of(person) == []  # it excludes, and nobody need hurry
    write(
        person.identifier, [Fact("randomize", "randomization", item="kit", value="1")]
    )
    place = place_of(person, "eligibility")
    for answer in ("no", "yes"):
        save(place, {"E5": answer}, actor=doctor, at=NOW, seen=10**6, reason="test")
    assert [a.rule for a in of(person)] == ["pregnancy-attested"]


def test_a_correction_fires_and_a_second_save_of_the_same_does_not(
    person: Participant, actor: Act
) -> None:
    nurse = actor("infusion team")
    measure(person, nurse, VISIT)
    place = place_of(person, "vitals", VISIT, -30)
    for value in ("155", "155", "120", "155"):
        save(
            place, {"SYSBP": value}, actor=nurse, at=NOW, seen=10**6, reason="misread"
        )  # fmt: skip
    assert [a.value for a in of(person)] == ["155", "155"]


def test_a_weight_that_is_far_from_that_of_the_syringe_stops_the_nurse(
    person: Participant, actor: Act, feder: Protocol
) -> None:
    """Weighed 82 kg before the syringe was prepared, 96 kg on the day: 17 percent."""
    nurse, doctor = actor("infusion team"), actor("investigator")
    who = actor("coordinator")
    place = place_of(person, "characteristics")
    save(place, {"weight_kg": "82"}, actor=who, at=NOW, seen=10**6)
    release(person, VISIT, "87654321")
    measure(person, nurse, VISIT)
    begun = {"syringe": "87654321", "weight": "96", "actor": nurse, "at": NOW}
    made = infusion.start(person, VISIT, feder, **begun)
    assert (
        "weight today 96 kg, the syringe was prepared for 82 kg (17% off"
        in (made.errors["started_at"])
    )
    (alarm,) = of(person)
    assert (alarm.rule, alarm.urgent) == ("dosing-weight", True)
    with pytest.raises(AccessError, match="EQ911"):
        alerts.acknowledge(
            person, alarm.seq, actor=nurse, at=NOW, done="go on", release=True
        )
    alerts.acknowledge(
        person, alarm.seq, actor=doctor, at=NOW, done="scale was faulty", release=True
    )
    assert not infusion.start(person, VISIT, feder, **begun).errors


def test_a_new_syringe_for_the_new_weight_lets_it_start(
    person: Participant, actor: Act, feder: Protocol
) -> None:
    nurse = actor("infusion team")
    save(
        place_of(person, "characteristics"), {"weight_kg": "82"}, seen=10**6, at=NOW,
        actor=actor("coordinator"),
    )  # fmt: skip
    release(person, VISIT, "87654321")
    measure(person, nurse, VISIT)
    begun = {"weight": "96", "actor": nurse, "at": NOW}
    assert infusion.start(person, VISIT, feder, syringe="87654321", **begun).errors
    release(person, VISIT, "11112222")
    assert not infusion.start(person, VISIT, feder, syringe="11112222", **begun).errors


def test_a_start_of_hours_ago_is_recorded_and_alerts(
    person: Participant, actor: Act
) -> None:
    """It has happened: refusing the record would hide it."""
    nurse, place = actor("infusion team"), place_of(person, "infusion", VISIT)
    said = {"syringe": NUMBER, "started_at": "2027-01-04T07:00"}
    now = save(
        place,
        said | {"started_at": "2027-01-04T09:00"},
        actor=nurse,
        at=NOW,
        seen=10**6,
    )
    assert "measure first" in now.errors["started_at"]
    then = save(place, said, actor=nurse, at=NOW, seen=10**6)
    assert not then.errors
    (alarm,) = of(person)
    assert alarm.rule == "start-without"
    assert "Oxygen saturation" in alarm.text


VALUES = st.sampled_from([("SYSBP", v) for v in (120, 155, 165, 185)]
                         + [("OXYSAT", v) for v in (85, 92, 98)]
                         + [("PULSE", v) for v in (35, 70, 130)])  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("value"), st.sampled_from([-30, -20, 5, 10, 60]), VALUES),
        st.sampled_from([("start",), ("pause",), ("resume",), ("stop",)]),
    ),
    max_size=9,
)


class Law(TestCase):
    """Whatever happens at an infusion, a rule that fired is a fact and stays."""

    databases = frozenset({"default", "vault"})

    @pytest.fixture(autouse=True)
    def trial(self, people: dict[str, User], feder: Protocol) -> None:
        self.people, self.feder = people, feder

    @settings(max_examples=25, deadline=None)
    @given(STEPS)
    def test_after_any_sequence(self, steps: list[tuple]) -> None:
        person = included(self.people, day0=NOW.date())
        release(person, VISIT, NUMBER)
        nurse, seen = actor_of(self.people["infusion team"], at=NOW), set()
        measure(person, nurse, VISIT, -25)
        for number, step in enumerate(steps, start=1):
            at = NOW + number * 4 * MINUTE
            self._take(person, nurse, step, at)
            known = current(person.identifier)
            fired = {
                (a.rule.id, a.measured.slot, f"{a.measured.value:g}")
                for a in firing(
                    self.feder.vital_rules(), vitals_of(known, VISIT),
                    course_of(known, VISIT), 40,
                )
            }  # fmt: skip
            seen |= fired
            facts = {(a.rule, a.where[2], a.value) for a in of(person)}
            assert seen <= facts, (step, seen - facts)
            day = day_of(person, VISIT, plan_in_force(), known, actor=nurse, at=at)
            shown = {alarm.seq for alarm, _ in day.waiting}
            assert shown == {a.seq for a in of(person)}

    def _take(self, person: Participant, nurse: Actor, step: tuple, at: object) -> None:
        acts = {
            "start": lambda: infusion.start(
                person, VISIT, self.feder, actor=nurse, at=at, syringe=NUMBER,
                despite="Dr. Grey: seen",
            ),
            "pause": lambda: infusion.interrupt(
                person, VISIT, actor=nurse, at=at, reason="cough"
            ),
            "resume": lambda: infusion.resume(person, VISIT, actor=nurse, at=at),
            "stop": lambda: infusion.stop(person, VISIT, actor=nurse, at=at),
        }  # fmt: skip
        try:
            if step[0] == "value":
                _, minute, (name, value) = step
                place = place_of(person, "vitals", VISIT, minute)
                said = {name: f"{value}", "measured_at": at.isoformat()}
                save(place, said, actor=nurse, at=at, seen=10**6)
            else:
                acts[step[0]]()
        except ConductError:
            pass  # such as a stop of what does not run
