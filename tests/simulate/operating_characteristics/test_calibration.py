"""The library scenario is calibrated, and the search finds what was changed."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.check import check_scenario
from equipoise.simulate.operating_characteristics.calibration import (
    Target,
    calibrate,
    numbers,
    residuals,
)
from equipoise.simulate.operating_characteristics.scenario_variants import (
    scale_scenario,
)
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")
PUBLISHED = (  # Feder et al. 2021, abstract
    Target("caps5_change", "estimate", -11.88),
    Target("caps5_change", "std_error", 3.96),
    Target("response", "first", 0.67),
    Target("response", "second", 0.20),
    Target("relapse", "first", 27.5),
)


@pytest.mark.calibration
def test_published_numbers_are_typical_of_the_shipped_scenario() -> None:
    """1,000 trials know a percentile to 1.6; the page has 10,000."""
    found = residuals(PUBLISHED, numbers(feder(), SCENARIO, PUBLISHED, 1000, 9))
    assert found["percentile"].between(20, 80).all()


@pytest.mark.calibration
def test_a_changed_scenario_is_found_back() -> None:
    """The standard error and the difference of a scenario with other numbers."""
    other = {"first": 1.3, "second": 1.0, "sd": 0.8, "lasting": 1.0}
    aimed = (
        Target("caps5_change", "estimate", 0.0),
        Target("caps5_change", "std_error", 0.0),
    )
    values = np.median(
        numbers(
            feder(), scale_scenario(feder(), SCENARIO, "caps5", other), aimed, 150, 4
        ),
        axis=0,
    )
    targets = tuple(
        Target(t.endpoint, t.field, float(v))
        for t, v in zip(aimed, values, strict=True)
    )
    found = calibrate(
        feder(), SCENARIO, "caps5", targets, trials=150, iterations=2, seed=4
    )
    assert not check_scenario(found.scenario, feder())
    assert found.residuals["percentile"].between(40, 60).all()
    assert found.factors["sd"] == pytest.approx(0.8, abs=0.1)
