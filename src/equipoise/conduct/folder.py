"""Folder of a trial: keys, SQLite files, external checkpoints, and its settings.

Secrets are in files that only their owner can read. Nothing here needs Django, so that its
settings can be prepared before it is loaded.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from equipoise.conduct.allocation.key import make_key
from equipoise.conduct.database import FILES, databases
from equipoise.errors import ConductError

REMEMBERED = "trial.json"
SECRET = "secret.key"  # noqa: S105  the name of a file
VAULT_KEY = "vault.key"
SETTINGS = "equipoise.conduct.settings"
DEMO_SETTINGS = "equipoise.rehearse_conduct.demo_settings"  # above this package: a name


@dataclass(frozen=True, slots=True)
class Trial:
    """Settings of a trial: folder, database, hosts, external checkpoints."""

    folder: Path
    database: str = ""  # address of PostgreSQL; empty for SQLite in the folder
    demo: bool = False  # demonstration users, no second factor; never a real trial
    production: bool = False  # behind TLS, with every check passed
    hosts: tuple[str, ...] = ()  # names under which the application is reached
    anchors: Path | None = None  # of checkpoints; ``anchors`` in the folder if absent
    idle_minutes: int = 20  # until a session ends
    # Whether there is a reverse proxy; attempts are counted by the address that it
    # forwards.
    proxied: bool = False
    mail: str = ""  # address of the mail server; empty where nothing is sent

    @property
    def anchors_folder(self) -> Path:
        """Folder of the external checkpoints."""
        return self.anchors or self.folder / "anchors"

    def environment(self) -> dict[str, str]:
        """Environment variables for the settings of Django."""
        return {
            "DJANGO_SETTINGS_MODULE": DEMO_SETTINGS if self.demo else SETTINGS,
            "EQUIPOISE_HOME": str(self.folder.resolve()),
            "EQUIPOISE_SECRET": self._secret(),
            "EQUIPOISE_DATABASE": self.database,
            "EQUIPOISE_DEMO": "1" if self.demo else "0",
            "EQUIPOISE_PRODUCTION": "1" if self.production else "0",
            "EQUIPOISE_HOSTS": ",".join(self.hosts),
            "EQUIPOISE_ANCHORS": str(self.anchors_folder.resolve()),
            "EQUIPOISE_IDLE_MINUTES": str(self.idle_minutes),
            "EQUIPOISE_PROXIES": "1" if self.proxied else "0",
            "EQUIPOISE_MAIL": self.mail,
        }

    def _secret(self) -> str:
        """The secret of sessions; a temporary one for an auditor without a secret."""
        path = self.folder / SECRET
        if not path.exists():
            return secrets.token_urlsafe(64)
        return path.read_text("utf-8").strip()


def prepare(trial: Trial) -> Trial:
    """Creates the folder with its keys, or uses the existing one.

    Raises:
        ConductError: EQ902, the folder or the address cannot be used, or its databases are
            missing; EQ951, it belongs to a demonstration and a real trial is requested, or
            the other way round.
    """
    folder = trial.folder
    databases(trial.database, folder)  # rejects an invalid address
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        known = remembered(folder)
        if known is not None:
            trial = _agree(trial, known)
            _are_there(trial)
        elif not trial.database:
            for name in FILES.values():  # existing files remain unchanged
                (folder / name).touch(0o600)
        write_private(folder / SECRET, secrets.token_urlsafe(64), keep=True)
        make_key(folder / VAULT_KEY)
        (folder / "static").mkdir(exist_ok=True)
    except OSError as error:
        raise ConductError.single(
            "EQ902",
            f"the folder of the trial cannot be used: {error.strerror}",
            where=str(folder),
            fix="enter a writable folder with --folder",
        ) from error
    return trial


def reopen(
    folder: Path,
    *,
    database: str = "",
    anchors: Path | None = None,
    reading: bool = False,
) -> Trial:
    """An existing trial (EQ902, there is no trial, or its databases are missing).

    ``reading``: a copy without its secrets suffices, as an auditor has it.
    """
    known = remembered(folder)
    if known is None or not (reading or (folder / SECRET).exists()):
        raise ConductError.single(
            "EQ902",
            "there is no trial in this folder",
            where=str(folder),
            fix="enter the folder of `equipoise serve`, such as trial-feder2021",
        )
    found = replace(
        known, database=database or known.database, anchors=anchors or known.anchors
    )
    _are_there(found)
    return found


def enter(trial: Trial) -> None:
    """Loads Django with the settings of this trial; once in a process.

    From here on only the owner can read files that the process writes, also those of
    SQLite.
    """
    import django  # the environment must be complete before it is loaded

    os.umask(0o077)
    os.environ.update(trial.environment())
    django.setup()


def remember(trial: Trial) -> None:
    """Stores database, checkpoints and kind in the folder, once the database responds.

    ``audit verify`` and ``backup`` then need only the folder; an address with a typing
    error is never stored.
    """
    settings = {k: v for k, v in asdict(trial).items() if k in ("database", "demo")}
    settings["anchors"] = str(trial.anchors.resolve()) if trial.anchors else ""
    write_private(trial.folder / REMEMBERED, json.dumps(settings, indent=2) + "\n")


def write_private(path: Path, text: str, *, keep: bool = False) -> None:
    """Writes a file that only its owner can read, from its first byte.

    With ``keep``, an existing file remains unchanged.
    """
    if keep and path.exists():
        return
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


@contextmanager
def alone(folder: Path, lock: str = "lock") -> Iterator[None]:
    """Serializes processes and threads that work in a folder."""
    with (folder / lock).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def readable_by_others(paths: Iterable[Path]) -> list[Path]:
    """Files that other users than their owner may read, or that are missing."""
    return [p for p in paths if not p.exists() or p.stat().st_mode & 0o077]


def remembered(folder: Path) -> Trial | None:
    """The trial of a folder; its databases must exist."""
    path = folder / REMEMBERED
    if not path.exists():
        return None
    content = json.loads(path.read_text("utf-8"))
    anchors = content.pop("anchors")
    return Trial(
        folder=folder,
        database=content["database"],
        demo=content["demo"],
        anchors=Path(anchors) if anchors else None,
    )


def _are_there(trial: Trial) -> None:
    """Rejects a trial whose databases are missing: a new one would conceal the loss."""
    gone = [n for n in FILES.values() if not (trial.folder / n).exists()]
    if gone and not trial.database:
        raise ConductError.single(
            "EQ902",
            f"the databases of this trial are missing: {', '.join(gone)}",
            where=str(trial.folder),
            fix="restore the files, or restore a backup into a new folder",
        )


def _agree(asked: Trial, known: Trial) -> Trial:
    """The requested settings, completed by the stored ones."""
    if asked.demo != known.demo:
        kind = "a demonstration" if known.demo else "a real trial"
        raise ConductError.single(
            "EQ951",
            f"this folder contains {kind}",
            where=str(asked.folder),
            fix="use --demo as when the folder was created, or enter another folder with "
            "--folder",
        )
    if asked.database and known.database and asked.database != known.database:
        where = known.database.rpartition("@")[2]
    elif asked.database and (known.folder / "trial.sqlite3").exists():
        where = "SQLite in the folder"
    else:
        return replace(
            asked,
            database=asked.database or known.database,
            anchors=asked.anchors or known.anchors,
        )
    raise ConductError.single(
        "EQ951",
        "this trial has its data in another database",
        where=where,
        fix="omit --database; to move a trial, restore a backup into a new folder",
    )
