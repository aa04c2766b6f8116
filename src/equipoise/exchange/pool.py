"""Trials on the processes of this machine: a killed one costs the chunk it was at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from equipoise.exchange.task import MOST_FAILURES, Done, Task, given_up
from equipoise.simulate.draws import Floats
from equipoise.simulate.operating.chunk import Run, chunk

PATIENCE = 5.0  # seconds that a worker has to end


class Pool:
    """Workers, each with a pipe of its own.

    With the queues of concurrent.futures a worker that was killed hangs the others in
    Python before 3.11.7 (gh-94777).
    """

    def __init__(self) -> None:
        self.context = get_context("spawn")
        self.busy: dict[Connection, tuple[BaseProcess, Task]] = {}
        self.knows: dict[Connection, Run] = {}
        self.everybody: list[BaseProcess] = []

    def hire(self, task: Task) -> None:
        """A new process at a task."""
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=work, args=(theirs,), daemon=True)
        process.start()
        theirs.close()  # so that its end is noticed
        self.everybody.append(process)
        self.ask(ours, process, task)

    def ask(self, pipe: Connection, process: BaseProcess, task: Task) -> None:
        """The next task of a worker; if it has died meanwhile, that of a new one."""
        same = self.knows.get(pipe) is task.run
        try:
            pipe.send((None if same else task.run, task.first, task.count))
        except OSError:
            process.join(PATIENCE)  # it has closed its end: it is dead, or soon will be
            if not process.is_alive():
                self.hire(task)
                return
            raise
        self.knows[pipe] = task.run
        self.busy[pipe] = process, task

    def dismiss(self) -> None:
        """Ends every process."""
        for pipe in self.busy:
            pipe.close()
        for process in self.everybody:
            process.terminate()
        for process in self.everybody:
            process.join(PATIENCE)


def on_processes(workers: int, tasks: Iterator[Task]) -> Done:
    """The team of so many processes; who is killed is replaced, and its task done again.

    Raises:
        SimulationError: EQ643, workers keep dying.
        Exception: the one that a worker met.
    """
    pool, failures = Pool(), 0
    try:
        for task in islice(tasks, workers):
            pool.hire(task)
        while pool.busy:
            for pipe in wait(list(pool.busy)):
                assert isinstance(pipe, Connection)  # noqa: S101 - all of them are
                process, task = pool.busy.pop(pipe)
                found = _heard(pipe)
                if found is None:
                    pipe.close()
                    failures += 1
                    if failures >= MOST_FAILURES:
                        raise given_up(failures)
                    pool.hire(task)
                    continue
                failures = 0
                yield task, found
                following = next(tasks, None)
                if following is None:
                    pipe.close()  # the worker ends
                else:
                    pool.ask(pipe, process, following)
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
