"""Loads a drug file by name or path."""

from __future__ import annotations

from pathlib import Path

from equipoise import library
from equipoise.exchange.protocols import read_text
from equipoise.simulate.pharmacokinetics.drug import Drug
from equipoise.simulate.pharmacokinetics.read import parse_drug


def load_drug(name_or_path: str | Path) -> Drug:
    """A drug with its compartment models.

    Args:
        name_or_path: a name of the library, such as ``ketamine``, or the path of a
            drug file.

    Raises:
        LibraryError: EQ001 or EQ002, the drug is unknown or cannot be read.
        SimulationError: the file cannot be used.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        return parse_drug(read_text(path), origin=path.name)
    name = str(name_or_path)
    return parse_drug(library.text("drugs", name), origin=f"{name}.toml")
