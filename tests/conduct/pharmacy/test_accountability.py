"""The record of syringes: every one of the own sites, and no arm is opened for it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connections

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.allocation.services import syringes
from equipoise.conduct.allocation.services.syringes import Syringe
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.pharmacy.dispensing import begun
from equipoise.errors import AccessError, ConductError
from tests.conduct.abuse.world import staff
from tests.conduct.allocation.services.test_syringes import CONTENT
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.screened import form

By = Callable[[str], Actor]
MADE = Syringe("1", "P0001", "infusion-1", NOW, "one", True, "two")


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    return randomized(key, actor("coordinator"))


def fill(key: Path, visit: str) -> str:
    made = syringes.fill_syringe(key, "P0001", visit, CONTENT, actor="p", at=NOW)
    return made.number


@pytest.mark.parametrize(
    ("made", "fate"),
    [
        (replace(MADE, agrees=None), "prepared"),
        (replace(MADE, agrees=False), "quarantined"),
        (MADE, "infusion started"),
        (replace(MADE, number="2"), "released"),
        (replace(MADE, number="2", discarded_by="p"), "quarantined"),
        (replace(MADE, agrees=None, discarded_by="p"), "quarantined"),
        (replace(MADE, number="3", discarded_by="p"), "returned"),
        (replace(MADE, number="4", agrees=False), "destroyed"),
    ],
)
def test_what_became_of_a_syringe(made: Syringe, fate: str) -> None:
    ends = {"3": ("returned", 1, "p"), "4": ("destroyed", 2, "p")}
    assert accountability.fate(made, {"1"}, ends) == fate


def test_the_newest_comes_first_and_nothing_is_opened(
    person: Participant, key: Path, actor: By
) -> None:
    first = fill(key, "infusion-1")
    syringes.discard_syringe(key, first, reason="fell", actor="p", at=NOW)
    second = fill(key, "infusion-1")
    syringes.check_syringe(second, agrees=True, actor="q", at=NOW)
    ran = {"syringe": second, "started_at": "2027-01-04T09:00+00:00"}
    form("P0001", "infusion", ran, "infusion-1")
    found = accountability.everything(actor("pharmacist"))
    assert [(one.syringe.number, one.fate) for one in found] == [
        (second, "infusion started"), (first, "quarantined")
    ]  # fmt: skip
    assert {one.person.identifier for one in found} == {"P0001"}
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM allocation_opening")
        assert cursor.fetchone() == (0,)


def test_a_number_that_was_only_typed_has_started_nothing(person: Participant) -> None:
    form("P0001", "infusion", {"syringe": "1"}, "infusion-1")
    assert begun(["P0001"]) == set()
    form("P0001", "infusion", {"started_at": "2027-01-04T09:00+00:00"}, "infusion-1")
    assert begun(["P0001"]) == {"1"}
    assert begun(["P0002"]) == set()


def test_another_sites_syringes_are_not_there(
    person: Participant, key: Path, people: dict[str, User]
) -> None:
    number = fill(key, "infusion-1")
    other = actor_of(staff("south", "pharmacist"), at=NOW)
    assert accountability.everything(other) == []
    for one in (number, "00000000"):
        with pytest.raises(ConductError, match="EQ939 there is no such syringe"):
            accountability.known(one, other)


@pytest.mark.parametrize("role", ["rater", "infusion team", "coordinator", "monitor"])
def test_nobody_else_reads_it(person: Participant, actor: By, role: str) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        accountability.everything(actor(role))
