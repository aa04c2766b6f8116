"""Tables written and read back; the whole way is in ``test_restore.py``."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from equipoise.conduct.allocation.services import concealed_list
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.operation.database_copy import read, write
from equipoise.protocol.model import Protocol

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)


def test_one_file_a_database_or_a_table(
    people: dict[str, User], tmp_path: Path
) -> None:
    files = write(tmp_path)
    names = {path.name for path in files}
    if connection.vendor == "sqlite":
        assert names == {"default.sqlite3", "vault.sqlite3"}
        return
    assert {"audit_entry.copy", "auth_user.copy", "allocation_place.copy"} <= names
    assert not names & {"django_session.copy", "cache.copy"}
    assert (tmp_path / "default" / "audit_entry.copy").read_bytes().startswith(b"id\t")


def test_what_was_written_is_read_back(study: Protocol, tmp_path: Path) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("files of SQLite are copied as they are")
    before = list(Entry.objects.values()), concealed_list.commitment()
    write(tmp_path)
    for alias in ("default", "vault"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for path in (tmp_path / alias).glob("*.copy"):
                cursor.execute(f"DELETE FROM {path.stem}")  # noqa: S608  a file of ours
            cursor.execute("SET session_replication_role = DEFAULT")
    read(tmp_path)
    assert (list(Entry.objects.values()), concealed_list.commitment()) == before
