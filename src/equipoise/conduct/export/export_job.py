"""A large export is made beside the requests, and any worker can say how far it is.

What was made belongs to one person in one session with the roles of that moment. It is
gone once it was handed out, after an hour, and when the server starts again. A folder of
the trial that nobody else can read holds a note for each person, and the file. A note that
says "making" of a process that is gone is of a making that was cut off.
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
KEPT = 3600.0  # seconds that a file waits for its person
EVERY = 0.5  # seconds between two notes of how far it is
AGAIN = "start it again; if it stops again, tell the person who runs the server"
log = logging.getLogger("equipoise.export")


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How far a file is."""

    ticket: str  # of the page that started it: sent twice, it is started once
    session: str  # of who started it, as hashes
    roles: str
    unblinded: bool  # whether it holds arms
    process: int  # that makes it
    at: float  # when it began, and when it ended, in seconds of the clock
    stage: str = "making"  # then ``packing``, then ``ready`` or ``failed``
    done: int = 0  # participants that were read, and all of them
    total: int = 0
    name: str = ""  # of the file when it is ready
    what: str = ""  # why it failed, in words
    mend: str = ""

    @property
    def runs(self) -> bool:
        """Whether it goes on, as far as the note knows."""
        return self.stage in ("making", "packing")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose file it is, and where."""

    folder: Path  # of all such files
    name: str  # of the account in it; tells nobody who that is
    session: str = ""  # of the browser, as a hash
    roles: str = ""  # with their sites, as a hash: with others nothing is handed out

    @classmethod
    def of(cls, folder: Path, actor: Actor, number: int, session: str | None) -> Owner:
        """The owner behind a request: number of the account, key of the session."""
        held = {role: sorted(sites) for role, sites in actor.roles.items()}
        roles = _hashed(json.dumps(held, sort_keys=True))
        return cls(folder, str(number), _hashed(session or ""), roles)

    @property
    def path(self) -> Path:
        """Of the file."""
        return self.folder / f"{self.name}.file"

    def read(self) -> Making | None:
        """The note; None if nothing was made."""
        try:
            return Making(**json.loads(self._noted.read_text("utf-8")))
        except FileNotFoundError:
            return None

    def note(self, made: Making) -> None:
        """Writes the note anew."""
        write_private(self._noted, json.dumps(asdict(made)))

    def new(self) -> IO[bytes]:
        """The file, empty; only its owner can read it, from its first byte."""
        self.path.unlink(missing_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        return os.fdopen(handle, "w+b")

    def remove(self) -> None:
        """Takes file and note away."""
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
    """Starts to make a file, unless one is being made for this person.

    A page whose ``ticket`` has started something starts nothing more. ``prepare``
    checks the rights and writes the export down, before anything is made; what it
    refuses is refused, and nothing was started.
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
    """Does something beside the requests of this worker, and ends with it."""

    def done() -> None:
        try:
            deed()
        finally:
            connections.close_all()

    threading.Thread(target=done, name="export", daemon=True).start()


def look(owner: Owner, *, at: float) -> Making | None:
    """How far the file of a person is; None if there is none for this session.

    What was cut off, and what was made with other roles than the person has now, is told
    as ``failed``, and its file is removed.
    """
    known = owner.read()
    if known is None or known.session != owner.session:
        return None
    if known.runs and not _goes_on(known):
        known = _failed(known, "the server stopped while the file was made", at)
        owner.remove()
        owner.note(known)
    if not known.runs and _is_old(known, at):
        return None
    if known.stage == "ready" and known.roles != owner.roles:
        owner.remove()
        return _failed(known, "your roles have changed since the file was begun", at)
    return known


def take(owner: Owner, *, unblinded: bool = False, at: float) -> tuple[str, IO[bytes]]:
    """Hands a file out (EQ969), once, with its name: then it has none on the disk.

    Who calls has asked for the rights of the moment again. A file with arms is handed out
    only where one is asked for, and the other way round.
    """
    known = look(owner, at=at)
    if known is not None and (known.stage, known.unblinded) == ("ready", unblinded):
        with alone(owner.folder):
            if owner.read() == known:  # nobody was faster
                file = owner.path.open("rb")
                owner.remove()
                return known.name, file
    raise ConductError.single(
        "EQ969",
        "no file waits for you",
        where="the export",
        mend="it was handed out, an hour has passed, your roles have changed or the server "
        "was started again: make it again",
    )


def sweep(folder: Path, *, at: float) -> None:
    """Removes what nobody has fetched within an hour; the folder need not be there."""
    if not folder.exists():
        return
    with alone(folder):
        for path in folder.glob("*.json"):
            left = Owner(folder, path.stem)
            known = left.read()
            if known and _is_old(known, at) and not _goes_on(known):
                left.remove()


def clear(home: Path) -> None:
    """Removes whatever an earlier server left in the folder of a trial."""
    shutil.rmtree(home / EXPORTS, ignore_errors=True)


def _make(owner: Owner, made: Making, wanted: Prepared) -> None:
    """Makes the file and notes how that ended."""
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
        log.exception("an export was not made")
        owner.path.unlink(missing_ok=True)
        what, mend = _words(error)
        ended = replace(made, stage="failed", what=what, mend=mend)
    at = made.at + time.monotonic() - began
    try:
        owner.note(replace(ended, at=at))
    except OSError:  # no room for a line
        log.exception("the end of an export was not noted")
        owner.remove()
    # Nobody may fetch it: it is removed then, if this worker lives as long.
    timer = threading.Timer(KEPT, sweep, [owner.folder], {"at": at + KEPT})
    timer.daemon = True
    timer.start()


def _words(error: Exception) -> tuple[str, str]:
    """What went wrong and what to do, without a name."""
    outage = outage_of(error)
    if outage is not None:
        return outage.what, AGAIN
    if isinstance(error, EquipoiseError):
        return error.problems[0].what, error.problems[0].mend
    return "the server could not make the file", AGAIN


def _goes_on(known: Making) -> bool:
    """Whether it runs, and the process that makes it is still there."""
    try:
        os.kill(known.process, 0)  # asks, and sends nothing
    except OSError:
        return False
    return known.runs


def _failed(known: Making, what: str, at: float) -> Making:
    return replace(known, stage="failed", what=what, mend=AGAIN, at=at)


def _is_old(known: Making, at: float) -> bool:
    """Whether an hour has passed, or the clock went back by as much."""
    return abs(at - known.at) >= KEPT


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
