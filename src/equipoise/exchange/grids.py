"""Operating characteristics in a folder: of one trial, or of a grid of scenarios."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from equipoise.design.planning.assurance import Prior
from equipoise.exchange.output_files import write_files
from equipoise.exchange.runs import Execution, run_all, run_trials
from equipoise.protocol.amend import content_hash
from equipoise.protocol.interim_refusal import refuse_interim
from equipoise.protocol.model import Protocol
from equipoise.report.figures.power import power_curves
from equipoise.report.formats.grid_page import GridSubject, grid_page
from equipoise.simulate.check import require_fit
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.duration import (
    Duration,
    durations,
)
from equipoise.simulate.operating_characteristics.grid import (
    KEYS,
    GridOptions,
    GridScenario,
    grid_scenarios,
    primary_endpoint,
    summarize_grid,
)
from equipoise.simulate.operating_characteristics.grid_assurance import (
    believed_difference,
    check_effects,
    grid_assurances,
)
from equipoise.simulate.operating_characteristics.summary import summarize
from equipoise.simulate.operating_characteristics.trial_estimates import (
    select_endpoints,
)
from equipoise.simulate.operating_characteristics.true_effects import (
    TrueDifferences,
    true_differences,
)
from equipoise.simulate.scenario import Scenario
from equipoise.version import __version__


def run_single(run: Run, execution: Execution) -> pd.DataFrame:
    """Simulates the trials of one run, and writes ``characteristics.csv``.

    Returns:
        The table, as ``summarize``.

    Raises:
        SimulationError: EQ611 to EQ614 and EQ661, the scenario does not fit the
            protocol; EQ642, EQ643, EQ645, as for ``run_trials``.
        ProtocolError: EQ834, the protocol plans interim analyses and the run has none.
        LibraryError: EQ003, the folder cannot be written to.
    """
    if run.design is None:
        refuse_interim(run.protocol, "a run without a design")
    require_fit(run.scenario, run.protocol)
    estimates = run_trials(run, execution)
    execution.progress("the true difference, from one very large trial")
    differences = true_differences(run.endpoint_set(), run.scenario, run.seed)
    summary = summarize(run, estimates, differences)
    time = durations(run.protocol, run.scenario, [run.n], run.seed)[run.n]
    summary = _with_durations(summary, [time] * len(summary))
    content = summary.to_csv(index=False).encode()
    write_files(execution.folder, {"characteristics.csv": content})
    return summary


def run_grid(
    protocol: Protocol,
    scenario: Scenario,
    seed: int,
    options: GridOptions,
    execution: Execution,
) -> pd.DataFrame:
    """Simulates every scenario of a grid, and writes its table, figure and page.

    The files are ``grid.csv``, ``power.svg`` and ``grid.html``. Scenarios whose trials
    are in the folder are not simulated again; a larger grid continues from a smaller one.

    Args:
        protocol: checked.
        scenario: that fits the protocol.
        seed: of all scenarios of the grid.
        options: what varies.
        execution: as for ``run_all``; the number of trials and the precision are those
            of each scenario.

    Returns:
        The table, as ``summarize_grid``.

    Raises:
        SimulationError: EQ611 to EQ614, EQ641, EQ644 and EQ661, as for
            ``grid_scenarios``; EQ642, EQ643, EQ645, as for ``run_all``.
            EQ646, as for ``check_effects``.
        DesignError: EQ804, as for ``grid_scenarios``.
        LibraryError: EQ003, the folder cannot be written to.
    """
    scenarios = grid_scenarios(protocol, scenario, seed, options)
    folder = execution.folder / "cells"  # the name in folders of version 0.1
    runs = [(folder / item.name, item.run) for item in scenarios]
    differences = _true_differences(scenarios, execution.progress)
    if options.prior is not None:
        check_effects(scenarios, differences, options.prior)
    estimates = run_all(runs, execution)
    summary = summarize_grid(scenarios, estimates, differences)
    if options.prior is not None:
        found = grid_assurances(scenarios, estimates, differences, options.prior)
        summary = _with_assurance(summary, scenarios, found)
    sizes = [item.size for item in scenarios]
    times = durations(protocol, scenario, sizes, seed)
    summary = _with_durations(summary, [times[n] for n in summary["size"]])
    execution.progress("drawing")
    files = grid_files(scenarios, summary, times, options.prior)
    write_files(execution.folder, files)
    return summary


def grid_files(
    scenarios: Sequence[GridScenario],
    summary: pd.DataFrame,
    times: Mapping[int, Duration],
    prior: Prior | None = None,
) -> dict[str, bytes]:
    """Name -> content of the table, the figure and the page of a grid."""
    run = scenarios[0].run
    protocol, trial = run.protocol, run.protocol.trial
    primary = primary_endpoint(protocol)
    labels = {endpoint.id: endpoint.label for endpoint in protocol.endpoints}
    curves = power_curves(summary[summary["endpoint"] == primary], labels[primary])
    facts = (
        ("Protocol", f"{trial.id} {trial.version}, {content_hash(protocol)}"),
        ("Scenario", f"{run.scenario.scenario.id}: {run.scenario.scenario.title}"),
        ("Seed", str(run.seed)),
        ("Software", f"equipoise {__version__}"),
    )
    sentences = tuple(times[n].sentence(n) for n in sorted(times))
    believed = "" if prior is None else believed_difference(prior, protocol)
    subject = GridSubject(trial.title, primary, labels, facts, sentences, believed)
    return {
        "grid.csv": summary.to_csv(index=False).encode(),
        "power.svg": curves.svg,
        "grid.html": grid_page(summary, subject, curves),
    }


def _with_assurance(
    summary: pd.DataFrame,
    scenarios: Sequence[GridScenario],
    found: Sequence[tuple[float, float]],
) -> pd.DataFrame:
    """The table with the assurance of the primary endpoint and its error."""
    primary = primary_endpoint(scenarios[0].run.protocol)
    keys = [name for name in KEYS if name != "endpoint"]
    by_scenario = {
        tuple(getattr(item, name) for name in keys): values
        for item, values in zip(scenarios, found, strict=True)
    }
    missing = (math.nan, math.nan)
    rows = [
        by_scenario[tuple(row[name] for name in keys)]
        if row["endpoint"] == primary
        else missing
        for row in summary.to_dict("records")
    ]
    assurance, error = zip(*rows, strict=True)
    return summary.assign(assurance=assurance, assurance_error=error)


def _with_durations(summary: pd.DataFrame, times: Sequence[Duration]) -> pd.DataFrame:
    """The table with the months to the last randomization and to the last visit."""
    return summary.assign(
        months_recruitment=[time.recruitment for time in times],
        months_total=[time.total for time in times],
    )


def _true_differences(
    scenarios: Sequence[GridScenario], progress: Callable[[str], None]
) -> dict[tuple[float, ...], TrueDifferences]:
    """True differences of all factors on which they depend, from large trials."""
    progress("the true differences, from very large trials")
    differences = {}
    for factors in dict.fromkeys(item.participants for item in scenarios):
        runs = [item.run for item in scenarios if item.participants == factors]
        ids = dict.fromkeys(e.id for run in runs for e in run.endpoint_set().endpoints)
        run = runs[0]
        endpoint_set = select_endpoints(run.protocol, run.scenario, tuple(ids))
        differences[factors] = true_differences(endpoint_set, run.scenario, run.seed)
    return differences
