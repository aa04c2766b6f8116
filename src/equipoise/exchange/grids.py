"""A grid of simulated trials in a folder: its cells, its table, its picture, its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from equipoise.exchange.report_files import write_files
from equipoise.exchange.runs import runs
from equipoise.exchange.work_unit import Team, here
from equipoise.protocol.amend import content_hash
from equipoise.report.figures.power import power_curves
from equipoise.report.formats.grid_page import Subject, grid_page
from equipoise.simulate.operating_characteristics.grid import Cell, primary_of
from equipoise.simulate.operating_characteristics.grid_table import grid_table
from equipoise.simulate.operating_characteristics.trial_estimates import question
from equipoise.simulate.operating_characteristics.true_effects import true_values
from equipoise.version import __version__


def run_grid(
    cells: Sequence[Cell],
    number: int,
    folder: Path,
    *,
    team: Team = here,
    precision: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Runs every cell and writes ``grid.csv``, ``power.svg`` and ``grid.html``.

    Args:
        cells: from ``grid``, at least one.
        number: trials at most of each cell.
        folder: cells that are there are not run again; a larger grid goes on from a
            smaller one.
        team: who does the work.
        precision: as for ``trials``, for each cell by itself.
        progress: told what is done of all cells, and how long the rest will take.

    Returns:
        The table, as ``grid_table``.

    Raises:
        SimulationError: EQ642, EQ643, EQ645, as for ``trials``.
        LibraryError: EQ003, the folder cannot be written to.
    """
    tell = progress or (lambda _: None)
    asked = [(folder / "cells" / cell.name, cell.run) for cell in cells]
    found = runs(asked, number, team=team, precision=precision, progress=tell)
    table = grid_table(cells, found, _true_differences(cells, tell))
    tell("drawing")
    write_files(folder, grid_files(cells, table))
    return table


def grid_files(cells: Sequence[Cell], table: pd.DataFrame) -> dict[str, bytes]:
    """Name -> content of the table, the picture and the page of a grid."""
    run = cells[0].run
    protocol, first = run.protocol, primary_of(run.protocol)
    labels = {endpoint.id: endpoint.label for endpoint in protocol.endpoints}
    curves = power_curves(table[table["endpoint"] == first], labels[first])
    trial = protocol.trial
    facts = (
        ("Protocol", f"{trial.id} {trial.version}, {content_hash(protocol)}"),
        ("Scenario", f"{run.scenario.scenario.id}: {run.scenario.scenario.title}"),
        ("Seed", str(run.seed)),
        ("Software", f"equipoise {__version__}"),
    )
    page = grid_page(table, Subject(trial.title, first, labels, facts), curves)
    return {
        "grid.csv": table.to_csv(index=False).encode(),
        "power.svg": curves.svg,
        "grid.html": page,
    }


def _true_differences(
    cells: Sequence[Cell], tell: Callable[[str], None]
) -> dict[float, dict[str, float]]:
    """True differences of each effect, from one very large trial each."""
    tell("the true differences, from very large trials")
    made = {}
    for effect in dict.fromkeys(cell.effect for cell in cells):
        own = [cell.run for cell in cells if cell.effect == effect]
        ids = dict.fromkeys(e.id for run in own for e in run.question().endpoints)
        asked = question(own[0].protocol, own[0].scenario, tuple(ids))
        made[effect] = true_values(asked, own[0].scenario, own[0].seed)
    return made
