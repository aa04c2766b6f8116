"""The negative binomial likelihood against statsmodels, and at its boundary."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import NegativeBinomial

from equipoise.numerics.rng import stream
from equipoise.stats.regression.generalized import fit_glm
from equipoise.stats.regression.negative_binomial import fit_negative_binomial


@pytest.mark.reference
def test_it_is_that_of_statsmodels() -> None:
    """statsmodels stops at a gradient of 1e-8 or so: 1e-5 of the estimates."""
    draw = stream(18, "negative-binomial")
    X = np.column_stack([np.ones(80), draw.normal(size=(80, 2))])
    offset = np.log(draw.uniform(0.5, 2, 80))
    mean = np.exp(X @ [0.8, 0.4, -0.3] + offset)
    y = draw.poisson(mean * draw.gamma(1.2, 1 / 1.2, 80)).astype(float)
    fit = fit_negative_binomial(X, y, offset)
    assert fit is not None
    wanted = NegativeBinomial(y, X, offset=offset).fit(
        disp=False,
        method="newton",
        maxiter=200,
        start_params=[*fit.beta, fit.dispersion],
    )
    ours = [*fit.beta, fit.dispersion]
    assert ours == pytest.approx(wanted.params.tolist(), rel=1e-5)
    errors = [*np.sqrt(np.diag(fit.observed)), fit.dispersion_error]
    assert errors == pytest.approx(wanted.bse.tolist(), rel=1e-4)


def test_counts_that_vary_less_than_poisson_counts_are_poisson() -> None:
    X, y = np.ones((6, 1)), np.array([3.0, 4, 3, 4, 3, 4])
    fit, poisson = fit_negative_binomial(X, y, np.zeros(6)), fit_glm(X, y, "poisson")
    assert fit is not None
    assert poisson is not None
    assert (fit.dispersion, fit.dispersion_error) == (0.0, None)
    assert fit.observed == pytest.approx(poisson.inverse)


def test_without_events_there_is_no_fit() -> None:
    assert fit_negative_binomial(np.ones((4, 1)), np.zeros(4), np.zeros(4)) is None
