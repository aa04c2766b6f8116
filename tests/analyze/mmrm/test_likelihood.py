"""Derivatives against differences of the deviance itself, and the deviance against
the density of a multivariate normal distribution."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal

from equipoise.analyze.mmrm.design import design
from equipoise.analyze.mmrm.formula import parse
from equipoise.analyze.mmrm.likelihood import deviance, likelihood
from equipoise.analyze.mmrm.maximize import start, unstructured
from equipoise.analyze.mmrm.moments import moments
from tests.analyze.mmrm.test_fit import MODEL, small


@pytest.mark.parametrize("reml", [True, False])
def test_gradient_and_hessian(reml: bool) -> None:
    matrices = design(parse(MODEL), small())
    data, S, basis = moments(matrices), start(matrices), unstructured(3)
    at = likelihood(data, S, basis, reml=reml)
    h = 1e-5
    steps = [h * matrix for matrix in basis]
    up = [likelihood(data, S + step, basis, reml=reml) for step in steps]
    down = [likelihood(data, S - step, basis, reml=reml) for step in steps]
    gradient = [
        (u.deviance - d.deviance) / (2 * h) for u, d in zip(up, down, strict=True)
    ]
    hessian = [
        (u.gradient - d.gradient) / (2 * h) for u, d in zip(up, down, strict=True)
    ]
    # Central differences: error of order h squared, some 1e-8 here.
    assert_allclose(at.gradient, gradient, rtol=1e-6, atol=1e-6)
    assert_allclose(at.observed, hessian, rtol=1e-6, atol=1e-6)


def test_the_deviance_is_that_of_the_normal_density() -> None:
    frame = small()
    matrices = design(parse(MODEL), frame)
    data, S = moments(matrices), start(matrices)
    at = likelihood(data, S, unstructured(3), reml=False)
    total = 0.0
    for subject in np.unique(matrices.subject):
        rows = matrices.subject == subject
        seen = matrices.visit[rows]
        total += multivariate_normal(
            matrices.X[rows] @ at.beta, S[np.ix_(seen, seen)]
        ).logpdf(matrices.y[rows])
    assert_allclose(at.deviance, -2 * total, rtol=1e-12)
    assert deviance(data, S, reml=False) == at.deviance


def test_outside_the_positive_definite_matrices_there_is_no_likelihood() -> None:
    data = moments(design(parse(MODEL), small()))
    assert deviance(data, -np.eye(3), reml=True) == np.inf
