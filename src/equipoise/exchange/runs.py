"""Many trials of one run or of several: finished chunks are stored and never repeated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from equipoise.errors.counted import counted
from equipoise.exchange.cluster import on_cluster
from equipoise.exchange.process_pool import Executor, in_process, on_processes
from equipoise.exchange.run_folder import RunFolder
from equipoise.simulate.operating_characteristics.chunk import Chunk, Run
from equipoise.simulate.random_draws import Floats


@dataclass(frozen=True)
class Execution:
    """How many trials are simulated, and how.

    Attributes:
        folder: for the finished chunks; the same run continues where it was stopped.
        trials: at most, of each run.
        executor: the process or processes that simulate them.
        precision: stop when the Monte Carlo error of every power is below it; checked
            after each chunk in their order, so that it does not depend on the executor.
        progress: called with how many trials are done, and how long the rest will take.
    """

    folder: Path
    trials: int
    executor: Executor = in_process
    precision: float | None = None
    progress: Callable[[str], None] = lambda _: None


def executor(workers: int = 1, cluster: str | None = None) -> Executor:
    """The executor: this process, several of this machine, or a Dask cluster."""
    if cluster is not None:
        return partial(on_cluster, cluster)
    if workers <= 1:
        return in_process
    return partial(on_processes, workers - 1, helping=True)


def run_trials(run: Run, execution: Execution) -> Floats:
    """Estimates of the trials of one run; stored chunks are read from the folder.

    Returns:
        Trials x endpoints x fields: the same for every executor.

    Raises:
        SimulationError: EQ642, the folder contains another run; EQ643, workers keep
            failing; EQ645, the cluster cannot be used.
        LibraryError: EQ003, the folder cannot be written to.
    """
    return run_all([(execution.folder, run)], execution)[0]


def run_all(runs: Sequence[tuple[Path, Run]], execution: Execution) -> list[Floats]:
    """Estimates of several runs, one after the other, without a pause between them.

    Args:
        runs: folder and run.
        execution: for all runs; its own folder is not used.

    Returns:
        Estimates of each run.

    Raises:
        SimulationError: EQ642, a folder contains another run, before any trial is
            simulated; EQ643 and EQ645 of the executor.
        LibraryError: EQ003, a folder cannot be written to.
    """
    trials = execution.trials
    folders = [RunFolder(run, trials, path, execution.precision) for path, run in runs]

    def chunks() -> Iterator[Chunk]:
        for index, folder in enumerate(folders):
            for first in folder.missing:
                if folder.complete:
                    break
                yield Chunk(index, folder.run, first, folder.lengths[first])

    report = _reporter(folders, execution)
    for chunk, estimates in execution.executor(chunks()):
        folders[chunk.run_index].save(chunk.first, estimates)
        report()
    return [folder.estimates() for folder in folders]


def _reporter(folders: Sequence[RunFolder], execution: Execution) -> Callable[[], None]:
    """Reports what is done of how much, and how long the rest will take at this pace."""
    start, before = time.monotonic(), sum(folder.trials for folder in folders)

    def report() -> None:
        done = sum(folder.trials for folder in folders)
        left = sum(execution.trials - f.trials for f in folders if not f.complete)
        text = f"{done:,} of {counted(execution.trials * len(folders), 'trial')}"
        if len(folders) > 1:
            complete = sum(folder.complete for folder in folders)
            text += f", {complete} of {counted(len(folders), 'scenario')} done"
        if left and done > before:
            pace = (time.monotonic() - start) / (done - before)
            text += f", about {duration(pace * left)} left"
        execution.progress(text)

    return report


def duration(seconds: float) -> str:
    """A duration in its usual unit: ``40 s``, ``5 min``, ``2.5 h``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
