"""Processes of this machine: safe against a kill, and an error in one is raised here."""

from __future__ import annotations

import os
import signal
import threading
import time
from multiprocessing import active_children
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.exchange import pool
from equipoise.exchange.pool import on_processes
from equipoise.exchange.task import Task
from equipoise.exchange.truths import load_truth
from equipoise.simulate.operating.chunk import Run, chunk
from tests.analyze.feder import feder

RUN = Run(feder(), load_truth("feder2021"), 16, 5, ("response",))
OTHER = Run(feder(), RUN.truth, 20, 5, ("response",))


def test_each_task_comes_back_once_with_the_answers_of_its_own_run() -> None:
    """A worker that is at another run is told so."""
    tasks = [Task(p, run, f, 4) for p, run in enumerate((RUN, OTHER)) for f in (0, 4)]
    found = {(t.place, t.first): x for t, x in on_processes(2, iter(tasks))}
    assert set(found) == {(0, 0), (0, 4), (1, 0), (1, 4)}
    for task in tasks:
        own = chunk(task.run, task.first, 4)
        np.testing.assert_array_equal(found[task.place, task.first], own)


def test_a_killed_worker_loses_nothing_and_nobody_is_left() -> None:
    """A worker is killed while it works; its task is done again by another."""
    tasks = [Task(0, RUN, first, 10) for first in range(0, 400, 10)]
    killed: list[int] = []

    def kill() -> None:
        for _ in range(600):
            for child in active_children():
                if child.pid and found:
                    os.kill(child.pid, signal.SIGKILL)
                    killed.append(child.pid)
                    return
            time.sleep(0.02)

    found: dict[int, np.ndarray] = {}
    thread = threading.Thread(target=kill)
    thread.start()
    for task, answers in on_processes(2, iter(tasks)):
        assert task.first not in found
        found[task.first] = answers
    thread.join()
    assert killed
    assert sorted(found) == list(range(0, 400, 10))
    np.testing.assert_array_equal(found[200], chunk(RUN, 200, 10))
    assert not active_children()


def dying(pipe: Connection) -> None:
    """A worker that ends before it has done anything."""
    del pipe
    os._exit(1)


def test_workers_that_keep_dying_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "work", dying)
    with pytest.raises(SimulationError, match="EQ643"):
        list(on_processes(2, iter([Task(0, RUN, 0, 5), Task(0, RUN, 5, 5)])))


def test_what_a_worker_meets_is_raised_here() -> None:
    impossible = Run(feder(), RUN.truth, 16, 5, ("nothing",))
    with pytest.raises(SimulationError, match="EQ641"):
        list(on_processes(2, iter([Task(0, impossible, 0, 5)])))


def test_who_stops_listening_leaves_no_process(tmp_path: Path) -> None:
    done = on_processes(2, iter([Task(0, RUN, f, 5) for f in range(0, 1000, 5)]))
    next(done)
    done.close()  # type: ignore[attr-defined]
    assert not active_children()
