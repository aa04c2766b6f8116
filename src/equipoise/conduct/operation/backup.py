"""Backup: both databases at one moment, with a manifest of hashes; keys elsewhere.

A backup does not disclose an arm: the key of the allocation database is never with it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from django.db import Error, connections

from equipoise.conduct.allocation.services import hash_chains
from equipoise.conduct.audit.checkpoints import ALLOCATIONS
from equipoise.conduct.audit.models import Head, stamp
from equipoise.conduct.folder import SECRET, VAULT_KEY, Trial
from equipoise.conduct.operation import database_copy
from equipoise.conduct.operation.backup_manifest import Manifest, digest, fingerprint
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError
from equipoise.version import __version__

PART = ".part"  # of the name of a folder that is not complete yet
NEVER = "enter a new folder; a backup never overwrites another one"


def back_up(
    trial: Trial,
    out: Path,
    *,
    keys: Path | None,
    at: datetime,
    tell: Callable[[str], None],
) -> Manifest:
    """Writes a backup while the application is in use.

    ``out`` and ``keys`` are new folders, the second never inside the first; None for no
    copy of the keys.

    Raises:
        ConductError: EQ902, a folder cannot be used; EQ956, the disk is full or a database
            does not respond: no incomplete backup remains.
    """
    _outside(out, keys)
    with _whole(out) as half, _whole(keys) as safe:
        tell("copying both databases")
        heads = {
            h.chain: (h.seq, bytes(h.hash).hex()) for h in Head.objects.all() if h.seq
        }
        last = hash_chains.heads()[ALLOCATIONS]
        files = database_copy.write(half)
        tell("calculating the hashes")
        made = Manifest(
            made_at=stamp(at),
            trial=in_force().trial.id,
            version=__version__,
            vendor=connections["default"].vendor,
            demo=trial.demo,
            files={str(path.relative_to(half)): digest(path) for path in sorted(files)},
            heads=heads,
            vault=last,
            key=fingerprint(trial.folder / VAULT_KEY),
        )
        made.save(half)
        for name in (SECRET, VAULT_KEY) if keys is not None else ():
            shutil.copy2(trial.folder / name, safe / name)
    return made


@contextmanager
def _whole(folder: Path | None) -> Iterator[Path]:
    """A folder that gets its name when it is complete, and is removed after an error."""
    if folder is None:
        yield Path()
        return
    half = folder.with_name(folder.name + PART)
    if half.exists():
        raise _unusable(half, "a backup was interrupted", "remove it, and try again")
    if folder.exists():
        raise _unusable(folder, "it exists already", NEVER)
    try:
        half.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise _unusable(half, str(error.strerror), NEVER) from error
    try:
        yield half
        for path in filter(Path.is_file, half.rglob("*")):
            with path.open("rb") as file:
                os.fsync(file.fileno())  # on the disk
        half.rename(folder)
    except (OSError, sqlite3.Error, psycopg.Error, Error) as error:
        what = getattr(error, "strerror", None) or type(error).__name__
        raise ConductError.single(
            "EQ956",
            f"the backup cannot be written: {what}",
            where=str(folder),
            fix="free disk space, check both databases, and make the backup again",
        ) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _outside(out: Path, keys: Path | None) -> None:
    if keys is None:
        return
    one, other = out.resolve(), keys.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise ConductError.single(
            "EQ902",
            "the keys would be stored with the data that they decrypt",
            where=str(keys),
            fix="enter a folder elsewhere, on another volume or with another person",
        )


def _unusable(folder: Path, what: str, fix: str) -> ConductError:
    return ConductError.single(
        "EQ902", f"the folder cannot be used: {what}", where=str(folder), fix=fix
    )
