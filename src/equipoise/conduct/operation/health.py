"""Health checks: both databases, clock, key, external checkpoints, disk space."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, connections
from django.db.transaction import atomic, set_rollback

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.audit.checkpoints import NAME, read
from equipoise.conduct.audit.clock import behind, in_words, newest
from equipoise.conduct.database import VAULT
from equipoise.conduct.error_responses import outage_of
from equipoise.conduct.operation.checkpoint_schedule import MINUTES
from equipoise.errors import ConductError

OLD = timedelta(minutes=4 * MINUTES)  # three checkpoints were missed
ROOM = 200 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Part:
    """One health check; ``said`` contains no name, arm or secret."""

    name: str
    well: bool
    said: str


def parts(home: Path, anchors: Path, key: Path, *, at: datetime) -> list[Part]:
    """Result of each check."""
    return [
        _database("database", "default"),
        _database("vault", VAULT),
        _looked("clock", lambda: _clock(at)),
        _looked("key of the vault", lambda: (bool(Vault(key)), "can be read")),
        _looked("anchors", lambda: _anchors(anchors, at)),
        _looked("disk", lambda: _room(home)),
        _looked("disk of the anchors", lambda: _room(anchors)),
    ]


def _database(name: str, alias: str) -> Part:
    try:
        with atomic(using=alias), connections[alias].cursor() as cursor:
            # A table that is rolled back: whether a page can still be added.
            cursor.execute("CREATE TABLE room_for_a_page AS SELECT 1 AS one")
            set_rollback(True, using=alias)
    except Error as error:
        known = outage_of(error)
        said = known.what if known else type(error).__name__
        return Part(name, well=False, said=said)
    return Part(name, well=True, said="answers")


def _looked(name: str, look: Callable[[], tuple[bool, str]]) -> Part:
    try:
        well, said = look()
    except (OSError, ConductError, Error, ValueError, KeyError) as error:
        return Part(name, well=False, said=type(error).__name__)
    return Part(name, well=well, said=said)


def _clock(at: datetime) -> tuple[bool, str]:
    back = behind(newest(), at)
    if back:
        return False, f"it went back: {in_words(back)} behind the latest entry"
    return True, "not behind the latest entry"


def _anchors(folder: Path, at: datetime) -> tuple[bool, str]:
    if not (folder / NAME).exists():
        return False, "no checkpoint was written yet"
    last = ""
    for made in read(folder):
        last = made.at
    age = at - datetime.fromisoformat(last)
    if age < -settings.CLOCK_TOLERANCE:
        return False, f"the last one is {in_words(-age)} ahead of the clock"
    return age < OLD, f"the last one is {int(age.total_seconds() // 60)} minutes old"


def _room(home: Path) -> tuple[bool, str]:
    free = shutil.disk_usage(home).free
    return free > ROOM, f"{free // 2**20:,} MB free"
