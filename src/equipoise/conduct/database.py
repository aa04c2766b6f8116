"""Database settings: SQLite by default, or PostgreSQL; trial and allocation database."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from equipoise.errors import ConductError

VAULT = "vault"
WAIT = 20  # seconds that a writer waits for another one
AGAIN = 5  # executions of a statement before its plan is cached
REACH = 10  # seconds until a server that does not respond is unreachable
FILES = {"default": "trial.sqlite3", VAULT: "vault.sqlite3"}

# WAL: readers and a writer do not wait for each other. recursive_triggers: REPLACE may
# not bypass the append-only triggers. synchronous FULL: confirmed data are on the disk.
PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
    "PRAGMA recursive_triggers=ON;PRAGMA foreign_keys=ON;"
)


def databases(address: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Settings of the two databases (EQ902, not a PostgreSQL address).

    Args:
        address: ``postgresql://user:password@host:port/name``, or empty for SQLite. The
            allocation database is ``name_vault`` of the same server.
        folder: of the trial; contains the files of SQLite.
    """
    if not address:
        return {alias: _sqlite(folder / name) for alias, name in FILES.items()}
    try:
        both = address, vault_address(address)
        return {a: _postgresql(at) for a, at in zip(FILES, both, strict=True)}
    except ValueError as error:
        raise ConductError.single(
            "EQ902",
            str(error),
            where="--database",
            fix="enter postgresql://user:password@host:port/name, or omit it for SQLite",
        ) from error


def vault_address(address: str) -> str:
    """The address of the allocation database of a PostgreSQL trial database."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=parts.path + "_vault"))


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        # A file that exists now and is moved away later is missed, and not replaced by an
        # empty one; one that never existed is created.
        "NAME": f"{path.absolute().as_uri()}?mode={'rw' if path.exists() else 'rwc'}",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": WAIT,
            "init_command": PRAGMAS,
        },
    }


def _postgresql(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        raise ValueError(f"this is not a PostgreSQL address: {parts.scheme}://…")
    query = dict(part.split("=", 1) for part in parts.query.split("&") if "=" in part)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": REACH,
            # A repeated statement of a connection is planned once: a third of the time
            # that the server needs for a save.
            "server_side_binding": True,
            "prepare_threshold": AGAIN,
            "options": f"-c lock_timeout={WAIT}s",
        }
        | {name: unquote(value) for name, value in query.items()},
    }


class Router:
    """Models of ``allocation`` are in the allocation database, all others in the other."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Database of a model."""
        return VAULT if model._meta.app_label == "allocation" else "default"

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Nothing in the allocation database refers to anything outside."""
        return self.db_for_read(one) == self.db_for_read(other)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Each table in its database."""
        return (db == VAULT) == (app_label == "allocation")
