"""Which test files call which functions of ``report/`` and ``analyze/``?

A mutant of a function can only be killed by a test that calls the function. Each test file
runs once in a process of its own, with a mark at the start of every function and method;
what it reached is stored, so that a mutant meets these files and no others.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import json
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.mutation.children import ROOT, SOURCE, failed, in_child
from tests.mutation.mutants import owners

Reached = set[tuple[str, str]]
_REACHED: Reached = set()


@dataclass(frozen=True, slots=True)
class Run:
    """One test file without a mutant.

    Attributes:
        passed: whether it passed.
        seconds: that it took.
        reached: modules (path below ``src/equipoise``) and their functions; a module
            that was imported stands there with an empty name too.
    """

    passed: bool
    seconds: float
    reached: Reached


def record(tests: list[Path], store: Path) -> dict[str, Run]:
    """What each test file reaches; read from a file where it was stored before."""
    stored = json.loads(store.read_text()) if store.is_file() else {}
    for number, test in enumerate(tests):
        name = test.relative_to(ROOT).as_posix()
        if name in stored:
            continue
        report = store.with_suffix(".one")
        report.unlink(missing_ok=True)
        begun = time.monotonic()
        in_child(lambda test=test, report=report: _recorded(test, report), 900)
        seconds = round(time.monotonic() - begun, 2)
        found = json.loads(report.read_text()) if report.is_file() else [False, []]
        stored[name] = [found[0], seconds, found[1]]
        store.write_text(json.dumps(stored))
        print(f"{number + 1}/{len(tests)} {test.name} {seconds} s", flush=True)
    return {
        str(ROOT / name): Run(passed, seconds, {(m, f) for m, f in reached})
        for name, (passed, seconds, reached) in stored.items()
    }


def _recorded(test: Path, report: Path) -> bool:
    import sys

    sys.meta_path.insert(0, _Marked())
    passed = not failed([str(test)])
    report.write_text(json.dumps([passed, sorted(_REACHED)]))
    return passed


class _Marked(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the modules of the report and of the analysis with marks."""

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not name.startswith(("equipoise.report.", "equipoise.analyze.")):
            return None
        file = SOURCE.parent / Path(*name.split("."))
        if file.is_dir():
            return None
        return importlib.util.spec_from_loader(
            name, self, origin=str(file.with_suffix(".py"))
        )

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        path = Path(str(module.__spec__.origin))
        part = path.relative_to(SOURCE).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, node in owners(tree):
            mark = ast.parse(f"__reached__(({part!r}, {name!r}))").body[0]
            documented = ast.get_docstring(node) is not None
            node.body.insert(int(documented), mark)
        _REACHED.add((part, ""))  # its constants are there for a test that imports it
        module.__file__ = str(path)
        module.__dict__["__reached__"] = _REACHED.add
        code = compile(ast.fix_missing_locations(tree), str(path), "exec")
        exec(code, module.__dict__)  # noqa: S102 - our own source
