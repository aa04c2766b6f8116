"""One place for each person: private, noted whole, and free when a process dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.conduct.export.shelf import Making, Place, places
from tests.conduct.killed import ROOT

MADE = Making(ticket="t", session="s", roles="r", unblinded=False, at=1.0, total=3)
HOLD = """
import sys, time
from pathlib import Path
from equipoise.conduct.export.shelf import Place
assert Place(Path(sys.argv[1]), "7").lock() is not None
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, "7")


def test_a_note_comes_back_as_it_was(place: Place) -> None:
    assert place.read() is None
    assert places(place.folder) == []
    place.note(MADE)
    assert place.read() == MADE
    assert places(place.folder) == [place]
    assert Place(place.folder, "8").read() is None


def test_nobody_else_can_read_it(place: Place) -> None:
    place.path.write_text("of somebody before")
    place.path.chmod(0o644)
    place.note(MADE)
    with place.new() as file:
        file.write(b"x")
    with place.held():
        modes = {path.suffix: path.stat().st_mode & 0o777 for path in
                 place.folder.iterdir()}  # fmt: skip
    assert modes == {".json": 0o600, ".file": 0o600, ".lock": 0o600}
    assert place.path.read_bytes() == b"x"
    place.remove()
    assert [path.suffix for path in place.folder.iterdir()] == [".lock"]


def test_one_holds_it_at_a_time(place: Place) -> None:
    with place.held() as mine:
        assert mine
        with place.held() as other:
            assert not other
        with place.held(patient=True) as other:
            assert not other
        with Place(place.folder, "8").held() as other:
            assert other
    with place.held() as mine:
        assert mine


def test_a_process_that_dies_lets_it_go(place: Place) -> None:
    child = subprocess.Popen(  # noqa: S603  our own lines
        [sys.executable, "-c", HOLD, str(place.folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"held\n"
        with place.held() as mine:
            assert not mine
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
    with place.held() as mine:
        assert mine


def test_only_what_runs_is_running() -> None:
    stages = [
        Making(ticket="", session="", roles="", unblinded=False, at=0.0, stage=stage)
        for stage in ("making", "packing", "ready", "failed")
    ]
    assert [made.runs for made in stages] == [True, True, False, False]
