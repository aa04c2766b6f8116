"""Statements that every request asks, written by hand.

The object mapper takes four times as long to write such a statement as the database to
answer it, and a save asks ten of them. Whatever is asked less often is asked through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

Cell = int | str | bytes | datetime | None


def rows(statement: str, values: Sequence[Cell] = ()) -> list[tuple[Any, ...]]:
    """What the default database answers.

    Args:
        statement: with ``%s`` for each value; never put together of what came in.
        values: times as ``stored`` gives them.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def change(statement: str, values: Sequence[Cell]) -> int:
    """Changes rows of the default database; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        count: int = cursor.rowcount
    return count


def moment(value: datetime) -> datetime:
    """A time as a row holds it; SQLite knows no zones, and holds it in UTC."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def stored(at: datetime) -> Cell:
    """A time as the default database takes it."""
    taken: Cell = connection.ops.adapt_datetimefield_value(at)
    return taken
