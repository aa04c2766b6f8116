"""Loads a scenario file by name or path."""

from __future__ import annotations

from pathlib import Path

from equipoise import library
from equipoise.exchange.drugs import load_drug
from equipoise.exchange.protocols import read_text
from equipoise.simulate.read_scenario import parse_scenario
from equipoise.simulate.scenario import Scenario


def load_scenario(name_or_path: str | Path) -> Scenario:
    """What virtual participants are like, with the drug files that it names.

    Args:
        name_or_path: a name of the library, such as ``feder2021``, or the path of a
            scenario file.

    Raises:
        LibraryError: EQ001 or EQ002, there is no such scenario or drug, or it cannot be
            read.
        SimulationError: the file cannot be used; all problems are in the error.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        return _with_drugs(parse_scenario(read_text(path), origin=path.name))
    name = str(name_or_path)
    text = library.text("scenarios", name)
    return _with_drugs(parse_scenario(text, origin=f"{name}.toml"))


def _with_drugs(scenario: Scenario) -> Scenario:
    """The scenario with the drugs of the library that it names and does not hold."""
    held = {drug.id for drug in scenario.drugs}
    named = dict.fromkeys(part.drug for part in scenario.pharmacokinetics)
    added = tuple(load_drug(name) for name in named if name not in held)
    return scenario.model_copy(update={"drugs": (*scenario.drugs, *added)})
