"""Marginal risks: cases known exactly, and the variance by simulation."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special

from equipoise.analyze.standardization import marginal_risks
from equipoise.numerics.rng import stream


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
    error = np.sqrt(p1 * (1 - p1) / 100 + p2 * (1 - p2) / 100)
    assert_allclose(found.std_error, error, rtol=1e-9)


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
