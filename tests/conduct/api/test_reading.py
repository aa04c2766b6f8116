"""What the interface tells of a participant: what the pages tell, and no more."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.api import reading, shapes
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import Saved, save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.walking import included

By = Callable[[str], Actor]


@pytest.fixture
def who(people: dict[str, User]) -> Participant:
    return included(people)


def test_a_person_is_four_facts(who: Participant) -> None:
    assert shapes.Person.from_orm(who).dict() == {
        "identifier": "P0001",
        "site": "north",
        "status": "consented",
        "day0": who.day0,
    }


def listed(who: Participant, actor: Actor) -> Counter[str]:
    return Counter(row["form"] for row in reading.due(who, actor))


def test_the_forms_of_each_role_by_hand(who: Participant, actor: By) -> None:
    # feder2021: 22 visits; CAPS-5 and MADRS at screening, at baseline, at 3 visits of
    # the treatment and at 11 of the follow-up; CGI-I at 3; both guesses at week 2.
    assert listed(who, actor("rater")) == {
        "instrument:caps5": 16, "instrument:madrs": 16, "instrument:cgi_s": 15,
        "instrument:cgi_i": 3, "guess:rater": 1,
    }  # fmt: skip
    # Six infusions: vital signs 8 times, four scales 4 times.
    assert listed(who, actor("infusion team")) == {
        "infusion": 6, "vitals": 48, "instrument:cadss": 24,
        "instrument:bprs_positive": 24, "instrument:ymrs": 24, "instrument:moaas": 24,
        "discharge": 6,
    }  # fmt: skip
    own = Actor("own", {"participant": frozenset({"*"})}, "P0001")
    assert listed(who, own) == {
        "instrument:iesr": 15, "instrument:qids_sr16": 15, "guess:participant": 1,
    }  # fmt: skip
    everything = listed(who, actor("coordinator"))
    assert everything["visit"] == 22
    # At screening seven forms of the protocol: history, medication, four tests, body.
    assert everything.total() == 3 + 22 + 230 + 2 + 7 + 6
    assert listed(who, actor("statistician")) == everything  # who locks reads them
    for role in ("pharmacist", "administrator"):
        assert listed(who, actor(role)) == {}


def test_who_may_fill_in_is_said_form_by_form(who: Participant, actor: By) -> None:
    mine = {r["form"] for r in reading.due(who, actor("coordinator")) if r["may_fill"]}
    assert mine == {
        "consent", "characteristics", "eligibility", "visit", "medical-history",
        "concomitant-medication", "pregnancy-test", "urine-toxicology", "laboratory",
        "ecg", "physical-examination", "instrument:iesr", "instrument:qids_sr16",
        "guess:participant",
    }  # fmt: skip
    assert not any(r["may_fill"] for r in reading.due(who, actor("monitor")))
    states = {r["form"]: r["status"] for r in reading.due(who, actor("monitor"))}
    assert states["consent"] == "complete"
    assert states["characteristics"] == "empty"


def test_a_form_is_handed_out_with_what_holds(who: Participant, actor: By) -> None:
    coordinator = actor("coordinator")
    place = reading.place(coordinator, "P0001", "characteristics", "", None)
    save(place, {"age": "40"}, actor=coordinator, at=NOW, seen=10**6)
    found = reading.filled(place, coordinator)
    assert shapes.Filled(**found)
    assert (found["status"], found["values"]) == ("started", {"age": "40"})
    # To be sent back with the next save: whatever comes after it is a conflict.
    assert found["seen"] == current("P0001").seq
    age = next(field for field in found["fields"] if field.name == "age")
    assert (age.min, age.max, age.unit) == (0, 120, "years")
    sex = next(field for field in found["fields"] if field.name == "sex")
    assert [choice.value for choice in sex.choices] == ["F", "M", "other"]


def test_a_form_of_the_protocol_is_handed_out_with_its_conditions_and_checks(
    who: Participant, actor: By
) -> None:
    coordinator = actor("coordinator")
    begin(who, "pregnancy-test", actor=coordinator, at=NOW)
    listed = [r for r in reading.due(who, coordinator) if "#" in r["form"]]
    assert [(r["form"], r["status"]) for r in listed] == [("pregnancy-test#1", "")]
    place = reading.place(coordinator, "P0001", "pregnancy-test#1", "", None)
    values = {"LBPERF": "yes", "LBDTC": "missing:unknown"}
    made = save(place, values, actor=coordinator, at=NOW, seen=10**6)
    assert not made.errors
    found = reading.filled(place, coordinator)
    told = shapes.Filled(**found)
    assert told.values == values  # a missing code is said, and is no value
    result = next(field for field in told.fields if field.name == "LBORRES")
    assert result.only_if is not None
    assert (result.only_if.field, result.only_if.one_of) == ("LBPERF", ("yes",))
    assert result.missing == ()
    assert [(c.id, c.hard) for c in told.checks] == [
        ("sample-in-the-future", True), ("sample-before-consent", False),
    ]  # fmt: skip
    early = {"LBDTC": "2027-01-04T02:00"}
    made = save(place, early, actor=coordinator, at=NOW, seen=10**6)
    assert [doubt.id for doubt in made.doubts] == ["sample-before-consent"]


def test_a_form_that_is_concealed_is_not_handed_out(
    who: Participant, actor: By
) -> None:
    for role, form, visit, minute in (
        ("rater", "vitals", "infusion-1", -30),
        ("rater", "instrument:cadss", "infusion-1", 40),
        ("rater", "event#1", "", None),
        ("infusion team", "instrument:caps5", "baseline", None),
        ("pharmacist", "consent", "", None),
    ):
        with pytest.raises(AccessError, match="EQ913"):
            reading.place(actor(role), "P0001", form, visit, minute)
    with pytest.raises(AccessError, match="EQ911"):
        reading.place(actor("rater"), "P0002", "instrument:caps5", "baseline", None)
    with pytest.raises(ConductError, match="EQ924"):
        reading.place(actor("rater"), "P0001", "instrument:cadss", "week-2", None)


def test_a_conflict_is_told_with_both_values(who: Participant, actor: By) -> None:
    place = place_of(who, "characteristics")
    seen = current("P0001").seq
    save(place, {"age": "40"}, actor=actor("coordinator"), at=NOW, seen=seen)
    made = save(place, {"age": "44"}, actor=actor("investigator"), at=NOW, seen=seen)
    told = shapes.Saved.from_orm(made)
    (one,) = told.conflicts
    assert (one.field, one.theirs, one.yours, one.actor, one.at) == (
        "age", "40", "44", "coordinator", NOW,
    )  # fmt: skip
    assert (told.seen, told.changed, told.errors) == (seen + 1, [], {})


def test_what_was_saved_is_told() -> None:
    assert shapes.Saved.from_orm(Saved(7, errors={"age": "enter a number"})).dict() == {
        "seen": 7, "changed": [], "errors": {"age": "enter a number"}, "conflicts": [],
        "doubts": [],
    }  # fmt: skip
    assert shapes.Saved.from_orm(Saved(9, changed=("age",))).changed == ["age"]
