"""Reads the TOML files of the library."""

from __future__ import annotations

from importlib import resources
from typing import Literal

from equipoise.errors import LibraryError, listing

Kind = Literal[
    "instruments", "protocols", "mappings", "scenarios", "drugs", "forms", "wording"
]


def names(kind: Kind) -> tuple[str, ...]:
    """Names on one shelf, sorted; a name is the file's name without ``.toml``."""
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
            f"the library has no {name!r} among its {kind}",
            where=f"library, {kind}",
            mend=f"use one of: {listing(names(kind))}; or give the path of a file",
        )
    return (resources.files("equipoise.library") / kind / f"{name}.toml").read_text(
        "utf-8"
    )
