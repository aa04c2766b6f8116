"""Export jobs: a large export runs in the background, and any worker can report its status.

The file belongs to one user in one session with the roles of that moment. It is deleted
after the download, after an hour, and when the server restarts. A private folder of the
trial has a note for each user, and the file. A note with the stage "making" of a process
that has ended is of a job that was interrupted.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.db import connections

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.error_responses import outage_of
from equipoise.conduct.export.services import Prepared
from equipoise.conduct.export.writers import EXPORTS
from equipoise.conduct.folder import alone, write_private
from equipoise.errors import ConductError, EquipoiseError

AT_ONCE = 20_000  # entries that are exported within a second or two
KEPT = 3600.0  # seconds that a file is available
EVERY = 0.5  # seconds between two notes of the status
AGAIN = "start it again; if it stops again, tell the administrator of the server"
log = logging.getLogger("equipoise.export")


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Status of an export job."""

    ticket: str  # of the page that started it: sent twice, it is started once
    session: str  # of the user who started it, as a hash
    roles: str
    unblinded: bool  # whether it contains arms
    process: int  # that makes it
    at: float  # time of its start or end, in seconds of the clock
    stage: str = "making"  # then ``packing``, then ``ready`` or ``failed``
    done: int = 0  # participants that were read, and all of them
    total: int = 0
    name: str = ""  # of the file when it is ready
    what: str = ""  # why it failed, as text
    fix: str = ""

    @property
    def runs(self) -> bool:
        """Whether it is running according to the note."""
        return self.stage in ("making", "packing")


@dataclass(frozen=True, slots=True)
class Owner:
    """Owner and path of the file."""

    folder: Path  # of all such files
    name: str  # of the account in it; does not reveal the user
    session: str = ""  # of the browser, as a hash
    roles: str = ""  # with their sites, as a hash: no download with other roles

    @classmethod
    def of(cls, folder: Path, actor: Actor, number: int, session: str | None) -> Owner:
        """The owner behind a request: number of the account, key of the session."""
        held = {role: sorted(sites) for role, sites in actor.roles.items()}
        roles = _hashed(json.dumps(held, sort_keys=True))
        return cls(folder, str(number), _hashed(session or ""), roles)

    @property
    def path(self) -> Path:
        """Path of the file."""
        return self.folder / f"{self.name}.file"

    def read(self) -> Making | None:
        """The note; None if there is no job."""
        try:
            return Making(**json.loads(self._noted.read_text("utf-8")))
        except (FileNotFoundError, TypeError):  # or the note is of an earlier version
            return None

    def note(self, made: Making) -> None:
        """Replaces the note."""
        write_private(self._noted, json.dumps(asdict(made)))

    def new(self) -> IO[bytes]:
        """A new empty file, which only its owner can read from the start."""
        self.path.unlink(missing_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        return os.fdopen(handle, "w+b")

    def remove(self) -> None:
        """Removes file and note."""
        self.path.unlink(missing_ok=True)
        self._noted.unlink(missing_ok=True)

    @property
    def _noted(self) -> Path:
        return self.folder / f"{self.name}.json"


def start(
    owner: Owner,
    ticket: str,
    prepare: Callable[[], Prepared],
    *,
    unblinded: bool = False,
    at: float,
) -> bool:
    """Starts an export job, unless one is running for this user.

    A page whose ``ticket`` has started a job starts no other. ``prepare`` checks the
    rights and records the export before the job starts; if it raises, no job is started.
    """
    owner.folder.mkdir(mode=0o700, exist_ok=True)
    sweep(owner.folder, at=at)
    with alone(owner.folder):
        known = owner.read()
        again = known and ticket and known.ticket == ticket
        if known and (_goes_on(known) or (again and known.session == owner.session)):
            return False
        owner.remove()
        wanted = prepare()
        made = Making(
            ticket=ticket, session=owner.session, roles=owner.roles, at=at,
            unblinded=unblinded, process=os.getpid(), total=wanted.people,
        )  # fmt: skip
        owner.note(made)
    aside(lambda: _make(owner, made, wanted))
    return True


def aside(deed: Callable[[], None]) -> None:
    """Runs a function in the background of this worker, and ends with it."""

    def done() -> None:
        try:
            deed()
        finally:
            connections.close_all()

    threading.Thread(target=done, name="export", daemon=True).start()


def look(owner: Owner, *, at: float) -> Making | None:
    """Status of the export job of a user; None if this session has none.

    A job that was interrupted, or was made with other roles than the user has now, is
    reported as ``failed``, and its file is removed.
    """
    known = owner.read()
    if known is None or known.session != owner.session:
        return None
    if known.runs and not _goes_on(known):
        known = _failed(known, "the server stopped during the export", at)
        owner.remove()
        owner.note(known)
    if not known.runs and _is_old(known, at):
        return None
    if known.stage == "ready" and known.roles != owner.roles:
        owner.remove()
        return _failed(known, "your roles have changed since the export started", at)
    return known


def take(owner: Owner, *, unblinded: bool = False, at: float) -> tuple[str, IO[bytes]]:
    """Hands over a file (EQ969), once, with its name; it is removed from the disk.

    The caller has checked the current rights. A file with arms is handed over only where
    one is requested, and the other way round.
    """
    known = look(owner, at=at)
    if known is not None and (known.stage, known.unblinded) == ("ready", unblinded):
        with alone(owner.folder):
            if owner.read() == known:  # no other request was faster
                file = owner.path.open("rb")
                owner.remove()
                return known.name, file
    raise ConductError.single(
        "EQ969",
        "there is no file: it was downloaded, an hour has passed, your roles have changed "
        "or the server was restarted",
        where="the export",
        fix="start the export again",
    )


def sweep(folder: Path, *, at: float) -> None:
    """Removes files that were not downloaded within an hour; the folder may be missing."""
    if not folder.exists():
        return
    with alone(folder):
        for path in folder.glob("*.json"):
            left = Owner(folder, path.stem)
            known = left.read()
            if known and _is_old(known, at) and not _goes_on(known):
                left.remove()


def clear(home: Path) -> None:
    """Removes files that an earlier server left in the folder of a trial."""
    shutil.rmtree(home / EXPORTS, ignore_errors=True)


def _make(owner: Owner, made: Making, wanted: Prepared) -> None:
    """Writes the file and notes the result."""
    began = noted = time.monotonic()

    def tell(done: int) -> None:
        nonlocal noted
        if done == made.total or time.monotonic() - noted >= EVERY:
            stage = "packing" if done == made.total else "making"
            owner.note(replace(made, done=done, stage=stage))
            noted = time.monotonic()

    try:
        with owner.new() as file:
            name = wanted.make(tell, file).name
        ended = replace(made, stage="ready", done=made.total, name=name)
    except Exception as error:
        log.exception("an export failed")
        owner.path.unlink(missing_ok=True)
        what, fix = _words(error)
        ended = replace(made, stage="failed", what=what, fix=fix)
    at = made.at + time.monotonic() - began
    try:
        owner.note(replace(ended, at=at))
    except OSError:  # no room for a line
        log.exception("the result of an export could not be noted")
        owner.remove()
    # If it is not downloaded, this worker removes it then, if it still runs.
    timer = threading.Timer(KEPT, sweep, [owner.folder], {"at": at + KEPT})
    timer.daemon = True
    timer.start()


def _words(error: Exception) -> tuple[str, str]:
    """Problem and remedy, without a name."""
    outage = outage_of(error)
    if outage is not None:
        return outage.what, AGAIN
    if isinstance(error, EquipoiseError):
        return error.problems[0].what, error.problems[0].fix
    return "the server could not create the file", AGAIN


def _goes_on(known: Making) -> bool:
    """Whether it is running, and its process still exists."""
    try:
        os.kill(known.process, 0)  # asks, and sends nothing
    except OSError:
        return False
    return known.runs


def _failed(known: Making, what: str, at: float) -> Making:
    return replace(known, stage="failed", what=what, fix=AGAIN, at=at)


def _is_old(known: Making, at: float) -> bool:
    """Whether an hour has passed, or the clock went back by as much."""
    return abs(at - known.at) >= KEPT


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
