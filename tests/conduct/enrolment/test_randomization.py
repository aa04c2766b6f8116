"""Randomizing: every condition, one kit, and nothing that a crash can break."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import assignment, hash_chains, verification
from equipoise.conduct.allocation.services.assignment import Kit
from equipoise.conduct.audit.checkpoints import read
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.locking import lock_participant
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment import randomization
from equipoise.conduct.study.models import ConsentVersion
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import attested, eligible, form

By = Callable[[str], Actor]
BOTH = pytest.mark.django_db(databases=["default", "vault"], transaction=True)


def click(person: Participant, key: Path, actor: Actor) -> Kit:
    return randomization.randomize(
        person, key=key, anchors=key.parent / "anchors", actor=actor, at=NOW
    )


def recorded() -> list[Entry]:
    return list(Entry.objects.filter(act="randomize"))


def test_an_eligible_person_gets_a_kit_and_no_arm(
    study: Protocol, key: Path, actor: By
) -> None:
    person = eligible()
    made = click(person, key, actor("coordinator"))
    person.refresh_from_db()
    assert (made.new, person.status) == (True, "randomized")
    assert [row.value for row in recorded()] == [made.number]
    said = " ".join(f"{e.value} {e.reason}" for e in Entry.objects.all()).lower()
    assert not any(arm.id in said for arm in study.arms)
    last = list(read(key.parent / "anchors"))[-1]
    assert last.vault == hash_chains.heads()["allocations"]
    assert last.vault[0] == 1
    assert person.identifier in last.heads


def test_a_second_click_changes_nothing(study: Protocol, key: Path, actor: By) -> None:
    person = eligible()
    first, again = (click(person, key, actor("coordinator")) for _ in range(2))
    assert (again.number, again.new) == (first.number, False)
    assert len(recorded()) == len(assignment.given()) == 1


@pytest.mark.parametrize("role", ["rater", "pharmacist", "administrator", "monitor"])
def test_it_is_not_everybodys_right(
    study: Protocol, key: Path, actor: By, role: str
) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        click(eligible(), key, actor(role))
    assert len(assignment.given()) == 0


def test_a_role_at_one_site_is_none_at_another(
    study: Protocol, key: Path, actor: By
) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        click(eligible(site="south"), key, actor("coordinator"))


def test_every_refusal_is_told_at_once(study: Protocol, key: Path, actor: By) -> None:
    person = eligible()
    form(person.identifier, "characteristics", {"age": "75"})
    form(person.identifier, "eligibility", attested(yes=("I2", "I4", "I5", "E7")))
    ConsentVersion.objects.create(
        label="2.0", valid_from=NOW.date() + timedelta(days=1)
    )
    with pytest.raises(ConductError) as refusal:
        click(person, key, actor("coordinator"))
    said = [problem.what for problem in refusal.value.problems]
    assert len(said) == 3
    assert "older version" in said[0]
    assert said[1].startswith("I1")
    assert said[2].startswith("E7")
    assert len(assignment.given()) == 0


def test_who_has_left_is_not_randomized(study: Protocol, key: Path, actor: By) -> None:
    person = eligible()
    form(person.identifier, "milestone#1", {"milestone": "study-withdrawn"})
    with pytest.raises(ConductError, match="no longer in screening"):
        click(person, key, actor("coordinator"))


def test_a_click_that_was_cut_off_is_completed(
    study: Protocol, key: Path, actor: By
) -> None:
    person = eligible()
    made = assignment.allocate(study, key, "P0001", {}, actor="coordinator", at=NOW)
    form(person.identifier, "milestone#1", {"milestone": "study-withdrawn"})
    assert click(person, key, actor("investigator")).number == made.number
    assert [row.value for row in recorded()] == [made.number]


def test_an_allocation_from_before_the_person_came_is_somebody_elses(
    study: Protocol, key: Path, actor: By
) -> None:
    before = NOW - timedelta(days=1)
    assignment.allocate(study, key, "P0001", {}, actor="coordinator", at=before)
    with pytest.raises(ConductError, match="EQ937"):
        click(eligible(), key, actor("coordinator"))


@BOTH
def test_fifty_people_at_once(study: Protocol, key: Path, actor: By) -> None:
    people = [eligible(number) for number in range(1, 51)]
    who = actor("coordinator")

    def one(person: Participant) -> str:
        try:
            return click(person, key, who).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        kits = list(pool.map(one, people))
    assert len(set(kits)) == len(assignment.given()) == len(recorded()) == 50
    assert verification.verify(key) == []
    anchors = list(read(key.parent / "anchors"))
    assert len(anchors) == 50
    assert max(made.vault[0] for made in anchors) == 50


@BOTH
def test_fifty_clicks_for_one_person(study: Protocol, key: Path, actor: By) -> None:
    person, who = eligible(), actor("coordinator")

    def one(_: int) -> str:
        try:
            return click(person, key, who).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        kits = set(pool.map(one, range(50)))
    assert len(kits) == len(assignment.given()) == len(recorded()) == 1


@BOTH
def test_a_vault_that_is_away_leaves_everything_as_it_was(
    study: Protocol, key: Path, actor: By, tmp_path: Path
) -> None:
    person, who = eligible(), actor("coordinator")
    vault = connections["vault"]
    known = dict(vault.settings_dict)
    vault.close()
    vault.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}
    if vault.vendor == "sqlite":
        vault.settings_dict["NAME"] = str(tmp_path / "away" / "vault.sqlite3")
    try:
        with pytest.raises(OperationalError):
            click(person, key, who)
    finally:
        vault.close()
        vault.settings_dict.update(known)
    assert not recorded()
    assert click(person, key, who).new


def test_a_full_disk_of_anchors_is_told_and_mended_by_a_click(
    study: Protocol, key: Path, actor: By
) -> None:
    person, folder = eligible(), key.parent / "anchors"
    folder.write_text("a file where the folder should be")
    with pytest.raises(ConductError, match="EQ942"):
        click(person, key, actor("coordinator"))
    folder.unlink()
    made = click(person, key, actor("coordinator"))
    assert assignment.kit(person.identifier) == made.number
    assert [anchor.vault[0] for anchor in read(folder)] == [1]


def test_who_is_locked_is_not_randomized(study: Protocol, key: Path, actor: By) -> None:
    person = eligible()
    lock_participant(person, actor=actor("statistician"), at=NOW)
    with pytest.raises(ConductError, match="EQ923"):
        click(person, key, actor("coordinator"))
    assert len(assignment.given()) == 0
