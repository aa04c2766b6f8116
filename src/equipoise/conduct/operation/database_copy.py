"""Copy of both databases to files at one moment, and back.

SQLite is copied by its own backup, while it is in use. PostgreSQL is read in one snapshot
(``REPEATABLE READ``) by COPY, a file per table, in bounded memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.models import Model
from psycopg import sql

from equipoise.conduct.database import VAULT

ALIASES = ("default", VAULT)
CHUNK = 1 << 20  # bytes
# Created by the migrations themselves, or useless elsewhere.
LEFT_OUT = frozenset(
    {
        "django_migrations", "django_content_type", "auth_permission",
        "auth_group_permissions", "auth_user_user_permissions", "django_session", "cache",
    }
)  # fmt: skip


def write(out: Path) -> list[Path]:
    """Writes both databases into a folder.

    The trial is read before the allocation database: an allocation between the two is in
    the latter only, and a repeated request shows the same kit. The other way round, a
    participant would have a kit without an allocation.
    """
    files: list[Path] = []
    for alias in ALIASES:
        if connections[alias].vendor == "sqlite":
            files.append(_copy_sqlite(alias, out / f"{alias}.sqlite3"))
        else:
            files.extend(_copy_out(alias, out / alias))
    return files


def read(source: Path) -> None:
    """Fills both databases, whose tables exist and are empty, from a folder.

    For PostgreSQL; files of SQLite are copied before a connection is opened.
    """
    for alias in ALIASES:
        with transaction.atomic(using=alias):
            for path in sorted((source / alias).glob("*.copy")):
                _copy_in(alias, path)
            _numbers(alias)


def clear() -> None:
    """Drops every table of PostgreSQL databases that were empty before."""
    for alias in ALIASES:
        connection = connections[alias]
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            for name in connection.introspection.table_names(cursor):
                table, refuse = sql.Identifier(name), sql.Identifier(f"{name}_refuse")
                cursor.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(table))
                # Of the triggers of append-only tables.
                cursor.execute(sql.SQL("DROP FUNCTION IF EXISTS {}()").format(refuse))


def _copy_sqlite(alias: str, path: Path) -> Path:
    name = str(connections[alias].settings_dict["NAME"])
    with (
        closing(sqlite3.connect(name, uri=True)) as source,
        closing(sqlite3.connect(path)) as out,
    ):
        source.backup(out)
    return path


def _copy_out(alias: str, folder: Path) -> Iterator[Path]:
    folder.mkdir()
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in LEFT_OUT:
                continue
            columns = _columns(alias, table)
            statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            path = folder / f"{table}.copy"
            with path.open("wb") as file, cursor.copy(statement) as copy:
                file.write(("\t".join(columns) + "\n").encode())
                for part in copy:
                    file.write(part)
            yield path


def _copy_in(alias: str, path: Path) -> None:
    with path.open("rb") as file, connections[alias].cursor() as cursor:
        columns = file.readline().decode().rstrip("\n").split("\t")
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(path.stem), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with cursor.copy(statement) as copy:
            while part := file.read(CHUNK):
                copy.write(part)


def _columns(alias: str, table: str) -> list[str]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described]


def _numbers(alias: str) -> None:
    """Sets the sequence of each table to its last row."""
    connection = connections[alias]
    tables = connection.introspection.table_names()
    models: list[type[Model]] = [
        model
        for model in connection.introspection.installed_models(tables)
        if model._meta.db_table in tables
    ]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
