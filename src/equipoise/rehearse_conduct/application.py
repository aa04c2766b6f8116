"""Application of a rehearsal: set up in a separate folder, served by gunicorn."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path

from equipoise.conduct.folder import Trial, prepare, remember
from equipoise.errors import ConductError

SETTINGS = "equipoise.rehearse_conduct.settings"
KEY = "EQUIPOISE_REHEARSAL_KEY"
PATIENCE = 60  # seconds until the server responds
AT_WORK = 600  # minutes: all users log in at the start, on a slow machine too


@dataclass(frozen=True, slots=True)
class Stage:
    """A running application.

    Attributes:
        port: on this machine.
        key: lets requests state their time.
        passwords: user name -> password.
        log: log file of the application.
        lines: connections to it, closed with the stage.
    """

    port: int
    key: str
    passwords: dict[str, str]
    log: Path
    lines: ExitStack


@contextmanager
def staged(folder: Path, plan: dict[str, object], people: list[str]) -> Iterator[Stage]:
    """Sets up an application and serves it until the end of the block.

    Args:
        folder: of the trial; must be empty.
        plan: for ``setup.py``: protocol, sites, seed, places, participants.
        people: user names for whom passwords are made.
    """
    key = secrets.token_hex(32)
    passwords = {name: secrets.token_urlsafe(12) for name in people}
    own = environment(folder, key)
    _run_setup(own, {**plan, "passwords": passwords})
    with served(own, passwords, folder) as stage:
        yield stage


@contextmanager
def served(
    own: dict[str, str], passwords: dict[str, str], place: Path
) -> Iterator[Stage]:
    """Serves a trial that is set up, with a clock that can be set.

    Args:
        own: from ``variables``.
        passwords: user name -> password.
        place: folder for the log of the application.
    """
    port, log = _free_port(), place / "application.log"
    with log.open("wb") as file:
        server = subprocess.Popen(  # noqa: S603
            [
                sys.executable, "-m", "gunicorn", "equipoise.conduct.wsgi:application",
                "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4",
                "--worker-class", "gthread", "--keep-alive", "60",
                "--worker-tmp-dir", str(place), "--timeout", "120",
                "--no-control-socket", "--preload",
            ],
            env=own,
            stdout=file,
            stderr=file,
        )  # fmt: skip
    lines = ExitStack()
    try:
        _wait(port, server, log)
        yield Stage(port, own[KEY], passwords, log, lines)
    finally:
        lines.close()
        server.terminate()
        server.wait(timeout=30)


def environment(folder: Path, key: str) -> dict[str, str]:
    """Creates the folder of the trial; the environment of a program of the rehearsal.

    Args:
        folder: of the trial.
        key: lets requests state their time.
    """
    trial = prepare(Trial(folder, demo=True))
    remember(trial)  # commands such as ``audit verify`` need only the folder
    return variables(trial, key)


def variables(trial: Trial, key: str) -> dict[str, str]:
    """The environment of a program of the rehearsal, for a folder that is prepared.

    Args:
        trial: a demonstration.
        key: lets requests state their time.
    """
    known = replace(trial, idle_minutes=AT_WORK).environment()
    own = {"DJANGO_SETTINGS_MODULE": SETTINGS, KEY: key}
    return os.environ | known | own


def _run_setup(own: dict[str, str], plan: dict[str, object]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "equipoise.rehearse_conduct.setup"],
        input=json.dumps(plan).encode(),
        env=own,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise _failed(done.stderr.decode(errors="replace"))


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the server responds."""
    for _ in range(PATIENCE * 10):
        if server.poll() is not None:
            break
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/accounts/login/")
                connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise _failed(log.read_text("utf-8", errors="replace"))


def _failed(text: str) -> ConductError:
    last = text.strip().splitlines()[-1:] or ["no message"]
    return ConductError.single(
        "EQ964",
        f"the application of the rehearsal did not start: {last[0]}",
        where="the rehearsal",
        fix="see application.log in its folder",
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
