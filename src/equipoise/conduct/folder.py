"""The folder of a trial: keys, files of SQLite, anchors, and how it was opened.

Everything that is secret stands here in files that only their owner can read. Nothing
here needs Django, so that its settings can be prepared before it is loaded.
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
    """Where and how a trial runs."""

    folder: Path
    database: str = ""  # address of PostgreSQL; empty for SQLite in the folder
    demo: bool = False  # made-up users, no second factor; never a real trial
    production: bool = False  # behind TLS, with every check passed
    hosts: tuple[str, ...] = ()  # names under which the application is reached
    anchors: Path | None = None  # their folder; ``anchors`` in the folder if absent
    idle_minutes: int = 20  # until a session ends
    # Whether a reverse proxy stands before the server; attempts are counted by the
    # address that it passes on.
    proxied: bool = False
    mail: str = ""  # address of the mail server; empty where nothing is sent

    @property
    def anchors_folder(self) -> Path:
        """Where the anchors are written."""
        return self.anchors or self.folder / "anchors"

    def environment(self) -> dict[str, str]:
        """What the settings of Django read."""
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
        """The secret of sessions; one of the moment for an auditor, who has none."""
        path = self.folder / SECRET
        if not path.exists():
            return secrets.token_urlsafe(64)
        return path.read_text("utf-8").strip()


def prepare(trial: Trial) -> Trial:
    """Makes the folder with its keys, or takes up the one that is there.

    Raises:
        ConductError: EQ902, the folder or the address cannot be used, or its databases are
            gone; EQ951, it belongs to a demonstration and a real trial is asked for, or the
            other way round.
    """
    folder = trial.folder
    databases(trial.database, folder)  # refuses what is no address
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        known = remembered(folder)
        if known is not None:
            trial = _agree(trial, known)
            _are_there(trial)
        elif not trial.database:
            for name in FILES.values():  # what is there stays as it is
                (folder / name).touch(0o600)
        write_private(folder / SECRET, secrets.token_urlsafe(64), keep=True)
        make_key(folder / VAULT_KEY)
        (folder / "static").mkdir(exist_ok=True)
    except OSError as error:
        raise ConductError.single(
            "EQ902",
            f"the folder of the trial cannot be used: {error.strerror}",
            where=str(folder),
            mend="give a folder that you may write to, with --folder",
        ) from error
    return trial


def reopen(
    folder: Path,
    *,
    database: str = "",
    anchors: Path | None = None,
    reading: bool = False,
) -> Trial:
    """A trial that was served here before (EQ902, none was, or its databases are gone).

    ``reading``: a copy without its secrets will do, as an auditor has it.
    """
    known = remembered(folder)
    if known is None or not (reading or (folder / SECRET).exists()):
        raise ConductError.single(
            "EQ902",
            "there is no trial in this folder",
            where=str(folder),
            mend="give the folder that `equipoise serve` made, such as trial-feder2021",
        )
    found = replace(
        known, database=database or known.database, anchors=anchors or known.anchors
    )
    _are_there(found)
    return found


def enter(trial: Trial) -> None:
    """Loads Django with the settings of this trial; once in a process.

    What the process writes from here on, the files of SQLite among it, is its owner's
    alone.
    """
    import django  # the environment must be complete before it is loaded

    os.umask(0o077)
    os.environ.update(trial.environment())
    django.setup()


def remember(trial: Trial) -> None:
    """Notes database, anchors and kind in the folder, once the database has answered.

    ``audit verify`` and ``backup`` need the folder alone then; an address with a typing
    error is never kept.
    """
    told = {k: v for k, v in asdict(trial).items() if k in ("database", "demo")}
    told["anchors"] = str(trial.anchors.resolve()) if trial.anchors else ""
    write_private(trial.folder / REMEMBERED, json.dumps(told, indent=2) + "\n")


def write_private(path: Path, text: str, *, keep: bool = False) -> None:
    """Writes a file that only its owner can read, from its first byte.

    With ``keep``, a file that is there is left alone.
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
    """Processes and threads that work in a folder do so one after the other."""
    with (folder / lock).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def readable_by_others(paths: Iterable[Path]) -> list[Path]:
    """Files that somebody else than their owner may read, or that are not there."""
    return [p for p in paths if not p.exists() or p.stat().st_mode & 0o077]


def remembered(folder: Path) -> Trial | None:
    """A trial that was made ready here before: its databases must be there."""
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
    """Refuses a trial whose databases are gone: a new one in its place would hide it."""
    gone = [n for n in FILES.values() if not (trial.folder / n).exists()]
    if gone and not trial.database:
        raise ConductError.single(
            "EQ902",
            f"the databases of this trial are not there: {', '.join(gone)}",
            where=str(trial.folder),
            mend="bring the files back, or restore a backup into a new folder",
        )


def _agree(asked: Trial, known: Trial) -> Trial:
    """What is asked for, completed by what is remembered."""
    if asked.demo != known.demo:
        kind = "a demonstration" if known.demo else "a real trial"
        raise ConductError.single(
            "EQ951",
            f"this folder holds {kind}",
            where=str(asked.folder),
            mend="leave --demo as it was when the folder was made, or give another "
            "folder with --folder",
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
        mend="leave --database out; to move a trial, restore a backup into a new folder",
    )
