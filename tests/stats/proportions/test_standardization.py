"""Marginal risks: cases known exactly, and the variance by simulation."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special
from statsmodels.discrete.discrete_model import Logit

from equipoise.numerics.rng import stream
from equipoise.stats.proportions import (
    marginal_risks,
    no_maximum,
    separating_covariates,
)


def drawn(seed: int, n: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = stream(seed, "standardization")
    treated = np.arange(n) % 2 == 0
    x = draw.normal(size=(n, 1))
    p = special.expit(-0.5 + 1.2 * treated + 1.5 * x[:, 0])
    return draw.random(n) < p, treated, x


def test_without_covariates_it_is_the_two_proportions() -> None:
    y, treated, _ = drawn(1)
    found = marginal_risks(y, treated, np.zeros((200, 0)))
    assert found is not None
    p1, p2 = y[treated].mean(), y[~treated].mean()
    assert_allclose([found.first, found.second], [p1, p2], rtol=1e-9)
    # Leverage 1/100 in an arm of 100: residuals, and so the error, times 100/99.
    error = np.sqrt(p1 * (1 - p1) / 100 + p2 * (1 - p2) / 100) * 100 / 99
    assert_allclose(found.std_error, error, rtol=1e-9)


def test_the_correction_is_one_step_of_leaving_each_participant_out() -> None:
    """Predictions without each participant, fitted anew, give nearly the same error.

    In 200 participants one step and a new fit differ by the square of a leverage of
    0.015: one percent is allowed. Without the correction the error is 1.2 percent lower.
    """
    y, treated, x = drawn(4)
    found = marginal_risks(y, treated, x)
    assert found is not None
    X = np.column_stack([np.ones(200), treated, x])
    fit = np.asarray(sm_logit(X, y))
    p = special.expit(X @ fit)
    information = (X * (p * (1 - p))[:, None]).T @ X / 200
    left_out = np.array(
        [
            special.expit(X[i] @ sm_logit(np.delete(X, i, 0), np.delete(y, i)))
            for i in range(200)
        ]
    )
    risks, slopes = [], []
    for arm in (1.0, 0.0):
        other = X.copy()
        other[:, 1] = arm
        m = special.expit(other @ fit)
        risks.append(m)
        slopes.append((other * (m * (1 - m))[:, None]).mean(axis=0))
    weight = X @ np.linalg.solve(information, slopes[0] - slopes[1])
    spread = (
        risks[0] - risks[1] - (risks[0] - risks[1]).mean() + weight * (y - left_out)
    )
    error = np.sqrt((spread**2).mean() / 200)
    assert_allclose(found.std_error, error, rtol=1e-2)
    plain = risks[0] - risks[1] - (risks[0] - risks[1]).mean() + weight * (y - p)
    assert found.std_error > 1.008 * np.sqrt((plain**2).mean() / 200)


def sm_logit(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Coefficients of a logistic regression by statsmodels."""
    return np.asarray(Logit(y.astype(float), X).fit(disp=False).params)


def test_the_standard_error_is_the_spread_over_trials() -> None:
    """400 trials of 200: the spread is known to 3.5 percent; four times that is allowed.

    The covariate makes the estimate more precise, as it should.
    """
    adjusted, errors, plain = [], [], []
    for seed in range(400):
        y, treated, x = drawn(seed)
        found = marginal_risks(y, treated, x)
        assert found is not None
        adjusted.append(found.difference)
        errors.append(found.std_error)
        plain.append(y[treated].mean() - y[~treated].mean())
    assert_allclose(np.mean(errors), np.std(adjusted), rtol=0.14)
    assert np.std(adjusted) < np.std(plain)
    assert abs(np.mean(adjusted) - np.mean(plain)) < 0.01


def test_units_of_covariates_do_not_matter() -> None:
    y, treated, x = drawn(2)
    one, other = marginal_risks(y, treated, x), marginal_risks(y, treated, 1e5 + 30 * x)
    assert one is not None
    assert other is not None
    assert other.difference == pytest.approx(one.difference, rel=1e-7)


def test_separation_and_dependence_give_no_number() -> None:
    y, treated, x = drawn(3, 40)
    assert marginal_risks(treated, treated, x) is None
    assert marginal_risks(y, treated, np.column_stack([x, 2 * x])) is None
    assert marginal_risks(np.zeros(40, dtype=bool), treated, x) is None
    assert no_maximum(treated, treated, x) == "separated"
    assert no_maximum(y, treated, np.column_stack([x, 2 * x])) == "dependent"
    assert no_maximum(y, treated, x) == "not found"  # it has a maximum


def test_which_column_separates() -> None:
    y, treated, x = drawn(3, 40)
    columns = np.column_stack([x, np.where(y, 1.0, -1.0) + x[:, 0] / 10])
    assert separating_covariates(y, treated, columns) == [False, True]


def test_quasi_complete_separation_is_separation() -> None:
    """No outcome where the covariate is 1, some with and some without where it is 0."""
    y, treated, _ = drawn(5, 60)
    level = (np.arange(60) % 5 == 0).astype(float)
    y = y & (level == 0)
    assert marginal_risks(y, treated, level[:, None]) is None
    assert no_maximum(y, treated, level[:, None]) == "separated"
