"""Which part may import which, and what ``import equipoise`` costs."""

import subprocess
import sys

import pytest

from tests.architecture.source import ROOT

HEAVY = {"formulaic", "lifelines", "matplotlib", "numpy", "pandas", "pydantic", "scipy"}


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    result = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_contracts_of_the_layers_are_kept() -> None:
    linter = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    )
    assert "0 broken" in python(linter)


def test_importing_equipoise_loads_nothing_heavy() -> None:
    code = "import sys, equipoise; print(' '.join(sys.modules))"
    assert not HEAVY & set(python(code).split())


@pytest.mark.parametrize(
    ("home", "not_needed"),
    [
        ("equipoise.cli", {"lifelines", "matplotlib", "pandas", "scipy"}),
        ("equipoise.stats.mmrm", {"jinja2", "lifelines", "matplotlib", "rich"}),
        # What equipoise serve and equipoise audit begin with, once Django is set up.
        ("equipoise.exchange.disclosed_list", {"openpyxl", "pandas", "scipy"}),
        ("equipoise.protocol.load", {"lifelines", "matplotlib", "pandas", "scipy"}),
    ],
)
def test_a_part_loads_only_what_it_needs(home: str, not_needed: set[str]) -> None:
    loaded = python(f"import sys, {home}; print(' '.join(sys.modules))").split()
    assert not not_needed & set(loaded)
