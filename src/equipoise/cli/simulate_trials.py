"""``equipoise simulate --trials``: operating characteristics of one trial, or of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

import pandas as pd
import typer

from equipoise.cli import terminal
from equipoise.design.planning.assurance import Prior
from equipoise.exchange.grids import run_grid, run_single
from equipoise.exchange.runs import Execution
from equipoise.numerics.rounding import fixed
from equipoise.protocol.model import Protocol
from equipoise.simulate.check import require_fit
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.grid import KEYS, GridOptions
from equipoise.simulate.operating_characteristics.scenario_variants import with_effect
from equipoise.simulate.scenario import Scenario

DIGITS = 4
GRID = (*KEYS, "trials", "rejections")
TRUE = ("truth", "truth_drug")
SHOWN = ("power", "assurance", "bias", "coverage", "margin_error", "expected_size")
TIME = "months_recruitment"
UNSHOWN = ("drug_effect", "expectancy", "unblinding")  # in the terminal, if all are 1
FILE_ONLY = ("q0", "q9", "median")  # starts of columns that are only in the file


@dataclass(frozen=True)
class Variations:
    """What the options of the command vary; an empty sequence does not vary.

    Attributes:
        null: all arms have the effect of the last arm.
        prior: of the true difference of the primary endpoint; None for no assurance.
    """

    sizes: Sequence[int]
    effects: Sequence[float]
    drug_effects: Sequence[float]
    expectancies: Sequence[float]
    unblindings: Sequence[float]
    dropouts: Sequence[float]
    designs: Sequence[str]
    null: bool
    prior: Prior | None = None

    @property
    def is_grid(self) -> bool:
        """Whether more than one trial is requested."""
        varied = (
            self.effects,
            self.drug_effects,
            self.expectancies,
            self.unblindings,
            self.dropouts,
            self.designs,
            self.prior is not None,
        )
        return any(varied) or len(self.sizes) > 1

    def check(self, trials: int | None) -> None:
        """Rejects options that contradict each other.

        Raises:
            typer.BadParameter: a grid or ``--null`` without ``--trials``, or ``--null``
                with effects.
        """
        if self.is_grid and trials is None:
            raise typer.BadParameter("a grid needs --trials")
        if self.null and trials is None:
            raise typer.BadParameter("--null has no effect without --trials")
        if self.null and self.effects:
            raise typer.BadParameter("--null means --effect 0: give only one of them")


def prior_of_difference(
    estimate: float | None,
    se: float | None,
    sceptical: float | None,
    sceptical_sd: float | None,
) -> Prior | None:
    """The prior of the true difference that the options state; None without one.

    Raises:
        typer.BadParameter: an option without the one that it belongs to.
        DesignError: EQ801, EQ809.
    """
    if (estimate is None) != (se is None):
        raise typer.BadParameter("give --estimate and --se together")
    if estimate is None or se is None:
        if sceptical is not None or sceptical_sd is not None:
            raise typer.BadParameter(
                "--sceptical and --sceptical-sd have no effect without --estimate"
            )
        return None
    return Prior(
        estimate=estimate,
        std_error=se,
        sceptical=sceptical or 0.0,
        sceptical_sd=sceptical_sd,
    )


def simulate_trials(
    protocol: Protocol,
    scenario: Scenario,
    seed: int,
    variations: Variations,
    execution: Execution,
    *,
    as_json: bool,
) -> list[dict[str, str]] | list[dict[str, object]]:
    """Simulates the trials, and writes their tables to the folder.

    Returns:
        One row per endpoint, or per endpoint of a scenario: its numbers as texts with a
        few digits, or for JSON with all of them.

    Raises:
        SimulationError: EQ611 to EQ614 and EQ661, the scenario does not fit the protocol.
    """
    require_fit(scenario, protocol)
    sizes = tuple(variations.sizes) or (protocol.size.participants,)
    with terminal.progress(as_json=as_json) as progress:
        execution = replace(execution, progress=progress)
        if not variations.is_grid and protocol.interim is None:
            assumed = with_effect(scenario, protocol, 0.0 if variations.null else 1.0)
            table = run_single(Run(protocol, assumed, sizes[0], seed), execution)
            shown = [c for c in table.columns if not c.startswith(FILE_ONLY)]
            return values(table[shown]) if as_json else texts(table[shown])
        options = GridOptions(
            sizes=sizes,
            effects=(0.0,) if variations.null else tuple(variations.effects) or (1.0,),
            drug_effects=tuple(variations.drug_effects) or (1.0,),
            expectancies=tuple(variations.expectancies) or (1.0,),
            unblindings=tuple(variations.unblindings) or (1.0,),
            dropouts=tuple(variations.dropouts) or (1.0,),
            designs=tuple(variations.designs),
            prior=variations.prior,
        )
        table = run_grid(protocol, scenario, seed, options, execution)
    if as_json:
        return values(table)
    typer.echo(f"The curves and tables are in {execution.folder / 'grid.html'}\n")
    table = table[table["power"].notna()]
    shown = [name for name in SHOWN if name in table.columns]
    errors = [f"{name}_error" for name in shown]
    order = [c for pair in zip(shown, errors, strict=True) for c in pair]
    true = [name for name in TRUE if name in table.columns]
    unvaried = [name for name in UNSHOWN if (table[name] == 1).all()]
    return texts(table[[*GRID, *true, *order, TIME]].drop(columns=unvaried))


def texts(table: pd.DataFrame) -> list[dict[str, str]]:
    """Rows of a table as texts with a few digits; empty for a missing value."""
    return [
        {name: _text(value) for name, value in row.items()} for row in values(table)
    ]


def values(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of a table with all digits; None for a missing value."""
    rows = table.astype(object)
    rows = rows.where(rows.notna() & (rows != inf), None)
    return [
        {str(name): value for name, value in row.items()}
        for row in rows.to_dict("records")
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, float) or not isfinite(value):
        return str(value)
    text = fixed(value, DIGITS).rstrip("0")
    return text + "0" if text.endswith(".") else text
