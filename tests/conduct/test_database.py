"""Where the data are: one address, two databases, each table in its own."""
"""Where the data are, and which table lives where."""

from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.allocation.models import Place
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.database import Router, databases, vault_address


def test_without_an_address_both_are_files_of_the_folder(tmp_path: Path) -> None:
    made = databases("", tmp_path)
    assert made["default"]["NAME"] == tmp_path / "trial.sqlite3"
    assert made["vault"]["NAME"] == tmp_path / "vault.sqlite3"
    for one in made.values():
        # Without it INSERT OR REPLACE passes the append-only triggers.
        assert "recursive_triggers=ON" in one["OPTIONS"]["init_command"]
        assert one["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_address_of_postgresql_is_taken_apart(tmp_path: Path) -> None:
    address = "postgresql://an%40na:p%2Fw@db.example.org:5433/feder"
    made = databases(address, tmp_path)["default"]
    assert made["ENGINE"] == "django.db.backends.postgresql"
    assert (made["NAME"], made["USER"], made["PASSWORD"]) == ("feder", "an@na", "p/w")
    assert (made["HOST"], made["PORT"]) == ("db.example.org", "5433")


def test_the_vault_is_beside_it_whatever_follows_the_name() -> None:
    found = vault_address("postgresql://u@/feder?host=/run/pg")
    assert found == "postgresql://u@/feder_vault?host=/run/pg"


@pytest.mark.parametrize("address", ["mysql://u@h/name", "postgresql://u@h", "feder"])
def test_another_address_is_refused_without_its_secrets(
    address: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="not an address of PostgreSQL") as refused:
        databases(address, tmp_path)
    assert "@" not in str(refused.value)


def test_arms_and_answers_never_share_a_database(db: None) -> None:
    router = Router()
    assert router.db_for_write(Place) == router.db_for_read(Place) == "vault"
    assert router.db_for_write(Entry) == "default"
    vault = set(connections["vault"].introspection.table_names())
    trial = set(connections["default"].introspection.table_names())
    assert "allocation_place" in vault - trial
    assert "audit_entry" in trial - vault
from equipoise.conduct.access.models import Membership
from equipoise.conduct.allocation.apps import Config
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.database import VAULT, Router, databases, vault_address

ADDRESS = "postgresql://tr%40al:s%3Acret@db.example:5433/feder?sslmode=require"


def test_sqlite_is_two_files_in_the_folder() -> None:
    made = databases("", Path("folder"))
    assert made["default"]["NAME"] == Path("folder/trial.sqlite3")
    assert made[VAULT]["NAME"] == Path("folder/vault.sqlite3")
    assert "recursive_triggers=ON" in made["default"]["OPTIONS"]["init_command"]


def test_the_vault_of_postgresql_is_beside_the_trial() -> None:
    made = databases(ADDRESS, Path())
    default, vault = made["default"], made[VAULT]
    assert (default["NAME"], vault["NAME"]) == ("feder", "feder_vault")
    assert (default["USER"], default["PASSWORD"]) == ("tr@al", "s:cret")
    assert (default["HOST"], default["PORT"]) == ("db.example", "5433")
    assert default["OPTIONS"] == {"sslmode": "require"}
    assert vault_address(ADDRESS).endswith("/feder_vault?sslmode=require")


@pytest.mark.parametrize("address", ["mysql://a/b", "postgresql://host", "nonsense"])
def test_another_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        databases(address, Path())


def test_tables_lie_in_their_own_database(db: None) -> None:
    router = Router()
    assert router.db_for_read(Entry) == router.db_for_write(Membership) == "default"
    assert router.allow_migrate(VAULT, Config.label)
    assert not router.allow_migrate("default", Config.label)
    assert not router.allow_migrate(VAULT, "audit")
    assert router.allow_relation(Entry, Membership)
    with connections[VAULT].cursor() as cursor:
        held = connections[VAULT].introspection.table_names(cursor)
    names = {name for name in held if name != "django_migrations"}
    assert names
    assert all(name.startswith("allocation_") for name in names)
