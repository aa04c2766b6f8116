"""Who gets a syringe next: the list of the pharmacy, which opens no arm."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connections

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.allocation.services import syringes
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.locking import set_aside
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.participants import plan_day0
from equipoise.conduct.pharmacy.dispensing import (
    newest_weight,
    next_of,
    require_pharmacist,
    stopped,
    waiting,
)
from equipoise.conduct.pharmacy.preparation import due
from equipoise.conduct.study.models import Site
from equipoise.errors import AccessError
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import CONTENT
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.screened import eligible, form

By = Callable[[str], Actor]


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    return randomized(key, actor("coordinator"))


def visit(person: Participant) -> str | None:
    found = next_of(person)
    return found and found.visit.id


def test_a_randomized_person_waits_for_the_first_infusion(
    person: Participant, actor: By
) -> None:
    eligible(2)  # not randomized
    plan_day0(person, NOW.date(), actor=actor("coordinator"), at=NOW)
    rows = waiting(actor("pharmacist"))
    assert [(r.person.identifier, r.visit.id) for r in rows] == [
        ("P0001", "infusion-1")
    ]
    assert rows[0].on == NOW.date()
    assert rows[0].weight.kg == 82
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM allocation_opening")
        assert cursor.fetchone() == (0,)


def test_what_is_given_or_missed_is_over(person: Participant) -> None:
    FormState.objects.create(
        participant=person, form="infusion", visit="infusion-1", status="complete",
        seq=1, changed_at=NOW, changed_by="nurse",
    )  # fmt: skip
    assert visit(person) == "infusion-2"
    form(person.identifier, "visit", {"status": "missed"}, "infusion-2")
    assert visit(person) == "infusion-3"
    form(person.identifier, "visit", {"status": "done"}, "infusion-3")
    assert visit(person) == "infusion-3"


def test_nobody_waits_after_the_treatment_was_stopped(
    person: Participant, actor: By
) -> None:
    form(person.identifier, "milestone#1", {"milestone": "treatment-discontinued"})
    assert next_of(person) is None
    assert waiting(actor("pharmacist")) == []


def test_the_newest_weight_counts(person: Participant) -> None:
    name, later = person.identifier, NOW + timedelta(days=3)
    form(name, "infusion", {"weight_kg": "80.5"}, "infusion-1", at=later)
    found = newest_weight(name)
    assert (found.kg, found.visit) == (80.5, "infusion-1")
    assert found.age(later + timedelta(days=2)) == 2
    assert newest_weight("P9999") is None


def test_the_list_is_of_the_pharmacists_sites(key: Path, actor: By) -> None:
    randomized(key, actor("coordinator"))
    Participant.objects.update(site=Site.objects.get(code="south"))
    assert waiting(actor("pharmacist")) == []


@pytest.mark.parametrize(
    "role", ["rater", "coordinator", "investigator", "infusion team"]
)
def test_who_is_blinded_as_something_else_is_no_pharmacist(
    people: dict[str, User], role: str
) -> None:
    Membership.objects.create(
        user=people[role], role="pharmacist", site=Site.objects.get(code="north"),
        since=NOW, granted_by="setup",
    )  # fmt: skip
    with pytest.raises(AccessError, match="another role of yours is blinded"):
        require_pharmacist(actor_of(people[role], at=NOW), "north")


@pytest.mark.parametrize("milestone", ["treatment-discontinued", "study-withdrawn"])
def test_a_stopped_treatment_is_listed_with_what_is_still_there(
    person: Participant, key: Path, actor: By, milestone: str
) -> None:
    pharmacist = actor("pharmacist")
    made = syringes.fill_syringe(key, "P0001", "infusion-1", CONTENT, actor="p", at=NOW)
    assert stopped(pharmacist) == []
    form("P0001", "milestone#1", {"milestone": milestone, "date": "2027-01-04"})
    (one,) = stopped(pharmacist)
    assert (one.person.identifier, [m.number for m in one.syringes]) == (
        "P0001", [made.number]
    )  # fmt: skip
    assert waiting(pharmacist) == []
    syringes.discard_syringe(key, made.number, reason="r", actor="p", at=NOW)
    assert [one.syringes for one in stopped(pharmacist)] == [()]


def test_a_syringe_of_an_infusion_that_was_not_given_is_listed(
    person: Participant, key: Path, actor: By
) -> None:
    pharmacist, nurse = actor("pharmacist"), actor("infusion team")
    made = syringes.fill_syringe(key, "P0001", "infusion-1", CONTENT, actor="p", at=NOW)
    place = place_of(person, "infusion", "infusion-1")
    set_aside(place, "not done", actor=nurse, at=NOW, reason="held")
    (one,) = stopped(pharmacist)
    assert ([m.number for m in one.syringes], one.all) == ([made.number], False)
    assert due(person, "infusion-2", pharmacist).visit.id == "infusion-2"
    syringes.discard_syringe(key, made.number, reason="r", actor="p", at=NOW)
    assert stopped(pharmacist) == []


def test_who_was_never_randomized_or_got_everything_is_not_listed(
    person: Participant, actor: By, study: Protocol
) -> None:
    eligible(2)
    ended = {"milestone": "treatment-discontinued", "date": "2027-01-04"}
    form("P0002", "milestone#1", ended)
    for visit in study.schedule.visits:
        if visit.infusion is not None:
            form("P0001", "visit", {"status": "missed"}, visit.id)
    form("P0001", "milestone#1", ended)
    assert stopped(actor("pharmacist")) == []


def test_who_is_to_be_asked_about_is_marked(person: Participant, actor: By) -> None:
    assert [row.ask for row in waiting(actor("pharmacist"))] == [False]
    form("P0001", "pregnancy-test#1", {"LBORRES": "positive"})
    assert [row.ask for row in waiting(actor("pharmacist"))] == [True]
