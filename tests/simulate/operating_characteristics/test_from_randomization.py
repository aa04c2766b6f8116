"""Many trials of a time from randomization answer with the digits of whole trials."""

from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.run import analyze
from equipoise.errors import SimulationError
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.efficacy_only import (
    simulate_efficacy,
    trial_seed,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    estimate_endpoints,
    select_endpoints,
)
from equipoise.simulate.trial import simulate

FOLDER = Path(__file__).parents[2] / "analyze"
FILE = FOLDER / "relapse_prevention.toml"
SCENARIO = load_scenario(FOLDER / "relapse_prevention_scenario.toml")
# Efficacy data have no recorded relapse.
EVENTS = ('events = ["relapse", "new-treatment"]', 'events = ["new-treatment"]')


def trial(*changes: tuple[str, str]) -> Protocol:
    text = FILE.read_text("utf-8")
    for old, new in (EVENTS, *changes):
        assert old in text, old
        text = text.replace(old, new)
    scales = load_protocol(FILE).scales
    return parse_protocol(
        text, origin=FILE.name, find_instrument=lambda name: scales[name]
    )


@pytest.mark.parametrize("strategy", ["treatment policy", "composite", "hypothetical"])
def test_the_digits_are_those_of_the_whole_trial(strategy: str) -> None:
    event = (
        '{ event = "treatment discontinued", milestone = "treatment-discontinued", '
        'strategy = "treatment policy" }'
    )
    new = f'{{ event = "new", milestone = "new-treatment", strategy = "{strategy}" }}'
    without = ('events = ["new-treatment"]', "")
    plan = trial((event, new), *([without] if strategy != "treatment policy" else []))
    for number in range(3):
        seed = trial_seed(11, number)
        asked = select_endpoints(plan, SCENARIO, ("relapse",))
        data = simulate_efficacy(Context.of(plan, SCENARIO), (seed,), 40)[0]
        row = dict(zip(FIELDS, estimate_endpoints(asked, data)[0], strict=True))
        whole = analyze(plan, simulate(plan, SCENARIO, seed=seed, n=40))
        for field, arm in (("first", "drug"), ("second", "placebo")):
            median = whole[f"relapse.median.{arm}"].estimate
            assert median == row[field] or (median is None and np.isnan(row[field]))
        assert row["p"] == pytest.approx(whole["relapse.log-rank"].p, rel=1e-12)


def test_what_efficacy_data_do_not_hold_is_refused() -> None:
    recorded = load_protocol(FILE)
    for name in ("relapse", "stop"):
        with pytest.raises(SimulationError, match="EQ641"):
            select_endpoints(recorded, SCENARIO, (name,))
    with pytest.raises(SimulationError, match=r"EQ641.*any primary or secondary"):
        select_endpoints(recorded, SCENARIO)  # an empty table would say nothing


@pytest.mark.parametrize("number", range(3))
def test_a_planned_stratified_test_has_the_digits_of_the_whole_trial(
    number: int,
) -> None:
    method = 'method = "kaplan-meier"'
    plan = trial((method, f'{method}\nplanned = "stratified"'))
    seed = trial_seed(11, number)
    asked = select_endpoints(plan, SCENARIO, ("relapse",))
    data = simulate_efficacy(Context.of(plan, SCENARIO), (seed,), 40)[0]
    row = dict(zip(FIELDS, estimate_endpoints(asked, data)[0], strict=True))
    whole = analyze(plan, simulate(plan, SCENARIO, seed=seed, n=40))
    wanted = whole["relapse.log-rank-stratified"].p
    assert row["p"] == pytest.approx(wanted, rel=1e-12)
    assert row["p"] != pytest.approx(whole["relapse.log-rank"].p, rel=1e-6)
    half = estimate_endpoints(asked, data.first(20))[0]
    assert half[FIELDS.index("p")] != row["p"]
