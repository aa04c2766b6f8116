"""Many trials of one run or several, stored in folders as they are completed."""

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
    """Estimates of many trials, from the folder if they are already there.

    Args:
        run: what is simulated.
        number: maximum number of trials.
        folder: for the completed chunks; the same run continues after an interruption.
        workers: number of processes; 1 runs in this process.
        cluster: address of a Dask scheduler whose workers are used instead.
        precision: stop when the Monte Carlo error of every power is below it; checked
            after each chunk in their order, so that the result does not depend on the
            workers.
        progress: called with the number of completed trials and the remaining time.

    Returns:
        Trials x endpoints x fields: the same for every number of workers.

    Raises:
        SimulationError: EQ642, the folder contains another run; EQ643, workers keep
            failing; EQ645, the cluster cannot be used.
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
    """Estimates of several runs, one after the other, without a pause between them.

    Args:
        asked: folder and run, each as for ``trials``.
        number: maximum number of trials of each.
        team: the workers.
        precision: as for ``trials``, for each run separately.
        progress: called with the number of completed trials and the remaining time.

    Returns:
        Estimates of each run.

    Raises:
        SimulationError: EQ642, a folder contains another run, before any trial is run;
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
    """The workers: this process, several on this machine, or a Dask cluster."""
    if cluster is not None:
        return partial(on_cluster, cluster)
    return here if workers <= 1 else partial(on_processes, workers - 1, helping=True)


def _teller(
    all_kept: Sequence[Kept], number: int, progress: Callable[[str], None]
) -> Callable[[], None]:
    """Reports completed trials, and the remaining time at this pace."""
    begin, before = time.monotonic(), sum(kept.trials for kept in all_kept)

    def tell() -> None:
        done = sum(kept.trials for kept in all_kept)
        left = sum(number - kept.trials for kept in all_kept if not kept.enough)
        said = f"{done} of {number * len(all_kept)} trials"
        if len(all_kept) > 1:
            ready = sum(kept.enough for kept in all_kept)
            said += f", {ready} of {len(all_kept)} scenarios complete"
        if left and done > before:
            pace = (time.monotonic() - begin) / (done - before)
            said += f", about {duration(pace * left)} remaining"
        progress(said)

    return tell


def duration(seconds: float) -> str:
    """A duration as text: ``40 s``, ``5 min``, ``2.5 h``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
