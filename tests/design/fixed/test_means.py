"""Sizes for means, against R and rpact, and by simulation of their laws."""

import json

import numpy as np
import pytest

from equipoise.design.asked import Asked
from equipoise.design.fixed.means import (
    ancova,
    last_visit_variance,
    means,
    mmrm_size,
    power_of_means,
)
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream
from tests.shared_data import shared


@pytest.mark.reference
def test_r_and_rpact() -> None:
    """R's root is exact to its tolerance; rpact's total is 3e-7 away from it."""
    wanted = json.loads(shared("reference/sample_size.json").read_text())
    found = means(0.5, 1.0)
    assert found.first == pytest.approx(
        wanted["other"]["power.t.test_0.5_0.8"], rel=1e-9
    )
    rpact = wanted["rpact"]["means_t_delta0.5_sd1_power0.8_sided1"]["nFixed"]
    assert found.total == pytest.approx(rpact, rel=1e-6)
    one = means(0.5, 1.0, Asked(alpha=0.025, sides=1))
    assert one.total == pytest.approx(found.total)


def test_other_sizes_of_r() -> None:
    # R 4.2.2: power.t.test(delta = 11.1, sd = 10.51, power = .8, tol = 1e-12) etc.
    assert means(11.1, 10.51).first == pytest.approx(15.09671099, rel=1e-8)
    assert means(6, 12, Asked(power=0.9)).first == pytest.approx(85.03131331, rel=1e-8)


def test_the_reference_trial_could_find_the_difference_of_its_size() -> None:
    assert power_of_means(15, 15, 11.1 / 10.51, Asked()) == pytest.approx(
        0.8, abs=0.005
    )


def test_a_covariate_saves_participants() -> None:
    plain, adjusted = means(5, 10), ancova(5, 10, 0.6)
    assert adjusted.total / plain.total == pytest.approx(0.64, abs=0.01)
    assert ancova(5, 10, 0.0).total == pytest.approx(plain.total, rel=0.02)


def test_non_inferiority_is_a_shifted_one_sided_test() -> None:
    one = Asked(alpha=0.025, sides=1)
    assert means(0, 10, one, margin=4).total == pytest.approx(means(4, 10, one).total)
    assert means(1, 10, one, margin=3).total == pytest.approx(means(4, 10, one).total)
    with pytest.raises(DesignError, match="effect"):
        means(-5, 10, one, margin=4)


S = np.array(
    [[100.0, 60, 50, 45], [60, 110, 70, 60], [50, 70, 115, 80], [45, 60, 80, 120]]
)


def test_without_dropout_earlier_visits_add_nothing() -> None:
    assert last_visit_variance(S, np.ones(4)) == pytest.approx(120)
    after = 120 - 45**2 / 100
    assert last_visit_variance(S, np.ones(3), baseline=True) == pytest.approx(after)


def test_with_dropout_earlier_ratings_carry_a_part() -> None:
    stay = np.array([1.0, 0.95, 0.9, 0.8])
    found = last_visit_variance(S, stay)
    assert 120 < found < 120 / 0.8


def test_the_variance_is_that_of_the_likeliest_mean_in_simulated_trials() -> None:
    """4,000 trials of 200: a variance is known to sqrt(2 / 4000) = 2.2 %."""
    stay, n, trials = np.array([1.0, 0.9, 0.7, 0.5]), 200, 4000
    rng = stream(1, "mmrm size")
    root = np.linalg.cholesky(S)
    last = np.repeat([1, 2, 3, 4], (np.array([0.1, 0.2, 0.2, 0.5]) * n).astype(int))
    information = np.zeros((4, 4))
    for t in last:
        information[:t, :t] += np.linalg.inv(S[:t, :t])
    estimates = []
    for _ in range(trials):
        y = rng.standard_normal((n, 4)) @ root.T
        score = np.zeros(4)
        for t in (1, 2, 3, 4):
            score[:t] += np.linalg.inv(S[:t, :t]) @ y[last == t, :t].sum(axis=0)
        estimates.append(np.linalg.solve(information, score)[-1])
    assert np.var(estimates) * n == pytest.approx(
        last_visit_variance(S, stay), rel=0.07
    )


def test_impossible_input_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ803"):
        mmrm_size(5, np.array([[1.0, 2], [2, 1]]), np.ones(2))
    with pytest.raises(DesignError, match="EQ803"):
        mmrm_size(5, S, np.array([0.8, 0.9, 0.9, 0.9]))
    with pytest.raises(DesignError, match="EQ801"):
        means(0, 10)
    with pytest.raises(DesignError, match="EQ801"):
        means(5, 0)
    with pytest.raises(DesignError, match="EQ802"):
        means(1e-6, 10)
