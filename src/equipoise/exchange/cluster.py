"""Trials on an existing Dask cluster: the same digits, and a killed worker costs little."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from equipoise.errors import SimulationError
from equipoise.exchange.work_unit import MOST_FAILURES, Done, Task, given_up
from equipoise.simulate.operating_characteristics.chunk import Run, chunk
from equipoise.simulate.random_draws import Floats
from equipoise.version import __version__

if TYPE_CHECKING:  # an optional dependency, and a second to load
    from distributed import Client, Future

PATIENCE = 15  # seconds for the scheduler to answer, and for a first worker to be there
AHEAD = 2  # tasks for each thread of the cluster: none of them waits for this process


def on_cluster(address: str, tasks: Iterator[Task]) -> Done:
    """The team of the workers of a cluster, as many as there are at the time.

    Dask does the task of a lost worker again on another one. A task whose workers were
    lost several times is refused by Dask (``KilledWorker``) and sent again from here.

    Args:
        address: of the scheduler, such as ``tcp://host:8786``.
        tasks: taken as workers get free.

    Raises:
        SimulationError: EQ643, workers keep dying; EQ645, there is no cluster, it has no
            workers, or they hold another version.
        Exception: the one that a worker met.
    """
    from distributed import as_completed  # optional dependency

    client, waiting, failures = _joined(address), {}, 0
    try:
        done = as_completed(loop=client.loop)

        def send(task: Task) -> None:
            # With its run: 80 kB beside a second of work. Data that were scattered
            # would be gone with the workers that hold them.
            future = client.submit(
                answered, task.run, task.first, task.count, pure=False
            )
            waiting[future] = task
            done.add(future)

        for task in islice(tasks, _room(client)):
            send(task)
        for future in done:
            task = waiting.pop(future)
            found = _heard(future, address)
            if found is None:
                failures += 1
                if failures >= MOST_FAILURES:
                    raise given_up(failures)
                send(task)
                continue
            failures = 0
            yield task, found
            for following in islice(tasks, max(_room(client) - len(waiting), 0)):
                send(following)
    finally:
        if client.status == "running":
            client.cancel(list(waiting))
        client.close()


def answered(run: Run, first: int, count: int) -> tuple[str, Floats]:
    """What a worker of the cluster does: its version, and the answers."""
    return __version__, chunk(run, first, count)


def _joined(address: str) -> Client:
    """A client of the scheduler, with at least one worker."""
    try:
        from distributed import Client  # optional dependency
    except ImportError as error:
        raise _refusal(
            "the package distributed is not installed",
            'pip install "equipoise[scale]"',
        ) from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _refusal(
            f"no scheduler answers at {address}: {error}",
            "start one with `dask scheduler`, and give the address that it prints",
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        client.close()
        raise _refusal(
            f"the cluster at {address} has no workers",
            f"start them with `dask worker {address} --nthreads 1`",
        ) from error
    return client


def _room(client: Client) -> int:
    """Tasks that may be under way; workers come and go."""
    threads: list[int] = list(client.nthreads().values())
    return max(1, AHEAD * sum(threads))


def _heard(future: Future, address: str) -> Floats | None:
    """The answers; None where the workers died over them.

    Raises:
        SimulationError: EQ645.
        Exception: the one that the worker met.
    """
    from distributed import KilledWorker  # optional dependency

    if future.status == "lost":
        return None
    if future.status == "cancelled":
        raise _refusal(
            f"the scheduler at {address} has gone",
            "give the same command again when it is back; what is done is kept",
        )
    if future.status == "error":
        error = future.exception()
        if isinstance(error, KilledWorker):
            return None
        if isinstance(error, ImportError):
            raise _refusal(
                f"a worker lacks what the trials need: {error}", _SAME
            ) from error
        raise error
    version, found = future.result()
    if version != __version__:
        raise _refusal(f"a worker holds equipoise {version}", _SAME)
    answers: Floats = found
    return answers


_SAME = f"install equipoise {__version__} on every worker"


def _refusal(what: str, mend: str) -> SimulationError:
    return SimulationError.single("EQ645", what, where="simulate, cluster", mend=mend)
