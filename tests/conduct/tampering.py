"""What somebody can do who rules over a database: change it behind its triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def behind_the_triggers(alias: str = "default") -> Iterator[None]:
    """Triggers are off, as for a superuser, and on again afterwards."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        kept = cursor.fetchall()
        for name, _ in kept:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in kept:
            cursor.execute(sql)


def sql(statement: str, *values: object, alias: str = "default") -> None:
    """One statement behind the triggers."""
    with behind_the_triggers(alias), connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
