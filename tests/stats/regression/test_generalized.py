"""Generalized linear models against statsmodels, and likelihoods without a maximum."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from equipoise.numerics.rng import stream
from equipoise.stats.regression.generalized import FAMILIES, fit_glm

SM = {
    "gaussian": sm.families.Gaussian(),
    "binomial": sm.families.Binomial(),
    "poisson": sm.families.Poisson(),
}


def drawn(family: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = stream(18, "generalized", family)
    X = np.column_stack([np.ones(60), draw.normal(size=(60, 2)) * [1, 50]])
    eta, offset = X @ [0.3, 0.8, -0.01], np.log(draw.uniform(0.5, 2, 60))
    y = {
        "gaussian": eta + draw.normal(size=60),
        "binomial": (draw.random(60) < 1 / (1 + np.exp(-eta))).astype(float),
        "poisson": draw.poisson(np.exp(eta + offset)).astype(float),
    }[family]
    return X, y, offset if family == "poisson" else np.zeros(60)


@pytest.mark.reference
@pytest.mark.parametrize("family", FAMILIES)
def test_it_is_that_of_statsmodels(family: str) -> None:
    """Iterated to 1e-11 here and 1e-13 there."""
    X, y, offset = drawn(family)
    fit = fit_glm(X, y, family, offset)
    assert fit is not None
    wanted = sm.GLM(y, X, SM[family], offset=offset).fit(tol=1e-13)
    assert fit.beta == pytest.approx(wanted.params, rel=1e-9)
    assert fit.inverse == pytest.approx(
        np.asarray(wanted.normalized_cov_params), rel=1e-7
    )
    assert fit.pearson == pytest.approx(wanted.pearson_chi2 / 57, rel=1e-9)
    hat = wanted.get_influence().hat_matrix_diag
    assert fit.leverage == pytest.approx(hat, rel=1e-7)
    robust = sm.GLM(y, X, SM[family], offset=offset).fit(tol=1e-13, cov_type="HC0")
    assert fit.sandwich() == pytest.approx(robust.cov_params(), rel=1e-6)


@pytest.mark.parametrize(
    ("family", "y"), [("binomial", [0, 0, 0, 1, 1, 1]), ("poisson", [0, 0, 0, 1, 4, 2])]
)
def test_without_a_maximum_there_is_no_fit(family: str, y: list[int]) -> None:
    X = np.column_stack([np.ones(6), np.repeat([0.0, 1], 3)])
    assert fit_glm(X, np.array(y, float), family) is None


def test_large_counts_do_not_overflow() -> None:
    X = np.column_stack([np.ones(4), [0.0, 1, 0, 1]])
    fit = fit_glm(X, np.array([100000.0, 3, 100010, 5]), "poisson")
    assert fit is not None
    assert np.exp(fit.beta[0]) == pytest.approx(100005)
    assert np.exp(fit.beta.sum()) == pytest.approx(4)
