"""One anchor states everything: participants' chains, and every chain of the vault."""

from collections.abc import Callable
from pathlib import Path

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import hash_chains, unblinding
from equipoise.conduct.audit.checkpoints import anchored, read
from equipoise.conduct.enrolment.database_currency import anchor_all
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import randomized

By = Callable[[str], Actor]


def test_what_grew_is_in_the_line(study: Protocol, key: Path, actor: By) -> None:
    folder = key.parent / "anchors"
    randomized(key, actor("coordinator"))
    unblinding.open_one(key, "P0001", why="pharmacy", reason="", actor="p", at=NOW)
    made = anchor_all(folder, at=NOW)
    assert made.vault == hash_chains.heads()["allocations"]
    assert made.vault[0] == 1
    assert made.beside == {"openings": hash_chains.heads()["openings"]}
    assert list(read(folder))[-1] == made
    assert anchor_all(folder, at=NOW).beside == {}  # nothing grew
    assert anchored(folder).vault["openings"].keys() == {1}


def test_after_a_reconciliation_only_what_is_there_holds(
    study: Protocol, key: Path, actor: By
) -> None:
    folder = key.parent / "anchors"
    randomized(key, actor("coordinator"))
    unblinding.open_one(key, "P0001", why="pharmacy", reason="", actor="p", at=NOW)
    anchor_all(folder, at=NOW)
    again = anchor_all(folder, at=NOW, reconciled=True)
    assert again.beside == {"openings": hash_chains.heads()["openings"]}
