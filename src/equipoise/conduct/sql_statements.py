"""Plain SQL for statements of every request.

The object mapper takes four times as long to build such a statement as the database to run
it, and a save needs ten of them. All less frequent statements use the object mapper.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

Cell = int | str | bytes | datetime | None


def rows(statement: str, values: Sequence[Cell] = ()) -> list[tuple[Any, ...]]:
    """Rows of the default database for a statement.

    Args:
        statement: with ``%s`` for each value; never built from user input.
        values: times as ``stored`` returns them.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def change(statement: str, values: Sequence[Cell]) -> int:
    """Changes rows of the default database; returns their number."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        count: int = cursor.rowcount
    return count


def moment(value: datetime) -> datetime:
    """A time from a row; SQLite has no time zones, and stores it in UTC."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def stored(at: datetime) -> Cell:
    """A time for the default database."""
    taken: Cell = connection.ops.adapt_datetimefield_value(at)
    return taken
