"""Estimates after stopping, by laws and by simulated trials."""

import numpy as np
import pytest
from scipy import stats

from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.inference import stopped
from equipoise.design.sequential.plan import sequential
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream

DESIGN = sequential(Rule(kind="obrien-fleming"), [0.5, 1.0])


def test_at_the_first_look_it_is_the_plain_interval() -> None:
    found = stopped(DESIGN, 1, 3.0, 10.0)
    assert found.estimate == pytest.approx(3 / 10**0.5)
    assert found.lower == pytest.approx((3 - 1.959963985) / 10**0.5)
    assert found.p == pytest.approx(stats.norm.sf(3))


def test_significant_where_the_interval_excludes_zero() -> None:
    edge = stopped(DESIGN, 2, float(DESIGN.upper[1]), 20.0)
    assert edge.p == pytest.approx(0.025, abs=1e-9)
    assert edge.lower == pytest.approx(0, abs=1e-8)


@pytest.mark.calibration
@pytest.mark.parametrize("share", [0.0, 0.7, 1.0])
def test_coverage_and_median_in_simulated_trials(share: float) -> None:
    """2,000 trials: coverage is known to 0.5%, the median's rank to 1.1%."""
    rng = stream(2, "stopped", str(share))
    drift = share * DESIGN.drift
    one = rng.normal(drift * 0.5, np.sqrt(0.5), 2000)
    two = one + rng.normal(drift * 0.5, np.sqrt(0.5), 2000)
    hits, above = 0, 0
    for first, second in zip(one, two, strict=True):
        z1 = first / np.sqrt(0.5)
        early = z1 >= DESIGN.upper[0]
        found = (
            stopped(DESIGN, 1, z1, 0.5) if early else stopped(DESIGN, 2, second, 1.0)
        )
        hits += found.lower <= drift <= found.upper
        above += found.estimate > drift
    assert hits / 2000 == pytest.approx(0.95, abs=0.015)
    assert above / 2000 == pytest.approx(0.5, abs=0.035)


def test_a_trial_that_did_not_stop_has_no_final_estimate() -> None:
    with pytest.raises(DesignError, match="EQ804"):
        stopped(DESIGN, 1, 1.0, 10.0)
    with pytest.raises(DesignError, match="EQ804"):
        stopped(DESIGN, 3, 5.0, 10.0)
