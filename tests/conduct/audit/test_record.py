"""Entries: appended under a lock, refused by the database when changed."""

import pytest
from django.db import DatabaseError, connection, transaction

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.record import append
from equipoise.conduct.audit.verify import verify
from tests.conduct.conftest import NOW

FACTS = [
    Fact("answer", "instrument:caps5", "baseline", None, str(i), str(i % 5))
    for i in range(1, 21)
]


def write(chain: str = "P0001") -> list[Entry]:
    return append(chain, FACTS, actor="rater", protocol="p" * 64, at=NOW)


def test_what_was_written_verifies(db: None) -> None:
    write()
    write("P0002")
    write()
    found = verify()
    assert found.entries == 60
    assert not found.findings
    assert found.heads["P0001"][0] == 40


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET value = '4' WHERE seq = 3",
        "DELETE FROM audit_entry WHERE seq = 20",
        "DELETE FROM audit_entry",
    ],
)
def test_raw_sql_meets_the_same_wall(db: None, sql: str) -> None:
    write()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert not verify().findings


def test_the_orm_meets_it_too(db: None) -> None:
    made = Entry.objects.get(seq=write()[2].seq)
    made.value = "4"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        made.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(chain="P0001").update(value="4")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.bulk_update([made], ["value"])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()
    assert not verify().findings
