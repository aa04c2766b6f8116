"""Faults that tests make: a disk without room, a database that is away, cut off or held."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections

FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER disk_is_full BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION disk_is_full();
"""
ROOM = """
DROP TRIGGER disk_is_full ON {table}; DROP FUNCTION disk_is_full();
"""
FULL_EVENT = """
CREATE FUNCTION no_table() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE EVENT TRIGGER no_table ON ddl_command_start
WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS') EXECUTE FUNCTION no_table();
"""
ROOM_EVENT = "DROP EVENT TRIGGER no_table; DROP FUNCTION no_table();"


def vendor() -> str:
    return connections["default"].vendor


@contextmanager
def no_room(table: str = "audit_entry", alias: str = "default") -> Iterator[None]:
    """No page can be added to a database, until the block ends.

    SQLite refuses the page itself; the server of PostgreSQL cannot be given a small disk
    without mounting one, so a trigger raises the error that it would raise.
    """
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            (pages,) = cursor.execute("PRAGMA page_count").fetchone()
            cursor.execute(f"PRAGMA max_page_count = {pages}")
            try:
                yield
            finally:
                cursor.execute("PRAGMA max_page_count = 1073741823")
        return
    _by_another(alias, FULL.format(table=table) + FULL_EVENT)
    try:
        yield
    finally:
        _by_another(alias, ROOM_EVENT + ROOM.format(table=table))


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """This process cannot write a file of more bytes: a real refusal of the kernel."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def away(alias: str = "default") -> Iterator[None]:
    """The file is renamed, or nothing listens where the server was."""
    connection = connections[alias]
    connection.close()
    settings = connection.settings_dict
    before = dict(settings)
    if connection.vendor == "sqlite":
        path = Path(str(settings["NAME"]))
        settings["NAME"] = f"{path.absolute().as_uri()}?mode=rw"  # as it is served
        moved = path.rename(path.with_name("moved"))
        try:
            yield
            assert not path.exists(), "an empty database was made in its place"
        finally:
            connection.close()
            moved.rename(path)
            settings.update(before)
        return
    settings.update(HOST="127.0.0.1", PORT="1")
    try:
        yield
    finally:
        connection.close()
        settings.update(before)


@contextmanager
def held(alias: str = "default", chain: str = "P0001") -> Iterator[None]:
    """Another writer has it, for longer than anybody waits."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 200")
            yield
            other.execute("ROLLBACK")
        connection.close()
        return
    with another(alias) as other:
        other.execute("BEGIN")
        other.execute("SELECT 1 FROM audit_head WHERE chain = %s FOR UPDATE", [chain])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        yield
        other.execute("ROLLBACK")
    connection.close()


@contextmanager
def another(alias: str = "default") -> Iterator[psycopg.Connection[Any]]:
    """A second connection to PostgreSQL, of whoever rules there."""
    known = connections[alias].get_connection_params()
    wanted = {k: known[k] for k in ("host", "port", "user", "dbname") if k in known}
    with psycopg.connect(**wanted, autocommit=True) as other:
        yield other


def cut(alias: str = "default") -> None:
    """Ends the session of this thread at the server, or the file's last write fails."""
    (pid,) = connections[alias].cursor().execute("SELECT pg_backend_pid()").fetchone()
    with another(alias) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])


def _by_another(alias: str, statements: str) -> None:
    with another(alias) as other:
        other.execute(statements)
