"""Forms at any time: those of the protocol, adverse events and milestones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.locking import set_aside
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.repeating_forms import FurtherForm, begin, further_forms
from tests.conduct.conftest import NOW
from tests.conduct.walking import included

By = Callable[[str], Actor]
OWN = [
    "medical-history", "concomitant-medication", "pregnancy-test", "urine-toxicology",
    "laboratory", "ecg", "physical-examination", "protocol-deviation",
]  # fmt: skip


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def forms(person: Participant, actor: Actor) -> dict[str, FurtherForm]:
    found = further_forms(plan_in_force(), current(str(person)), actor, person)
    return {one.form.id: one for one in found}


def test_events_and_milestones_come_before_the_forms_of_the_protocol(
    person: Participant, actor: By
) -> None:
    found = forms(person, actor("coordinator"))
    assert list(found) == ["event", "milestone", *OWN]
    assert all(one.may_begin and not one.instances for one in found.values())


def test_what_somebody_may_not_know_of_is_not_there(
    person: Participant, actor: By
) -> None:
    rater = forms(person, actor("rater"))
    assert not {"event", "urine-toxicology", "protocol-deviation"} & rater.keys()
    assert not any(one.may_fill for one in rater.values())
    monitor = forms(person, actor("monitor"))
    assert "concomitant-medication" in monitor
    assert not any(one.may_begin for one in monitor.values())
    assert forms(person, actor("pharmacist")) == {}


def test_each_that_was_opened_is_there_with_what_it_is_about(
    person: Participant, actor: By
) -> None:
    by = actor("coordinator")
    first = begin(person, "concomitant-medication", actor=by, at=NOW)
    said = {"CMYN": "yes", "CMTRT": "Sertraline"}
    save(first, said, actor=by, at=NOW, seen=10**6)
    second = begin(person, "concomitant-medication", actor=by, at=NOW)
    set_aside(second, "void", actor=by, at=NOW, reason="opened by mistake")
    third = begin(person, "milestone", actor=by, at=NOW)
    save(third, {"milestone": "death"}, actor=by, at=NOW, seen=10**6)
    found = forms(person, by)
    medication = found["concomitant-medication"]
    assert [(i.place.form.id, i.state, i.label) for i in medication.instances] == [
        ("concomitant-medication#1", "started", "Sertraline"),
        ("concomitant-medication#2", "void", ""),
    ]  # fmt: skip
    assert medication.may_begin
    assert [i.label for i in found["milestone"].instances] == ["Died"]
    place = place_of(person, "concomitant-medication#1")
    assert medication.instances[0].place == place
