"""Append-only tables: what raw SQL meets, whatever its form."""

import pytest
from django.db import DatabaseError, connection, transaction

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.record import append
from equipoise.conduct.audit.triggers import protect
from equipoise.conduct.audit.verify import verify
from tests.conduct.conftest import NOW

EVERYWHERE = (
    "UPDATE audit_entry SET value = 'x'",
    "UPDATE audit_entry SET hash = hash",
    "DELETE FROM audit_entry WHERE id > 0",
)
COLUMNS = (
    "id, chain, seq, at, actor, protocol, act, form, visit, item, value, reason, hash"
)
SAME = f"({COLUMNS}) SELECT {COLUMNS} FROM audit_entry"  # noqa: S608
SQLITE = (
    "INSERT OR REPLACE INTO audit_entry " + SAME,
    "REPLACE INTO audit_entry " + SAME,
    "UPDATE OR IGNORE audit_entry SET value = 'x'",
)
POSTGRESQL = (
    "TRUNCATE audit_entry",
    "INSERT INTO audit_entry " + SAME + " ON CONFLICT (id) DO UPDATE SET value = 'x'",
    "WITH gone AS (DELETE FROM audit_entry RETURNING id) SELECT * FROM gone",
)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("known", ["everywhere", "here"])
def test_no_statement_changes_what_was_written(
    db: None, number: int, known: str
) -> None:
    here = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    statement = (EVERYWHERE if known == "everywhere" else here)[number]
    append("P1", [Fact("screen", value="north")], actor="c", protocol="", at=NOW)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().value == "north"
    assert verify().findings == ()


def test_an_unknown_database_is_refused() -> None:
    class Editor:
        class connection:  # noqa: N801  named as in Django
            vendor = "oracle"

    with pytest.raises(NotImplementedError):
        protect(Editor(), "t")  # type: ignore[arg-type]
