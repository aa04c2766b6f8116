"""How long many trials take, and what a second worker brings.

Run with ``make bench``, or alone with ``pytest benchmarks/bench_simulation.py -s``. The
machines are shared: ratios of one run say more than seconds. Nothing here gates the tests.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.exchange.process_pool import Executor
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.runs import Execution, executor, run_trials
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import (
    LENGTH,
    Run,
    simulate_chunk,
)
from equipoise.simulate.operating_characteristics.interim_analyses import read_design

RUN = Run(load_protocol("feder2021"), load_scenario("feder2021"), 30, 1)
NUMBER = 10_000
ROWS: list[tuple[str, str, str]] = []


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """Prints what was measured."""
    yield
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    print(
        f"\n\nload of the machine {load}\n\n| what | budget | measured |\n|---|---|---|"
    )
    for row in ROWS:
        print("| " + " | ".join(row) + " |")


def seconds(trials: int, executor: Executor) -> float:
    """Seconds of a run in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_trials(RUN, Execution(Path(folder), trials, executor))
        return time.perf_counter() - start


def efficiency(one: float, two: float, who: str) -> None:
    """Adds the row of a comparison."""
    ROWS.append(
        (
            f"{NUMBER:,} trials of {RUN.n} on two {who}",
            "> 85% of twice one",
            f"{100 * one / (2 * two):.0f}% ({one:.1f} s with one, {two:.1f} s with two)",
        )
    )


@pytest.mark.parametrize("design", ["fixed", "lan-demets-of:0.5,1"])
def test_processor_time(design: str) -> None:
    """Trials per second of processor time, and how much the joint search brings."""
    run = replace(RUN, design=read_design(design))
    simulate_chunk(run, 0, 1)
    times = {}
    for together in (LENGTH, 1):
        start = time.process_time()
        for first in range(0, LENGTH, together):
            simulate_chunk(run, first, together)
        times[together] = time.process_time() - start
    ROWS.append(
        (
            f"trials of {run.n}, design {design}, on one core",
            "500/s",
            f"{LENGTH / times[LENGTH]:.0f}/s, {times[1] / times[LENGTH]:.1f} times as many "
            "as in chunks of one trial",
        )
    )


def test_two_processes() -> None:
    """T1 / (2 T2), with the start of the processes; budget 60 s on two cores."""
    simulate_chunk(RUN, 0, 1)
    one, two = (seconds(NUMBER, executor(workers)) for workers in (1, 2))
    efficiency(one, two, "processes")
    ROWS.append((f"{NUMBER:,} trials of 30, estimates on disk", "60 s", f"{two:.1f} s"))


def test_two_workers_of_a_cluster() -> None:
    """T1 / (2 T2) of clusters that are there already, and have run a chunk before."""
    distributed = pytest.importorskip("distributed")
    times = []
    for workers in (1, 2):
        with distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None,
            silence_logs=logging.ERROR,
        ) as cluster:  # fmt: skip
            on_workers = executor(cluster=cluster.scheduler_address)
            seconds(4 * LENGTH, on_workers)
            times.append(seconds(NUMBER, on_workers))
    efficiency(*times, "workers of a Dask cluster")
