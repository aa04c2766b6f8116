"""A trial in a process of its own, as somebody starts it from a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.architecture.source import ROOT


def environment() -> dict[str, str]:
    """What a terminal has: nothing of the settings of these tests."""
    mine = {k: v for k, v in os.environ.items() if not k.startswith("EQUIPOISE_")}
    mine.pop("DJANGO_SETTINGS_MODULE", None)
    return mine | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}


def new_database() -> list[str]:
    """``--database`` with a name that nobody used, or nothing for SQLite."""
    if os.environ.get("CONDUCT_DATABASE") != "postgresql":
        return []
    from tests.conduct.settings import SERVER

    address = SERVER.get_uri("postgres")
    name = f"served_{uuid.uuid4().hex[:12]}"
    return ["--database", re.sub(r"/postgres(?=\?|$)", f"/{name}", address)]


EQUIPOISE = ("equipoise",)


def run(
    *arguments: object, status: int | None = 0, by: tuple[str, ...] = EQUIPOISE
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; ``by`` is the module, with its first arguments."""
    done = subprocess.run(  # noqa: S603  our own module
        [sys.executable, "-m", *by, *map(str, arguments)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if status is not None:
        assert done.returncode == status, done.stdout + done.stderr
    return done


@contextmanager
def started(
    *arguments: object, by: tuple[str, ...] = EQUIPOISE
) -> Iterator[subprocess.Popen[str]]:
    """Runs a command until the block ends."""
    child = subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", *by, *map(str, arguments)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield child
    finally:
        child.terminate()
        child.wait(timeout=30)
        if child.stdout is not None:
            child.stdout.close()


def inside(folder: Path, code: str, *arguments: object) -> str:
    """Runs some lines with Django set up for a trial; what they print."""
    lines = (
        "import sys; from pathlib import Path;"
        "from equipoise.conduct.folder import enter, reopen;"
        f"enter(reopen(Path({str(folder)!r})))\n" + code
    )
    done = subprocess.run(  # noqa: S603  our own lines
        [sys.executable, "-c", lines, *map(str, arguments)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
