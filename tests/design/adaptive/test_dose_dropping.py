"""Simulated trials that drop doses: they keep the error, and agree with integration."""

from math import inf, isnan, sqrt

import numpy as np
import pytest
from scipy import stats

from equipoise.design.adaptive.dose_dropping import (
    Simulated,
    binary_trials,
    normal_trials,
)
from equipoise.design.adaptive.dose_selection import operating_characteristics
from equipoise.design.adaptive.doses import Doses
from equipoise.errors import DesignError

MANY = 40_000


def within(found: Simulated, seen: float, wanted: float) -> bool:
    """Whether a probability is where it should be, to four Monte Carlo errors."""
    return abs(seen - wanted) <= 4 * found.error_of(max(wanted, 1e-4))


@pytest.mark.calibration
@pytest.mark.parametrize(
    "design",
    [
        Doses(doses=3, first=49, second=49),
        Doses(doses=3, first=30, second=60, ratio=1.5, futility=0.3),
        Doses(doses=2, first=40, second=20, test="pooled", binding=True, futility=0.2),
    ],
)
def test_simulation_and_integration_are_two_programs(design: Doses) -> None:
    effects = [0.3, 0.15, 0.0][: design.doses]
    exact = operating_characteristics(design, effects)
    found = normal_trials(design, effects, trials=MANY, seed=4)
    for name in ("power", "best", "error", "stopped"):
        seen, wanted = getattr(found.characteristics, name), getattr(exact, name)
        assert within(found, seen, wanted), name
    assert all(map(within, [found] * 3, found.characteristics.going, exact.going))
    assert found.characteristics.size == pytest.approx(exact.size, rel=0.01)
    assert found.characteristics.bias[0] == pytest.approx(exact.bias[0], abs=0.004)


@pytest.mark.calibration
@pytest.mark.parametrize(
    "effects", [[0.0, 0.0, 0.0], [1.5, 0.0, 0.0], [-1.0, 0.0, 0.0]]
)
@pytest.mark.parametrize(
    "design",
    [
        Doses(doses=3, first=6, second=8),
        Doses(doses=3, first=5, second=5, keep=2, futility=0.0),
        Doses(doses=3, first=5, second=10, keep=3, weight=0.5, ratio=2),
    ],
    ids=["best", "two best", "all"],
)
def test_the_error_is_kept_in_small_trials_with_an_estimated_variance(
    design: Doses, effects: list[float]
) -> None:
    """40,000 trials: an error of 0.025 is known to 0.0008."""
    found = normal_trials(design, effects, trials=MANY, variance="estimated", seed=6)
    assert found.characteristics.error <= 0.025 + 3 * found.error_of(0.025)
    if design.futility == -inf and not any(effects) and design.keep == 1:
        assert found.characteristics.error >= 0.025 - 3 * found.error_of(0.025)


@pytest.mark.calibration
def test_the_error_with_a_binary_outcome() -> None:
    design = Doses(doses=2, first=40, second=40, ratio=1.5)
    found = binary_trials(design, [0.3, 0.3, 0.3], trials=MANY)
    assert found.characteristics.error == pytest.approx(0.025, abs=0.004)  # discrete
    partial = binary_trials(design, [0.3, 0.7, 0.3], trials=MANY)
    assert partial.characteristics.error < 0.025
    assert partial.characteristics.best > 0.99


def test_the_pooled_test_takes_the_quantile_of_t() -> None:
    """With 4 in an arm the normal quantile would err in 3.6% in place of 2.5%."""
    design = Doses(doses=3, first=4, second=4, test="pooled")
    found = normal_trials(design, [0, 0, 0], trials=MANY, variance="estimated")
    assert within(found, found.characteristics.error, 0.025)


@pytest.mark.calibration
@pytest.mark.parametrize("futility", [-inf, 0.5])
@pytest.mark.parametrize("keep", [1, 2])
def test_the_corrected_estimate_has_no_bias(futility: float, keep: int) -> None:
    design = Doses(doses=3, first=20, second=30, keep=keep, futility=futility)
    found = normal_trials(design, [0.1, 0.2, 0.3], trials=MANY, seed=8).estimates
    assert abs(found.corrected_bias) < 4 * found.corrected_spread / sqrt(MANY)
    assert found.bias > 10 * found.spread / sqrt(MANY)
    assert found.corrected_spread > found.spread


def test_power_with_a_binary_outcome_is_that_of_the_score_test() -> None:
    """One dose, all but nobody in the second stage: a plain comparison of two rates."""
    design = Doses(doses=1, first=60, second=60, test="pooled")
    found = binary_trials(design, [0.3, 0.5], trials=MANY, seed=2)
    a, b = np.meshgrid(np.arange(121), np.arange(121), indexing="ij")
    mean = (a + b) / 240
    variance = np.maximum(mean * (1 - mean) * 2 / 120, 1e-12)
    rejects = (b - a) / 120 >= stats.norm.isf(0.025) * np.sqrt(variance)
    weight = stats.binom.pmf(a, 120, 0.3) * stats.binom.pmf(b, 120, 0.5)
    assert within(found, found.characteristics.power, float(weight[rejects].sum()))
    assert isnan(found.estimates.corrected_bias)


def test_the_same_seed_gives_the_same_trials() -> None:
    design = Doses(doses=2, first=5, second=5)
    one = normal_trials(design, [0.5, 0.1], trials=300, seed=3)
    assert one == normal_trials(design, [0.5, 0.1], trials=300, seed=3)
    assert one != normal_trials(design, [0.5, 0.1], trials=300, seed=4)


def test_impossible_input_is_refused() -> None:
    design = Doses(doses=2, first=5.5, second=5)
    with pytest.raises(DesignError) as refusal:
        binary_trials(design, [0.0, 1.2, 0.5])
    assert [p.code for p in refusal.value.problems] == ["EQ801", "EQ801", "EQ805"]
    with pytest.raises(DesignError, match="EQ805"):
        binary_trials(Doses(doses=2, first=5, second=5), [0.2, 0.3])
    with pytest.raises(DesignError, match="trials"):
        normal_trials(design, [0.1, 0.2], trials=1)
    tiny = Doses(doses=1, first=1, second=1)
    with pytest.raises(DesignError, match="degrees of freedom"):
        normal_trials(tiny, [0.1], variance="estimated")
