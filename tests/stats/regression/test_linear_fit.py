"""Least squares against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.regression.linear_fit import LinearFit, least_squares


def drawn() -> tuple[np.ndarray, np.ndarray]:
    draw = stream(18, "linear-fit")
    X = np.column_stack([np.ones(25), draw.normal(size=(25, 3)) * [1, 1e4, 1e-3]])
    return X, X @ [1, 2, 3e-4, 4e3] + draw.normal(size=25)


@pytest.mark.reference
def test_coefficients_and_covariances_are_those_of_statsmodels() -> None:
    """Both by orthogonal decompositions: 1e-9 for columns that differ by 1e7."""
    X, y = drawn()
    wanted, found = sm.OLS(y, X).fit(), least_squares(X, y)
    assert found.beta == pytest.approx(wanted.params, rel=1e-9)
    assert found.leverage == pytest.approx(wanted.get_influence().hat_matrix_diag)
    assert found.covariance("model") == pytest.approx(wanted.cov_params(), rel=1e-8)
    for vcov in ("HC0", "HC1", "HC2", "HC3"):
        ours = found.covariance(vcov)
        assert ours == pytest.approx(getattr(wanted, f"cov_{vcov}"), rel=1e-8)


def test_a_wald_test_is_that_of_statsmodels() -> None:
    X, y = drawn()
    wanted, found = sm.OLS(y, X).fit(), least_squares(X, y)
    fit = LinearFit(tuple("abcd"), found.beta, found.covariance("model"), 21.0)
    L = np.array([[0, 1.0, 0, 0], [0, 1, 1e4, 0]])
    test = wanted.f_test(L)
    assert fit.wald(L) == pytest.approx((float(test.fvalue), float(test.pvalue)))
    row = fit.table("term", {"second": np.array([0, 1.0, 0, 0])}, 0.9).iloc[0]
    assert (row["lower"], row["upper"]) == pytest.approx(tuple(wanted.conf_int(0.1)[1]))


def test_without_residual_degrees_of_freedom_there_is_no_fit() -> None:
    with pytest.raises(AnalysisError, match="EQ469 2 complete rows"):
        least_squares(np.eye(2), np.ones(2))


def test_a_row_of_its_own_has_no_leverage_correction() -> None:
    X = np.column_stack([np.ones(5), [1.0, 0, 0, 0, 0], [0.0, 1, 2, 3, 5]])
    found = least_squares(X, np.array([1.0, 2, 4, 3, 5]))
    assert np.isfinite(found.covariance("HC1")).all()
    with pytest.raises(AnalysisError, match=r"EQ469 HC3 cannot.*in 1 row"):
        found.covariance("HC3")
