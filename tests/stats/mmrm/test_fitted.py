"""Facts of a fit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import mmrm
from tests.stats.mmrm.fev import MODEL, small


def test_criteria_count_covariance_parameters_only() -> None:
    fit = mmrm(MODEL, small(2, n=40))
    assert fit.aic == pytest.approx(fit.deviance + 2 * 6)
    assert fit.bic == pytest.approx(fit.deviance + np.log(40) * 6)


def test_convergence_is_recorded() -> None:
    fit = mmrm(MODEL, small(2, n=40))
    record = fit.convergence.iloc[-1]
    assert list(fit.convergence.columns) == [
        "method",
        "n_iterations",
        "deviance",
        "gradient",
        "smallest",
        "why",
    ]
    assert record["gradient"] < 1e-6
    assert record["smallest"] > 0
    assert record["why"] == ""
    assert record["n_iterations"] == fit.n_iterations
    assert fit.warnings == ()


def test_parameters_in_the_form_of_r() -> None:
    fit = mmrm(MODEL, small(2, n=40))
    root = np.linalg.cholesky(fit.covariance)
    assert_allclose(np.exp(fit.theta[:3]), np.diag(root), rtol=1e-9)
    grouped = mmrm("y ~ x + us(visit | arm / id)", small(2, n=40))
    assert list(grouped.covariances) == ["a", "b"]
    assert len(grouped.theta) == 12
    assert_allclose(grouped.covariance, grouped.covariances["a"])
