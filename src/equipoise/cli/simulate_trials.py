"""``equipoise simulate --trials``: operating characteristics of one trial, or of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import typer

from equipoise.cli import terminal
from equipoise.protocol.model import Protocol
from equipoise.simulate.scenario import Scenario

DIGITS = 4
GRID = ("size", "effect", "dropout", "design", "endpoint", "trials")
SHOWN = ("power", "bias", "coverage", "expected_size")


@dataclass(frozen=True)
class Asked:
    """What is varied; an empty sequence is not.

    Attributes:
        null: all arms alike.
    """

    sizes: Sequence[int]
    effects: Sequence[float]
    dropouts: Sequence[float]
    designs: Sequence[str]
    null: bool

    @property
    def grid(self) -> bool:
        """Whether more than one trial is asked for."""
        varied = self.effects or self.dropouts or self.designs
        return bool(varied) or len(self.sizes) > 1

    def check(self, trials: int | None) -> None:
        """Refuses combinations that say two things.

        Raises:
            typer.BadParameter: a grid without ``--trials``, or ``--null`` with effects.
        """
        if self.grid and trials is None:
            raise typer.BadParameter("a grid needs --trials")
        if self.null and self.effects:
            raise typer.BadParameter("--null is --effect 0: give one of them")


@dataclass(frozen=True)
class Work:
    """How many trials, who runs them, where they are kept, and when to stop."""

    out: Path
    trials: int
    workers: int
    cluster: str | None
    precision: float | None


def many(
    protocol: Protocol,
    scenario: Scenario,
    seed: int,
    asked: Asked,
    work: Work,
    *,
    as_json: bool,
) -> list[dict[str, str]]:
    """Runs the trials, and writes tables beside them.

    Returns:
        One row an endpoint, or an endpoint of a cell, its numbers as texts.
    """
    if asked.grid:
        return _grid(protocol, scenario, seed, asked, work, as_json=as_json)
    from equipoise.exchange.report_files import write_files
    from equipoise.exchange.runs import trials
    from equipoise.simulate.operating_characteristics.chunk import Run
    from equipoise.simulate.operating_characteristics.scenario_variants import (
        with_effect,
    )
    from equipoise.simulate.operating_characteristics.summary import characteristics
    from equipoise.simulate.operating_characteristics.true_effects import true_values

    people = with_effect(scenario, protocol, 0.0) if asked.null else scenario
    n = asked.sizes[0] if asked.sizes else protocol.size.participants
    run = Run(protocol, people, n, seed)
    with terminal.progress(as_json=as_json) as tell:
        found = trials(
            run, work.trials, work.out, workers=work.workers, cluster=work.cluster,
            precision=work.precision, progress=tell,
        )  # fmt: skip
        tell("the true difference, from one very large trial")
        true_differences = true_values(run.question(), people, seed)
    table = characteristics(run.question(), found, true_differences)
    write_files(work.out, {"characteristics.csv": table.to_csv(index=False).encode()})
    hidden = ("q0", "q9", "median")
    return texts(table[[c for c in table.columns if not c.startswith(hidden)]])


def _grid(
    protocol: Protocol,
    scenario: Scenario,
    seed: int,
    asked: Asked,
    work: Work,
    *,
    as_json: bool,
) -> list[dict[str, str]]:
    from equipoise.exchange.grids import run_grid
    from equipoise.exchange.runs import team
    from equipoise.simulate.operating_characteristics.grid import Axes, grid

    axes = Axes(
        sizes=tuple(asked.sizes) or (protocol.size.participants,),
        effects=(0.0,) if asked.null else tuple(asked.effects) or (1.0,),
        dropouts=tuple(asked.dropouts) or (1.0,),
        designs=tuple(asked.designs) or ("fixed",),
    )
    cells = grid(protocol, scenario, seed, axes)
    with terminal.progress(as_json=as_json) as tell:
        table = run_grid(
            cells, work.trials, work.out, team=team(work.workers, work.cluster),
            precision=work.precision, progress=tell,
        )  # fmt: skip
    if not as_json:
        typer.echo(f"The curves and the tables are in {work.out / 'grid.html'}\n")
        table = table[table["power"].notna()]
        shown = [name for name in SHOWN if name in table.columns]
        errors = [f"{name}_error" for name in shown]
        order = [c for pair in zip(shown, errors, strict=True) for c in pair]
        table = table[[*GRID, *order]]
    return texts(table)


def texts(table: pd.DataFrame) -> list[dict[str, str]]:
    """Rows of a table as texts of a few digits; nothing where nothing is known."""
    rows = table.round(DIGITS).astype(object)
    rows = rows.where(rows.notna(), "")
    return [
        {str(name): str(value) for name, value in row.items()}
        for row in rows.to_dict("records")
    ]
