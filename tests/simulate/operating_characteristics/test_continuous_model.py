"""The mixed model of a continuous endpoint: together, by the template, and alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics import continuous_model
from equipoise.simulate.operating_characteristics.efficacy_only import (
    simulate_efficacy,
    trial_seed,
)
from equipoise.simulate.operating_characteristics.grid import with_factors
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    estimate_endpoints,
    estimate_trials,
    select_endpoints,
)
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")


@pytest.mark.parametrize(("n", "dropout"), [(8, 1.0), (14, 2.0), (30, 1.0)])
def test_together_as_alone(
    n: int, dropout: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same maximum, and no number for the same trials, of few participants too.

    Without the joint search the full analysis of each trial answers, visit rule, units
    and refusals included.
    """
    scenario = with_factors(SCENARIO, feder(), dropout=dropout)
    seeds = tuple(trial_seed(7, k) for k in range(25))
    trials = simulate_efficacy(Context.of(feder(), scenario), seeds, n)
    together = estimate_trials(
        select_endpoints(feder(), scenario, ("caps5_change", "madrs_change")), trials
    )
    monkeypatch.setattr(continuous_model, "_template", lambda *_: None)
    apart = estimate_trials(
        select_endpoints(feder(), scenario, ("caps5_change", "madrs_change")), trials
    )
    assert_array_equal(np.isnan(together), np.isnan(apart))
    assert_allclose(together, apart, rtol=1e-7, atol=1e-8)
    known = ~np.isnan(together[:, :, FIELDS.index("p")])
    assert known.any()
    assert known.all() == (n > 8)


def test_one_trial_has_the_bits_of_many() -> None:
    seeds = tuple(trial_seed(3, k) for k in range(6))
    trials = simulate_efficacy(Context.of(feder(), SCENARIO), seeds, 16)
    asked = select_endpoints(feder(), SCENARIO)
    together = estimate_trials(asked, trials)
    for row, data in zip(together, trials, strict=True):
        assert_array_equal(estimate_endpoints(asked, data), row)
