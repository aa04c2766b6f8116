"""Restore of a backup: complete, and verified against external checkpoints."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from equipoise.conduct import folder
from equipoise.conduct.database import FILES
from equipoise.conduct.operation.backup_manifest import Manifest, load, problem
from equipoise.errors import ConductError

Tell = Callable[[str], None]
PART = ".part"  # of the name of a folder that is not verified yet
MOST = 12  # findings that are listed


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be restored."""

    backup: Path  # its folder
    keys: Path  # folder with ``vault.key`` and ``secret.key``
    anchors: Path | None = None  # folder of the checkpoints, as recent as possible
    older: str = ""  # why a copy older than the checkpoints is accepted; or empty


@dataclass(frozen=True, slots=True)
class Restored:
    """Result; ``lacks``: records in checkpoints that are missing in the copy."""

    entries: int
    allocations: int
    lacks: tuple[str, ...]


def restore(
    source: Source, trial: folder.Trial, *, at: datetime, tell: Tell
) -> Restored:
    """Restores a backup into a new folder, or raises and leaves nothing behind.

    The folder has another name until everything is verified: an interrupted restore cannot
    be served by mistake. ``trial`` has a folder that does not exist yet; Django is loaded
    for it.

    Raises:
        ConductError: EQ902, the folder is used already or cannot be written; EQ954, the
            backup is not complete or does not verify; EQ955, it is older than a checkpoint
            and no reason is given.
    """
    from django.db import connections  # asked for none before the trial is entered

    half = replace(trial, folder=trial.folder.with_name(trial.folder.name + PART))
    _are_new(trial.folder, half.folder)
    tell("checking the files of the backup")
    manifest = load(source.backup, source.keys / folder.VAULT_KEY)
    _same_kind(manifest, trial)
    try:
        tell("restoring the databases")
        _put(source, half, manifest)
        with _databases(half):
            _fill(source, half)
            tell("verifying audit trail, allocation database and checkpoints")
            done = _verified(source, half, manifest, at)
            connections.close_all()
            folder.remember(half)
            half.folder.rename(trial.folder)  # it is verified
    except OSError as error:
        raise ConductError.single(
            "EQ902",
            f"the trial cannot be written: {error.strerror}",
            where=str(trial.folder),
            fix="free disk space or enter a writable folder, and restore again",
        ) from error
    finally:  # also when it is interrupted
        shutil.rmtree(half.folder, ignore_errors=True)
    return done


def _are_new(wanted: Path, half: Path) -> None:
    """Rejects a folder that exists, and one that an earlier restore left incomplete."""
    there = {
        wanted: ("this folder exists already", "enter a new folder"),
        half: ("a restore was interrupted", "remove this folder, and restore again"),
    }
    for place, (what, fix) in there.items():
        if place.exists():
            raise ConductError.single(
                "EQ902", what, where=str(place), fix=f"{fix}: nothing is overwritten"
            )


def _same_kind(manifest: Manifest, trial: folder.Trial) -> None:
    """Rejects files of another database engine, and a demonstration as a trial."""
    wanted = "postgresql" if trial.database else "sqlite"
    if manifest.vendor != wanted:
        what = f"the backup is of {manifest.vendor}, not of {wanted}"
        raise ConductError(problem(what, "--database"))


def _put(source: Source, trial: folder.Trial, manifest: Manifest) -> None:
    """Folder, keys and files of SQLite; loads Django."""
    trial.folder.mkdir(parents=True, mode=0o700)
    for name in (folder.SECRET, folder.VAULT_KEY):
        if (source.keys / name).exists():
            shutil.copyfile(source.keys / name, trial.folder / name)
            (trial.folder / name).chmod(0o600)
    if manifest.vendor == "sqlite":
        for alias, name in FILES.items():
            shutil.copyfile(source.backup / f"{alias}.sqlite3", trial.folder / name)
    folder.enter(folder.prepare(trial))


@contextmanager
def _databases(trial: folder.Trial) -> Iterator[None]:
    """Databases of PostgreSQL; the server remains unchanged, if what follows fails."""
    # Models can be imported only after Django is set up.
    from equipoise.conduct.operation import database_copy, installation

    if not trial.database:
        yield
        return
    made = installation.make_databases(trial.database)
    try:
        _empty(trial)
    except BaseException:
        installation.drop_databases(trial.database, made)
        raise
    try:
        yield
    except BaseException:
        try:
            database_copy.clear()  # of databases that were created for this
        finally:
            installation.drop_databases(trial.database, made)
        raise


def _fill(source: Source, trial: folder.Trial) -> None:
    from equipoise.conduct.operation import database_copy, installation

    installation.make_tables()
    if trial.database:
        database_copy.read(source.backup)


def _empty(trial: folder.Trial) -> None:
    """Rejects a database that contains a trial already."""
    from django.db import connections

    for alias in ("default", "vault"):
        if connections[alias].introspection.table_names():
            raise ConductError.single(
                "EQ902",
                "this database is not empty, and nothing is overwritten",
                where=trial.database.rpartition("@")[2],
                fix="enter the address of a new database",
            )


def _verified(
    source: Source, trial: folder.Trial, manifest: Manifest, at: datetime
) -> Restored:
    """Rejects a changed copy; returns the missing records of an older one."""
    from equipoise.conduct.access.account_audit import note
    from equipoise.conduct.allocation.services import hash_chains
    from equipoise.conduct.audit.checkpoints import ALLOCATIONS
    from equipoise.conduct.audit.models import Entry, Head

    problems, missing = _findings(source, trial)
    there = {h.chain: h.seq for h in Head.objects.all()}
    problems += [
        f"chain {chain} ends before entry {seq}"
        for chain, (seq, _) in manifest.heads.items()
        if there.get(chain, 0) < seq
    ]
    if problems:
        raise ConductError(*(problem(text, "the backup") for text in problems[:MOST]))
    if missing and not source.older.strip():
        raise ConductError.single(
            "EQ955",
            f"the backup is older than the external checkpoints; missing: {_told(missing)}",
            where=manifest.made_at,
            fix='use a later backup, or accept this one with --accept-older "REASON"; '
            "no participant is allocated until it is reconciled",
        )
    value = f"backup of {manifest.made_at}" + (
        f"; missing: {_told(missing)}" if missing else ""
    )
    note("restore", "backup", value, "terminal", at, source.older)
    allocated = hash_chains.heads()[ALLOCATIONS][0]
    return Restored(Entry.objects.count(), allocated, tuple(missing))


def _findings(source: Source, trial: folder.Trial) -> tuple[list[str], list[str]]:
    """Changed records, and records of the checkpoints that are missing."""
    from equipoise.conduct.allocation.services import hash_chains, verification
    from equipoise.conduct.audit.checkpoints import against, anchored
    from equipoise.conduct.audit.verify import verify

    found = verify()
    problems = [str(finding) for finding in found.findings]
    problems += verification.verify(trial.folder / folder.VAULT_KEY)
    missing: list[str] = []
    anchors = source.anchors or trial.anchors_folder
    for finding in against(found, anchors):
        length = found.heads.get(finding.chain, (0, b""))[0]
        newer = finding.chain != "anchors" and finding.seq > length
        (missing if newer else problems).append(str(finding))
    for chain, places in anchored(anchors).vault.items():
        length = hash_chains.heads().get(chain, (0, ""))[0]
        stored = hash_chains.hashes(chain, places)
        for number, hash_ in places.items():
            if number > length:
                missing.append(f"row {number} of the {chain}")
            elif number and stored.get(number) != hash_:
                problems.append(f"row {number} of the {chain} does not match")
    return problems, list(dict.fromkeys(missing))


def _told(lacks: list[str]) -> str:
    more = len(lacks) - MOST
    return "; ".join(lacks[:MOST]) + (f"; and {more} more" if more > 0 else "")
