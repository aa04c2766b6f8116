"""A unit of work, consecutive trials of a run, and the workers that run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from equipoise.errors import SimulationError
from equipoise.simulate.operating_characteristics.chunk import Run, chunk
from equipoise.simulate.random_draws import Floats

MOST_FAILURES = 5  # workers that die in a row before the work is given up


@dataclass(frozen=True)
class Task:
    """Trials ``first`` to ``first + count - 1`` of a run.

    Attributes:
        place: index of the run among the current runs.
    """

    place: int
    run: Run
    first: int
    count: int


Done = Iterator[tuple[Task, Floats]]

# Takes tasks one by one as workers get free, so that whoever makes them can stop making
# them; gives each back with its answers, in the order in which they are done.
Team = Callable[[Iterator[Task]], Done]


def here(tasks: Iterator[Task]) -> Done:
    """The team that is this process alone."""
    for task in tasks:
        yield task, chunk(task.run, task.first, task.count)


def given_up(failures: int) -> SimulationError:
    """The error after too many failures of workers."""
    return SimulationError.single(
        "EQ643",
        f"{failures} workers in a row ended before they completed a chunk",
        where="simulate, workers",
        mend="check the free memory, or use fewer workers; completed trials stay stored",
    )
