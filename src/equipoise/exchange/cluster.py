"""Simulates chunks on an existing Dask cluster: the same digits as in one process."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from equipoise.errors import SimulationError
from equipoise.exchange.process_pool import MOST_FAILURES, Results, workers_failed
from equipoise.simulate.operating_characteristics.chunk import (
    Chunk,
    Run,
    simulate_chunk,
)
from equipoise.simulate.random_draws import Floats
from equipoise.version import __version__

if TYPE_CHECKING:  # an optional dependency, and a second to load
    from distributed import Client, Future

PATIENCE = 15  # seconds for the scheduler to answer, and for a first worker to be there
AHEAD = 2  # chunks for each thread of the cluster: none of them waits for this process


def on_cluster(address: str, chunks: Iterator[Chunk]) -> Results:
    """The executor of the workers of a cluster, as many as there are at the time.

    Dask repeats the chunk of a lost worker on another one. A chunk whose workers were
    lost several times is rejected by Dask (``KilledWorker``) and sent again from here.

    Args:
        address: of the scheduler, such as ``tcp://host:8786``.
        chunks: taken as workers become free.

    Raises:
        SimulationError: EQ643, workers keep failing; EQ645, there is no cluster, it has
            no workers, or they have another version.
        Exception: the one raised in a worker.
    """
    from distributed import as_completed  # optional dependency

    client, waiting, failures = _joined(address), {}, 0
    try:
        done = as_completed(loop=client.loop)

        def send(chunk: Chunk) -> None:
            # With its run: 80 kB for a second of work. Data that were scattered would
            # be lost with the workers that hold them.
            future = client.submit(
                versioned_chunk, chunk.run, chunk.first, chunk.count, pure=False
            )
            waiting[future] = chunk
            done.add(future)

        for chunk in islice(chunks, _room(client)):
            send(chunk)
        for future in done:
            chunk = waiting.pop(future)
            estimates = _result(future, address)
            if estimates is None:
                failures += 1
                if failures >= MOST_FAILURES:
                    raise workers_failed(failures)
                send(chunk)
                continue
            failures = 0
            yield chunk, estimates
            for following in islice(chunks, max(_room(client) - len(waiting), 0)):
                send(following)
    finally:
        if client.status == "running":
            client.cancel(list(waiting))
        client.close()


def versioned_chunk(run: Run, first: int, count: int) -> tuple[str, Floats]:
    """What a worker of the cluster returns: its version, and the estimates."""
    return __version__, simulate_chunk(run, first, count)


def _joined(address: str) -> Client:
    """A client of the scheduler, with at least one worker."""
    try:
        from distributed import Client  # optional dependency
    except ImportError as error:
        raise _error(
            "the package distributed is not installed",
            'pip install "equipoise[scale]"',
        ) from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _error(
            f"no scheduler responds at {address}: {error}",
            "start one with `dask scheduler`, and give the address that it prints",
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        client.close()
        raise _error(
            f"the cluster at {address} has no workers",
            f"start them with `dask worker {address} --nthreads 1`",
        ) from error
    return client


def _room(client: Client) -> int:
    """Chunks that may be in progress; the number of workers can change."""
    threads: list[int] = list(client.nthreads().values())
    return max(1, AHEAD * sum(threads))


def _result(future: Future, address: str) -> Floats | None:
    """The estimates; None if the workers were lost.

    Raises:
        SimulationError: EQ645.
        Exception: the one raised in the worker.
    """
    from distributed import KilledWorker  # optional dependency

    if future.status == "lost":
        return None
    if future.status == "cancelled":
        raise _error(
            f"the scheduler at {address} has stopped",
            "repeat the command when it is back; finished chunks are stored",
        )
    if future.status == "error":
        error = future.exception()
        if isinstance(error, KilledWorker):
            return None
        if isinstance(error, ImportError):
            raise _error(
                f"a worker cannot import what the trials need: {error}", _SAME
            ) from error
        raise error
    version, estimates = future.result()
    if version != __version__:
        raise _error(f"a worker has equipoise {version}", _SAME)
    result: Floats = estimates
    return result


_SAME = f"install equipoise {__version__} on every worker"


def _error(what: str, fix: str) -> SimulationError:
    return SimulationError.single("EQ645", what, where="simulate, cluster", fix=fix)
