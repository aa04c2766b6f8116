"""Many trials of one run or of several: what is done is kept, whoever does it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from equipoise.exchange.cluster import on_cluster
from equipoise.exchange.process_pool import on_processes
from equipoise.exchange.run_folder import Kept
from equipoise.exchange.work_unit import Task, Team, here
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.random_draws import Floats


def trials(
    run: Run,
    number: int,
    folder: Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    precision: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> Floats:
    """Answers of many trials, from the folder as far as they are there.

    Args:
        run: what is simulated.
        number: trials at most.
        folder: for the finished chunks; the same run goes on where it was stopped.
        workers: processes; 1 runs here.
        cluster: address of a Dask scheduler whose workers do it instead.
        precision: stop when the Monte Carlo error of every power is below it; looked at
            after each chunk in their order, so that it does not depend on the workers.
        progress: told how many trials are done, and how long the rest will take.

    Returns:
        Trials x endpoints x fields: the same for every number of workers.

    Raises:
        SimulationError: EQ642, the folder holds another run; EQ643, workers keep dying;
            EQ645, the cluster cannot be used.
        LibraryError: EQ003, the folder cannot be written to.
    """
    return runs(
        [(folder, run)], number, team=team(workers, cluster), precision=precision,
        progress=progress,
    )[0]  # fmt: skip


def runs(
    asked: Sequence[tuple[Path, Run]],
    number: int,
    *,
    team: Team = here,
    precision: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Floats]:
    """Answers of several runs, one after the other, without a pause between them.

    Args:
        asked: folder and run, each as for ``trials``.
        number: trials at most of each.
        team: who does the work.
        precision: as for ``trials``, for each run by itself.
        progress: told what is done of all runs, and how long the rest will take.

    Returns:
        Answers of each run.

    Raises:
        SimulationError: EQ642, a folder holds another run, before any trial is run;
            EQ643 and EQ645 of the team.
        LibraryError: EQ003, a folder cannot be written to.
    """
    all_kept = [Kept(run, number, folder, precision) for folder, run in asked]

    def tasks() -> Iterator[Task]:
        for place, kept in enumerate(all_kept):
            for first in kept.missing:
                if kept.enough:
                    break
                yield Task(place, kept.run, first, kept.lengths[first])

    tell = _teller(all_kept, number, progress or (lambda _: None))
    for task, found in team(tasks()):
        all_kept[task.place].keep(task.first, found)
        tell()
    return [kept.answers() for kept in all_kept]


def team(workers: int = 1, cluster: str | None = None) -> Team:
    """Who does the work: this process, several of this machine, or a Dask cluster."""
    if cluster is not None:
        return partial(on_cluster, cluster)
    return here if workers <= 1 else partial(on_processes, workers - 1, helping=True)


def _teller(
    all_kept: Sequence[Kept], number: int, progress: Callable[[str], None]
) -> Callable[[], None]:
    """Says what is done of how much, and how long the rest will take at this pace."""
    begin, before = time.monotonic(), sum(kept.trials for kept in all_kept)

    def tell() -> None:
        done = sum(kept.trials for kept in all_kept)
        left = sum(number - kept.trials for kept in all_kept if not kept.enough)
        said = f"{done} of {number * len(all_kept)} trials"
        if len(all_kept) > 1:
            ready = sum(kept.enough for kept in all_kept)
            said += f", {ready} of {len(all_kept)} cells done"
        if left and done > before:
            pace = (time.monotonic() - begin) / (done - before)
            said += f", about {duration(pace * left)} left"
        progress(said)

    return tell


def duration(seconds: float) -> str:
    """A length of time as one would say it: ``40 s``, ``5 min``, ``2.5 h``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
