"""Which mutants of ``report/``, ``analyze/`` and ``stats/`` do the tests kill?

``python -m tests.mutation report --sample 300 --seed 1`` tries a random sample of the
mutants of this package, each in a process of its own, against the test files that call the
mutated function: the one that mirrors the module first, then the laws of the report, then
the others, the shortest first. It prints the survivors and the share of killed mutants.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import random
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

from tests.mutation.children import ROOT, SOURCE, failed, in_child
from tests.mutation.mutants import UNSAID, Mutant, count, mutant
from tests.mutation.reached import Run, record

LAWS = {
    "report": ("test_layout.py", "test_written_files.py", "test_drawn.py",
               "drawings/test_every_figure.py", "test_every_table.py"),
    "analyze": ("test_law_of_words.py", "test_law_of_numbers.py", "test_law_of_counts.py",
                "test_law_of_tests.py", "test_law_of_means.py", "test_law_of_intervals.py"),
}  # fmt: skip
SECONDS = 300  # a mutant that runs for ever is killed
ENOUGH = 30  # seconds of other tests that a mutant meets, measured without it
BROWSER = "test_page_in_browser.py"
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


def tests_of(part: str) -> list[Path]:
    """The test files of a package; the models of ``mmrm`` have references of their own."""
    parts = ("stats", "analyze") if part == "analyze" else (part,)
    found = sorted(
        path for one in parts for path in (ROOT / "tests" / one).rglob("test_*.py")
    )
    return [p for p in found if "mmrm" not in p.parts and p.name != BROWSER]


def against(path: Path, changed: Mutant, runs: dict[str, Run]) -> list[str]:
    """The test files that a mutant meets, in their order."""
    part = path.relative_to(SOURCE)
    package = "report" if part.parts[0] == "report" else "analyze"
    mirrored = str(ROOT / "tests" / part.parent / f"test_{part.name}")

    def calls(run: Run) -> bool:
        return any(
            module == part.as_posix() and changed.function in ("", function)
            for module, function in run.reached
        )

    able = {name: run for name, run in runs.items() if run.passed and calls(run)}
    laws = [str(ROOT / "tests" / package / law) for law in LAWS[package]]
    front = [name for name in (mirrored, *laws) if name in able]
    made, seconds = [], 0.0
    for name in [*front, *sorted(able, key=lambda name: able[name].seconds)]:
        seconds += 0 if name in front else able[name].seconds
        if name not in made and (seconds < ENOUGH or name in front):
            made.append(name)
    return made


def killed(path: Path, changed: Mutant, tests: list[str]) -> bool:
    """Whether one of the tests fails with this mutant in place of the module."""

    def tried() -> bool:
        part = path.relative_to(SOURCE).with_suffix("")
        name = ".".join(("equipoise", *part.parts))
        sys.meta_path.insert(0, _Served(name, path, changed.source))
        return failed(tests)

    return in_child(tried, SECONDS)


def chosen(parts: list[str], sample: int, seed: int) -> list[tuple[Path, Mutant]]:
    """A random sample of the mutants of some packages or modules."""
    places = []
    for part in parts:
        root = SOURCE / part
        files = sorted(root.rglob("*.py")) if root.is_dir() else [root]
        for path in files:
            if "mmrm" not in path.parts and not path.as_posix().endswith(UNSAID):
                number = count(path)
                places += [(path, place) for place in range(number)]
    random.Random(seed).shuffle(places)  # noqa: S311 - a sample, no secret
    made: list[tuple[Path, Mutant]] = []
    for path, place in places:
        changed = mutant(path, place)
        if changed is not None:
            made.append((path, changed))
        if len(made) == sample:
            break
    print(f"{len(places)} places of mutants, {len(made)} mutants tried", flush=True)
    return made


def _analyze_once() -> None:
    """The trials of the laws, analyzed before the children begin: they inherit them."""
    from tests.report.trials import TRIALS, VARIANTS, trial

    for name in (*TRIALS, *VARIANTS):
        trial(name)
    loaded = [name for name in sys.modules if name.startswith("equipoise.report")]
    if loaded:
        raise RuntimeError(f"a child could not mutate what is loaded: {loaded}")


def main() -> int:
    """Prints the survivors and the share of mutants that were killed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "parts", nargs="+", help="report; or analyze and stats; or parts"
    )
    asked.add_argument("--sample", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--least", type=float, default=0.9)
    asked.add_argument("--store", type=Path, help="file with what the tests reach")
    options = asked.parse_args()
    for name in THIRD_PARTY:
        importlib.import_module(name)
    reports = {part.partition("/")[0] == "report" for part in options.parts}
    package = "report" if reports == {True} else "analyze"
    if package == "report":
        _analyze_once()
    store = options.store or ROOT / ".mutation" / f"{package}.json"
    store.parent.mkdir(exist_ok=True)
    runs = record(tests_of(package), store)
    for name, run in runs.items():
        if not run.passed:
            print(f"fails without a mutant, not used: {name}")
    tried = chosen(options.parts, options.sample, options.seed)
    found: Counter[bool] = Counter()
    for path, changed in tried:
        tests = against(path, changed, runs)
        dead = killed(path, changed, tests)
        found[dead] += 1
        if found.total() % 10 == 0:
            print(f"{found[True]} of {found.total()} killed", flush=True)
        if not dead:
            place = f"{path.relative_to(SOURCE)}:{changed.line}"
            print(f"survives {len(tests)} files: {place}: {changed.what}", flush=True)
    share = found[True] / len(tried)
    print(
        f"{' '.join(options.parts)}: {found[True]} of {len(tried)} killed, {share:.1%}"
    )
    return int(share < options.least)


if __name__ == "__main__":
    sys.exit(main())
