"""A large export is made beside the requests, and any worker can say how far it is.

What was made belongs to one person in one session with the roles of that moment. It is
gone once it was handed out, after an hour, and when the server starts again.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.db import connections

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.export.services import Prepared
from equipoise.conduct.export.shelf import Making, Place, Stage, places
from equipoise.conduct.refusals import outage_of
from equipoise.errors import ConductError, EquipoiseError

NAME = "exports"  # of the folder
AT_ONCE = 20_000  # entries that are exported within a second or two
KEPT = 3600.0  # seconds that a file waits for its person
EVERY = 0.5  # seconds between two notes of how far it is
AGAIN = "start it again; if it stops again, tell the person who runs the server"
log = logging.getLogger("equipoise.export")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose file it is.

    Attributes:
        place: of the person on the shelf.
        session: of the browser, as a hash.
        roles: with their sites, as a hash: what was made with others is not handed out.
    """

    place: Place
    session: str
    roles: str

    @classmethod
    def of(cls, folder: Path, actor: Actor, number: int, session: str | None) -> Owner:
        """The owner behind a request.

        Args:
            folder: of such files; need not be there.
            actor: who asks.
            number: of the account.
            session: key of the session.
        """
        held = {role: sorted(sites) for role, sites in actor.roles.items()}
        roles = _hashed(json.dumps(held, sort_keys=True))
        return cls(Place(folder, str(number)), _hashed(session or ""), roles)


def start(
    owner: Owner,
    ticket: str,
    prepare: Callable[[], Prepared],
    *,
    unblinded: bool = False,
    at: float,
) -> bool:
    """Starts to make a file, unless one is being made for this person.

    Args:
        owner: whose it is.
        ticket: of the page that asks; one that has started something starts nothing more.
        prepare: checks the rights and writes the export down, before anything is made.
        unblinded: whether the file holds arms.
        at: seconds of the clock.

    Returns:
        Whether it was started just now.

    Raises:
        EquipoiseError: what ``prepare`` refuses; nothing was started.
    """
    place = owner.place
    place.folder.mkdir(mode=0o700, exist_ok=True)
    sweep(place.folder, at=at)
    lock = place.lock(patient=True)
    if lock is None:
        return False
    try:
        made = _begun(owner, ticket, prepare, unblinded, at)
    except BaseException:
        os.close(lock)
        raise
    if made is None:
        os.close(lock)
        return False
    aside(lambda: _make(place, *made, lock))
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

    Args:
        owner: who asks.
        at: seconds of the clock.
    """
    place = owner.place
    known = place.read()
    if known is None or known.session != owner.session:
        return None
    if known.runs:
        known = _still(place, known, at)
    if not known.runs and _is_old(known, at):
        return None
    if known.stage == "ready" and known.roles != owner.roles:
        with place.held() as mine:
            if mine:
                place.remove()
        return _failed(known, "your roles have changed since the file was begun", at)
    return known


def take(owner: Owner, *, unblinded: bool = False, at: float) -> tuple[str, IO[bytes]]:
    """Hands a file out, once: from then on it has no name on the disk.

    Who calls has asked for the rights of the moment again.

    Args:
        owner: who asks.
        unblinded: whether a file with arms is asked for; the other kind is not handed out.
        at: seconds of the clock.

    Returns:
        Name of the file, and the file, open at its beginning.

    Raises:
        ConductError: EQ969, no such file waits.
    """
    known, place = look(owner, at=at), owner.place
    if known is None or (known.stage, known.unblinded) != ("ready", unblinded):
        raise _none()
    with place.held(patient=True) as mine:
        if not mine or place.read() != known:  # somebody was faster
            raise _none()
        file = place.path.open("rb")
        place.remove()
    return known.name, file


def sweep(folder: Path, *, at: float) -> None:
    """Removes what nobody has fetched within an hour.

    Args:
        folder: of such files; need not be there.
        at: seconds of the clock.
    """
    for place in places(folder):
        known = place.read()
        if known is None or not _is_old(known, at):
            continue
        with place.held() as mine:  # not while it is made
            if mine and place.read() == known:
                place.remove()


def clear(home: Path) -> None:
    """Removes whatever is left of an earlier server.

    Args:
        home: folder of the trial.
    """
    shutil.rmtree(home / NAME, ignore_errors=True)


def _begun(
    owner: Owner,
    ticket: str,
    prepare: Callable[[], Prepared],
    unblinded: bool,
    at: float,
) -> tuple[Making, Prepared] | None:
    """What is to be made, noted; None if this ticket has started something already."""
    known = owner.place.read()
    asked = ticket, owner.session
    if known and ticket and (known.ticket, known.session) == asked:
        return None
    owner.place.remove()
    wanted = prepare()
    made = Making(
        ticket=ticket, session=owner.session, roles=owner.roles, unblinded=unblinded,
        at=at, total=wanted.people,
    )  # fmt: skip
    owner.place.note(made)
    return made, wanted


def _make(place: Place, made: Making, wanted: Prepared, lock: int) -> None:
    """Makes the file and notes how that ended; the lock is let go whatever happens."""
    began = time.monotonic()
    try:
        ended = _made(place, made, wanted)
        at = made.at + time.monotonic() - began
        place.note(replace(ended, at=at))
        _forget_later(place.folder, at)
    except OSError:  # no room for a line: whoever looks finds a making that was cut off
        log.exception("the end of an export was not noted")
    finally:
        os.close(lock)


def _made(place: Place, made: Making, wanted: Prepared) -> Making:
    """How making the file ended."""
    noted = time.monotonic()

    def tell(done: int) -> None:
        nonlocal noted
        if done == made.total or time.monotonic() - noted >= EVERY:
            stage: Stage = "packing" if done == made.total else "making"
            place.note(replace(made, done=done, stage=stage))
            noted = time.monotonic()

    try:
        with place.new() as file:
            name = wanted.make(tell, file).name
    except Exception as error:
        log.exception("an export was not made")
        place.path.unlink(missing_ok=True)
        what, mend = _words(error)
        return replace(made, stage="failed", what=what, mend=mend)
    return replace(made, stage="ready", done=made.total, name=name)


def _forget_later(folder: Path, at: float) -> None:
    """Removes a file that nobody has fetched, if this worker lives as long."""
    timer = threading.Timer(KEPT, sweep, [folder], {"at": at + KEPT})
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


def _still(place: Place, known: Making, at: float) -> Making:
    """A making that was noted as running: as it is, or that it was cut off."""
    with place.held() as mine:
        if not mine:
            return known
        known = place.read() or known  # it may have ended just now
        if known.runs:
            place.path.unlink(missing_ok=True)
            known = _failed(known, "the server stopped while the file was made", at)
            place.note(known)
    return known


def _failed(known: Making, what: str, at: float) -> Making:
    return replace(known, stage="failed", what=what, mend=AGAIN, at=at)


def _none() -> ConductError:
    return ConductError.single(
        "EQ969",
        "no file waits for you",
        where="the export",
        mend="it was handed out, an hour has passed, your roles have changed or the server "
        "was started again: make it again",
    )


def _is_old(known: Making, at: float) -> bool:
    """Whether an hour has passed, or the clock went back by as much."""
    return abs(at - known.at) >= KEPT


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
