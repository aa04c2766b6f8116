"""The words that a package keeps in tables: what a covariance structure is called, for one.

No trial has every structure, strategy and reason; what each is called is read here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import getsource
from pkgutil import walk_packages
from types import ModuleType

FORMATS = ("formats", "schema")  # of these the written files are approved


def vocabulary(package: str) -> str:
    """``NAME key: text`` for each text of each table of words, module by module."""
    lines = []
    for module in walk_packages(import_module(package).__path__, f"{package}."):
        if {"__main__", *FORMATS} & {*module.name.split(".")}:
            continue
        there = import_module(module.name)
        found = [
            line
            for name in _constants(there)
            for line in _texts(name, vars(there)[name])
        ]
        if found:
            lines += ["", f"# {module.name}", *found]
    return "\n".join(lines).lstrip() + "\n"


def _constants(module: ModuleType) -> Iterator[str]:
    """Constants that the module itself states, and does not import."""
    for node in ast.parse(getsource(module)).body:
        targets = node.targets if isinstance(node, ast.Assign) else ()
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for name in (n.id for target in targets for n in ast.walk(target)
                     if isinstance(n, ast.Name)):  # fmt: skip
            if name.strip("_").isupper():
                yield name


def _texts(name: str, value: object) -> Iterator[str]:
    """Texts with a blank, and everything beside them in the same table."""
    if isinstance(value, str):
        if " " in value.strip():
            yield f"{name}: {value!r}"
    elif isinstance(value, Mapping):
        if any(isinstance(text, str) for text in value.values()):
            for key, text in value.items():
                yield f"{name} {getattr(key, '__name__', key)}: {text!r}"
    elif isinstance(value, tuple) and any(
        " " in str(text) and not callable(text) for text in value
    ):
        yield from (f"{name} {place}: {text!r}" for place, text in enumerate(value))
