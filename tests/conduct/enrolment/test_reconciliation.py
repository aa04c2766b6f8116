"""A loss is accepted with a reason: what is known comes back, nothing is used twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import assignment, unblinding
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import screen
from equipoise.conduct.enrolment.database_currency import Missing
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.enrolment.reconciliation import reconcile
from equipoise.conduct.inspection.verification import inspect
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.enrolment.copies import Copy
from tests.conduct.screened import eligible

By = Callable[[str], Actor]


def click(number: int, key: Path, actor: Actor) -> str:
    anchors = key.parent / "anchors"
    made = randomize(eligible(number), key=key, anchors=anchors, actor=actor, at=NOW)
    return made.number


def mend(key: Path, **more: object) -> Missing:
    return reconcile(
        key=key, anchors=key.parent / "anchors", actor="anna", at=NOW,
        **({"reason": "backup of May"} | more),
    )  # fmt: skip


def arms(key: Path) -> dict[str, str]:
    shown = unblinding.open_all(key, reason="test", actor="t", at=NOW)
    return {row.participant: row.arm for row in shown}


def test_an_older_vault_gets_its_allocations_back(
    study: Protocol, key: Path, actor: By
) -> None:
    by = actor("coordinator")
    click(1, key, by)
    copy = Copy("vault")
    kits = [click(number, key, by) for number in (2, 3, 4)]
    before = arms(key)
    copy.restore()
    found = mend(key)
    assert set(found.unallocated) == {"P0002", "P0003", "P0004"}
    assert [assignment.kit(f"P000{n}") for n in (2, 3, 4)] == kits
    assert arms(key) == before
    assert click(5, key, by) not in kits
    checked = inspect(key, key.parent / "anchors")
    assert checked.findings == ()
    assert "a loss was reconciled" in checked.notices[0]
    assert "by anna, reason: backup of May. Lost: " in checked.notices[0]
    assert "P0003 was randomized to kit" in checked.notices[0]
    last = entries(STUDY).filter(act="reconcile").last()
    assert (last.actor, last.reason) == ("anna", "backup of May")


def test_an_older_audit_gets_its_kits_back_and_no_identifier_twice(
    study: Protocol, key: Path, actor: By
) -> None:
    by = actor("coordinator")
    click(1, key, by)
    copy = Copy("default")
    kit = click(2, key, by)
    copy.restore()
    found = mend(key)
    assert found.shortened["P0002"][1] == 0
    lost = Participant.objects.get(identifier="P0002")
    assert entries("P0002").filter(act="randomize").get().value == kit
    assert lost.status == "randomized"
    assert screen("north", actor=by, at=NOW).identifier == "P0003"
    assert inspect(key, key.parent / "anchors").findings == ()


def test_kits_come_back_from_paper(study: Protocol, key: Path, actor: By) -> None:
    by = actor("coordinator")
    click(1, key, by)
    copies = Copy("vault"), Copy("default")
    kit = click(2, key, by)
    before = arms(key)["P0002"]
    for copy in copies:
        copy.restore()
    mend(key, given={"P0002": kit})
    assert arms(key)["P0002"] == before
    assert entries("P0002").filter(act="randomize").get().value == kit
    assert inspect(key, key.parent / "anchors").findings == ()


def test_no_loss_is_accepted_without_a_reason(study: Protocol, key: Path) -> None:
    with pytest.raises(ConductError, match="EQ943"):
        mend(key, reason=" ")


def test_a_kit_of_somebody_else_is_not_given(
    study: Protocol, key: Path, actor: By
) -> None:
    kit = click(1, key, actor("coordinator"))
    with pytest.raises(ConductError, match="EQ937"):
        mend(key, given={"P0009": kit})
