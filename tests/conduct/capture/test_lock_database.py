"""The lock of the database: all of it or nothing, by the statistician alone."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.end_of_trial import unlocked
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.locking import lock_database
from equipoise.conduct.capture.models import FormState
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.walking import included

By = Callable[[str], Actor]
PLAN = {"plan": "call", "contact": "ward", "agreed_on": "2027-01-04"}


def test_everything_is_locked_once(people: dict[str, User], actor: By) -> None:
    who, persons = actor("statistician"), [included(people) for _ in range(2)]
    plan = place_of(persons[0], "relapse-plan")
    doctor = actor("investigator")
    save(plan, PLAN, actor=doctor, at=NOW, seen=10**6, complete=True)
    assert unlocked() == ["P0001", "P0002"]
    assert lock_database(actor=who, at=NOW) == 3  # two consents and the plan
    assert unlocked() == []
    assert set(FormState.objects.values_list("status", flat=True)) == {"locked"}
    assert lock_database(actor=who, at=NOW) == 0  # again: nothing is left to lock
    locks = Entry.objects.filter(chain="P0001", act="lock")
    assert sorted(e.form for e in locks) == ["", "consent", "relapse-plan"]
    assert verify().findings == ()


def test_a_draft_of_one_keeps_all_open(people: dict[str, User], actor: By) -> None:
    first, second = (included(people) for _ in range(2))
    plan = place_of(second, "relapse-plan")
    save(plan, {"plan": "call"}, actor=actor("investigator"), at=NOW, seen=10**6)
    with pytest.raises(ConductError, match=f"EQ923.*\n.*{second.identifier}"):
        lock_database(actor=actor("statistician"), at=NOW)
    assert not FormState.objects.filter(status="locked").exists()
    assert not Entry.objects.filter(act="lock").exists()
    late = place_of(first, "relapse-plan")
    done = save(late, PLAN, actor=actor("investigator"), at=NOW, seen=10**6)
    assert done.changed == ("plan", "contact", "agreed_on")


@pytest.mark.parametrize(
    "role",
    ["administrator", "coordinator", "investigator", "monitor", "rater", "pharmacist"],
)
def test_nobody_else_locks(people: dict[str, User], actor: By, role: str) -> None:
    included(people)
    with pytest.raises(AccessError, match="EQ911"):
        lock_database(actor=actor(role), at=NOW)
    assert not FormState.objects.filter(status="locked").exists()


def test_the_statistician_of_one_site_does_not_lock_the_others(
    people: dict[str, User],
) -> None:
    included(people)
    one = Actor("s", {"statistician": frozenset({"north"})})
    with pytest.raises(AccessError, match="EQ911"):
        lock_database(actor=one, at=NOW)
