"""Trials on the processes of this machine: a killed one costs the chunk it was at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from equipoise.exchange.work_unit import MOST_FAILURES, Done, Task, given_up
from equipoise.simulate.operating_characteristics.chunk import Run, chunk
from equipoise.simulate.random_draws import Floats

PATIENCE = 5.0  # seconds that a worker has to end


AHEAD = 2  # tasks that a worker has, so that it need not wait for this process


class Pool:
    """Workers, each with a pipe of its own.

    With the queues of concurrent.futures a worker that was killed hangs the others in
    Python before 3.11.7 (gh-94777).
    """

    def __init__(self) -> None:
        self.context = get_context("spawn")
        self.busy: dict[Connection, tuple[BaseProcess, list[Task]]] = {}
        self.knows: dict[Connection, Run] = {}
        self.everybody: list[BaseProcess] = []

    def hire(self, tasks: list[Task]) -> None:
        """A new process at some tasks."""
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=work, args=(theirs,), daemon=True)
        process.start()
        theirs.close()  # so that its end is noticed
        self.everybody.append(process)
        self.busy[ours] = process, []
        for task in tasks:
            self.ask(ours, task)

    def ask(self, pipe: Connection, task: Task) -> None:
        """One more task for a worker; who has died meanwhile is noticed when heard."""
        same = self.knows.get(pipe) is task.run
        self.busy[pipe][1].append(task)
        self.knows[pipe] = task.run
        with suppress(OSError):
            pipe.send((None if same else task.run, task.first, task.count))

    def hear(self, pipe: Connection) -> tuple[Task, Floats] | None:
        """A task and its answers; None if the worker has died, and is replaced.

        Raises:
            Exception: the one that the worker met.
        """
        _, tasks = self.busy[pipe]
        found = _heard(pipe)
        if found is None:
            pipe.close()
            del self.busy[pipe]
            self.hire(tasks)
            return None
        return tasks.pop(0), found

    def release(self, pipe: Connection) -> None:
        """Ends a worker that has no task left."""
        if not self.busy[pipe][1]:
            pipe.close()
            del self.busy[pipe]

    def dismiss(self) -> None:
        """Ends every process."""
        for pipe in self.busy:
            pipe.close()
        for process in self.everybody:
            process.terminate()
        for process in self.everybody:
            process.join(PATIENCE)


def on_processes(workers: int, tasks: Iterator[Task], *, helping: bool = False) -> Done:
    """The team of so many processes; who is killed is replaced, and its task done again.

    Args:
        workers: new processes.
        tasks: taken as somebody gets free.
        helping: this process works too, from the first moment on, while the others are
            still loading.

    Raises:
        SimulationError: EQ643, workers keep dying.
        Exception: the one that a worker met.
    """
    pool, failures = Pool(), 0
    try:
        for _ in range(workers):
            first = list(islice(tasks, AHEAD))
            if first:
                pool.hire(first)
        while pool.busy:
            ready = wait(list(pool.busy), timeout=0 if helping else None)
            if not ready:
                own = next(tasks, None)
                helping = own is not None
                if own is not None:
                    yield own, chunk(own.run, own.first, own.count)
                continue
            for pipe in ready:
                assert isinstance(pipe, Connection)  # noqa: S101 - all of them are
                heard = pool.hear(pipe)
                failures = failures + 1 if heard is None else 0
                if failures >= MOST_FAILURES:
                    raise given_up(failures)
                if heard is not None:
                    yield heard
                    following = next(tasks, None)
                    if following is not None:
                        pool.ask(pipe, following)
                    pool.release(pipe)
    finally:
        pool.dismiss()


def _heard(pipe: Connection) -> Floats | None:
    """What a worker has to say; None if it is dead.

    Raises:
        Exception: the one that it met.
    """
    try:
        found: Floats | Exception = pipe.recv()
    except (EOFError, OSError):
        return None
    if isinstance(found, Exception):
        raise found
    return found


def work(pipe: Connection) -> None:
    """A worker: chunks as they are asked for, until nobody asks."""
    run: Run | None = None
    while True:
        try:
            other, first, count = pipe.recv()
        except (EOFError, OSError):
            return
        run = other or run
        try:
            assert run is not None  # noqa: S101 - the first question brings it
            pipe.send(chunk(run, first, count))
        except Exception as error:  # noqa: BLE001 - it is raised where it can be seen
            pipe.send(error)
