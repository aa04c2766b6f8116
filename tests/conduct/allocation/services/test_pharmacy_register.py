"""The register: sealed, chained, and the same whatever the arm."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connections, transaction

from equipoise.conduct.allocation.services import (
    assignment,
    hash_chains,
    pharmacy_register,
    syringes,
    unblinding,
    verification,
)
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_stock import move, prepare, receive
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql


def test_what_is_sealed_is_equally_long_and_tells_nothing(
    study: Protocol, key: Path
) -> None:
    receive(key)
    receive(key, lot="L" * 60, supplier="\U0001f489" * 60, note="\U0001f489" * 60)
    move(key, "returned", 1, reason="\U0001f489" * 400)
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT * FROM allocation_pharmacyentry")
        rows = cursor.fetchall()
    kept = [bytes(v) for row in rows for v in row if isinstance(v, bytes | memoryview)]
    assert len({len(one) for one in kept if len(one) > 32}) == 1
    words = "".join(str(v) for row in rows for v in row)
    assert not [word for word in ("ketamine", "KX-1207", "Central") if word in words]
    assert not any(b"ketamine" in one for one in kept)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE allocation_pharmacyentry SET actor = 'x' WHERE seq = 2", "2 does not"),
        ("UPDATE allocation_pharmacyentry SET kind = 'returned' WHERE seq = 2",
         "2 does not"),
        ("UPDATE allocation_pharmacyentry SET about = 'lot 9' WHERE seq = 2",
         "2 does not"),
        ("UPDATE allocation_pharmacyentry SET content = (SELECT content FROM "
         "allocation_pharmacyentry WHERE seq = 1) WHERE seq = 2", "2 does not"),
        ("DELETE FROM allocation_pharmacyentry WHERE seq = 1", "1 is missing"),
    ],
)  # fmt: skip
def test_an_edit_is_found_without_the_key(
    study: Protocol, key: Path, statement: str, what: str
) -> None:
    receive(key)
    move(key, "destroyed", 1)
    before = hash_chains.heads()["entries of the pharmacy"]
    pharmacy_register.confirm(key, 2, agrees=True, actor="q", at=NOW)
    assert hash_chains.heads()["entries of the pharmacy"] != before
    assert verification.verify(None) == verification.verify(key) == []
    sql(statement, alias="vault")
    assert f"entry of the pharmacy {what}" in " ".join(verification.verify(None))


def test_a_chain_that_was_forged_as_a_whole_is_found_with_the_key(
    study: Protocol, key: Path
) -> None:
    """Whoever holds the key can write a chain anew; the counts must still add up."""
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    arm = unblinding.open_one(
        key, "P0001", why="pharmacy", reason="", actor="p", at=NOW
    )
    receive(key)
    prepare(key, arm=arm.arm)
    assert verification.verify(key) == []
    pharmacy_register.record(
        key, "returned", "lot 1", {"vials": 10, "reason": "r"}, actor="p", at=NOW
    )
    assert verification.verify(key) == ["lot 1 has fewer vials than were received"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE allocation_pharmacyentry SET actor = 'x'",
        "DELETE FROM allocation_pharmacyentry",
    ],
)
def test_the_database_refuses(study: Protocol, key: Path, statement: str) -> None:
    receive(key)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(using="vault"),
        connections["vault"].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_ends_of_syringes_are_known_without_the_key(study: Protocol, key: Path) -> None:
    receive(key)
    number = prepare(key)
    syringes.discard_syringe(
        key, number, reason="not needed", actor="p", at=NOW, returned=True
    )
    assert pharmacy_register.ends() == {number: ("returned", 2, "p")}
    syringes.end_syringe(key, number, "destroyed", reason="r", actor="p", at=NOW)
    assert pharmacy_register.ends() == {number: ("to be destroyed", 3, "p")}
    pharmacy_register.confirm(key, 3, agrees=True, actor="q", at=NOW)
    assert pharmacy_register.ends() == {number: ("destroyed", 3, "p")}
