"""Sample of many allocations: whether visible numbers reveal arms."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.errors import ConductError
from equipoise.leaktest.number_tests import (
    Allocated,
    Tested,
    measured,
    next_by_history,
    next_by_kit,
)
from equipoise.leaktest.predictability import guesses
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct.application import environment
from equipoise.rehearse_conduct.run import plan_of


def numbers(
    model: Protocol, protocol: str | Path, seed: int, people: int
) -> Iterator[Tested]:
    """Every test of visible numbers against arms.

    Args:
        model: the protocol.
        protocol: its name in the library, or its file.
        seed: of the list and of the tests.
        people: allocations.
    """
    yield from every_test(model, _sample(protocol, seed, people), seed)


def every_test(model: Protocol, said: dict[str, Any], seed: int) -> list[Tested]:
    """The tests on a sample, as ``sampling_process.drawn`` returns it."""
    made = allocated(model, said)
    found = guesses(model, said["arms"], said["strata"], seed)
    return [
        *measured(made, seed),
        next_by_kit(made),
        next_by_history(found.found, found.theory, found.error),
    ]


def allocated(model: Protocol, said: dict[str, Any]) -> Allocated:
    """A sample as numbers."""

    def column(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array(said[name], dtype=float)

    return Allocated(
        arms=np.array([arm != model.arms[0].id for arm in said["arms"]], dtype=float),
        kits=column("kits"),
        seconds=column("seconds"),
        sizes=column("sizes"),
        answers=column("answers"),
        syringes=column("syringes"),
        contents=column("contents"),
        requested=bool(said["requested"]),
    )


def _sample(protocol: str | Path, seed: int, people: int) -> dict[str, Any]:
    """Allocations in a temporary allocation database; by a separate program."""
    with tempfile.TemporaryDirectory(prefix="equipoise-leaktest-") as folder:
        (Path(folder) / "static").mkdir()
        plan = plan_of(protocol, seed=seed, places=people, people=[])
        done = subprocess.run(
            [sys.executable, "-m", "equipoise.leaktest.sampling_process"],
            input=json.dumps({"plan": plan, "people": people}).encode(),
            env=environment(Path(folder), "0" * 64),
            capture_output=True,
            check=False,
        )
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ConductError.single(
            "EQ964",
            f"the allocations of the leak test failed: {' '.join(last)}",
            where="the leak test",
            fix="run the tests of the allocation",
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
