"""Sizes of a SMART, against a published program and against simulated trials."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.fixed.means import means
from equipoise.design.requirements import Target
from equipoise.design.smart import Regime, embedded, standardized
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream

# Seewald's program rmSMARTsize (github.com/nickseewald/rmSMARTSize, sampleSize.R, 2018,
# "conservative"), its formula evaluated by hand with z = 1.959964 and 0.841621: power 0.8,
# effect 0.3, response 0.4: 4 (2.801585)² / 0.09 = 348.8391, times 1 − ρ², times the factor
# of the design, rounded up.
BY_HAND = {
    ("everybody", 0.0): 698,
    ("non-responders", 0.0): 559,
    ("non-responders of one arm", 0.0): 454,
    ("everybody", 0.3): 635,
    ("non-responders", 0.3): 508,
    ("non-responders of one arm", 0.3): 413,
    ("everybody", 0.6): 447,
    ("non-responders", 0.6): 358,
    ("non-responders of one arm", 0.6): 291,
}


@pytest.mark.parametrize(("design", "total"), BY_HAND.items())
def test_seewalds_numbers(design: tuple[str, float], total: int) -> None:
    kind, correlation = design
    size = standardized(
        0.3,
        0.4,
        rerandomized=kind,  # type: ignore[arg-type]
        correlation=correlation,
    )
    assert int(np.ceil(size.total)) == total


@given(st.floats(0.05, 0.95), st.floats(0.1, 1.5), st.floats(0.6, 0.95))
def test_equal_variances_give_the_standardized_formula(
    response: float, effect: float, power: float
) -> None:
    """Murphy's variance, of alike responders and others, is that of Oetting et al."""
    one = Regime(
        response=response, mean_response=0, sd_response=2, mean_other=0, sd_other=2
    )
    other = Regime(
        response=response,
        mean_response=2 * effect,
        sd_response=2,
        mean_other=2 * effect,
        sd_other=2,
    )
    target = Target(power=power)
    size = embedded(one, other, target)
    assert size.total == pytest.approx(
        standardized(effect, response, target).total, rel=1e-9
    )


def test_without_a_second_randomization_it_is_a_trial_of_two_arms() -> None:
    kind = {"sd_response": 10.0, "sd_other": 10.0, "response": 0.5, "second": 1.0}
    one = Regime(mean_response=0.0, mean_other=0.0, **kind)
    other = Regime(mean_response=2.0, mean_other=2.0, **kind)
    wanted = means(2, 10, Target(power=0.9)).total
    assert embedded(one, other, Target(power=0.9)).total == pytest.approx(
        wanted, rel=0.004
    )


def test_the_variance_is_that_of_simulated_trials() -> None:
    """4,000 trials of 300: the SD of the weighted mean is known to 1.1%."""
    regime = Regime(
        response=0.6, mean_response=100, sd_response=20, mean_other=60, sd_other=30,
        first=0.4, second=0.7,
    )  # fmt: skip
    rng = stream(3, "smart")
    n, trials = 300, 4000
    responds = rng.uniform(size=(trials, n)) < 0.6
    y = np.where(
        responds,
        rng.normal(100, 20, (trials, n)),
        rng.normal(60, 30, (trials, n)),
    )
    follows = (rng.uniform(size=(trials, n)) < 0.4) & (
        responds | (rng.uniform(size=(trials, n)) < 0.7)
    )
    weight = follows / (0.4 * np.where(responds, 1.0, 0.7))
    estimate = (weight * y).sum(axis=1) / weight.sum(axis=1)
    assert estimate.mean() == pytest.approx(regime.mean, abs=0.3)
    assert estimate.std() == pytest.approx(sqrt(regime.variance / n), rel=0.04)


def test_impossible_numbers_are_refused_all_at_once() -> None:
    with pytest.raises(DesignError, match="EQ801") as refused:
        Regime(
            response=1.2, mean_response=0, sd_response=-1, mean_other=0, sd_other=1,
            second=0,
        )  # fmt: skip
    assert len(refused.value.problems) == 3
    one = Regime(response=0.5, mean_response=1, sd_response=1, mean_other=1, sd_other=1)
    with pytest.raises(DesignError, match="EQ801"):
        embedded(one, one)
    for effect, response, correlation in ((0, 0.5, 0), (0.3, 1, 0), (0.3, 0.5, 1)):
        with pytest.raises(DesignError, match="EQ801"):
            standardized(effect, response, correlation=correlation)
