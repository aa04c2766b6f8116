"""A grid of trials: every size with every effect, share of departures and design."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite

from equipoise.errors import EquipoiseError, Problem, SimulationError, refuse
from equipoise.protocol.model import Protocol
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.interim_analyses import (
    FIXED,
    Looks,
    plain,
    read_design,
)
from equipoise.simulate.operating_characteristics.scenario_variants import (
    highest_dropout,
    with_dropout,
    with_effect,
)
from equipoise.simulate.operating_characteristics.trial_estimates import question
from equipoise.simulate.scenario import Scenario

FEWEST = 4  # two people in each of two arms
MOST = 10  # times the effect: far beyond it every score is at the end of its range


@dataclass(frozen=True)
class Axes:
    """What a grid varies; each value once, in the order given.

    Attributes:
        sizes: randomized in each trial.
        effects: factors on the difference of every arm from the last, 0 and more.
        dropouts: factors on the probabilities of departures, 0 and more.
        designs: as ``read_design`` reads them.
    """

    sizes: tuple[int, ...]
    effects: tuple[float, ...] = (1.0,)
    dropouts: tuple[float, ...] = (1.0,)
    designs: tuple[str, ...] = (FIXED,)


@dataclass(frozen=True)
class Cell:
    """One combination, and the run that answers it.

    Attributes:
        design: ``fixed``, or looks as they are written.
    """

    size: int
    effect: float
    dropout: float
    design: str
    run: Run

    @property
    def name(self) -> str:
        """Name of a folder, on any system."""
        design = self.design.replace(":", "_").replace(",", "_").replace("=", "_")
        parts = f"n{self.size}", f"effect{plain(self.effect)}"
        return "-".join([*parts, f"dropout{plain(self.dropout)}", design])


def grid(
    protocol: Protocol, scenario: Scenario, seed: int, axes: Axes
) -> tuple[Cell, ...]:
    """The cells of a grid, sizes varying fastest.

    All of them have the same seed: person 7 of trial 17 draws the same random numbers
    in every cell, so that differences between cells have less Monte Carlo error than
    the cells (common random numbers).

    Args:
        protocol: checked.
        scenario: that fits it.
        seed: of all cells.
        axes: what varies. A design with looks is asked for the primary endpoint alone.

    Raises:
        SimulationError: EQ644, every reason at once why a cell cannot be simulated;
            EQ641, the primary endpoint cannot be asked for at looks.
        DesignError: EQ804, the looks of a design do not rise to 1.
    """
    designs = _designs(axes.designs)
    sizes = tuple(dict.fromkeys(axes.sizes))
    refuse(
        SimulationError,
        [
            *_sizes(sizes, designs),
            *_factors(axes, scenario),
            *_primary(protocol, designs),
        ],
    )
    effects = {f: with_effect(scenario, protocol, f) for f in axes.effects}
    dropouts = tuple(dict.fromkeys(axes.dropouts))
    first = primary_of(protocol)
    question(protocol, scenario, (first,) if any(designs) else ())
    made = []
    for looks, dropout, effect, n in product(designs, dropouts, effects, sizes):
        people = with_dropout(effects[effect], dropout)
        endpoints = () if looks is None else (first,)
        run = Run(protocol, people, n, seed, endpoints, looks)
        label = FIXED if looks is None else looks.label
        made.append(Cell(n, effect, dropout, label, run))
    return tuple(made)


def primary_of(protocol: Protocol) -> str:
    """Id of the first primary endpoint."""
    return next(e.id for e in protocol.endpoints if e.level == "primary")


def _designs(texts: Sequence[str]) -> tuple[Looks | None, ...]:
    """Every design; all that cannot be read are refused at once."""
    made: list[Looks | None] = []
    problems: list[Problem] = []
    kind: type[EquipoiseError] = SimulationError
    for text in dict.fromkeys(texts):
        try:
            made.append(read_design(text))
        except EquipoiseError as error:
            kind = type(error)
            problems += error.problems
    refuse(kind, problems)
    return tuple(made)


def _sizes(sizes: Sequence[int], designs: Sequence[Looks | None]) -> Iterator[Problem]:
    for n in sizes:
        if n < FEWEST:
            yield _problem(f"a trial of {n}", "size", f"give {FEWEST} people or more")
        for looks in designs:
            people = looks.sizes(n) if looks else (n,)
            if len(set(people)) < len(people) or people[0] < min(FEWEST, n):
                seen = ", ".join(map(str, people))
                yield _problem(
                    f"looks at {seen} people in a trial of {n}",
                    "design",
                    f"let each look add people, the first at {FEWEST} or more",
                )


def _factors(axes: Axes, scenario: Scenario) -> Iterator[Problem]:
    most = highest_dropout(scenario)
    for name, values in (("effect", axes.effects), ("dropout", axes.dropouts)):
        for value in values:
            if not (isfinite(value) and 0 <= value <= MOST):
                mend = f"give a factor from 0 to {MOST}; 1 is the scenario as it stands"
                yield _problem(f"a factor of {value:g}", name, mend)
            elif name == "dropout" and value > most:
                mend = f"give a factor of at most {int(most * 100) / 100:g}"
                what = (
                    f"{value:g} times the departures of the scenario are more than all"
                )
                yield _problem(what, name, mend)


def _primary(protocol: Protocol, designs: Sequence[Looks | None]) -> Iterator[Problem]:
    endpoint = protocol.endpoint(primary_of(protocol))
    if any(designs) and endpoint.type == "time-to-event":
        yield _problem(
            f"looks at {endpoint.id}, for which many trials work out no p",
            "design",
            "use --design fixed",
        )


def _problem(what: str, place: str, mend: str) -> Problem:
    return Problem(code="EQ644", what=what, where=f"simulate, {place}", mend=mend)
