"""Scheduled external checkpoints: a background process, and one writer at a time."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from equipoise.conduct.folder import Trial, alone

MINUTES = 15.0
LOCK = "anchors.lock"
log = logging.getLogger("equipoise.anchoring")


def anchor_now(folder: Path, *, at: datetime) -> None:
    """Writes an external checkpoint of audit trail and allocation database."""
    # Django must be set up before its models are imported.
    from equipoise.conduct.enrolment.database_currency import anchor_all

    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder, LOCK):
        anchor_all(folder, at=at)


def repeat(
    folder: Path,
    *,
    minutes: float,
    now: Callable[[], datetime],
    wait: Callable[[float], None],
    stop: Callable[[], bool],
) -> None:
    """Writes a checkpoint now and every few minutes, until it is to stop.

    A failure (a full disk, no database) is logged and tried again at the next turn: the
    health page shows the age of the last checkpoint.
    """
    while not stop():
        _once(folder, now())
        for _ in range(max(1, int(minutes * 60))):
            if stop():
                return
            wait(1.0)


def _once(folder: Path, at: datetime) -> None:
    from django.db import connections

    try:
        anchor_now(folder, at=at)
    except Exception:
        log.exception("no external checkpoint was written")
    finally:
        connections.close_all()


@contextmanager
def beside(trial: Trial, minutes: float = MINUTES) -> Iterator[None]:
    """Runs a process that writes checkpoints, while the server runs.

    The first one is written before that process is ready and before the first request: a
    trial that was just started has a checkpoint, and its health page shows it.
    """
    _once(trial.anchors_folder, datetime.now(UTC))  # noqa: TID251  the I/O layer reads the clock
    command = [sys.executable, "-m", "equipoise.conduct.operation.checkpoint_schedule"]
    child = subprocess.Popen(  # noqa: S603  our own module
        [*command, str(minutes)], env=os.environ | trial.environment()
    )
    try:
        yield
    finally:
        child.terminate()
        child.wait(timeout=30)


def main(minutes: float) -> None:
    """The process: ends when the server that started it has ended."""
    import django

    django.setup()
    from django.conf import settings  # not before the set-up

    parent = os.getppid()
    repeat(
        settings.ANCHORS,
        minutes=minutes,
        now=lambda: datetime.now(UTC),  # noqa: TID251  the I/O layer reads the clock
        wait=time.sleep,
        stop=lambda: os.getppid() != parent,
    )


if __name__ == "__main__":
    main(float(sys.argv[1]))
