"""Freezing and locking: once, by right, and the lists agree with the entries."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.record import entries
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture import locking
from equipoise.conduct.capture.current_values import current, locked
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.locking import (
    Blocker,
    close,
    lock_participant,
    lock_ready,
    propose_unlock,
    set_aside,
    standings,
)
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.export.history import histories
from equipoise.conduct.export.snapshot import take
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.screened import screened
from tests.conduct.walking import consent, fill, included

PLAN = {"plan": "call", "contact": "ward", "agreed_on": "2027-01-04"}


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() - timedelta(days=3))


def test_the_state_for_lists_is_what_the_entries_say(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    doctor, statistician = actor("investigator"), actor("statistician")
    close(place_of(person, "consent"), "freeze", actor=doctor, at=NOW)
    close(place_of(person, "consent"), "freeze", actor=doctor, at=NOW)  # once is enough
    begin(person, "event", actor=doctor, at=NOW)
    save(place_of(person, "event#1"), {"term": "cold"}, actor=doctor, at=NOW, seen=99)
    with pytest.raises(ConductError, match="EQ923"):
        lock_participant(person, actor=statistician, at=NOW)
    values = {"term": "cold", "started_on": "2027-01-04", "severity": "mild",
              "serious": "no", "related": "no", "ongoing": "yes"}  # fmt: skip
    fill(person, "event#1", "", doctor, values)
    with pytest.raises(AccessError):
        lock_participant(person, actor=doctor, at=NOW)
    assert lock_participant(person, actor=statistician, at=NOW) == 2
    known = current(person.identifier)
    for state in FormState.objects.filter(participant=person):
        assert (
            state.status
            == known.status[state.form, state.visit, state.minute]
            == "locked"
        )
    with pytest.raises(ConductError, match="EQ921"):
        fill(person, "event#1", "", doctor, {"term": "flu"})


def test_somebody_of_whom_nothing_is_known_is_locked_too(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person = screened()
    for _ in range(2):
        assert lock_participant(person, actor=actor("statistician"), at=NOW) == 0
    assert [e.act for e in entries(person.identifier)] == ["lock"]
    with pytest.raises(ConductError, match="EQ921"):
        consent(person, actor("investigator"))


WHY = "the weight at baseline was mistyped"


def test_what_is_in_the_way_is_named_each_with_its_form(
    person: Participant, actor: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor, statistician = actor("investigator"), actor("statistician")
    begin(person, "event", actor=doctor, at=NOW)  # opened and empty: in nobody's way
    assert [one.blockers for one in standings([person])] == [()]
    save(place_of(person, "event#1"), {"term": "cold"}, actor=doctor, at=NOW, seen=99)
    caps = place_of(person, "instrument:caps5", "screening")
    item = caps.form.fields[0].name
    save(caps, {item: "1"}, actor=actor("rater"), at=NOW, seen=99)
    task = "a serious event is not assessed"
    monkeypatch.setattr(
        locking, "MORE", [lambda names: {n: [Blocker(task)] for n in names}]
    )
    (one,) = standings([person])
    assert [blocker.what for blocker in one.blockers] == [
        "Adverse event 1, started and not complete",
        "CAPS-5, Screening, started and not complete",
        task,
    ]
    assert [b.place and b.place.where for b in one.blockers] == [
        ("event#1", "", None), ("instrument:caps5", "screening", None), None,
    ]  # fmt: skip
    with pytest.raises(ConductError) as refused:
        lock_participant(person, actor=statistician, at=NOW)
    assert [p.what.partition(" locked: ")[2] for p in refused.value.problems] == [
        blocker.what for blocker in one.blockers
    ]
    assert lock_ready([person], actor=statistician, at=NOW) == (0, 1)


def test_two_people_unlock_and_every_form_is_what_it_was(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    """Pages, lists and export agree before, during and after; the law is below."""
    doctor, statistician = actor("investigator"), actor("statistician")
    close(place_of(person, "consent"), "freeze", actor=doctor, at=NOW)
    set_aside(place_of(person, "relapse-plan"), "not done", actor=doctor, at=NOW,
              reason="the participant moved away")  # fmt: skip
    before = current(person.identifier)
    assert lock_ready([person], actor=statistician, at=NOW) == (1, 0)
    assert lock_ready([person], actor=statistician, at=NOW) == (0, 0)
    with pytest.raises(ConductError, match="EQ922"):
        propose_unlock(person, actor=statistician, at=NOW, reason="typo")
    with pytest.raises(AccessError, match="EQ911"):
        propose_unlock(person, actor=doctor, at=NOW, reason=WHY)
    made = propose_unlock(person, actor=statistician, at=NOW, reason=WHY)
    assert current(person.identifier).locked
    with pytest.raises(AccessError, match="EQ916"):
        proposals.confirm(made, actor=statistician, at=NOW)
    assert proposals.confirm(made, actor=doctor, at=NOW) == ""
    after = current(person.identifier)
    assert after.locked is None
    assert after.status == before.status
    assert after.status["consent", "", None] == "frozen"
    assert after.not_done.keys() == before.not_done.keys()
    rows = {(s.form, s.visit, s.minute): s.status for s in FormState.objects.all()}
    assert rows == after.status
    whole = entries(person.identifier).get(act="unlock", form="")
    assert (whole.actor, WHY in whole.reason) == ("investigator", True)
    with pytest.raises(AccessError, match="EQ916"):  # once
        proposals.confirm(made, actor=doctor, at=NOW)
    with pytest.raises(ConductError, match="EQ921"):
        propose_unlock(person, actor=statistician, at=NOW, reason=WHY)
    assert not verify().findings


@given(steps=st.lists(st.sampled_from(
    ("freeze", "unfreeze", "void", "not done", "reopen", "save", "lock", "unlock")
), max_size=12))  # fmt: skip
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_law_pages_lists_states_and_export_agree_after_any_steps(
    person: Participant, actor: Callable[[str], Actor], steps: list[str]
) -> None:
    """The state of each form is one, however often somebody locks and unlocks."""
    with transaction.atomic():
        for step in steps:
            with suppress(ConductError):
                _step(person, actor, step)
        known, name = current(person.identifier), person.identifier
        rows = FormState.objects.filter(participant=person)
        stored = {(s.form, s.visit, s.minute): s.status for s in rows}
        assert stored == known.status
        facts = facts_of_many([person], plan_in_force())[name]
        closed = {w: s for w, s in facts.states.items() if s}
        wanted = {w: s for w, s in known.status.items() if s not in ("", "void")}
        assert {w: s for w, s in closed.items() if s != "void"} == wanted
        assert facts.locked == (known.locked is not None) == (name in locked([name]))
        if known.locked:
            assert set(known.status.values()) <= {"locked", "", "void"}
        else:
            assert "locked" not in known.status.values()
        snapshot = take(actor("statistician"))
        (history,) = [h for h in histories(snapshot) if h.identifier == name]
        assert history.status == known.status
        assert history.answers("relapse-plan") == known.answers("relapse-plan")
        transaction.set_rollback(True)


def _step(person: Participant, actor: Callable[[str], Actor], step: str) -> None:
    doctor, who, place = actor("investigator"), actor("statistician"), None
    place = place_of(person, "relapse-plan")
    if step in ("freeze", "unfreeze"):
        close(place, step, actor=doctor, at=NOW, reason=WHY)
    elif step == "save":
        fill(person, "relapse-plan", "", doctor, PLAN)
    elif step == "lock":
        lock_participant(person, actor=who, at=NOW)
    elif step == "unlock":
        made = propose_unlock(person, actor=who, at=NOW, reason=WHY)
        proposals.confirm(made, actor=doctor, at=NOW)
    else:
        set_aside(place, step, actor=doctor, at=NOW, reason=WHY)
