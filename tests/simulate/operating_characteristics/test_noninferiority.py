"""Non-inferiority in many trials: digits of whole trials, and error at the margin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from equipoise.analyze.run import analyze
from equipoise.errors import SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.numerics.rng import stream
from equipoise.protocol.model import Protocol
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.efficacy_only import (
    simulate_efficacy,
    trial_seed,
)
from equipoise.simulate.operating_characteristics.grid import (
    GridOptions,
    grid_scenarios,
)
from equipoise.simulate.operating_characteristics.summary import (
    operating_characteristics,
    summarize,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    estimate_endpoints,
    select_endpoints,
)
from equipoise.simulate.operating_characteristics.true_effects import TrueDifferences
from equipoise.simulate.trial import simulate
from tests.protocol.faults import read
from tests.protocol.test_margin import MMRM, RISK

SCENARIO = load_scenario("feder2021")
IDS = ("caps5_change", "response")


def trial(margin: float = 3.0) -> Protocol:
    changes = (MMRM, f"{MMRM}\nmargin = {margin}"), (RISK, f"{RISK}\nmargin = 0.1")
    made = read(*changes)[0]
    assert made is not None
    return made


@pytest.mark.parametrize("number", range(3))
def test_the_digits_are_those_of_the_whole_trial(number: int) -> None:
    planned, seed = trial(), trial_seed(11, number)
    asked = select_endpoints(planned, SCENARIO, IDS)
    context = Context.of(planned, SCENARIO)
    found = estimate_endpoints(asked, simulate_efficacy(context, (seed,), 30)[0])
    whole = analyze(planned, simulate(planned, SCENARIO, seed=seed, n=30))
    for endpoint, row in zip(asked.endpoints, found, strict=True):
        wanted = whole[f"{endpoint.id}.noninferiority"].p
        assert wanted is not None
        # sums of the mixed model are rounded in another order; P is in its far tail
        assert row[FIELDS.index("p")] == pytest.approx(min(1, 2 * wanted), rel=1e-5)


def normal_trials(true_difference: float, trials: int = 20_000) -> np.ndarray:
    """Estimates with standard error 3 and its 95% interval, as of very large trials."""
    estimate = stream(1, "noninferiority").normal(true_difference, 3, trials)
    found = np.full((trials, 1, len(FIELDS)), np.nan)
    found[:, 0, 0], found[:, 0, 1], found[:, 0, 2] = estimate, 3.0, 1e6
    found[:, 0, 3] = estimate - 1.959964 * 3
    found[:, 0, 4] = estimate + 1.959964 * 3
    found[:, 0, 5] = 1.0
    return found


@pytest.mark.parametrize("true_difference", [-4.0, 0.0, 3.0])
def test_the_error_at_the_margin_is_one_side_of_the_interval(
    true_difference: float,
) -> None:
    asked = select_endpoints(trial(), SCENARIO, ("caps5_change",))
    found = normal_trials(true_difference)
    table = operating_characteristics(asked, found, {"caps5_change": true_difference})
    row = table.iloc[0]
    assert row["margin_error"] == pytest.approx(
        0.025, abs=4 * row["margin_error_error"]
    )


def test_no_difference_is_power_and_a_difference_at_the_margin_is_an_error() -> None:
    run = Run(trial(), SCENARIO, 24, 2, ("caps5_change",))
    for true_difference, what in ((0.0, "power"), (3.0, "type I error")):
        known = TrueDifferences({"caps5_change": true_difference})
        table = summarize(run, normal_trials(true_difference, 50), known)
        assert table["rejections"].tolist() == [what]
    scenario = replace(run, protocol=trial(2.9))
    known = TrueDifferences({"caps5_change": 3.0})
    table = summarize(scenario, normal_trials(3.0, 50), known)
    assert table["rejections"].tolist() == ["type I error"]


def test_interim_analyses_of_a_margin_are_not_simulated() -> None:
    options = GridOptions((24,), designs=("pocock:0.5,1",))
    with pytest.raises(SimulationError, match="non-inferiority margin"):
        grid_scenarios(trial(), SCENARIO, 1, options)
