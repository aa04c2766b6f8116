"""A stretch of trials that somebody is asked to run, and who runs such stretches."""

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
        place: of the run among those that are worked at.
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
    """The refusal after too many workers have died."""
    return SimulationError.single(
        "EQ643",
        f"{failures} workers ended in a row before they had done anything",
        where="simulate, workers",
        mend="look for a lack of memory, or use fewer workers; what is done is kept",
    )
