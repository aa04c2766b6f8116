"""Runs: the same for any number of workers, resumable, and safe against a kill."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.exchange import runs
from equipoise.exchange.runs import trials
from equipoise.exchange.truths import load_truth
from equipoise.simulate.operating.chunk import Run
from tests.analyze.feder import feder

RUN = Run(feder(), load_truth("feder2021"), 16, 5, ("response",))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LENGTH", 10)


def test_workers_do_not_matter(tmp_path: Path) -> None:
    one = trials(RUN, 45, tmp_path / "one")
    two = trials(RUN, 45, tmp_path / "two", workers=2)
    np.testing.assert_array_equal(one, two)
    assert len(one) == 45


def test_what_is_done_is_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trials(RUN, 30, tmp_path)
    asked: list[int] = []
    real = runs.chunk

    def counting(run: Run, start: int, count: int) -> np.ndarray:
        asked.append(start)
        return real(run, start, count)

    monkeypatch.setattr(runs, "chunk", counting)
    more = trials(RUN, 50, tmp_path)
    assert asked == [30, 40]
    np.testing.assert_array_equal(more[:30], first)
    assert len(trials(RUN, 20, tmp_path)) == 20


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    """A worker is killed while it works; the pool is made again."""
    killed = threading.Event()

    def kill() -> None:
        for _ in range(400):
            children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
            for child in map(int, children.read_text().split()):
                command = Path(f"/proc/{child}/cmdline").read_bytes()
                if b"spawn_main" in command and (tmp_path / "chunks").exists():
                    os.kill(child, signal.SIGKILL)
                    killed.set()
                    return
            time.sleep(0.05)

    if not Path("/proc/self/task").exists():
        pytest.skip("processes cannot be listed on this system")
    thread = threading.Thread(target=kill)
    thread.start()
    found = trials(RUN, 600, tmp_path, workers=2)
    thread.join()
    assert killed.is_set()
    np.testing.assert_array_equal(found[:40], trials(RUN, 40, tmp_path / "again"))
    assert not np.isnan(found[:, 0, 0]).any()


def dying(pipe: object, run: Run) -> None:
    """A worker that ends before it has done anything."""
    del pipe, run
    os._exit(1)


def test_workers_that_keep_dying_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_work", dying)
    with pytest.raises(SimulationError, match="EQ643"):
        trials(RUN, 20, tmp_path, workers=2)


def test_the_precision_stops_it_at_the_same_trial_whatever_the_workers(
    tmp_path: Path,
) -> None:
    one = trials(RUN, 400, tmp_path / "one", precision=0.09)
    two = trials(RUN, 400, tmp_path / "two", precision=0.09, workers=2)
    assert len(one) < 400
    np.testing.assert_array_equal(one, two)


def test_the_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    trials(RUN, 10, tmp_path)
    other = Run(RUN.protocol, RUN.truth, 18, 5, RUN.endpoints)
    with pytest.raises(SimulationError, match="n differ"):
        trials(other, 10, tmp_path)


def test_half_a_chunk_is_made_again(tmp_path: Path) -> None:
    first = trials(RUN, 10, tmp_path)
    path = tmp_path / "chunks/00000000.npy"
    np.save(path, np.load(path)[:4])
    np.testing.assert_array_equal(trials(RUN, 10, tmp_path), first)


def test_progress_is_told(tmp_path: Path) -> None:
    heard: list[str] = []
    trials(RUN, 20, tmp_path, progress=heard.append)
    assert heard == ["10 of 20 trials", "20 of 20 trials"]
