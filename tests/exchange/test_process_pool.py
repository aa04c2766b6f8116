"""Processes of this machine: safe against a kill, and an error in one is raised here."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from multiprocessing import active_children

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.exchange import process_pool
from equipoise.exchange.process_pool import (
    MOST_FAILURES,
    in_process,
    on_processes,
    workers_failed,
)
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import (
    Chunk,
    Run,
    simulate_chunk,
)
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 16, 5, ("response",))
OTHER = Run(feder(), RUN.scenario, 20, 5, ("response",))


def test_killed_workers_lose_nothing_and_nobody_is_left() -> None:
    """Both are killed, the one at work and the one that waits.

    Each chunk comes back once, with the answers of its own run: a worker that is at
    another run, or a new one, is told so.
    """
    chunks = [Chunk(p, r, f, 5) for p, r in enumerate((RUN, OTHER)) for f in (0, 5, 10)]
    found: dict[tuple[int, int], np.ndarray] = {}
    for chunk, estimates in on_processes(2, iter(chunks)):
        assert (chunk.run_index, chunk.first) not in found
        found[chunk.run_index, chunk.first] = estimates
        for child in active_children() if len(found) == 1 else []:
            os.kill(child.pid or 0, signal.SIGKILL)
    for place, run in enumerate((RUN, OTHER)):
        whole = np.concatenate([found.pop((place, first)) for first in (0, 5, 10)])
        np.testing.assert_array_equal(whole, simulate_chunk(run, 0, 15))
    assert not found
    assert not active_children()


def test_a_process_that_helps_does_what_the_others_would() -> None:
    chunks = [Chunk(0, RUN, first, 5) for first in range(0, 20, 5)]
    done = on_processes(1, iter(chunks), helping=True)
    found = {chunk.first: estimates for chunk, estimates in done}
    whole = np.concatenate([found[first] for first in range(0, 20, 5)])
    np.testing.assert_array_equal(whole, simulate_chunk(RUN, 0, 20))
    assert not active_children()


def test_workers_that_keep_dying_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """``id`` ends before it has done anything, and takes no time to load."""
    monkeypatch.setattr(process_pool, "work", id)
    monkeypatch.setattr(process_pool, "MOST_FAILURES", 2)
    with pytest.raises(SimulationError, match="EQ643 2 workers"):
        list(on_processes(1, iter([Chunk(0, RUN, 0, 5)])))


def test_what_a_worker_meets_is_raised_here() -> None:
    impossible = Run(feder(), RUN.scenario, 16, 5, ("nothing",))
    with pytest.raises(SimulationError, match="EQ641"):
        list(on_processes(1, iter([Chunk(0, impossible, 0, 5)])))


def test_who_stops_listening_leaves_no_process() -> None:
    done = on_processes(1, iter([Chunk(0, RUN, f, 5) for f in range(0, 1000, 5)]))
    next(done)
    done.close()  # type: ignore[attr-defined]
    assert not active_children()


def test_this_process_takes_chunks_one_by_one() -> None:
    """So that no more are taken once the run is complete."""
    requested: list[int] = []

    def chunks() -> Iterator[Chunk]:
        for first in (0, 3, 6):
            requested.append(first)
            yield Chunk(7, RUN, first, 3)

    done = in_process(chunks())
    chunk, estimates = next(done)
    assert requested == [0]
    assert (chunk.run_index, chunk.first) == (7, 0)
    np.testing.assert_array_equal(estimates, simulate_chunk(RUN, 0, 3))
    assert [chunk.first for chunk, _ in done] == [3, 6]


def test_the_error_states_how_many_workers_failed() -> None:
    assert f"{MOST_FAILURES} workers" in str(workers_failed(MOST_FAILURES))
