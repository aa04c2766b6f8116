"""A whole trial is verified: nothing wrong, or everything that is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.inspection.verifying import Inspection, inspect
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.enrolment.copies import Copy
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.tampering import sql

By = Callable[[str], Actor]


def look(key: Path) -> Inspection:
    return inspect(key, key.parent / "anchors")


def test_a_trial_that_runs_verifies(study: Protocol, key: Path, actor: By) -> None:
    assert "nothing was anchored yet" in look(key).notices[0]
    for number in (1, 2):
        randomized(key, actor("coordinator"), number)
    found = look(key)
    assert (found.findings, found.notices) == ((), ())
    assert (found.allocations, found.chains, found.anchored) == (2, 3, 3)


def test_an_older_vault_is_found(study: Protocol, key: Path, actor: By) -> None:
    copy = Copy("vault")
    randomized(key, actor("coordinator"))
    copy.restore()
    said = " ".join(look(key).findings)
    assert "1 allocations were anchored that the vault lacks" in said


def test_everything_wrong_is_told_at_once(
    study: Protocol, key: Path, actor: By
) -> None:
    randomized(key, actor("coordinator"))
    sql("UPDATE audit_entry SET value = 'x' WHERE chain = 'P0001' AND seq = 2")
    sql("DELETE FROM audit_entry WHERE chain = 'study' AND seq = 1")
    sql("DELETE FROM allocation_place WHERE position = 50", alias="vault")
    found = " ".join(look(key).findings)
    assert "chain P0001, entry 2: is not what was written down" in found
    assert "chain study" in found
    assert "committed to" in found


def test_without_the_key_nothing_is_said_to_be_in_order(
    study: Protocol, key: Path
) -> None:
    key.unlink()
    with pytest.raises(ConductError, match="EQ931"):
        look(key)
