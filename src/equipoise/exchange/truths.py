"""Loads a truth file by name or path."""

from __future__ import annotations

from pathlib import Path

from equipoise import library
from equipoise.exchange.protocols import read_text
from equipoise.simulate.read import parse_truth
from equipoise.simulate.truth import Truth


def load_truth(name_or_path: str | Path) -> Truth:
    """What virtual participants are like.

    Args:
        name_or_path: a name of the library, such as ``feder2021``, or the path of a
            truth file.

    Raises:
        LibraryError: EQ001 or EQ002, there is no such truth or it cannot be read.
        SimulationError: the file cannot be used; all problems are in the error.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        return parse_truth(read_text(path), origin=path.name)
    name = str(name_or_path)
    return parse_truth(library.text("truths", name), origin=f"{name}.toml")
