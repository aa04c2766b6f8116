"""Penalized interactions: against a brute-force mixed model, and their invariances."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from equipoise.learn.interaction_shrinkage import prior_grid, shrink
from equipoise.numerics.rng import stream


def brute_force(
    y: np.ndarray, arm: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, float]:
    """The posterior mean by n x n covariances and the REML likelihood of each point."""
    n, p = values.shape
    scaled = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    coded = arm - arm.mean()
    fixed = np.column_stack([np.ones(n), arm])
    product = coded[:, None] * scaled
    means, logs = [], []
    for m, g in prior_grid():
        v = np.eye(n) + m * m / p * scaled @ scaled.T + g * g / p * product @ product.T
        inverse = np.linalg.inv(v)
        inner = fixed.T @ inverse @ fixed
        projection = (
            inverse - inverse @ fixed @ np.linalg.inv(inner) @ fixed.T @ inverse
        )
        logs.append(
            -0.5 * np.linalg.slogdet(v)[1]
            - 0.5 * np.linalg.slogdet(inner)[1]
            - (n - 2) / 2 * np.log(y @ projection @ y)
        )
        means.append(g * g / p * product.T @ projection @ y)
    weight = np.exp(np.array(logs) - max(logs))
    weight /= weight.sum()
    return weight @ np.array(means), float(weight @ prior_grid()[:, 1])


def test_the_posterior_is_that_of_the_mixed_model() -> None:
    rng = stream(1, "shrinkage")
    values = rng.normal(size=(25, 3)) * [1.0, 10.0, 0.1] + 5
    arms = np.array([rng.permutation(np.arange(25) % 2) for _ in range(4)], float)
    outcomes = rng.normal(size=(4, 25)) + arms * (1 + values[:, 0])
    found = shrink(outcomes, arms, values, np.ones((4, 25), dtype=bool))
    for k in range(4):
        interactions, sd = brute_force(outcomes[k], arms[k], values)
        assert_allclose(found.interactions[k], interactions, rtol=1e-8)
        assert_allclose(found.sd_of_effects[k], sd, rtol=1e-8)


def test_who_is_left_out_changes_nothing() -> None:
    rng = stream(2, "shrinkage")
    values, arm = rng.normal(size=(20, 2)), np.arange(20) % 2 * 1.0
    outcome = rng.normal(size=20)
    kept = np.arange(20) < 15
    alone = shrink(outcome[None, kept], arm[None, kept], values[kept], kept[None, kept])
    changed, extreme = outcome.copy(), values.copy()
    changed[~kept], extreme[~kept] = 1e3, -1e3
    among = shrink(changed[None], arm[None], extreme, kept[None])
    assert_allclose(among.interactions, alone.interactions, rtol=1e-9)
    assert_allclose(among.centers, alone.centers)


def test_units_of_outcome_and_candidates_change_units_only() -> None:
    rng = stream(3, "shrinkage")
    values, arm = rng.normal(size=(30, 3)), np.arange(30) % 2 * 1.0
    outcome = rng.normal(size=30) + arm * values[:, 1]
    every = np.ones((1, 30), dtype=bool)
    plain = shrink(outcome[None], arm[None], values, every)
    other_values = values * 7 - 3
    other = shrink(100 * outcome[None] + 5 + 30 * arm, arm[None], other_values, every)
    assert_allclose(other.scores(other_values), 100 * plain.scores(values), atol=1e-7)


def test_a_strong_interaction_is_shrunk_little_and_noise_much() -> None:
    """20 trials: standard error of their mean 0.03, of an effect of 1."""
    rng = stream(4, "shrinkage")
    values = rng.normal(size=(200, 4))
    arms = np.tile(np.arange(200) % 2 * 1.0, (20, 1))
    outcomes = rng.normal(size=(20, 200)) + arms * values[:, 0]
    every = np.ones((20, 200), dtype=bool)
    mean = shrink(outcomes, arms, values, every).interactions.mean(axis=0)
    assert 0.75 < mean[0] < 1.0
    assert (np.abs(mean[1:]) < 0.12).all()


def test_a_missing_value_is_the_mean_of_the_fitted_alone() -> None:
    """Filled beforehand with that mean, the same; the values of others do not matter."""
    rng = stream(5, "shrinkage")
    values, arm = rng.normal(size=(30, 2)), np.arange(30) % 2 * 1.0
    outcome = (rng.normal(size=30) + arm * values[:, 0])[None]
    fitted = np.arange(30) < 24
    values[[3, 27], 0] = np.nan
    found = shrink(outcome, arm[None], values, fitted[None])
    mean = np.nanmean(values[fitted, 0])
    assert_allclose(found.centers[0, 0], mean)
    filled = np.where(np.isnan(values), mean, values)
    assert_allclose(found.scores(values), found.scores(filled))
    other = np.where(fitted[:, None], values, values + 50)
    assert_allclose(
        shrink(outcome, arm[None], other, fitted[None]).interactions, found.interactions
    )
