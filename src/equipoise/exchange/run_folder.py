"""The folder of a run: finished chunks, and whose they are."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np

from equipoise.errors import SimulationError
from equipoise.exchange.report_files import write_files, writing
from equipoise.protocol.amend import content_hash
from equipoise.simulate.operating_characteristics.chunk import LENGTH, Run
from equipoise.simulate.operating_characteristics.outcome import run_error
from equipoise.simulate.random_draws import Floats
from equipoise.version import __version__


class Kept:
    """Chunks of one run, on disk as soon as they are done.

    Args:
        run: what is simulated.
        number: trials at most.
        folder: empty, or of the same run.
        precision: Monte Carlo error of every power that is enough; looked at after each
            chunk in their order, so that it does not depend on who is done first.

    Raises:
        SimulationError: EQ642, the folder holds another run.
        LibraryError: EQ003, the folder cannot be written to.
    """

    def __init__(
        self, run: Run, number: int, folder: Path, precision: float | None = None
    ) -> None:
        self.run, self.folder, self.precision = run, folder, precision
        self.lengths = {f: min(LENGTH, number - f) for f in range(0, number, LENGTH)}
        self.done: dict[int, Floats] = {}
        self.last: int | None = None  # chunk after which it is known well enough
        self._row = 0  # chunks from the first on without a gap
        _claim(run, folder)
        for first, count in self.lengths.items():
            found = _read(folder, first, count)
            if found is not None:
                self.done[first] = found
        self._look()

    @property
    def enough(self) -> bool:
        """Whether no more chunks are needed."""
        return self.last is not None or len(self.done) == len(self.lengths)

    @property
    def missing(self) -> list[int]:
        """First trials of the chunks that are not there."""
        return [first for first in self.lengths if first not in self.done]

    @property
    def trials(self) -> int:
        """How many are done."""
        return sum(len(found) for found in self.done.values())

    def keep(self, first: int, found: Floats) -> None:
        """Puts a chunk on disk.

        Raises:
            LibraryError: EQ003, the folder cannot be written to.
        """
        _write(self.folder, first, found)
        self.done[first] = found
        self._look()

    def answers(self) -> Floats:
        """The answers of all trials up to the last that counts, in their order."""
        return np.concatenate(
            [
                self.done[first]
                for first in self.lengths
                if first in self.done and (self.last is None or first <= self.last)
            ]
        )

    def _look(self) -> None:
        """Whether the chunks in a row from the first are enough."""
        if self.precision is None:
            return
        starts = list(self.lengths)
        while self.last is None and self._row < len(starts):
            if starts[self._row] not in self.done:
                return
            self._row += 1
            so_far = np.concatenate([self.done[f] for f in starts[: self._row]])
            if run_error(self.run, so_far) < self.precision:
                self.last = starts[self._row - 1]


def _claim(run: Run, folder: Path) -> None:
    """The folder is empty, or holds this run."""
    facts = {
        "protocol": content_hash(run.protocol),
        "scenario": _scenario_hash(run),
        "n": run.n,
        "seed": run.seed,
        "endpoints": [e.id for e in run.question().endpoints],
        "software": f"equipoise {__version__}",
    }
    if run.looks is not None:
        facts["design"] = run.looks.label
    path = folder / "run.json"
    if not path.exists():
        write_files(folder, {"run.json": json.dumps(facts, indent=1).encode()})
        return
    known = json.loads(path.read_text("utf-8"))
    if "truth" in known:  # name of the key up to version 0.1
        known["scenario"] = known.pop("truth")
    other = [name for name in facts | known if known.get(name) != facts.get(name)]
    if other:
        raise SimulationError.single(
            "EQ642",
            f"{folder} holds another run: {', '.join(other)} differ",
            where=str(path),
            mend="choose another folder, or delete this one",
        )


def _scenario_hash(run: Run) -> str:
    """SHA-256 of the scenario, with the key of version 0.1, so that its folders fit."""
    text = run.scenario.model_dump_json().replace('"scenario":', '"truth":', 1)
    return sha256(text.encode()).hexdigest()


def _read(folder: Path, first: int, count: int) -> Floats | None:
    path = folder / "chunks" / f"{first:08d}.npy"
    if not path.exists():
        return None
    found = np.load(path, allow_pickle=False)
    return np.asarray(found[:count]) if len(found) >= count else None


def _write(folder: Path, first: int, found: Floats) -> None:
    """Whole or not at all: a kill while writing leaves no half chunk."""
    target = folder / "chunks" / f"{first:08d}.npy"
    with writing(folder):
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".part")
        with draft.open("wb") as file:
            np.save(file, found, allow_pickle=False)
        draft.replace(target)
