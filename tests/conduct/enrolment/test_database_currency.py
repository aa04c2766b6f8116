"""A restored older copy of either database is noticed, and gives no place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.enrolment.database_currency import missing
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.enrolment.copies import Copy
from tests.conduct.screened import eligible

By = Callable[[str], Actor]


@pytest.fixture
def click(study: Protocol, key: Path, actor: By) -> Callable[[int], str]:
    def one(number: int) -> str:
        return randomize(
            eligible(number), key=key, anchors=key.parent / "anchors",
            actor=actor("coordinator"), at=NOW,
        ).number  # fmt: skip

    return one


def test_nothing_is_missing_of_a_trial_that_runs(
    click: Callable[[int], str], key: Path
) -> None:
    for number in (1, 2, 3):
        click(number)
    found = missing(key.parent / "anchors")
    assert found.words() == []


def test_an_older_vault_gives_no_place(click: Callable[[int], str], key: Path) -> None:
    click(1)
    copy = Copy("vault")
    kit = click(2)
    copy.restore()
    with pytest.raises(ConductError, match="EQ937") as refusal:
        click(3)
    assert "allocations at the last checkpoint, but" in str(refusal.value)
    assert "P0002" not in str(refusal.value)  # may be of another site
    said = missing(key.parent / "anchors").words()
    assert f"P0002 was randomized to kit {kit}, but the allocation is missing" in said
    assert "2 allocations at the last checkpoint, but 1 in the database" in said
    assert len(assignment.given()) == 1


def test_an_older_vault_is_noticed_even_without_anchors(
    click: Callable[[int], str], key: Path
) -> None:
    click(1)
    copy = Copy("vault")
    click(2)
    copy.restore()
    (key.parent / "anchors" / "anchors.jsonl").unlink()
    with pytest.raises(ConductError, match="EQ937"):
        click(3)


def test_an_older_audit_gives_no_place(click: Callable[[int], str], key: Path) -> None:
    click(1)
    copy = Copy("default")
    click(2)
    copy.restore()
    with pytest.raises(ConductError, match="1 chains are shorter"):
        click(2)  # the next person gets the identifier of the lost one
    assert len(assignment.given()) == 2
    assert set(missing(key.parent / "anchors").unrecorded) == {"P0002"}


def test_both_older_give_no_place(click: Callable[[int], str], key: Path) -> None:
    click(1)
    copies = Copy("vault"), Copy("default")
    click(2)
    for copy in copies:
        copy.restore()
    with pytest.raises(ConductError, match="EQ937"):
        click(2)
    assert len(assignment.given()) == 1


def test_another_vault_of_the_same_length_is_noticed(
    study: Protocol, click: Callable[[int], str], key: Path
) -> None:
    copy = Copy("vault")
    click(1)
    copy.restore()
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    found = missing(key.parent / "anchors")
    assert found.vault
    assert "the allocations do not match" in found.words()[0]
