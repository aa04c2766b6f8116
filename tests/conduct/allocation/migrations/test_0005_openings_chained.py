"""Rows that were there before the chain get their place in it, and keep their triggers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from equipoise.conduct.allocation import services
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import fill
from tests.conduct.conftest import NOW

APP, BEFORE = "allocation", "0004_syringes_append_only"
INTO = (
    "INSERT INTO allocation_opening (participant, at, actor, why, reason) "
    "VALUES (%s, %s, %s, %s, %s)"
)


def to(name: str) -> None:
    executor = MigrationExecutor(connections["vault"])
    executor.migrate([(APP, name)])


def to_now() -> None:
    """With the migrations that came later: services know the tables of today."""
    executor = MigrationExecutor(connections["vault"])
    executor.migrate(executor.loader.graph.leaf_nodes(APP))


def execute(statement: str, *values: object) -> None:
    with connections["vault"].cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def before(study: Protocol, key: Path) -> Iterator[str]:
    """A vault of before, with a syringe that is not checked yet."""
    services.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    number = fill(key)
    to(BEFORE)
    yield number
    to_now()


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_rows_of_before_are_bound(before: str, study: Protocol, key: Path) -> None:
    for why in ("pharmacy", "emergency", "pharmacy"):
        execute(INTO, "P0001", NOW, "p", why, "")
    execute(
        "INSERT INTO allocation_syringecheck (syringe_id, at, actor, agrees) "
        "SELECT id, at, 'q', %s FROM allocation_syringerow",
        True,
    )
    to_now()
    assert services.verify(None) == []
    assert [row.why for row in services.shown()] == [
        "pharmacy",
        "emergency",
        "pharmacy",
    ]
    heads = {name: count for name, (count, _) in services.heads().items()}
    assert heads == {"openings": 3, "syringes": 1, "checks of syringes": 1,
                     "discards of syringes": 0, "entries of the pharmacy": 0}  # fmt: skip
    made = services.syringes_of()[0]
    services.discard_syringe(key, made.number, reason="fell", actor="p", at=NOW)
    for table in ("opening", "syringecheck", "syringediscard"):
        with pytest.raises(DatabaseError, match="append-only"):
            execute(f"UPDATE allocation_{table} SET actor = 'x'")  # noqa: S608
        with pytest.raises(DatabaseError, match="append-only"):
            execute(f"DELETE FROM allocation_{table}")  # noqa: S608
    services.open_one(key, "P0001", why="emergency", reason="r", actor="i", at=NOW)
    assert services.heads()["openings"][0] == 4
    assert services.verify(None) == []
