"""Many trials on many processes: what is done is kept, and a killed worker costs little."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from equipoise.errors import SimulationError
from equipoise.exchange.publish import write_files
from equipoise.protocol.amend import content_hash
from equipoise.simulate.draws import Floats
from equipoise.simulate.operating.chunk import LENGTH, Run, chunk
from equipoise.simulate.operating.summary import power_error
from equipoise.version import __version__

MOST_FAILURES = 5  # workers that die in a row before the run is given up


def trials(
    run: Run,
    number: int,
    folder: Path,
    *,
    workers: int = 1,
    precision: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> Floats:
    """Answers of many trials, from the folder as far as they are there.

    Args:
        run: what is simulated.
        number: trials at most.
        folder: for the finished chunks; the same run goes on where it was stopped.
        workers: processes; 1 runs here.
        precision: stop when the Monte Carlo error of every power is below it; looked at
            after each chunk in their order, so that it does not depend on the workers.
        progress: told how many trials are done.

    Returns:
        Trials x endpoints x fields: the same for every number of workers.

    Raises:
        SimulationError: EQ642, the folder holds another run; EQ643, workers keep dying.
        LibraryError: EQ003, the folder cannot be written to.
    """
    _claim(run, folder)
    starts = list(range(0, number, LENGTH))
    lengths = {first: min(LENGTH, number - first) for first in starts}
    tell = progress or (lambda _: None)
    done: dict[int, Floats] = {}
    for first in starts:
        kept = _kept(folder, first, lengths[first])
        if kept is not None:
            done[first] = kept

    def keep(first: int, found: Floats) -> bool:
        """Puts a chunk on disk; True when no more are needed."""
        _write(folder, first, found)
        done[first] = found
        tell(f"{sum(len(x) for x in done.values())} of {number} trials")
        return _enough(done, starts, precision) is not None

    if _enough(done, starts, precision) is None:
        missing = [first for first in starts if first not in done]
        if workers <= 1:
            for first in missing:
                if keep(first, chunk(run, first, lengths[first])):
                    break
        else:
            _pooled(run, missing, lengths, workers, keep)
    last = _enough(done, starts, precision)
    used = [
        first for first in starts if first in done and (last is None or first <= last)
    ]
    return np.concatenate([done[first] for first in used])


def _pooled(
    run: Run,
    missing: list[int],
    lengths: dict[int, int],
    workers: int,
    keep: Callable[[int, Floats], bool],
) -> None:
    """Chunks in processes; who is killed is replaced, and its chunk done again.

    Each worker has a pipe of its own: with the queues of concurrent.futures a worker
    that was killed hangs the others in Python before 3.11.7 (gh-94777).
    """
    context, left, failures = get_context("spawn"), list(missing), 0
    busy: dict[Connection, tuple[BaseProcess, int]] = {}

    def hire(first: int) -> None:
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(there, run), daemon=True)
        process.start()
        there.close()  # so that its end is noticed
        here.send((first, lengths[first]))
        busy[here] = process, first

    try:
        for _ in range(min(workers, len(left))):
            hire(left.pop(0))
        while busy:
            for ready in wait(list(busy)):
                assert isinstance(ready, Connection)  # noqa: S101 - all of them are
                process, first = busy.pop(ready)
                found = _heard(ready)
                if found is None:
                    process.join()
                    failures += 1
                    if failures >= MOST_FAILURES:
                        raise _given_up(failures)
                    hire(first)
                    continue
                failures = 0
                if keep(first, found):
                    return
                if left:
                    following = left.pop(0)
                    ready.send((following, lengths[following]))
                    busy[ready] = process, following
                else:
                    ready.close()  # the worker ends
    finally:
        for connection, (process, _) in busy.items():
            connection.close()
            process.terminate()


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


def _work(pipe: Connection, run: Run) -> None:
    """A worker: chunks as they are asked for, until nobody asks."""
    while True:
        try:
            first, count = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(chunk(run, first, count))
        except Exception as error:  # noqa: BLE001 - it is raised where it can be seen
            pipe.send(error)


def _given_up(failures: int) -> SimulationError:
    return SimulationError.single(
        "EQ643",
        f"{failures} workers ended in a row before they had done anything",
        where="simulate, workers",
        mend="look for a lack of memory, or use fewer workers; what is done is kept",
    )


def _enough(
    done: dict[int, Floats], starts: list[int], precision: float | None
) -> int | None:
    """First chunk after which the precision is reached, all before it being there."""
    if precision is None:
        return None
    so_far: list[Floats] = []
    for first in starts:
        if first not in done:
            return None
        so_far.append(done[first])
        if power_error(np.concatenate(so_far)) < precision:
            return first
    return None


def _claim(run: Run, folder: Path) -> None:
    """The folder is empty, or holds this run."""
    facts = {
        "protocol": content_hash(run.protocol),
        "truth": sha256(run.truth.model_dump_json().encode()).hexdigest(),
        "n": run.n,
        "seed": run.seed,
        "endpoints": [e.id for e in run.question().endpoints],
        "software": f"equipoise {__version__}",
    }
    path = folder / "run.json"
    if not path.exists():
        write_files(folder, {"run.json": json.dumps(facts, indent=1).encode()})
        return
    known = json.loads(path.read_text("utf-8"))
    other = [name for name in facts if known.get(name) != facts[name]]
    if other:
        raise SimulationError.single(
            "EQ642",
            f"{folder} holds another run: {', '.join(other)} differ",
            where=str(path),
            mend="choose another folder, or delete this one",
        )


def _kept(folder: Path, first: int, count: int) -> Floats | None:
    path = folder / "chunks" / f"{first:08d}.npy"
    if not path.exists():
        return None
    found = np.load(path, allow_pickle=False)
    return np.asarray(found[:count]) if len(found) >= count else None


def _write(folder: Path, first: int, found: Floats) -> None:
    """Whole or not at all: a kill while writing leaves no half chunk."""
    target = folder / "chunks" / f"{first:08d}.npy"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    with draft.open("wb") as file:
        np.save(file, found, allow_pickle=False)
    draft.replace(target)
