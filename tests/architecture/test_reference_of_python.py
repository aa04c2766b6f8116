"""The pages of the Python reference contain every name that users were promised."""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module

import pytest

import equipoise as eq
from tests.architecture.source import ROOT

PAGES = sorted((ROOT / "docs" / "reference").glob("python*.md"))
# Methods that work without a protocol: their packages list their names in __all__.
METHODS = ("equipoise.stats", "equipoise.design", "equipoise.randomize")
IMPORTED = re.compile(r"^>>> from (equipoise[\w.]*) import (\w[\w, ]*)$", re.M)


@cache
def directives() -> dict[str, str]:
    """Each object or module of the pages, with its directive and its options."""
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    found = re.findall(r"^\.\. auto(\w+):: ([\w.]+)\n((?:   :.*\n)*)", text, re.M)
    return {target: f"{kind}\n{options}" for kind, target, options in found}


def named(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


@cache
def documented() -> list[object]:
    """Every object that the pages show."""
    shown: list[object] = []
    for target, directive in directives().items():
        if not directive.startswith("module"):
            shown.append(named(target))
        elif ":members:" in directive:
            module = import_module(target)
            own = [
                name
                for name, thing in vars(module).items()
                if getattr(thing, "__module__", "") == target and name[0] != "_"
            ]
            shown += [getattr(module, n) for n in getattr(module, "__all__", own)]
    return shown


def is_documented(thing: object) -> bool:
    return any(thing is shown for shown in documented())


@pytest.mark.parametrize("name", [n for n in eq.__all__ if n != "__version__"])
def test_a_name_of_equipoise_is_in_the_reference(name: str) -> None:
    thing = getattr(eq, name)
    if not is_documented(thing):  # a package that is also a function: the function
        thing = named(f"{eq._HOMES[name]}.{name}")
    assert is_documented(thing)


def packages() -> list[str]:
    """The packages of methods that list their public names."""
    found = []
    for root in METHODS:
        parts = pkgutil.walk_packages(import_module(root).__path__, f"{root}.")
        for name in (root, *(part.name for part in parts if part.ispkg)):
            if hasattr(import_module(name), "__all__"):
                found.append(name)
    return found


def test_every_public_name_of_a_package_of_methods_is_in_the_reference() -> None:
    assert "equipoise.stats.mmrm" in packages()
    missing = [
        f"{package}.{name}"
        for package in packages()
        for name in import_module(package).__all__
        if package not in directives() and not is_documented(named(f"{package}.{name}"))
    ]
    assert missing == []


def test_every_name_that_an_example_imports_is_in_the_reference() -> None:
    imported = {
        (module, name.strip())
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        if "_build" not in page.parts and "design-notes" not in page.parts
        for module, names in IMPORTED.findall(page.read_text("utf-8"))
        for name in names.split(",")
    }
    assert len(imported) > 15
    missing = [
        f"{module}.{name}"
        for module, name in sorted(imported)
        if not is_documented(named(f"{module}.{name}")) and not name.isupper()
    ]
    assert missing == []


def test_every_page_is_in_the_table_of_the_first() -> None:
    first = (ROOT / "docs" / "reference" / "python.md").read_text("utf-8")
    assert [p.name for p in PAGES if f"({p.name})" not in first] == ["python.md"]
