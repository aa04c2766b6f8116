"""Sizes looked at again."""

import numpy as np
import pytest
from scipy import stats

from equipoise.design.fixed.means import means
from equipoise.design.sequential.sample_size_reestimation import (
    blinded,
    least_power,
    promising_zone,
)
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream

# Mehta and Pocock 2011, table 1: two stages, target 90%; look, most, least power
PUBLISHED = [(0.25, 1.5, 0.42), (0.5, 1.5, 0.41), (0.75, 1.5, 0.38), (0.5, 2.0, 0.36)]


@pytest.mark.parametrize(("timing", "most", "wanted"), PUBLISHED)
def test_the_published_promising_zone(
    timing: float, most: float, wanted: float
) -> None:
    assert least_power(timing, 0.025, 0.9, most) == pytest.approx(wanted, abs=0.006)


def test_the_zones_and_what_they_do() -> None:
    kinds = {z: promising_zone(z, 0.5) for z in (0.3, 1.5, 3.0)}
    assert [d.zone for d in kinds.values()] == [
        "unfavourable",
        "promising",
        "favourable",
    ]
    assert kinds[0.3].factor == kinds[3.0].factor == 1.0
    assert 1 < kinds[1.5].factor <= 2


def test_the_error_is_kept_in_simulated_trials() -> None:
    """400,000 trials without effect: the error is known to 0.00025."""
    rng = stream(3, "promising")
    n, t = 400_000, 0.5
    z = rng.standard_normal(n)
    grid = np.linspace(-5, 5, 2001)
    factors = np.array([promising_zone(float(x), t).factor for x in grid[::20]])
    final = np.interp(z, grid[::20], factors)
    score = z * np.sqrt(t) + rng.standard_normal(n) * np.sqrt(final - t)
    error = (score / np.sqrt(final) > stats.norm.isf(0.025)).mean()
    assert error < 0.025 + 0.0008


def test_the_blinded_variance_is_that_of_everybody() -> None:
    rng = stream(4, "blinded")
    outcomes = rng.normal(0, 12, 60)
    found = blinded(outcomes, 6.0)
    assert found.total == pytest.approx(means(6.0, float(outcomes.std(ddof=1))).total)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ804"):
        promising_zone(1.0, 1.0)
    with pytest.raises(DesignError, match="EQ804"):
        promising_zone(1.0, 0.5, most=0.9)
    with pytest.raises(DesignError, match="EQ801"):
        blinded(np.array([1.0, 2.0]), 5.0)
