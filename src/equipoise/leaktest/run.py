"""The leak test: what every blinded role can read, and what numbers could tell."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from equipoise.conduct.access.rights import ALWAYS
from equipoise.errors import ConductError
from equipoise.exchange.protocols import texts
from equipoise.leaktest.alike import differences
from equipoise.leaktest.crawl import Seen, crawl
from equipoise.leaktest.numbers import (
    Allocated,
    Tested,
    guessed,
    measured,
    next_by_history,
    next_by_kit,
)
from equipoise.leaktest.words import leaks
from equipoise.protocol.model import Protocol
from equipoise.randomize.properties import properties
from equipoise.randomize.sequence import allocation_sequence
from equipoise.rehearse_conduct.cast import Cast
from equipoise.rehearse_conduct.run import end_of, performed, plan_of
from equipoise.rehearse_conduct.stage import environment

Tell = Callable[[str], None]
BLINDED = tuple(role for role, parts in ALWAYS.items() if "arm" in parts)
MOST_SHOWN = 20  # findings of a check in a report


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    name: str
    found: str
    passed: bool

    def row(self) -> dict[str, str]:
        """For a table."""
        result = "pass" if self.passed else "FAIL"
        return {"check": self.name, "result": result, "found": self.found}


def leaktest(
    protocol: str | Path,
    truth: str | Path | None = None,
    *,
    seed: int = 1,
    n: int = 4,
    people: int = 1000,
    progress: Tell | None = None,
) -> list[Check]:
    """Looks for leaks in a rehearsed trial that is still blind.

    Args:
        protocol: name in the library, or path of a protocol file.
        truth: what the participants are like.
        seed: of the trial and of the tests.
        n: participants of the rehearsed trial.
        people: allocations for the statistical tests.
        progress: told what is being done.
    """
    tell = progress or (lambda _: None)
    model, _, _ = texts(protocol)
    checks: list[Check] = []
    read: list[tuple[list[Seen], dict[str, str]]] = []
    for number, listed in enumerate((seed, _other(model, seed, n))):
        said = f"trial {number + 1} of 2, the same data under "
        said += "another list" if number else "its list"
        with performed(
            protocol, truth, seed=seed, n=n, list_seed=listed, progress=tell
        ) as (cast, _):
            tell(f"{said}: reading as {len(BLINDED)} blinded roles")
            read.append((_everything(model, cast), _kits(cast)))
    (pages, kits), (again, others) = read
    checks += _words(model, pages)
    apart = list(differences(pages, again, (kits, others)))
    checks.append(_check("the same under another list", apart, f"{len(pages)} pages"))
    tell(f"{people} allocations")
    checks += _numbers(model, protocol, seed, people)
    return checks


def _everything(protocol: Protocol, cast: Cast) -> list[Seen]:
    """What every blinded role can read, and the log."""
    names = [part.identifier for part in cast.parts]
    arms = [arm.id for arm in protocol.arms]

    # At one time and one after the other, so that a clock and the order of who exported
    # first are no difference between two trials.
    at, found = end_of(cast), list[Seen]()
    for role in BLINDED:
        read = partial(cast.browser(role, names[0]).get, at=at)
        found += crawl(role, read, names, arms)
    log = cast.stage.log.read_text("utf-8", errors="replace")
    return [*found, Seen("anybody", "application.log", 200, _undated(log))]


def _undated(log: str) -> str:
    """The log without times, numbers of processes and repeated lines, in order."""
    lines = {line.split(" ", 1)[-1] for line in log.splitlines() if "equipoise" in line}
    return "\n".join(sorted(lines))


def _kits(cast: Cast) -> dict[str, str]:
    """Number of a kit or a syringe -> whose it is."""
    return {number: person for person, number in cast.kits.items()} | cast.syringes


def _words(protocol: Protocol, pages: list[Seen]) -> Iterator[Check]:
    found = list(leaks(protocol, pages))
    for role in (*BLINDED, "anybody"):
        own = [page for page in pages if page.role == role]
        told = [str(leak) for leak in found if leak.role == role]
        name = "the log" if role == "anybody" else f"words read as {role}"
        yield _check(name, told, f"{len(own)} addresses")


def _check(name: str, problems: list[str], otherwise: str) -> Check:
    if not problems:
        return Check(name, otherwise, True)
    shown = problems[:MOST_SHOWN]
    more = len(problems) - len(shown)
    text = "; ".join(shown) + (f"; and {more} more" if more else "")
    return Check(name, text, False)


def _numbers(
    model: Protocol, protocol: str | Path, seed: int, people: int
) -> Iterator[Check]:
    made = _allocated(model, protocol, seed, people)
    found = [*measured(made, seed), next_by_kit(made)]
    if len(model.arms) == 2 and not model.randomization.strata:
        found.append(_history(model, made, seed))
    yield from (_row(test, people) for test in found)


def _row(test: Tested, people: int) -> Check:
    p = "" if test.p is None else f", p = {test.p:.3f}"
    return Check(test.name, f"{test.found}{p}, {people} allocations", test.passed)


def _history(model: Protocol, made: Allocated, seed: int) -> Tested:
    """Against simulated lists of the same method."""
    n = len(made.arms)

    def drawn(places: int, rng: np.random.Generator) -> list[str]:
        own = int(rng.integers(2**31))
        return allocation_sequence(model, places, seed=own)

    theory = properties("leak test", drawn, n, 40, seed)
    error = theory.std_error * np.sqrt(40)
    return next_by_history(guessed(made.arms), theory.predictable, float(error))


def _allocated(
    model: Protocol, protocol: str | Path, seed: int, people: int
) -> Allocated:
    """Allocations in a vault that is deleted at the end; by a program beside this one."""
    with tempfile.TemporaryDirectory(prefix="equipoise-leaktest-") as folder:
        plan = plan_of(protocol, seed=seed, places=people, people=[])
        done = subprocess.run(
            [sys.executable, "-m", "equipoise.leaktest.sample"],
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
            mend="run the tests of the allocation",
        )
    said = json.loads(done.stdout)
    return Allocated(
        arms=np.array([arm != model.arms[0].id for arm in said["arms"]], dtype=float),
        kits=np.array(said["kits"], dtype=float),
        seconds=np.array(said["seconds"], dtype=float),
        sizes=np.array(said["sizes"], dtype=float),
    )


def _other(protocol: Protocol, seed: int, n: int) -> int:
    """A seed whose list begins with other arms than that of ``seed``."""
    make = partial(allocation_sequence, protocol, max(n, 2))
    if protocol.randomization.method == "minimization" or protocol.randomization.strata:
        return seed + 1
    first = make(seed=seed)
    others = range(seed + 1, seed + 100)
    return max(
        others,
        key=lambda s: sum(a != b for a, b in zip(make(seed=s), first, strict=True)),
    )
