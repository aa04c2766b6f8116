"""Emergency unblinding: a reason, a person, two records, one pair of eyes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services.unblinding import Unsealed
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.unblinding.emergency import unblind
from equipoise.errors import AccessError, ConductError
from equipoise.randomize.methods import allocation_sequence
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.screened import eligible

By = Callable[[str], Actor]


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    return randomized(key, actor("coordinator"))


def ask(person: Participant, key: Path, actor: Actor, **more: Any) -> Unsealed:
    said = {"reason": "anaphylaxis", "confirmed": True} | more
    return unblind(person, key=key, actor=actor, at=NOW, **said)


def openings() -> int:
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM allocation_opening")
        return int(cursor.fetchone()[0])


def test_the_arm_is_shown_and_written_nowhere(
    person: Participant, key: Path, actor: By, study: Any
) -> None:
    shown = ask(person, key, actor("investigator"))
    assert shown.arm == allocation_sequence(study, 1, seed=7)[0]
    entry = Entry.objects.get(act="unblind")
    assert (entry.actor, entry.reason, entry.value) == (
        "investigator",
        "anaphylaxis",
        None,
    )
    assert openings() == 1


@pytest.mark.parametrize(
    "role", ["administrator", "rater", "coordinator", "infusion team", "pharmacist",
             "statistician", "monitor"],
)  # fmt: skip
def test_it_is_the_investigators_right(
    person: Participant, key: Path, actor: By, role: str
) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        ask(person, key, actor(role))
    assert openings() == 0
    assert not Entry.objects.filter(act="unblind").exists()


@pytest.mark.parametrize(
    ("said", "code"),
    [({"reason": "  "}, "EQ943"), ({"confirmed": False}, "EQ944")],
)
def test_not_without_a_reason_nor_by_anybody_at_the_desk(
    person: Participant, key: Path, actor: By, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(ConductError, match=code):
        ask(person, key, actor("investigator"), **said)
    assert openings() == 0
    assert not Entry.objects.filter(act="unblind").exists()


def test_there_is_nothing_to_open_before_randomization(key: Path, actor: By) -> None:
    with pytest.raises(ConductError, match="EQ936"):
        ask(eligible(2), key, actor("investigator"))
    assert not Entry.objects.filter(act="unblind").exists()


def test_it_is_written_down_even_if_the_vault_does_not_open(
    person: Participant, key: Path, actor: By
) -> None:
    with pytest.raises(ConductError, match="EQ931"):
        ask(person, key.with_name("none.key"), actor("investigator"))
    assert Entry.objects.filter(act="unblind").exists()
    assert openings() == 1
