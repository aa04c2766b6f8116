"""Where a file waits that is made beside the requests: a note, the file, and a lock.

Each person has one place, in a folder of the trial that nobody else can read. The lock is
held by the process that makes the file, and the system lets it go when that process dies,
however that happens: a note that says "making" beside a free lock is of a making that was
cut off.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal

from equipoise.conduct.folder import write_private

TRIES, MOMENT = 10, 0.02  # seconds: who only looks at a lock has it for less
Stage = Literal["making", "packing", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How far a file is.

    Attributes:
        ticket: of the page that started it: sent twice, it is started once.
        session, roles: of who started it, as hashes.
        unblinded: whether it holds arms.
        at: when it began, and when it ended, in seconds of the clock.
        done, total: participants that were read, and all of them.
        name: of the file when it is ready.
        what, mend: why it failed, in words.
    """

    ticket: str
    session: str
    roles: str
    unblinded: bool
    at: float
    stage: Stage = "making"
    done: int = 0
    total: int = 0
    name: str = ""
    what: str = ""
    mend: str = ""

    @property
    def runs(self) -> bool:
        """Whether it goes on, as far as the note knows."""
        return self.stage in ("making", "packing")


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one person.

    Attributes:
        folder: of all places.
        name: of the person; tells nobody who that is.
    """

    folder: Path
    name: str

    @property
    def path(self) -> Path:
        """Of the file."""
        return self.folder / f"{self.name}.file"

    @property
    def _noted(self) -> Path:
        return self.folder / f"{self.name}.json"

    def read(self) -> Making | None:
        """The note; None if nothing was made."""
        try:
            return Making(**json.loads(self._noted.read_text("utf-8")))
        except FileNotFoundError:
            return None

    def note(self, made: Making) -> None:
        """Writes the note anew; who has the lock does so."""
        write_private(self._noted, json.dumps(asdict(made)))

    def new(self) -> IO[bytes]:
        """The file, empty; only its owner can read it, from its first byte."""
        self.path.unlink(missing_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        return os.fdopen(handle, "w+b")

    def remove(self) -> None:
        """Takes file and note away; the lock stays."""
        self.path.unlink(missing_ok=True)
        self._noted.unlink(missing_ok=True)

    def lock(self, *, patient: bool = False) -> int | None:
        """The lock, to be closed by who asked for it; None while another one has it.

        Args:
            patient: waits for whoever only looks, which takes less than a moment.
        """
        path = self.folder / f"{self.name}.lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        for _ in range(TRIES if patient else 1):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(MOMENT if patient else 0)
            else:
                return handle
        os.close(handle)
        return None

    @contextmanager
    def held(self, *, patient: bool = False) -> Iterator[bool]:
        """Whether nobody makes the file, and nobody will until the block ends."""
        lock = self.lock(patient=patient)
        try:
            yield lock is not None
        finally:
            if lock is not None:
                os.close(lock)


def places(folder: Path) -> list[Place]:
    """Places at which something was noted.

    Args:
        folder: of all places; need not be there.
    """
    return [Place(folder, path.stem) for path in sorted(folder.glob("*.json"))]
