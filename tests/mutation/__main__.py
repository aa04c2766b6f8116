"""Which mutants of ``report/`` and ``analyze/`` do the tests kill?

``python -m tests.mutation report analyze --sample 300 --seed 1`` tries a random sample of
the mutants of these packages, each in a process of its own, against the test files that
mirror the mutated module and the laws of the report. It prints the survivors and the share
of killed mutants.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "equipoise"
LAWS = ("every_table", "layout", "every_figure", "every_sentence")
SECONDS = 300  # a mutant that runs for ever is killed
THIRD_PARTY = ("numpy", "pandas", "scipy.stats", "scipy.optimize", "matplotlib.figure",
               "hypothesis", "pytest", "docx", "jinja2", "statsmodels.api", "lifelines",
               "typst", "pydantic", "formulaic")  # fmt: skip


class _Served(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.path)
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)  # noqa: S102


def tests_of(path: Path) -> list[str]:
    """The test file that mirrors a module, its sibling on bad data, and the laws."""
    part = path.relative_to(SOURCE)
    mirrored = ROOT / "tests" / part.parent / f"test_{part.name}"
    found = [str(mirrored)] if mirrored.is_file() else []
    if part.parts[0] == "report":
        laws = [ROOT / "tests" / "report" / f"test_{law}.py" for law in LAWS]
        found += [str(law) for law in laws if law.is_file()]
    else:
        found += [str(p) for p in sorted(mirrored.parent.glob("test_law*.py"))]
    return found


def killed(path: Path, mutant: Mutant) -> bool:
    """Whether the tests fail with this mutant in place of the module."""

    def tried() -> bool:
        part = path.relative_to(SOURCE).with_suffix("")
        name = ".".join(("equipoise", *part.parts))
        sys.meta_path.insert(0, _Served(name, path, mutant.source))
        return _failed(tests_of(path))

    return _in_child(tried, SECONDS)


def _in_child(tried: Callable[[], bool], seconds: float) -> bool:
    """What a function says in a process of its own; True if it takes too long."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os._exit(int(tried()))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _failed(tests: list[str]) -> bool:
    import pytest

    # Without the project's configuration: no database, and no plugin that it names.
    options = ["-x", "-q", "-c", os.devnull, "--rootdir", str(ROOT)]
    options += [
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
    ]
    options += ["-p", "no:django", "-p", "no:xdist", "-m", "not calibration"]
    return pytest.main([*options, *tests]) != 0


def chosen(parts: list[str], sample: int, seed: int) -> list[tuple[Path, Mutant]]:
    """A random sample of the mutants of some packages or modules."""
    every = []
    for part in parts:
        root = SOURCE / part
        files = sorted(root.rglob("*.py")) if root.is_dir() else [root]
        for path in files:
            if "mmrm" not in path.parts and tests_of(path):
                every += [(path, m) for m in mutants(path.read_text(encoding="utf-8"))]
    random.Random(seed).shuffle(every)  # noqa: S311 - a sample, no secret
    print(f"{len(every)} mutants, {min(sample, len(every))} tried")
    return every[:sample]


def _analyze_once() -> None:
    """The trials of the laws, analyzed before the children begin: they inherit them."""
    from tests.report.trials import TRIALS, trial

    for name in TRIALS:
        trial(name)
    loaded = [name for name in sys.modules if name.startswith("equipoise.report")]
    if loaded:
        raise RuntimeError(f"a child could not mutate what is loaded: {loaded}")


def main() -> int:
    """Prints the survivors and the share of mutants that were killed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parts", nargs="+", help="such as report or analyze/safety")
    asked.add_argument("--sample", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--least", type=float, default=0.9)
    options = asked.parse_args()
    for name in THIRD_PARTY:
        importlib.import_module(name)
    if all(part.startswith("report") for part in options.parts):
        _analyze_once()
    tried = chosen(options.parts, options.sample, options.seed)
    every = sorted({test for path, _ in tried for test in tests_of(path)})
    if _in_child(lambda: _failed(every), SECONDS * len(every)):
        print("the tests fail without a mutant")
        return 2
    count: Counter[str] = Counter()
    dead: Counter[str] = Counter()
    for path, mutant in tried:
        group = path.relative_to(SOURCE).parts[0]
        count[group] += 1
        if killed(path, mutant):
            dead[group] += 1
        else:
            place = f"{path.relative_to(SOURCE)}:{mutant.line}"
            print(f"survives: {place}: {mutant.what}", flush=True)
    for group, number in count.items():
        print(f"{group}: {dead[group]} of {number} killed, {dead[group] / number:.1%}")
    return int(any(dead[g] < options.least * n for g, n in count.items()))


if __name__ == "__main__":
    sys.exit(main())
