"""Simulates chunks in this process or in several: a lost process costs one chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from equipoise.errors import SimulationError
from equipoise.errors.counted import counted
from equipoise.simulate.operating_characteristics.chunk import (
    Chunk,
    Run,
    simulate_chunk,
)
from equipoise.simulate.random_draws import Floats

PATIENCE = 5.0  # seconds that a worker has to end
AHEAD = 2  # chunks that a worker has, so that it need not wait for this process
MOST_FAILURES = 5  # workers that fail in a row before the run ends with an error

Results = Iterator[tuple[Chunk, Floats]]

# Takes chunks one by one as workers become free, so that no more are taken once the run
# is complete; yields each with its estimates, in the order in which they are done.
Executor = Callable[[Iterator[Chunk]], Results]


def in_process(chunks: Iterator[Chunk]) -> Results:
    """The executor that is this process alone."""
    for chunk in chunks:
        yield chunk, simulate_chunk(chunk.run, chunk.first, chunk.count)


def workers_failed(failures: int) -> SimulationError:
    """The error after too many workers have failed."""
    return SimulationError.single(
        "EQ643",
        f"{counted(failures, 'worker')} in a row ended before they had simulated anything",
        where="simulate, workers",
        fix="check that there is enough memory, or use fewer workers; finished chunks "
        "are stored",
    )


class Pool:
    """Workers, each with a pipe of its own.

    With the queues of concurrent.futures a worker that was killed hangs the others in
    Python before 3.11.7 (gh-94777).
    """

    def __init__(self) -> None:
        self.context = get_context("spawn")
        self.busy: dict[Connection, tuple[BaseProcess, list[Chunk]]] = {}
        self.runs: dict[Connection, Run] = {}
        self.processes: list[BaseProcess] = []

    def start(self, chunks: list[Chunk]) -> None:
        """Starts a process with some chunks."""
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=work, args=(theirs,), daemon=True)
        process.start()
        theirs.close()  # so that its end is noticed
        self.processes.append(process)
        self.busy[ours] = process, []
        for chunk in chunks:
            self.send(ours, chunk)

    def send(self, pipe: Connection, chunk: Chunk) -> None:
        """Sends a worker one more chunk; a lost worker is noticed on receiving."""
        same = self.runs.get(pipe) is chunk.run
        self.busy[pipe][1].append(chunk)
        self.runs[pipe] = chunk.run
        with suppress(OSError):
            pipe.send((None if same else chunk.run, chunk.first, chunk.count))

    def receive(self, pipe: Connection) -> tuple[Chunk, Floats] | None:
        """A chunk and its estimates; None if the worker was lost, and is replaced.

        Raises:
            Exception: the one raised in the worker.
        """
        _, chunks = self.busy[pipe]
        estimates = _received(pipe)
        if estimates is None:
            pipe.close()
            del self.busy[pipe]
            self.start(chunks)
            return None
        return chunks.pop(0), estimates

    def release(self, pipe: Connection) -> None:
        """Ends a worker that has no chunk left."""
        if not self.busy[pipe][1]:
            pipe.close()
            del self.busy[pipe]

    def close(self) -> None:
        """Ends every process."""
        for pipe in self.busy:
            pipe.close()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.join(PATIENCE)


def on_processes(
    workers: int, chunks: Iterator[Chunk], *, helping: bool = False
) -> Results:
    """The executor of several processes; a killed one is replaced, its chunk repeated.

    Args:
        workers: new processes.
        chunks: taken as workers become free.
        helping: this process simulates too, from the start, while the others are still
            loading.

    Raises:
        SimulationError: EQ643, workers keep failing.
        Exception: the one raised in a worker.
    """
    pool, failures = Pool(), 0
    try:
        for _ in range(workers):
            first = list(islice(chunks, AHEAD))
            if first:
                pool.start(first)
        while pool.busy:
            ready = wait(list(pool.busy), timeout=0 if helping else None)
            if not ready:
                chunk = next(chunks, None)
                helping = chunk is not None
                if chunk is not None:
                    yield chunk, simulate_chunk(chunk.run, chunk.first, chunk.count)
                continue
            for pipe in ready:
                assert isinstance(pipe, Connection)  # noqa: S101 - all of them are
                result = pool.receive(pipe)
                failures = failures + 1 if result is None else 0
                if failures >= MOST_FAILURES:
                    raise workers_failed(failures)
                if result is not None:
                    yield result
                    following = next(chunks, None)
                    if following is not None:
                        pool.send(pipe, following)
                    pool.release(pipe)
    finally:
        pool.close()


def _received(pipe: Connection) -> Floats | None:
    """The estimates that a worker sends; None if it was lost.

    Raises:
        Exception: the one raised in the worker.
    """
    try:
        message: Floats | Exception = pipe.recv()
    except (EOFError, OSError):
        return None
    if isinstance(message, Exception):
        raise message
    return message


def work(pipe: Connection) -> None:
    """A worker: simulates the chunks that it receives until the pipe is closed."""
    run: Run | None = None
    while True:
        try:
            other, first, count = pipe.recv()
        except (EOFError, OSError):
            return
        run = other or run
        try:
            assert run is not None  # noqa: S101 - the first message contains it
            pipe.send(simulate_chunk(run, first, count))
        except Exception as error:  # noqa: BLE001 - raised again in the main process
            pipe.send(error)
