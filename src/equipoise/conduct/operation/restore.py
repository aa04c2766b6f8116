"""A backup brought back: whole, verified against its audit and against the anchors."""

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
    anchors: Path | None = None  # their folder; the newer, the better
    older: str = ""  # why a copy older than the anchors is accepted; or empty


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; ``lacks`` is what was anchored after the copy was made."""

    entries: int
    allocations: int
    lacks: tuple[str, ...]


def restore(
    source: Source, trial: folder.Trial, *, at: datetime, tell: Tell
) -> Restored:
    """Brings a backup into a new folder, or refuses and leaves nothing behind.

    The folder has another name until everything is verified: what a restore leaves that
    was killed cannot be served by mistake. ``trial`` has a folder that is not there
    yet; Django is loaded for it.

    Raises:
        ConductError: EQ902, the folder is used already or cannot be written; EQ954, the
            backup is not whole or does not verify; EQ955, it is older than an anchor, and
            no reason is given.
    """
    from django.db import connections  # asked for none before the trial is entered

    half = replace(trial, folder=trial.folder.with_name(trial.folder.name + PART))
    _are_new(trial.folder, half.folder)
    tell("checking the files of the backup")
    manifest = load(source.backup, source.keys / folder.VAULT_KEY)
    _same_kind(manifest, trial)
    try:
        tell("bringing the databases back")
        _put(source, half, manifest)
        with _databases(half):
            _fill(source, half)
            tell("verifying every chain, the vault and the anchors")
            done = _verified(source, half, manifest, at)
            connections.close_all()
            folder.remember(half)
            half.folder.rename(trial.folder)  # it is verified
    except OSError as error:
        raise ConductError.single(
            "EQ902",
            f"the trial cannot be written: {error.strerror}",
            where=str(trial.folder),
            mend="make room, or give a folder that you may write to, and restore again",
        ) from error
    finally:  # also when it is interrupted: half a trial is none
        shutil.rmtree(half.folder, ignore_errors=True)
    return done


def _are_new(wanted: Path, half: Path) -> None:
    """Refuses a folder that is there, and one that an earlier restore left half made."""
    there = {
        wanted: ("this folder is there already", "give a new folder"),
        half: ("a restore was cut off here", "remove this folder, and restore again"),
    }
    for place, (what, mend) in there.items():
        if place.exists():
            raise ConductError.single(
                "EQ902", what, where=str(place), mend=f"{mend}: nothing is overwritten"
            )


def _same_kind(manifest: Manifest, trial: folder.Trial) -> None:
    """Refuses files of one engine for another, and a demonstration as a trial."""
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
    """Databases of PostgreSQL; the server is as it was before, if what follows fails."""
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
            database_copy.clear()  # of databases that somebody had made for this
        finally:
            installation.drop_databases(trial.database, made)
        raise


def _fill(source: Source, trial: folder.Trial) -> None:
    from equipoise.conduct.operation import database_copy, installation

    installation.make_tables()
    if trial.database:
        database_copy.read(source.backup)


def _empty(trial: folder.Trial) -> None:
    """Refuses a database that holds a trial already."""
    from django.db import connections

    for alias in ("default", "vault"):
        if connections[alias].introspection.table_names():
            raise ConductError.single(
                "EQ902",
                "this database is not empty: nothing is overwritten",
                where=trial.database.rpartition("@")[2],
                mend="give the address of a new database",
            )


def _verified(
    source: Source, trial: folder.Trial, manifest: Manifest, at: datetime
) -> Restored:
    """Refuses what was changed; of what is older, what it lacks."""
    from equipoise.conduct.access.account_audit import note
    from equipoise.conduct.allocation.services import hash_chains
    from equipoise.conduct.audit.checkpoints import ALLOCATIONS
    from equipoise.conduct.audit.models import Entry, Head

    wrong, lacks = _findings(source, trial)
    there = {h.chain: h.seq for h in Head.objects.all()}
    wrong += [
        f"chain {chain} ends before entry {seq}"
        for chain, (seq, _) in manifest.heads.items()
        if there.get(chain, 0) < seq
    ]
    if wrong:
        raise ConductError(*(problem(text, "the backup") for text in wrong[:MOST]))
    if lacks and not source.older.strip():
        raise ConductError.single(
            "EQ955",
            f"the backup lacks what was anchored after it was made: {_told(lacks)}",
            where=manifest.made_at,
            mend="look for a newer backup; if there is none, accept this one with "
            '--accept-older "REASON". Nobody is allocated until it is reconciled',
        )
    told = f"backup of {manifest.made_at}" + (
        f"; lacks {_told(lacks)}" if lacks else ""
    )
    note("restore", "backup", told, "terminal", at, source.older)
    allocated = hash_chains.heads()[ALLOCATIONS][0]
    return Restored(Entry.objects.count(), allocated, tuple(lacks))


def _findings(source: Source, trial: folder.Trial) -> tuple[list[str], list[str]]:
    """What was changed, and what was anchored and is not there yet."""
    from equipoise.conduct.allocation.services import hash_chains, verification
    from equipoise.conduct.audit.checkpoints import against, anchored
    from equipoise.conduct.audit.verify import verify

    found = verify()
    wrong = [str(finding) for finding in found.findings]
    wrong += verification.verify(trial.folder / folder.VAULT_KEY)
    lacks: list[str] = []
    anchors = source.anchors or trial.anchors_folder
    for finding in against(found, anchors):
        length = found.heads.get(finding.chain, (0, b""))[0]
        newer = finding.chain != "anchors" and finding.seq > length
        (lacks if newer else wrong).append(str(finding))
    for chain, places in anchored(anchors).vault.items():
        length = hash_chains.heads().get(chain, (0, ""))[0]
        stored = hash_chains.hashes(chain, places)
        for number, hash_ in places.items():
            if number > length:
                lacks.append(f"row {number} of the {chain} in the vault")
            elif number and stored.get(number) != hash_:
                wrong.append(f"row {number} of the {chain} is not the anchored one")
    return wrong, list(dict.fromkeys(lacks))


def _told(lacks: list[str]) -> str:
    more = len(lacks) - MOST
    return "; ".join(lacks[:MOST]) + (f"; and {more} more" if more > 0 else "")
