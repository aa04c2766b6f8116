"""The team that is one process: it takes a task when the last one is done."""

from collections.abc import Iterator

import numpy as np

from equipoise.exchange.scenarios import load_scenario
from equipoise.exchange.work_unit import MOST_FAILURES, Task, given_up, here
from equipoise.simulate.operating_characteristics.chunk import Run, chunk
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 16, 5, ("response",))


def test_tasks_are_taken_one_by_one() -> None:
    """So that whoever makes them can stop making them."""
    taken: list[int] = []

    def tasks() -> Iterator[Task]:
        for first in (0, 3, 6):
            taken.append(first)
            yield Task(7, RUN, first, 3)

    done = here(tasks())
    task, found = next(done)
    assert taken == [0]
    assert (task.place, task.first) == (7, 0)
    np.testing.assert_array_equal(found, chunk(RUN, 0, 3))
    assert [task.first for task, _ in done] == [3, 6]


def test_giving_up_says_how_many_died() -> None:
    assert f"{MOST_FAILURES} workers" in str(given_up(MOST_FAILURES))
