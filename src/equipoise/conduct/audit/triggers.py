"""Database triggers that prevent changing or deleting audit entries, also by raw SQL.

On SQLite, INSERT OR REPLACE deletes without a delete trigger unless ``recursive_triggers``
is on, which the connection sets (``database.py``).
"""

from __future__ import annotations

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEY = (  # of a table, as Django writes it into a migration
    "id",
    models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    ),
)
SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse();
"""


def protect(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Makes a table of SQLite or PostgreSQL append-only; other databases: an error."""
    vendor = editor.connection.vendor
    if vendor == "sqlite":
        for part in SQLITE.format(table=table).split("END;"):
            if part.strip():
                editor.execute(part + "END;")
    elif vendor == "postgresql":
        editor.execute(POSTGRESQL.format(table=table), params=None)
    else:
        raise NotImplementedError(f"append-only tables on {vendor}")
