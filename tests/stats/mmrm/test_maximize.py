"""The search: where it ends, and what it records."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import maximize as search
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.likelihood import deviance
from equipoise.stats.mmrm.maximize import least_eigenvalue, maximize, unconstrained
from tests.stats.mmrm.fev import MODEL, small
from tests.stats.mmrm.test_likelihood import FORMS, model_of


@pytest.mark.parametrize("form", [f for f in FORMS if f != "log-cholesky"])
@pytest.mark.parametrize("reml", [True, False])
def test_nothing_near_the_maximum_is_higher(form: str, reml: bool) -> None:
    model, theta = model_of(form, reml=reml, n=60)
    top = maximize(model, theta)
    if not top.converged:
        pytest.fail(f"{form}: {top.why}")
    draw = np.random.Generator(np.random.Philox(1))
    for size in (1e-3, 1e-2, 1e-1):
        for _ in range(20):
            step = draw.normal(size=len(theta)) * size
            assert deviance(model, top.at.theta + step) > top.at.deviance
    record = top.tries[-1]
    assert record.gradient < 1e-6
    assert record.smallest > 0


@pytest.mark.parametrize("form", ["us", "toeph", "us by arm", "sp_gau"])
def test_the_trust_region_finds_the_same_maximum(form: str) -> None:
    model, theta = model_of(form, reml=True, n=60)
    usual = maximize(model, theta)
    with patch.object(search, "MAX_HALVINGS", 0):  # scoring gives up together
        other = maximize(model, theta)
    assert [each.method for each in other.tries] == ["scoring", "trust region"]
    assert other.converged
    assert_allclose(other.at.deviance, usual.at.deviance, rtol=1e-12)
    S, S2 = (
        usual.model.covariances(usual.at.theta),
        other.model.covariances(other.at.theta),
    )
    for one, two in zip(S, S2, strict=True):
        assert_allclose(one, two, rtol=1e-6, atol=1e-7)


def test_a_bad_start_is_no_matter() -> None:
    model, theta = model_of("us", reml=True, n=60)
    good = maximize(model, theta)
    for scale in (0.01, 100.0):
        other = maximize(model, theta * scale)
        assert other.converged
        assert_allclose(other.at.deviance, good.at.deviance, rtol=1e-12)


def test_the_edge_is_told() -> None:
    """One visit entered twice: the likelihood has no maximum inside."""
    frame = small()
    again = frame[frame["visit"] == "v0"].assign(visit="v3")
    fit = mmrm(MODEL, pd.concat([frame, again]))
    assert not fit.converged
    assert fit.top.why == "the covariance matrix is singular"
    assert fit.n_iterations == sum(each.n_iterations for each in fit.top.tries)


def test_unconstrained_parameters_give_the_same_likelihood() -> None:
    model, theta = model_of("us by arm", reml=True)
    free, changed = unconstrained(model, theta)
    assert_allclose(deviance(free, changed), deviance(model, theta), rtol=1e-13)
    assert least_eigenvalue(model, theta) > 0
