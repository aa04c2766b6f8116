"""A whole trial is verified: nothing wrong, or everything that is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import unblinding
from equipoise.conduct.enrolment.database_currency import anchor_all
from equipoise.conduct.inspection.verification import Inspection, inspect
from equipoise.conduct.unblinding.emergency import unblind
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.enrolment.copies import Copy
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.tampering import sql

By = Callable[[str], Actor]


def look(key: Path) -> Inspection:
    return inspect(key, key.parent / "anchors")


def test_a_trial_that_runs_verifies(study: Protocol, key: Path, actor: By) -> None:
    assert "there is no external checkpoint" in look(key).notices[0]
    for number in (1, 2):
        randomized(key, actor("coordinator"), number)
    found = look(key)
    assert (found.findings, found.notices) == ((), ())
    assert (found.allocations, found.chains, found.anchored) == (2, 4, 4)


def test_an_older_vault_is_found(study: Protocol, key: Path, actor: By) -> None:
    copy = Copy("vault")
    randomized(key, actor("coordinator"))
    copy.restore()
    said = " ".join(look(key).findings)
    assert "allocations at the last checkpoint, but" in said


def test_everything_wrong_is_told_at_once(
    study: Protocol, key: Path, actor: By
) -> None:
    randomized(key, actor("coordinator"))
    sql("UPDATE audit_entry SET value = 'x' WHERE chain = 'P0001' AND seq = 2")
    sql("DELETE FROM audit_entry WHERE chain = 'study' AND seq = 1")
    sql("DELETE FROM allocation_place WHERE position = 50", alias="vault")
    found = " ".join(look(key).findings)
    assert "chain P0001, entry 2: does not match its hash" in found
    assert "chain study" in found
    assert "its commitment" in found


def test_a_key_that_is_said_to_be_there_and_is_not(study: Protocol, key: Path) -> None:
    key.unlink()
    with pytest.raises(ConductError, match="EQ931"):
        look(key)


def test_an_auditor_without_the_key_is_told_what_was_not_looked_at(
    study: Protocol, key: Path, actor: By
) -> None:
    randomized(key, actor("coordinator"))
    assert look(key).not_checked == ()
    found = inspect(None, key.parent / "anchors")
    assert (found.findings, found.allocations) == ((), 1)
    assert "whether the allocation schedule matches its commitment" in (
        found.not_checked
    )
    sql("UPDATE allocation_allocation SET actor = 'x'", alias="vault")
    found = inspect(None, key.parent / "anchors")
    assert "allocation 1 does not match its hash" in " ".join(found.findings)


def test_another_list_than_was_published_is_found_without_the_key(
    study: Protocol, key: Path
) -> None:
    sql("UPDATE allocation_sealed SET commitment = 'x'", alias="vault")
    said = " ".join(inspect(None, key.parent / "anchors").findings)
    assert "does not have the published commitment" in said


def test_a_removed_last_opening_is_found(study: Protocol, key: Path, actor: By) -> None:
    person = randomized(key, actor("coordinator"))
    anchors, investigator = key.parent / "anchors", actor("investigator")
    unblind(
        person, reason="coma of unknown cause", confirmed=True, key=key,
        actor=investigator, at=NOW,
        anchors=anchors,
    )  # fmt: skip
    assert look(key).findings == ()
    assert look(key).openings == 1
    sql("DELETE FROM allocation_opening WHERE seq = 1", alias="vault")
    said = "1 openings at the last checkpoint, but 0 in the database"
    for found in (look(key), inspect(None, anchors)):
        assert said in " ".join(found.findings)
        assert "but no arm was shown" in " ".join(found.notices)
    with pytest.raises(ConductError, match="EQ937"):
        randomized(key, actor("coordinator"), 2)


def test_a_rewritten_opening_is_found(study: Protocol, key: Path, actor: By) -> None:
    """Worked out anew, the chain is whole in itself; the anchor knows better."""
    randomized(key, actor("coordinator"))
    unblinding.open_one(key, "P0001", why="pharmacy", reason="a", actor="p", at=NOW)
    anchor_all(key.parent / "anchors", at=NOW)
    sql("DELETE FROM allocation_opening", alias="vault")
    unblinding.open_one(key, "P0001", why="pharmacy", reason="b", actor="p", at=NOW)
    said = " ".join(look(key).findings)
    assert "the openings do not match the external checkpoints" in said


def test_an_arm_that_was_shown_without_an_entry_is_found(
    study: Protocol, key: Path, actor: By
) -> None:
    randomized(key, actor("coordinator"))
    unblinding.open_one(key, "P0001", why="emergency", reason="r", actor="x", at=NOW)
    said = " ".join(inspect(None, key.parent / "anchors").findings)
    assert "P0001 was unblinded in an emergency, but there is no audit entry" in said
