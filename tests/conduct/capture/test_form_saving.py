"""Saving: nothing is overwritten in silence, nothing that was written is lost."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.record import entries
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import Conflict, Saved, save
from equipoise.conduct.capture.locking import close, lock_participant
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.study.protocols import hash_in_force
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.walking import included

By = Callable[[str], Actor]
FORM = "characteristics"
AGE = {"age": "40", "sex": "F", "weight_kg": "70", "ptsd_years": "5",
       "psychotropics": "no"}  # fmt: skip


@pytest.fixture
def place(people: dict[str, User]) -> Place:
    """The characteristics of somebody who has consented."""
    return place_of(included(people), FORM)


def put(place: Place, by: Actor, seen: int = 10**6, **values: str) -> Saved:
    return save(place, values, actor=by, at=NOW, seen=seen)


def sign(place: Place, by: Actor) -> None:
    assert not save(place, AGE, actor=by, at=NOW, seen=10**6, complete=True).errors


def answers(place: Place) -> dict[str, str]:
    known = current(place.participant.identifier)
    return known.answers(place.form.id, place.visit, place.minute)


def test_the_second_of_two_editors_sees_both_values(place: Place, actor: By) -> None:
    seen = current(place.participant.identifier).seq
    put(place, actor("coordinator"), seen, age="40", sex="F")
    count = Entry.objects.count()
    made = put(place, actor("investigator"), seen, age="44", ptsd_years="5")
    assert made.conflicts == (Conflict("age", "40", "44", "coordinator", NOW),)
    assert made.changed == ()
    assert Entry.objects.count() == count  # not even the field without a conflict
    again = put(place, actor("investigator"), made.seq, age="44", ptsd_years="5")
    assert again.changed == ("age", "ptsd_years")
    assert answers(place) == {"age": "44", "sex": "F", "ptsd_years": "5"}


def test_a_value_that_another_has_taken_away_is_a_conflict(
    place: Place, actor: By
) -> None:
    put(place, actor("coordinator"), age="40")
    seen = current(place.participant.identifier).seq
    put(place, actor("coordinator"), age="")
    (found,) = put(place, actor("investigator"), seen, age="41").conflicts
    assert (found.theirs, found.yours) == ("", "41")
    put(place, actor("coordinator"), age="42")
    (found,) = put(place, actor("investigator"), seen, age="").conflicts
    assert (found.theirs, found.yours) == ("42", "")
    assert answers(place) == {"age": "42"}


def test_the_same_value_and_ones_own_are_no_conflict(place: Place, actor: By) -> None:
    seen = current(place.participant.identifier).seq
    put(place, actor("coordinator"), seen, age="40")
    same = put(place, actor("investigator"), seen, age=" 40 ")
    assert same == Saved(seen + 1)  # nothing to write
    own = put(place, actor("coordinator"), seen, age="41")
    assert own.changed == ("age",)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["coordinator", "investigator"]),
        st.sampled_from(["age", "ptsd_years"]),
        st.sampled_from(["", "20", "30"]),
        st.integers(0, 4),  # how many entries the page is behind
    ),
    max_size=8,
)


@pytest.mark.property
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_whatever_two_people_do_nothing_unseen_is_overwritten(
    place: Place, actor: By, edits: list[tuple[str, str, str, int]]
) -> None:
    name = place.participant.identifier
    for role, item, value, behind in edits:
        before, known = list(entries(name).values()), current(name)
        held = known.values.get((FORM, "", None), {}).get(item)
        seen = known.seq - behind
        made = put(place, actor(role), seen, **{item: value})
        after = list(entries(name).values())
        assert after[: len(before)] == before
        assert made.seq == len(after)
        unseen = held is not None and held.seq > seen and held.actor != role
        if unseen and (held.value or "") != value:
            assert made.conflicts
            assert len(after) == len(before)
        else:
            assert not made.conflicts
            assert answers(place).get(item, "") == value
    assert verify().findings == ()


def test_one_wrong_value_keeps_all_out(place: Place, actor: By) -> None:
    count = Entry.objects.count()
    made = put(place, actor("coordinator"), age="40", weight_kg="29.9", arm="ketamine")
    assert made.errors == {
        "weight_kg": "enter at least 30 kg",
        "arm": "the form has no such field",
    }
    assert Entry.objects.count() == count


def test_a_form_is_signed_once_and_only_whole(place: Place, actor: By) -> None:
    who = actor("coordinator")
    part = {n: v for n, v in AGE.items() if n != "sex"}
    made = save(place, part, actor=who, at=NOW, seen=10**6, complete=True)
    assert made.errors == {"sex": "this is required"}
    assert answers(place) == {}
    for _ in range(2):
        sign(place, who)
    own = entries(place.participant.identifier).filter(form=FORM)
    assert own.filter(act="complete").count() == 1
    assert own.filter(act="answer").count() == 5
    state = FormState.objects.get(participant=place.participant, form=FORM)
    assert (state.status, state.changed_by) == ("complete", "coordinator")
    assert state.seq == own.last().seq  # type: ignore[union-attr]


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_change_without_a_reason_after_the_signature(
    place: Place, actor: By, reason: str
) -> None:
    who = actor("coordinator")
    sign(place, who)
    with pytest.raises(ConductError, match="EQ922"):
        save(place, {"age": "41"}, actor=who, at=NOW, seen=10**6, reason=reason)
    assert answers(place) == AGE


def test_a_correction_stands_beside_what_it_corrects(place: Place, actor: By) -> None:
    who = actor("coordinator")
    sign(place, who)
    save(place, AGE | {"age": "41"}, actor=who, at=NOW, seen=10**6, reason=" misread ")
    rows = entries(place.participant.identifier).filter(form=FORM, item="age")
    assert [(e.act, e.value, e.reason) for e in rows] == [
        ("answer", "40", ""),
        ("correct", "41", "misread"),
    ]
    assert {e.protocol for e in rows} == {hash_in_force()}
    known = current(place.participant.identifier)
    assert known.is_complete(FORM)
    assert known.values[FORM, "", None]["age"].versions == 2


def test_a_signed_form_stays_complete(place: Place, actor: By) -> None:
    # A draft may be left half empty, a form that somebody has signed may not.
    who = actor("coordinator")
    sign(place, who)
    made = save(place, {"age": ""}, actor=who, at=NOW, seen=10**6, reason="no record")
    assert made.errors == {"age": "this is required"}
    assert answers(place) == AGE


def test_who_may_fill_in_may_not_always_correct(
    place: Place, actor: By, people: dict[str, User]
) -> None:
    # Table of rights: a participant fills in, and corrects nothing afterwards.
    person = place.participant
    own = Actor("own", {"participant": frozenset({"*"})}, person.identifier)
    iesr = place_of(person, "instrument:iesr", "baseline")
    values = {field.name: "1" for field in iesr.form.fields}
    save(iesr, values, actor=own, at=NOW, seen=10**6, complete=True)
    with pytest.raises(AccessError, match="EQ911"):
        save(iesr, {"1": "4"}, actor=own, at=NOW, seen=10**6, reason="felt better")
    assert answers(iesr)["1"] == "1"


def test_a_form_of_another_role_is_refused_before_anything_is_read(
    place: Place, actor: By
) -> None:
    for role in ("rater", "infusion team", "pharmacist", "monitor", "statistician"):
        with pytest.raises(AccessError, match="EQ913"):
            put(place, actor(role), age="40")
    assert answers(place) == {}


def test_a_frozen_form_waits_for_an_investigator(place: Place, actor: By) -> None:
    sign(place, actor("coordinator"))
    close(place, "freeze", actor=actor("investigator"), at=NOW)
    with pytest.raises(ConductError, match="unfreeze"):
        put(place, actor("investigator"), age="41")
    assert answers(place) == AGE


def test_a_locked_participant_gets_no_new_form_either(place: Place, actor: By) -> None:
    # What was analyzed is what was there at the lock: an empty form stays empty.
    sign(place, actor("coordinator"))
    lock_participant(place.participant, actor=actor("statistician"), at=NOW)
    count = Entry.objects.count()
    plan = place_of(place.participant, "relapse-plan")
    rating = place_of(place.participant, "instrument:madrs", "baseline")
    for other, role in ((place, "coordinator"), (plan, "investigator"),
                        (rating, "rater")):  # fmt: skip
        with pytest.raises(ConductError, match="EQ921"):
            save(other, {}, actor=actor(role), at=NOW, seen=10**6)
    assert Entry.objects.count() == count


def test_telling_forms_move_the_status_when_they_are_complete(
    place: Place, actor: By
) -> None:
    person, doctor = place.participant, actor("investigator")
    out = place_of(person, "exclusion")
    said = {"reason": "declined", "date": "2027-01-04"}
    save(out, said, actor=doctor, at=NOW, seen=10**6)
    assert Participant.objects.get(pk=person.pk).status == "consented"
    save(out, {}, actor=doctor, at=NOW, seen=10**6, complete=True)
    assert Participant.objects.get(pk=person.pk).status == "excluded"


def test_the_same_form_at_another_minute_is_another_form(
    place: Place, actor: By
) -> None:
    nurse, person = actor("infusion team"), place.participant
    before = place_of(person, "vitals", "infusion-1", -30)
    put(before, nurse, SYSBP="121")
    after = replace(before, minute=40)
    put(after, nurse, SYSBP="150")
    assert (answers(before), answers(after)) == ({"SYSBP": "121"}, {"SYSBP": "150"})
