"""What an analysis should find."""

import numpy as np
import pytest

from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.efficacy_only import simulate_efficacy
from equipoise.simulate.operating_characteristics.trial_estimates import (
    select_endpoints,
)
from equipoise.simulate.operating_characteristics.true_effects import true_values
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")
ASKED = select_endpoints(feder(), SCENARIO, ("caps5_change", "madrs_change"))


def test_it_is_that_of_a_very_large_trial() -> None:
    """20,000 people in two arms: their difference is known to 0.15."""
    found = true_values(ASKED, SCENARIO, 1)["caps5_change"]
    own = simulate_efficacy(Context.of(feder(), SCENARIO), (3,), 20_000)[0]
    k = [c.instrument for c in SCENARIO.courses].index("caps5")
    names = [v.id for v in feder().schedule.visits]
    change = (
        own.scores[:, names.index("week-2"), k]
        - own.scores[:, names.index("baseline"), k]
    )
    means = [np.nanmean(change[own.arm == a]) for a in (0, 1)]
    assert found == pytest.approx(means[0] - means[1], abs=0.6)
