"""The source files of the project, parsed once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "equipoise"


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Path from the root of the project."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def part(self) -> str:
        """The part of the package that the file belongs to, such as ``analyze``."""
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py")

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def acts(self) -> bool:
        """Whether there is anything to test: a function or method with a body."""
        functions = (
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        return any(not _only_states(function.body) for function in functions)


def _only_states(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in body
    )


def python_files(*folders: str) -> list[Source]:
    """Every Python file below the folders, in a stable order."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source(path) for path in sorted(found) if "_build" not in path.parts]


PACKAGE_FILES = python_files("src/equipoise")
EVERY_FILE = python_files("src", "tests", "benchmarks", "docs")
