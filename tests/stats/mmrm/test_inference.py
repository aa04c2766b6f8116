"""Degrees of freedom and tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.stats.mmrm import MmrmFit, mmrm
from equipoise.stats.mmrm.inference import Fixed, estimates, joint_test
from tests.stats.mmrm.fev import MODEL, small


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm(MODEL, small(2, n=40))


def test_satterthwaite_is_the_variance_of_the_variance(fit: MmrmFit) -> None:
    """Against derivatives of the variance by differences of theta."""
    from equipoise.stats.mmrm.likelihood import likelihood, solve

    L = np.eye(len(fit.beta)) @ fit.basis.turn
    theta, model = fit.top.at.theta, fit.top.model
    h = 1e-5

    def variance(at: np.ndarray) -> np.ndarray:
        return np.asarray(np.diag(L @ likelihood(model, solve(model, at)).Phi @ L.T))

    g = np.array(
        [
            (variance(theta + h * e) - variance(theta - h * e)) / (2 * h)
            for e in np.eye(len(theta))
        ]
    ).T
    W = 2 * np.linalg.inv(fit.top.at.observed)
    wanted = 2 * variance(theta) ** 2 / np.einsum("rh,hj,rj->r", g, W, g)
    assert_allclose(fit.coefficients["df"], wanted, rtol=1e-6)


@pytest.mark.property
@given(st.integers(0, 100))
def test_a_joint_test_does_not_depend_on_the_scale_of_a_row(seed: int) -> None:
    fit = mmrm(MODEL, small(2, n=40))
    draw = np.random.Generator(np.random.Philox(seed))
    row = draw.normal(size=(1, len(fit.beta)))
    one, other = fit.test(row).iloc[0], fit.test(-7.5 * row).iloc[0]
    assert_allclose(one.to_numpy(float), other.to_numpy(float), rtol=1e-8)
    single = estimates(row @ fit.basis.turn, fit.value(row), fit.inference, 0.95)
    assert_allclose(one["F"], single["t"][0] ** 2, rtol=1e-9)
    assert_allclose(one["p"], single["p"][0], rtol=1e-8)


def test_intervals_hold_their_level() -> None:
    """With a known variance the interval is that of the normal distribution."""
    method = Fixed(np.array([[4.0]]), float("inf"))
    row = estimates(np.eye(1), np.array([1.0]), method, 0.9).iloc[0]
    assert_allclose(row["upper"] - 1, stats.norm.ppf(0.95) * 2)
    assert_allclose(row["p"], 2 * stats.norm.sf(0.5))
    assert joint_test(np.eye(1), np.array([1.0]), method)["F"] == pytest.approx(0.25)
