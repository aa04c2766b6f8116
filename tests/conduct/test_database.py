"""Where the data are, and which table lives where."""

from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.access.models import Membership
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.database import VAULT, Router, databases, vault_address
from equipoise.errors import ConductError

ADDRESS = "postgresql://tr%40al:s%3Acret@db.example:5433/feder?sslmode=require"


def test_sqlite_is_two_files_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "trial.sqlite3").touch()
    made = databases("", tmp_path)
    # What is there is never replaced by an empty file; what never was is made.
    assert made["default"]["NAME"] == f"file://{tmp_path}/trial.sqlite3?mode=rw"
    assert made[VAULT]["NAME"] == f"file://{tmp_path}/vault.sqlite3?mode=rwc"
    assert "recursive_triggers=ON" in made["default"]["OPTIONS"]["init_command"]


def test_the_vault_of_postgresql_is_beside_the_trial() -> None:
    made = databases(ADDRESS, Path())
    default, vault = made["default"], made[VAULT]
    assert (default["NAME"], vault["NAME"]) == ("feder", "feder_vault")
    assert (default["USER"], default["PASSWORD"]) == ("tr@al", "s:cret")
    assert (default["HOST"], default["PORT"]) == ("db.example", "5433")
    assert default["OPTIONS"] == {
        "sslmode": "require", "connect_timeout": 10, "options": "-c lock_timeout=20s",
        "server_side_binding": True, "prepare_threshold": 5,
    }  # fmt: skip
    assert vault_address(ADDRESS).endswith("/feder_vault?sslmode=require")


@pytest.mark.parametrize("address", ["mysql://a/b", "postgresql://host", "nonsense"])
def test_another_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ConductError, match="not a PostgreSQL address"):
        databases(address, Path())


def test_tables_lie_in_their_own_database(db: None) -> None:
    router = Router()
    assert router.db_for_read(Entry) == router.db_for_write(Membership) == "default"
    assert router.allow_migrate(VAULT, "allocation")
    assert not router.allow_migrate("default", "allocation")
    assert not router.allow_migrate(VAULT, "audit")
    assert router.allow_relation(Entry, Membership)
    with connections[VAULT].cursor() as cursor:
        held = connections[VAULT].introspection.table_names(cursor)
    names = {name for name in held if name != "django_migrations"}
    assert names
    assert all(name.startswith("allocation_") for name in names)
