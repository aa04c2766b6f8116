"""Reads the TOML files of the library."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Literal

from equipoise.errors import LibraryError, listing

Kind = Literal[
    "instruments", "protocols", "mappings", "scenarios", "drugs", "forms", "wording"
]


def names(kind: Kind) -> tuple[str, ...]:
    """Sorted names of one kind; a name is the file name without ``.toml``."""
    folder = resources.files("equipoise.library") / kind
    files = (item.name for item in folder.iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in files if n.endswith(".toml")))


def text(kind: Kind, name: str) -> str:
    """Text of one file of the library.

    Raises:
        LibraryError: EQ001, there is no such file; the known ones are listed.
    """
    if name not in names(kind):
        raise LibraryError.single(
            "EQ001",
            f"there is no {name!r} among the {kind} of the library",
            where=f"library, {kind}",
            fix=f"use one of: {listing(names(kind))}; or give the path of a file",
        )
    return (resources.files("equipoise.library") / kind / f"{name}.toml").read_text(
        "utf-8"
    )


def title(kind: Kind, name: str) -> str:
    """What a file of the library is, in one line.

    Raises:
        LibraryError: EQ001, there is no such file.
    """
    content = text(kind, name)
    read = tomllib.loads(content)
    for table in (read, *(read.get(key, {}) for key in ("trial", "truth", "scenario"))):
        for key in ("name", "title", "label"):
            if isinstance(table, dict) and key in table:
                return str(table[key])
    comment = content.partition("\n")[0].removeprefix("# ")
    return comment.partition(". ")[0].removesuffix(".")
