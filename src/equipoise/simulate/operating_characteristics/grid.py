"""A grid of scenarios: every combination of sample size, factors and design."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite

import pandas as pd

from equipoise.design.planning.assurance import Prior
from equipoise.errors import EquipoiseError, Problem, SimulationError, refuse
from equipoise.errors.counted import counted
from equipoise.protocol.model import Protocol
from equipoise.simulate.check import require_fit
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.interim_analyses import (
    FIXED,
    PROTOCOL,
    SequentialDesign,
    default_designs,
    format_number,
    protocol_design,
    read_design,
)
from equipoise.simulate.operating_characteristics.response_variants import (
    has_belief,
    has_expectancy,
    separates_drug,
    with_drug_effect,
    with_expectancy,
    with_unblinding,
)
from equipoise.simulate.operating_characteristics.scenario_variants import (
    largest_withdrawal_factor,
    with_effect,
    with_withdrawals,
)
from equipoise.simulate.operating_characteristics.summary import summarize
from equipoise.simulate.operating_characteristics.trial_estimates import (
    select_endpoints,
)
from equipoise.simulate.operating_characteristics.true_effects import TrueDifferences
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.scenario import Scenario

FEWEST = 4  # two participants in each of two arms
MOST = 10  # times the effect: far beyond it every score is at the end of its range
FACTORS = ("effect", "drug_effect", "expectancy", "unblinding", "dropout")
KEYS = ("size", *FACTORS, "design", "endpoint")


@dataclass(frozen=True)
class GridOptions:
    """What a grid varies; each value once, in the order specified.

    Attributes:
        sizes: participants randomized in each trial.
        effects: factors on the difference of every arm from the last, 0 and more.
        dropouts: factors on the probabilities of withdrawal, 0 and more.
        designs: as ``read_design`` reads them, or ``interim`` for that of the protocol;
            empty for ``interim`` if the protocol plans interim analyses, else ``fixed``.
        drug_effects: factors on the effect of the drug on symptoms alone.
        expectancies: factors on what participants gain by expecting more.
        unblindings: factors on the log odds of a belief for each acute point.
        prior: of the true difference of the primary endpoint, treatment minus control;
            None for no assurance.
    """

    sizes: tuple[int, ...]
    effects: tuple[float, ...] = (1.0,)
    dropouts: tuple[float, ...] = (1.0,)
    designs: tuple[str, ...] = ()
    drug_effects: tuple[float, ...] = (1.0,)
    expectancies: tuple[float, ...] = (1.0,)
    unblindings: tuple[float, ...] = (1.0,)
    prior: Prior | None = None

    def factors(self) -> dict[str, tuple[float, ...]]:
        """Name of each factor, as in ``FACTORS`` -> its values, each once."""
        values = (
            self.effects,
            self.drug_effects,
            self.expectancies,
            self.unblindings,
            self.dropouts,
        )
        return {
            name: tuple(dict.fromkeys(given))
            for name, given in zip(FACTORS, values, strict=True)
        }


@dataclass(frozen=True)
class GridScenario:
    """One combination, and the run that simulates it.

    Attributes:
        design: ``fixed``, or the label of a design with interim analyses.
    """

    size: int
    effect: float
    drug_effect: float
    expectancy: float
    unblinding: float
    dropout: float
    design: str
    run: Run

    @property
    def name(self) -> str:
        """Name of a folder, on any operating system."""
        design = self.design.replace(":", "_").replace(",", "_").replace("=", "_")
        effect, dropout = format_number(self.effect), format_number(self.dropout)
        more = "".join(
            f"-{name.replace('_', '-')}{format_number(getattr(self, name))}"
            for name in FACTORS[1:-1]
            if getattr(self, name) != 1
        )
        return f"n{self.size}-effect{effect}-dropout{dropout}{more}-{design}"

    @property
    def participants(self) -> tuple[float, ...]:
        """The factors on which the true differences depend."""
        return tuple(getattr(self, name) for name in FACTORS[:-1])


def grid_scenarios(
    protocol: Protocol, scenario: Scenario, seed: int, options: GridOptions
) -> tuple[GridScenario, ...]:
    """The scenarios of a grid, sample sizes varying fastest.

    All of them have the same seed: participant 7 of trial 17 has the same random numbers
    in every scenario, so that differences between scenarios have less Monte Carlo error
    than the scenarios (common random numbers).

    Args:
        protocol: checked.
        scenario: for that protocol.
        seed: of all scenarios of the grid.
        options: what varies. A design with interim analyses is simulated for the primary
            endpoint alone.

    Raises:
        SimulationError: EQ611 to EQ614 and EQ661, the scenario does not fit the
            protocol; EQ644, every reason why a combination cannot be simulated; EQ641,
            the primary endpoint cannot be estimated.
        DesignError: EQ804, the information fractions of a design do not rise to 1; EQ835,
            ``interim`` for a protocol without interim analyses.
    """
    require_fit(scenario, protocol)
    designs = _designs(options.designs or default_designs(protocol), protocol)
    sizes = tuple(dict.fromkeys(options.sizes))
    refuse(
        SimulationError,
        [
            *_size_problems(sizes, designs),
            *_factor_problems(options, scenario),
            *_endpoint_problems(protocol, designs),
        ],
    )
    primary = primary_endpoint(protocol)
    select_endpoints(protocol, scenario, (primary,) if any(designs) else ())
    effect, drug, expectancy, unblinding, dropout = options.factors().values()
    varied = product(designs, dropout, unblinding, expectancy, drug, effect)
    scenarios = []
    for design, *reversed_factors in varied:
        factors = dict(zip(FACTORS, reversed(reversed_factors), strict=True))
        assumed = with_factors(scenario, protocol, **factors)
        endpoints = () if design is None else (primary,)
        label = FIXED if design is None else design.label
        for n in sizes:
            run = Run(protocol, assumed, n, seed, endpoints, design)
            scenarios.append(GridScenario(n, **factors, design=label, run=run))
    return tuple(scenarios)


def with_factors(
    scenario: Scenario,
    protocol: Protocol,
    *,
    effect: float = 1.0,
    drug_effect: float = 1.0,
    expectancy: float = 1.0,
    unblinding: float = 1.0,
    dropout: float = 1.0,
) -> Scenario:
    """The scenario with each of its factors; 1 leaves it unchanged."""
    assumed = with_effect(scenario, protocol, effect)
    assumed = with_drug_effect(assumed, protocol, drug_effect)
    assumed = with_expectancy(assumed, expectancy)
    return with_withdrawals(with_unblinding(assumed, unblinding), dropout)


def primary_endpoint(protocol: Protocol) -> str:
    """Id of the first primary endpoint."""
    return next(e.id for e in protocol.endpoints if e.level == "primary")


def summarize_grid(
    scenarios: Sequence[GridScenario],
    estimates: Sequence[Floats],
    differences: Mapping[tuple[float, ...], TrueDifferences],
) -> pd.DataFrame:
    """The results of a grid as one tidy table, one row per endpoint of a scenario.

    Args:
        scenarios: of a grid.
        estimates: of each scenario.
        differences: ``GridScenario.participants`` -> true differences.

    Returns:
        ``KEYS``, then the columns of ``summarize``; what a design or an endpoint does
        not have is missing.
    """
    tables = []
    for item, values in zip(scenarios, estimates, strict=True):
        rows = summarize(item.run, values, differences[item.participants])
        for position, name in enumerate(KEYS[:-1]):
            rows.insert(position, name, getattr(item, name))
        tables.append(rows)
    return pd.concat(tables, ignore_index=True)


def _designs(
    texts: Sequence[str], protocol: Protocol
) -> tuple[SequentialDesign | None, ...]:
    """Every design; all that cannot be read are reported together."""
    designs: list[SequentialDesign | None] = []
    problems: list[Problem] = []
    kind: type[EquipoiseError] = SimulationError
    for text in dict.fromkeys(texts):
        try:
            designs.append(
                protocol_design(protocol) if text == PROTOCOL else read_design(text)
            )
        except EquipoiseError as error:
            kind = type(error)
            problems += error.problems
    refuse(kind, problems)
    return tuple(designs)


def _size_problems(
    sizes: Sequence[int], designs: Sequence[SequentialDesign | None]
) -> Iterator[Problem]:
    for n in sizes:
        if n < FEWEST:
            yield _problem(
                f"a trial of {counted(n, 'participant')} is too small",
                "size",
                f"give {FEWEST} or more",
            )
        for design in designs:
            analyzed = design.sizes(n) if design else (n,)
            if len(set(analyzed)) < len(analyzed) or analyzed[0] < min(FEWEST, n):
                yield _problem(
                    f"the analyses of a trial of {counted(n, 'participant')} would include "
                    f"{', '.join(map(str, analyzed))}",
                    "design",
                    f"include {FEWEST} or more in the first, and more in each later one",
                )


def _factor_problems(options: GridOptions, scenario: Scenario) -> Iterator[Problem]:
    most = largest_withdrawal_factor(scenario)
    needed = {
        "drug_effect": (
            separates_drug,
            "does not state the drug's part of every course",
        ),
        "expectancy": (has_expectancy, "has no effect of expectancy"),
        "unblinding": (has_belief, "has no [response.belief]"),
    }
    for name, values in options.factors().items():
        option = name.replace("_", "-")
        if name in needed and values != (1.0,):
            present, lacks = needed[name]
            if not present(scenario):
                yield _problem(
                    f"the scenario {scenario.scenario.id} {lacks}, so that --{option} "
                    "changes nothing",
                    option,
                    f"omit --{option}, or state it in the scenario: [[courses.effects]] "
                    "with drug, placebo and expectancy, and [response.belief]",
                )
        for value in values:
            if not (isfinite(value) and 0 <= value <= MOST):
                yield _problem(
                    f"{value:g} is not a possible factor",
                    option,
                    f"give a factor from 0 to {MOST}; 1 leaves the scenario unchanged",
                )
            elif name == "dropout" and value > most:
                yield _problem(
                    f"{value:g} times the withdrawals of the scenario are more than all "
                    "participants",
                    option,
                    f"give a factor of at most {int(most * 100) / 100:g}",
                )


def _endpoint_problems(
    protocol: Protocol, designs: Sequence[SequentialDesign | None]
) -> Iterator[Problem]:
    endpoint = protocol.endpoint(primary_endpoint(protocol))
    if any(designs) and endpoint.analysis.margin is not None:
        yield _problem(
            f"interim analyses test for a difference, and {endpoint.id} has a "
            "non-inferiority margin",
            "design",
            "use --design fixed",
        )
    if any(designs) and endpoint.type == "time-to-event":
        rule = protocol.definition(endpoint.variable.definition or "").rule
        reason = f"the simulation calculates no P value for {endpoint.id}, so it"
        if rule == "time-to":
            reason = (
                "interim analyses are simulated after numbers of participants, not of "
                f"events, so {endpoint.id}"
            )
        yield _problem(
            f"{reason} cannot have interim analyses",
            "design",
            "use --design fixed",
        )


def _problem(what: str, option: str, fix: str) -> Problem:
    return Problem(code="EQ644", what=what, where=f"simulate, {option}", fix=fix)
