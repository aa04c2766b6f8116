"""Any change of the sealed list or of an allocation is found."""

from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.services import (
    assignment,
    concealed_list,
    unblinding,
    verification,
)
from equipoise.protocol.governance import Randomization
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql


@pytest.fixture
def begun(study: Protocol, key: Path) -> Protocol:
    for number in range(1, 7):
        assignment.allocate(study, key, f"P{number:04d}", {}, actor="c", at=NOW)
    return study


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE allocation_place SET kit = '999999' WHERE position = 9", "decryption"),
        ("UPDATE allocation_place SET position = 99 WHERE position = 9", "decryption"),
        ("DELETE FROM allocation_place WHERE position = 60", "its commitment"),
        ("UPDATE allocation_sealed SET commitment = 'x'", "its commitment"),
        ("UPDATE allocation_sealed SET seed = salt", "decryption"),
        ("UPDATE allocation_sealed SET salt = seed", "decryption"),
        ("DELETE FROM allocation_allocation WHERE seq = 3", "allocation 3 is missing"),
        ("UPDATE allocation_allocation SET actor = 'x' WHERE seq = 3", "allocation 3"),
        (
            "UPDATE allocation_allocation SET participant = 'X' WHERE seq = 6",
            "allocation",
        ),
        ("DELETE FROM allocation_allocation WHERE seq = 6", "the counter of stratum"),
        ("UPDATE allocation_turn SET taken = 9", "the counter of stratum"),
    ],
)
def test_a_change_is_found(
    begun: Protocol, key: Path, statement: str, what: str
) -> None:
    assert verification.verify(key, begun) == []
    sql(statement, alias="vault")
    found = verification.verify(key, begun)
    assert found
    assert what in " ".join(found)
    assert not any(arm.id in " ".join(found) for arm in begun.arms)


def test_arms_that_were_exchanged_are_found(begun: Protocol, key: Path) -> None:
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT arm FROM allocation_place WHERE position = 10")
        arm = cursor.fetchone()[0]
    sql("UPDATE allocation_place SET arm = %s WHERE position = 11", arm, alias="vault")
    assert "decryption failed" in verification.verify(key)[0]


def test_an_arm_that_was_sealed_anew_with_the_key_is_found(
    begun: Protocol, key: Path
) -> None:
    """Who has the key can seal another arm, and cannot make the commitment fit."""
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT kit, arm FROM allocation_place WHERE position = 11")
        kit, sealed = cursor.fetchone()
    bound = f"place all 11 {kit}"
    other = {"ketamine": "midazolam", "midazolam": "ketamine"}
    arm = Vault(key).seal(other[Vault(key).open(sealed, bound)], bound)
    sql("UPDATE allocation_place SET arm = %s WHERE position = 11", arm, alias="vault")
    assert verification.verify(key) == [
        "the allocation schedule does not match its commitment"
    ]


def test_a_skipped_place_is_found(study: Protocol, key: Path) -> None:
    assignment.allocate(study, key, "P1", {}, actor="c", at=NOW)
    sql("UPDATE allocation_turn SET taken = 2", alias="vault")
    assignment.allocate(study, key, "P2", {}, actor="c", at=NOW)
    assert verification.verify(key) == [
        "allocation 2 is not the next position of its stratum"
    ]


def test_a_turn_that_was_set_back_gives_no_place_twice(
    begun: Protocol, key: Path
) -> None:
    from django.db import IntegrityError, transaction

    sql("UPDATE allocation_turn SET taken = 3", alias="vault")
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        assignment.allocate(begun, key, "P9", {}, actor="c", at=NOW)
    assert len(assignment.given()) == 6


def test_a_minimization_is_worked_out_again(
    db: None, feder: Protocol, key: Path
) -> None:
    plan = Randomization(
        method="minimization", strata=("sex", "psychotropics"), probability=0.8
    )
    trial = feder.model_copy(update={"randomization": plan})
    concealed_list.seal(trial, key, places=20, actor="s", at=NOW, seed=3)
    for number in range(12):
        levels = {
            "sex": "F" if number % 3 else "M",
            "psychotropics": "yes" if number % 2 else "no",
        }
        assignment.allocate(trial, key, f"P{number}", levels, actor="c", at=NOW)
    assert verification.verify(key, trial) == []
    shown = unblinding.open_all(key, reason="end", actor="s", at=NOW)
    arms = [row.arm for row in shown]
    assert 3 <= arms.count("ketamine") <= 9
    other = trial.model_copy(
        update={"randomization": plan.model_copy(update={"probability": 1.0})}
    )
    again = verification.verify(key, other)
    assert all("does not have the arm" in what for what in again)
