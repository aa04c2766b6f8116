"""Arms that were shown, syringes and their checks: chains that nobody can shorten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from equipoise.conduct.allocation.models import (
    Opening,
    PharmacyEntry,
    SyringeCheck,
    SyringeDiscard,
    SyringeRow,
)
from equipoise.conduct.allocation.services import (
    assignment,
    hash_chains,
    syringes,
    unblinding,
    verification,
)
from equipoise.conduct.allocation.services.hash_chains import link
from equipoise.conduct.audit.hash_chain import START
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import fill
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql


def show(key: Path, who: str = "P0001", reason: str = "r") -> None:
    unblinding.open_one(key, who, why="pharmacy", reason=reason, actor="p", at=NOW)


@pytest.fixture
def shown(study: Protocol, key: Path) -> Protocol:
    """Three openings, and three syringes: one failed its check, one was discarded."""
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    for reason in ("one", "two", "three"):
        show(key, reason=reason)
    first = fill(key)
    syringes.check_syringe(first, agrees=False, actor="q", at=NOW)
    second = fill(key)
    syringes.discard_syringe(key, second, reason="fell", actor="p", at=NOW)
    syringes.check_syringe(fill(key), agrees=True, actor="q", at=NOW)
    return study


def test_heads_grow(shown: Protocol, key: Path) -> None:
    before = hash_chains.heads()
    assert {name: count for name, (count, _) in before.items()} == {
        "allocations": 1, "openings": 3, "syringes": 3, "checks of syringes": 2,
        "discards of syringes": 1, "entries of the pharmacy": 0,
    }  # fmt: skip
    show(key)
    after = hash_chains.heads()
    assert after["openings"][0] == 4
    assert hash_chains.hashes("openings", [3, 4, 9]) == {
        3: before["openings"][1],
        4: after["openings"][1],
    }
    assert hash_chains.hashes("no such chain", [1]) == {}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "UPDATE allocation_opening SET actor = 'x' WHERE seq = 2",
            "opening 2 does not",
        ),
        (
            "UPDATE allocation_opening SET reason = '' WHERE seq = 3",
            "opening 3 does not",
        ),
        ("DELETE FROM allocation_opening WHERE seq = 2", "opening 2 is missing"),
        ("DELETE FROM allocation_opening WHERE seq = 1", "opening 1 is missing"),
        (
            "UPDATE allocation_syringecheck SET actor = 'x' WHERE seq = 1",
            "check of a syringe 1 does not match",
        ),
        (
            "DELETE FROM allocation_syringecheck WHERE seq = 1",
            "check of a syringe 1 is missing",
        ),
        (
            "UPDATE allocation_syringediscard SET actor = 'x'",
            "discard of a syringe 1 does not match",
        ),
        (
            "UPDATE allocation_syringediscard SET seq = 2",
            "discard of a syringe 1 is missing",
        ),
        (
            "UPDATE allocation_syringediscard SET syringe_id = (SELECT id FROM "
            "allocation_syringerow WHERE seq = 3)",
            "discard of a syringe 1 does not match",
        ),
        (
            "UPDATE allocation_syringerow SET visit = 'x' WHERE seq = 2",
            "syringe 2 does not match",
        ),
    ],
)
def test_a_change_is_found_without_the_key(
    shown: Protocol, key: Path, statement: str, what: str
) -> None:
    assert verification.verify(None) == []
    sql(statement, alias="vault")
    assert what in " ".join(verification.verify(None))


@pytest.mark.parametrize("table", ["opening", "syringecheck", "syringediscard"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE allocation_{} SET actor = 'x'",
        "DELETE FROM allocation_{}",
        "INSERT OR REPLACE INTO allocation_{} SELECT * FROM allocation_{}",
    ],
)
def test_the_database_refuses(
    shown: Protocol, key: Path, table: str, statement: str
) -> None:
    """After the migrations that made tables, or made them anew."""
    connection = connections["vault"]
    if connection.vendor == "postgresql" and "REPLACE" in statement:
        statement = (
            "INSERT INTO allocation_{} SELECT * FROM allocation_{} "
            "ON CONFLICT (id) DO UPDATE SET actor = 'x'"
        )
    with (
        pytest.raises((DatabaseError, IntegrityError), match="append-only"),
        transaction.atomic(using="vault"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table, table))
    assert verification.verify(None) == []


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_many_openings_at_once_are_all_there_in_order(
    study: Protocol, key: Path
) -> None:
    for number in range(4):
        assignment.allocate(study, key, f"P{number}", {}, actor="c", at=NOW)

    def one(number: int) -> None:
        try:
            show(key, f"P{number % 4}", f"request {number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    unblinding.open_all(key, reason="end", actor="s", at=NOW)
    assert hash_chains.heads()["openings"][0] == 28
    assert verification.verify(key, study) == []
    assert [row.why for row in unblinding.shown()][-4:] == ["unblinding"] * 4


SYRINGE = SyringeRow(number="12345678")
ROWS = {
    "opening": (
        Opening(seq=1, participant="P0001", at=NOW, actor="i", why="emergency"),
        {"seq": 2, "participant": "P0002", "at": NOW + timedelta(microseconds=1),
         "actor": "c", "why": "pharmacy", "reason": "x"},
    ),
    "check": (
        SyringeCheck(seq=1, syringe=SYRINGE, at=NOW, actor="i", agrees=True),
        {"seq": 2, "at": NOW + timedelta(days=1), "actor": "c", "agrees": False,
         "syringe": SyringeRow(number="12345679")},
    ),
    "discard": (
        SyringeDiscard(seq=1, syringe=SYRINGE, at=NOW, actor="i", reason=b"sealed"),
        {"seq": 2, "at": NOW + timedelta(days=1), "actor": "c", "reason": b"",
         "syringe": SyringeRow(number="12345679")},
    ),
    "entry": (
        PharmacyEntry(seq=1, at=NOW, actor="i", kind="received", content=b"sealed"),
        {"seq": 2, "at": NOW + timedelta(days=1), "actor": "c", "kind": "returned",
         "about": "lot 1", "content": b""},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_each_field_of_a_row_counts_and_so_does_the_row_before(name: str) -> None:
    row, others = ROWS[name]
    hash_ = link(START, row)
    assert len(hash_) == 32
    assert link(hash_, row) != hash_
    for field, other in others.items():
        before = getattr(row, field)
        setattr(row, field, other)
        assert link(START, row) != hash_, field
        setattr(row, field, before)
    assert link(START, row) == hash_


def test_fields_do_not_run_into_each_other() -> None:
    one = Opening(seq=1, participant="P1", at=NOW, actor="i", why="a", reason="bc")
    other = Opening(seq=1, participant="P1", at=NOW, actor="i", why="ab", reason="c")
    assert link(START, one) != link(START, other)
