"""Verification: what is in order, and what should be known."""

from datetime import timedelta

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append, entries
from equipoise.conduct.audit.verify import verify
from tests.conduct.audit.test_models import linked
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql

FACT = Fact("answer", "vitals", "infusion-1", -30, "SYSBP", "120", "typing error")


def write(at=NOW) -> None:
    append("P0001", [FACT], actor="nurse", protocol="p" * 64, at=at)


def test_a_clock_that_was_set_back_is_noticed_and_order_kept(db: None) -> None:
    for minutes in (0, 10, 4, 5):
        write(NOW + timedelta(minutes=minutes))
    found = verify()
    assert found.findings == ()
    assert [str(n) for n in found.notices] == [
        "chain P0001, entry 3: the clock had been set back"
    ]
    rows = entries("P0001")
    minutes = [(row.at - NOW).total_seconds() / 60 for row in rows]
    assert minutes == [0, 10, 4, 4, 5, 5]  # as the clock said it
    assert [row.act for row in rows][2::2] == ["clock", "clock"]


def test_clocks_of_two_machines_may_differ_a_little(db: None) -> None:
    write(NOW)
    write(NOW - timedelta(seconds=30))
    assert verify().notices == ()


def test_what_is_verified_is_what_was_linked(db: None) -> None:
    append("P1", [FACT, Fact("complete")], actor="ü|:", protocol="", at=NOW)
    assert verify().findings == ()
    row = entries("P1").first()
    assert linked(bytes(32), row) == bytes(row.hash)


def test_a_chain_without_a_head_is_found(db: None) -> None:
    write()
    sql("DELETE FROM audit_head")
    assert str(verify().findings[0]).endswith("the chain has no head")


def test_an_added_entry_is_found(db: None) -> None:
    write()
    sql(
        "INSERT INTO audit_entry (chain, seq, at, actor, protocol, act, form, visit, "
        "item, value, reason, hash) SELECT chain, 2, at, actor, protocol, act, form, "
        "visit, item, value, reason, hash FROM audit_entry"
    )
    said = [str(f) for f in verify().findings]
    assert "chain P0001, entry 2: does not match its hash" in said
