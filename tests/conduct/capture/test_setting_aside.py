"""Forms that hold nothing: nobody reads of them what was voided or not done."""

from collections.abc import Callable
from itertools import count

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.audit.record import entries
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.due_visits import waiting_visits_of
from equipoise.conduct.capture.eligibility import exclusions
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.locking import DEEDS, close, lock_participant, set_aside
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.participant_facts import facts_at, facts_of_many
from equipoise.conduct.capture.permission import Rights
from equipoise.conduct.capture.recruitment import flow
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.capture.scores import named_score
from equipoise.conduct.export.history import histories
from equipoise.conduct.export.rows import blinded_contract, rows_of
from equipoise.conduct.export.snapshot import Sight, Snapshot
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import screened
from tests.conduct.walking import consent, included

CAPS = "instrument:caps5", "baseline"
FORMS = (CAPS, ("visit", "baseline"), ("exclusion", ""), ("milestone#1", ""))
# Possible answers of each form, as they can be written one after the other.
ANSWERS: dict[str, list[dict[str, str]]] = {
    "instrument:caps5": [
        {"1": "4"}, {"1": "missing:refused"}, {"1": ""},
        {f"{n}": "3" for n in range(1, 21)},
    ],
    "visit": [
        {"status": "missed", "reason": "ill"}, {"status": "", "reason": ""},
        {"status": "missing:unknown", "reason": ""},
    ],
    "exclusion": [{"reason": "declined", "date": "2027-01-04"}, {"reason": "", "date": ""}],
    "milestone#1": [
        {"milestone": "treatment-discontinued", "date": "2027-01-04", "reason": "ill"},
        {"milestone": "", "date": "", "reason": ""},
        {"milestone": "missing:unknown", "date": "missing:unknown", "reason": "left"},
    ],
}  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.sampled_from(FORMS), st.just("answer"), st.integers(0, 3)),
    st.tuples(
        st.sampled_from(FORMS), st.sampled_from(["complete", *DEEDS]), st.just(0)
    ),
)
NUMBERS = count(1)
Held = dict[tuple[str, str], dict[str, str]]


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def step(
    person: Participant, form: tuple[str, str], deed: str, place: int,
    actors: dict[str, Actor], held: Held,
) -> None:  # fmt: skip
    """Does one thing, if it is possible, and to a plain model of what holds."""
    at = place_of(person, *form)
    who = actors["rater" if form == CAPS else "investigator"]
    try:
        if deed in DEEDS:
            set_aside(at, deed, actor=who, at=NOW, reason="a slip")
            if deed != "reopen":
                held[form] = {}
            return
        wanted = ANSWERS[form[0]]
        values = wanted[place % len(wanted)] if deed == "answer" else {}
        saved = save(at, values, actor=who, at=NOW, seen=10**6,
                     complete=deed == "complete", reason="misread")  # fmt: skip
    except ConductError:
        return
    if not (saved.errors or saved.doubts):
        now = held[form] | values
        held[form] = {name: value for name, value in now.items() if value}


def values(held: Held, form: tuple[str, str]) -> dict[str, str]:
    return {n: v for n, v in held[form].items() if not v.startswith("missing:")}


def exported(
    person: Participant, feder: Protocol
) -> dict[str, list[dict[str, object]]]:
    length = current(person.identifier).seq
    snapshot = Snapshot({person.identifier: length}, {person.identifier: "UTC"}, "", "")
    (history,) = histories(snapshot)
    everything = {f"instrument:{use.id}": "" for use in feder.instruments}
    sight = Sight(Actor("x", {"coordinator": frozenset({"north"})}), feder, everything)
    found: dict[str, list[dict[str, object]]] = {}
    for table, row in rows_of(feder, blinded_contract(feder), history, sight):
        found.setdefault(table, []).append(dict(row))
    return found


@settings(
    max_examples=30, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(st.lists(STEPS, max_size=12))
def test_every_reader_reads_what_holds_and_nothing_else(
    people: dict[str, User], steps: list[tuple[tuple[str, str], str, int]]
) -> None:
    """``current``, lists, scores, recruitment, verdict and export against a plain model."""
    feder = in_force()
    actors = {r: actor_of(people[r], at=NOW) for r in ("rater", "investigator")}
    person, plan = screened(next(NUMBERS)), plan_in_force()
    consent(person, actors["investigator"])
    begin(person, "milestone", actor=actors["investigator"], at=NOW)
    held: Held = {form: {} for form in FORMS}
    for form, deed, place in steps:
        step(person, form, deed, place, actors, held)
    person.refresh_from_db()
    known = current(person.identifier)
    for form in FORMS:
        assert known.said(*form) == held[form]
        assert known.answers(*form) == values(held, form)
        assert bool(held[form]) <= bool(known.begun(*form))
        stored = FormState.objects.filter(participant=person, form=form[0]).first()
        assert (stored.status if stored else "") == known.status.get((*form, None), "")

    many = facts_of_many([person], plan)[person.identifier]
    missed = values(held, FORMS[1]).get("status") == "missed"
    assert missed == ("baseline" in many.visits.missed)
    ended = values(held, FORMS[3]).get("milestone") == "treatment-discontinued"
    ended = ended and known.is_complete("milestone#1")
    assert ended == many.stopped
    for who in actors.values():
        asked = {"actor": who, "today": NOW.date(), "rights": Rights(who, feder)}
        waiting = waiting_visits_of(person, plan, many, **asked)
        alone = facts_at(person, plan, "baseline")
        assert waiting_visits_of(person, plan, alone, **asked) == [
            visit for visit in waiting if visit.planned.visit.id == "baseline"
        ]
    excluded = exclusions([person], plan)
    assert (person.identifier in excluded) == bool(values(held, FORMS[2]))
    assert flow([person], feder, [person.identifier]).stopped == int(ended)
    total = named_score(feder, "caps5.total", known.answers(*CAPS))
    assert (total is not None) == (len(values(held, CAPS)) == 20)

    tables = exported(person, feder)
    answers = {
        str(row["item"]): row["value"] or f"missing:{row['reason_missing']}"
        for row in tables.get("answers", [])
    }
    coded = {n: v for n, v in held[CAPS].items() if v.startswith("missing:")}
    assert answers == {n: float(v) for n, v in values(held, CAPS).items()} | coded
    (visit,) = [r for r in tables.get("visits", []) if r["visit"] == "baseline"] or [{}]
    assert (visit.get("status") == "missed") == missed


def test_what_was_voided_stays_in_the_audit_with_its_reason(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    rater, place = actor("rater"), place_of(person, *CAPS)
    save(place, {"1": "4"}, actor=rater, at=NOW, seen=99)
    set_aside(place, "void", actor=rater, at=NOW, reason=" wrong participant ")
    kept = entries(person.identifier).filter(form=CAPS[0])
    assert list(kept.values_list("act", "value", "reason")) == [
        ("answer", "4", ""), ("void", "wrong participant", "wrong participant"),
    ]  # fmt: skip
    save(place, {"2": "1"}, actor=rater, at=NOW, seen=99)  # a planned form begins again
    assert current(person.identifier).said(*CAPS) == {"2": "1"}
    assert not verify().findings


def test_one_of_many_that_was_voided_is_gone_for_good(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    doctor = actor("investigator")
    place = begin(person, "event", actor=doctor, at=NOW)
    set_aside(place, "void", actor=doctor, at=NOW, reason="opened in error")
    with pytest.raises(ConductError, match="EQ921"):
        save(place, {"term": "cold"}, actor=doctor, at=NOW, seen=99)
    assert begin(person, "event", actor=doctor, at=NOW).form.id == "event#2"


def test_not_done_is_taken_back_and_each_needs_its_reason(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    rater, place = actor("rater"), place_of(person, *CAPS)
    with pytest.raises(ConductError, match="EQ922"):
        set_aside(place, "not done", actor=rater, at=NOW, reason="  ")
    set_aside(place, "not done", actor=rater, at=NOW, reason="the rater was ill")
    with pytest.raises(ConductError, match="EQ921"):
        save(place, {"1": "1"}, actor=rater, at=NOW, seen=99)
    with pytest.raises(ConductError, match="EQ923"):
        set_aside(place, "not done", actor=rater, at=NOW, reason="again")
    set_aside(place, "reopen", actor=rater, at=NOW, reason="it took place after all")
    assert not save(place, {"1": "1"}, actor=rater, at=NOW, seen=99).errors


def test_who_may_not_fill_in_or_correct_sets_nothing_aside(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    place = place_of(person, *CAPS)
    with pytest.raises(AccessError, match="EQ913"):
        set_aside(place, "not done", actor=actor("coordinator"), at=NOW, reason="x")


def test_frozen_and_locked_forms_stay_as_they_are(
    person: Participant, actor: Callable[[str], Actor]
) -> None:
    doctor, place = actor("investigator"), place_of(person, "consent")
    close(place, "freeze", actor=doctor, at=NOW)
    with pytest.raises(ConductError, match="EQ921"):
        set_aside(place, "void", actor=doctor, at=NOW, reason="x")
    lock_participant(person, actor=actor("statistician"), at=NOW)
    with pytest.raises(ConductError, match="EQ921"):
        set_aside(place_of(person, "exclusion"), "not done", actor=doctor, at=NOW,
                  reason="x")  # fmt: skip
