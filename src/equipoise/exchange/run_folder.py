"""The folder of a run: its finished chunks, and the description of the run."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np

from equipoise.errors import SimulationError
from equipoise.errors.counted import agreeing
from equipoise.exchange.output_files import write_files, writing
from equipoise.protocol.amend import content_hash
from equipoise.simulate.operating_characteristics.chunk import LENGTH, Run
from equipoise.simulate.operating_characteristics.summary import power_error
from equipoise.simulate.random_draws import Floats
from equipoise.version import __version__


class RunFolder:
    """Chunks of one run, written to disk as soon as they are done.

    Args:
        run: what is simulated.
        number: trials at most.
        folder: empty, or of the same run.
        precision: Monte Carlo error of every power at which the run stops; checked after
            each chunk in their order, whichever is done first.

    Raises:
        SimulationError: EQ642, the folder contains another run.
        LibraryError: EQ003, the folder cannot be written to.
    """

    def __init__(
        self, run: Run, number: int, folder: Path, precision: float | None = None
    ) -> None:
        self.run, self.folder, self.precision = run, folder, precision
        self.lengths = {f: min(LENGTH, number - f) for f in range(0, number, LENGTH)}
        self.done: dict[int, Floats] = {}
        self.last: int | None = None  # chunk after which the precision is reached
        self._row = 0  # chunks from the first on without a gap
        _claim(run, folder)
        for first, count in self.lengths.items():
            estimates = _read(folder, first, count)
            if estimates is not None:
                self.done[first] = estimates
        self._check_precision()

    @property
    def complete(self) -> bool:
        """Whether no more chunks are needed."""
        return self.last is not None or len(self.done) == len(self.lengths)

    @property
    def missing(self) -> list[int]:
        """First trials of the chunks that are not there."""
        return [first for first in self.lengths if first not in self.done]

    @property
    def trials(self) -> int:
        """How many are done."""
        return sum(len(estimates) for estimates in self.done.values())

    def save(self, first: int, estimates: Floats) -> None:
        """Writes a chunk to disk.

        Raises:
            LibraryError: EQ003, the folder cannot be written to.
        """
        _write(self.folder, first, estimates)
        self.done[first] = estimates
        self._check_precision()

    def estimates(self) -> Floats:
        """The estimates of all trials up to the last that counts, in their order."""
        return np.concatenate(
            [
                self.done[first]
                for first in self.lengths
                if first in self.done and (self.last is None or first <= self.last)
            ]
        )

    def _check_precision(self) -> None:
        """Whether the chunks without a gap from the first are enough."""
        if self.precision is None:
            return
        starts = list(self.lengths)
        while self.last is None and self._row < len(starts):
            if starts[self._row] not in self.done:
                return
            self._row += 1
            so_far = np.concatenate([self.done[f] for f in starts[: self._row]])
            if power_error(self.run, so_far) < self.precision:
                self.last = starts[self._row - 1]


def _claim(run: Run, folder: Path) -> None:
    """The folder is empty, or contains this run."""
    # Folders of version 0.1 name the scenario "truth"; so does the hashed text still.
    scenario = run.scenario.model_dump_json().replace('"scenario":', '"truth":', 1)
    facts = {
        "protocol": content_hash(run.protocol),
        "scenario": sha256(scenario.encode()).hexdigest(),
        "n": run.n,
        "seed": run.seed,
        "endpoints": [e.id for e in run.endpoint_set().endpoints],
        "software": f"equipoise {__version__}",
    }
    if run.design is not None:
        facts["design"] = run.design.label
    path = folder / "run.json"
    if not path.exists():
        write_files(folder, {"run.json": json.dumps(facts, indent=1).encode()})
        return
    stored = json.loads(path.read_text("utf-8"))
    if "truth" in stored:
        stored["scenario"] = stored.pop("truth")
    other = [name for name in facts | stored if stored.get(name) != facts.get(name)]
    if other:
        raise SimulationError.single(
            "EQ642",
            f"{folder} contains another run: {', '.join(other)} "
            + agreeing(len(other), "differs"),
            where=str(path),
            fix="choose another folder, or delete this one",
        )


def _read(folder: Path, first: int, count: int) -> Floats | None:
    path = folder / "chunks" / f"{first:08d}.npy"
    if not path.exists():
        return None
    estimates = np.load(path, allow_pickle=False)
    return np.asarray(estimates[:count]) if len(estimates) >= count else None


def _write(folder: Path, first: int, estimates: Floats) -> None:
    """Completely or not at all: a kill while writing leaves no incomplete chunk."""
    target = folder / "chunks" / f"{first:08d}.npy"
    with writing(folder):
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".part")
        with draft.open("wb") as file:
            np.save(file, estimates, allow_pickle=False)
        draft.replace(target)
