"""A Dask cluster of two real processes: the same digits, and safe against a kill."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from distributed import KilledWorker, LocalCluster

from equipoise.errors import SimulationError
from equipoise.exchange import cluster as module
from equipoise.exchange import run_folder
from equipoise.exchange.cluster import on_cluster
from equipoise.exchange.process_pool import MOST_FAILURES
from equipoise.exchange.runs import Execution, executor, run_trials
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import (
    Chunk,
    Run,
    simulate_chunk,
)
from equipoise.version import __version__
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 16, 5, ("response",))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None,
        silence_logs=logging.ERROR,
    ) as made:  # fmt: skip
        yield made


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "LENGTH", 10)


def test_the_digits_are_those_of_this_process(
    tmp_path: Path, cluster: LocalCluster
) -> None:
    address = cluster.scheduler_address
    one = run_trials(RUN, Execution(tmp_path / "one", 45))
    two = run_trials(RUN, Execution(tmp_path / "two", 45, executor(cluster=address)))
    np.testing.assert_array_equal(one, two)
    more = run_trials(
        RUN, Execution(tmp_path / "one", 60, executor(cluster=address))
    )  # begun here, ended there
    np.testing.assert_array_equal(more[:45], one)


def test_a_killed_worker_loses_nothing(cluster: LocalCluster) -> None:
    """SIGKILL while both work: what it was at is done again."""
    chunks = [Chunk(0, RUN, first, 10) for first in range(0, 300, 10)]
    found: dict[int, np.ndarray] = {}
    for chunk, estimates in on_cluster(cluster.scheduler_address, iter(chunks)):
        assert chunk.first not in found
        found[chunk.first] = estimates
        if len(found) == 3:
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
    assert sorted(found) == list(range(0, 300, 10))
    whole = np.concatenate([found[first] for first in sorted(found)])
    np.testing.assert_array_equal(whole, simulate_chunk(RUN, 0, 300))


def test_what_a_worker_meets_is_raised_here(cluster: LocalCluster) -> None:
    chunk = Chunk(0, replace(RUN, endpoints=("nothing",)), 0, 5)
    with pytest.raises(SimulationError, match="EQ641"):
        list(on_cluster(cluster.scheduler_address, iter([chunk])))


def test_no_scheduler_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    for address in ("tcp://127.0.0.1:9", "nowhere://x"):
        with pytest.raises(SimulationError, match="EQ645 no scheduler responds"):
            list(on_cluster(address, iter([])))


class Told:
    """A future that has ended in a stated way."""

    def __init__(self, status: str, content: object) -> None:
        self.status, self.content = status, content

    def exception(self) -> object:
        return self.content

    def result(self) -> object:
        return self.content


@pytest.mark.parametrize(
    "future", [Told("lost", None), Told("error", KilledWorker("chunk", None, 3))]
)
def test_a_task_that_dask_gives_up_is_sent_again(future: Told) -> None:
    assert module._result(future, "tcp://x") is None


@pytest.mark.parametrize(
    ("future", "said"),
    [
        (Told("cancelled", None), "the scheduler at tcp://x has stopped"),
        (Told("error", ModuleNotFoundError("no equipoise")), "a worker cannot import"),
        (Told("finished", ("0.0.1", None)), "a worker has equipoise 0.0.1"),
    ],
)
def test_a_cluster_whose_numbers_could_differ_is_refused(
    future: Told, said: str
) -> None:
    with pytest.raises(SimulationError, match=f"EQ645 {said}"):
        module._result(future, "tcp://x")


def test_answers_of_the_same_version_are_taken() -> None:
    found = np.ones(3)
    assert module._result(Told("finished", (__version__, found)), "x") is found


def test_it_is_given_up_when_workers_keep_dying(
    cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(module, "_result", lambda *_: heard.append(1))
    with pytest.raises(SimulationError, match="EQ643"):
        list(on_cluster(cluster.scheduler_address, iter([Chunk(0, RUN, 0, 1)])))
    assert len(heard) == MOST_FAILURES
