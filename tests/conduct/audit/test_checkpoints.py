"""Anchors: what no database can hide."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.audit.checkpoints import (
    NAME,
    against,
    anchor,
    anchored,
    departed,
    read,
)
from equipoise.conduct.audit.hash_chain import START, Fact
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import append
from equipoise.conduct.audit.verify import verify
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW
from tests.conduct.tampering import behind_the_triggers, sql

NOTHING = (0, START.hex())


def write(chain: str = "P0001", count: int = 5, value: str = "1") -> None:
    facts = [
        Fact("answer", "vitals", item=str(i), value=value) for i in range(1, count + 1)
    ]
    append(chain, facts, actor="nurse", protocol="p" * 64, at=NOW)


def found(folder: Path) -> list[str]:
    checked = verify()
    return [str(f) for f in (*checked.findings, *against(checked, folder))]


def test_an_anchor_has_what_grew(db: None, tmp_path: Path) -> None:
    write("P0001")
    anchor(tmp_path, vault=NOTHING, at=NOW)
    write("P0002", 3)
    anchor(tmp_path, vault=NOTHING, at=NOW)
    first, second = read(tmp_path)
    assert set(first.heads) == {"P0001"}
    assert {chain: n for chain, (n, _) in second.heads.items()} == {"P0002": 3}
    assert found(tmp_path) == []


def test_an_edited_value_is_found(db: None, tmp_path: Path) -> None:
    write()
    sql("UPDATE audit_entry SET value = '9' WHERE seq = 3")
    assert found(tmp_path) == ["chain P0001, entry 3: does not match its hash"]


@pytest.mark.parametrize("column", ["actor", "act", "reason", "item", "form"])
def test_any_edited_column_is_found(db: None, tmp_path: Path, column: str) -> None:
    write()
    sql(f"UPDATE audit_entry SET {column} = 'x' WHERE seq = 3")  # noqa: S608
    assert len(found(tmp_path)) == 1


def test_an_edited_time_is_found(db: None, tmp_path: Path) -> None:
    write()
    sql("UPDATE audit_entry SET at = %s WHERE seq = 3", NOW + timedelta(days=1))
    assert "entry 3: does not match its hash" in found(tmp_path)[0]


def test_a_removed_entry_is_found(db: None, tmp_path: Path) -> None:
    write()
    sql("DELETE FROM audit_entry WHERE seq = 2")
    assert found(tmp_path)[0] == "chain P0001, entry 2: is missing"


def test_a_removed_tail_is_found(db: None, tmp_path: Path) -> None:
    write()
    anchor(tmp_path, vault=NOTHING, at=NOW)
    sql("DELETE FROM audit_entry WHERE seq > 3")
    assert "entry 4: to entry 5 are missing at the end" in found(tmp_path)[0]
    # A clever one mends the head as well; only the anchor knows.
    kept = Entry.objects.get(seq=3)
    sql(
        "UPDATE audit_head SET seq = 3, hash = %s WHERE chain = 'P0001'",
        bytes(kept.hash),
    )
    assert verify().findings == ()
    assert found(tmp_path) == [
        "chain P0001, entry 5: is in an external checkpoint, but is missing"
    ]


def test_a_chain_that_was_rebuilt_is_found(db: None, tmp_path: Path) -> None:
    write(value="1")
    anchor(tmp_path, vault=NOTHING, at=NOW)
    with behind_the_triggers():
        Entry.objects.all().delete()
    sql("DELETE FROM audit_head")
    write(value="2", count=6)
    assert verify().findings == ()
    assert found(tmp_path) == [
        "chain P0001, entry 5: does not match an external checkpoint"
    ]


def test_a_chain_that_is_gone_is_found(db: None, tmp_path: Path) -> None:
    write("P0001")
    write("P0002")
    anchor(tmp_path, vault=NOTHING, at=NOW)
    sql("DELETE FROM audit_entry WHERE chain = 'P0002'")
    sql("DELETE FROM audit_head WHERE chain = 'P0002'")
    assert found(tmp_path) == [
        "chain P0002, entry 5: is in an external checkpoint, but is missing"
    ]


def test_an_edited_anchor_is_found(db: None, tmp_path: Path) -> None:
    for count in (1, 2, 3):
        write(count=count)
        anchor(tmp_path, vault=NOTHING, at=NOW)
    path = tmp_path / NAME
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2], ""]))
    assert found(tmp_path) == [
        "chain anchors, entry 2: the line before was changed or removed"
    ]
    path.write_text("\n".join([lines[0], "nonsense", lines[2], ""]))
    assert "the line cannot be read" in found(tmp_path)[0]


def test_a_line_that_was_cut_off_is_written_anew(db: None, tmp_path: Path) -> None:
    write()
    anchor(tmp_path, vault=NOTHING, at=NOW)
    with (tmp_path / NAME).open("a") as file:
        file.write('{"at":"2027')  # the power went
    write()
    anchor(tmp_path, vault=NOTHING, at=NOW)
    assert len(list(read(tmp_path))) == 2
    assert found(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(db: None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConductError, match="EQ942"):
        anchor(tmp_path / "file", vault=NOTHING, at=NOW)


def test_a_reconciliation_ends_what_was_anchored(db: None, tmp_path: Path) -> None:
    write()
    anchor(tmp_path, vault=(4, "ab"), at=NOW)
    with behind_the_triggers():
        Entry.objects.all().delete()
    sql("DELETE FROM audit_head")
    write(count=2, value="2")
    assert found(tmp_path)
    anchor(tmp_path, vault=(1, "cd"), at=NOW, reconciled=True)
    known = anchored(tmp_path)
    assert known.vault == {"allocations": {1: "cd"}}
    assert len(known.reconciled) == 1
    assert found(tmp_path) == []


def test_a_later_line_does_not_hide_what_departed_from_an_earlier_one(
    db: None, tmp_path: Path
) -> None:
    write()
    anchor(tmp_path, vault=NOTHING, at=NOW)
    with behind_the_triggers():
        Entry.objects.all().delete()
    sql("DELETE FROM audit_head")
    write(value="9")  # as long as it was, and another one
    assert departed(anchored(tmp_path)) == {"P0001"}
    for _ in range(2):
        anchor(tmp_path, vault=NOTHING, at=NOW)
        assert "does not match an external checkpoint" in found(tmp_path)[0]
        assert departed(anchored(tmp_path)) == {"P0001"}
        write(count=2, value="9")  # longer than it was
    assert [made.departed for made in read(tmp_path)] == [(), ("P0001",), ("P0001",)]
    anchor(tmp_path, vault=NOTHING, at=NOW, reconciled=True)
    assert departed(anchored(tmp_path)) == set()
    assert found(tmp_path) == []


def test_of_two_copies_the_reconciled_one_goes_on(db: None, tmp_path: Path) -> None:
    write(STUDY, 2)
    anchor(tmp_path, vault=NOTHING, at=NOW, reconciled=True)
    write(STUDY, 1)
    anchor(tmp_path, vault=NOTHING, at=NOW)
    with behind_the_triggers():
        Entry.objects.all().delete()
    sql("DELETE FROM audit_head")
    write(STUDY, 7, value="of the other copy")
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(ConductError, match="another copy") as refused:
        anchor(tmp_path, vault=NOTHING, at=NOW)
    assert refused.value.code == "EQ937"
    assert (tmp_path / NAME).read_bytes() == before


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_anchors_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    def one(number: int) -> None:
        try:
            write(f"P{number:04d}", 1)
            anchor(tmp_path, vault=NOTHING, at=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    assert len(list(read(tmp_path))) == 24
    assert len(anchored(tmp_path).heads) == 24
    assert found(tmp_path) == []
