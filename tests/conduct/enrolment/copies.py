"""Older copies of a database, as a restored backup is."""

from __future__ import annotations

from django.db import connections

TABLES = {
    "vault": ("allocation_turn", "allocation_allocation", "allocation_opening"),
    "default": ("audit_head", "audit_entry", "capture_formstate", "capture_participant"),
}  # fmt: skip


class Copy:
    """What the tables of a database hold now; brought back, it is a restored backup."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.rows = {name: self._rows(name) for name in TABLES[alias]}

    def restore(self) -> None:
        """Brings the tables back behind their triggers."""
        from tests.conduct.tampering import behind_the_triggers

        with (
            behind_the_triggers(self.alias),
            connections[self.alias].cursor() as cursor,
        ):
            for name in reversed(self.rows):
                cursor.execute("DELETE FROM " + name)  # noqa: S608
            for name, (columns, rows) in self.rows.items():
                marks = ", ".join(["%s"] * len(columns))
                into = f"{name} ({', '.join(columns)}) VALUES ({marks})"
                for row in rows:
                    cursor.execute("INSERT INTO " + into, row)

    def _rows(self, name: str) -> tuple[list[str], list[tuple]]:
        with connections[self.alias].cursor() as cursor:
            cursor.execute("SELECT * FROM " + name)  # noqa: S608
            return [column[0] for column in cursor.description], cursor.fetchall()
