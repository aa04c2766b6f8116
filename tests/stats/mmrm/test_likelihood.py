"""Derivatives against differences of the deviance itself, and the deviance against
the density of a multivariate normal distribution."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal

from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.aliasing import basis
from equipoise.stats.mmrm.design import design
from equipoise.stats.mmrm.formula import parse
from equipoise.stats.mmrm.likelihood import (
    Likelihood,
    Model,
    deviance,
    likelihood,
    solve,
)
from equipoise.stats.mmrm.maximize import unconstrained
from equipoise.stats.mmrm.moments import moments
from equipoise.stats.options import STRUCTURES
from tests.stats.mmrm.fev import small

H = 1e-5
FORMS = [*STRUCTURES, "us by arm", "toep by arm", "sp_exp by arm", "log-cholesky"]


def model_of(form: str, *, reml: bool, n: int = 24) -> tuple[Model, np.ndarray]:
    """The likelihood of a small trial, and parameters away from its maximum."""
    name = "us" if form == "log-cholesky" else form.split()[0]
    group = "arm / " if "by arm" in form else ""
    place = "time" if name.startswith("sp_") else "visit"
    frame = small(n=n)
    frame = frame.assign(time=frame["visit"].str[1:].astype(float) * 0.8)
    formula = parse(f"y ~ x + arm * visit + {name}({place} | {group}id)")
    matrices = design(formula, frame)
    axes = basis([matrices])
    data = moments([matrices], axes, name)
    pairs = zip(data.blocks, data.start, strict=True)
    theta = np.concatenate([block.start(S) for block, S in pairs])
    model = data.model(axes, reml=reml)
    if form == "log-cholesky":
        model, theta = unconstrained(model, theta)
    return model, theta


def at(model: Model, theta: np.ndarray) -> Likelihood:
    return likelihood(model, solve(model, theta))


def slopes(
    of: Callable[[Likelihood], np.ndarray | float], model: Model, theta: np.ndarray
) -> np.ndarray:
    """Central differences: error of order h squared, some 1e-8 here."""
    steps = H * np.eye(len(theta))
    pairs = [(at(model, theta + step), at(model, theta - step)) for step in steps]
    return np.array([(of(up) - of(down)) / (2 * H) for up, down in pairs])


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_gradient_hessian_and_derivatives_of_the_inverse(form: str, reml: bool) -> None:
    model, theta = model_of(form, reml=reml)
    here = at(model, theta)
    assert_allclose(
        here.gradient, slopes(lambda x: x.deviance, model, theta), rtol=1e-5, atol=2e-6
    )
    assert_allclose(
        here.observed, slopes(lambda x: x.gradient, model, theta), rtol=1e-5, atol=2e-5
    )
    inverse = slopes(lambda x: np.linalg.inv(x.Phi), model, theta)
    assert_allclose(here.d_inverse, inverse, rtol=1e-5, atol=2e-5)


@pytest.mark.parametrize("form", ["us", "adh", "sp_exp", "us by arm"])
def test_expected_information_is_the_mean_of_the_observed(form: str) -> None:
    """Over outcomes drawn from the model: within five Monte Carlo errors of 400 draws."""
    _model, theta = model_of(form, reml=True)
    n_draws = 400
    frame = small()
    frame = frame.assign(time=frame["visit"].str[1:].astype(float) * 0.8)
    name, group = form.split()[0], "arm / " if "by arm" in form else ""
    place = "time" if name.startswith("sp_") else "visit"
    text = f"y ~ x + arm * visit + {name}({place} | {group}id)"
    fit = mmrm(text, frame)
    drawn = fit.simulate(n_draws, seed=3)
    theta = fit.top.at.theta
    seen = []
    first = design(parse(text), frame.assign(y=drawn[0]))  # only the outcomes change
    for number in range(n_draws):
        outcomes = drawn[number].to_numpy()
        matrices = replace(first, y=outcomes[first.position])
        axes = basis([matrices])
        other = moments([matrices], axes, name).model(axes, reml=True)
        here = at(other, theta)
        seen.append(np.diag(here.observed - here.expected))
    error = np.std(seen, axis=0) / np.sqrt(n_draws)
    assert (np.abs(np.mean(seen, axis=0)) < 5 * error + 1e-9).all()


def direct(frame: pd.DataFrame, S: np.ndarray, beta: np.ndarray) -> float:
    matrices = design(parse("y ~ x + arm * visit + us(visit | id)"), frame)
    total = 0.0
    for subject in np.unique(matrices.subject):
        rows = matrices.subject == subject
        seen = matrices.visit[rows]
        total += multivariate_normal(
            matrices.X[rows] @ beta, S[np.ix_(seen, seen)]
        ).logpdf(matrices.y[rows])
    return -2 * total


def test_the_deviance_is_that_of_the_normal_density() -> None:
    fit = mmrm("y ~ x + arm * visit + us(visit | id)", small(), reml=False)
    wanted = direct(small(), fit.covariance.to_numpy(), fit.beta.to_numpy())
    assert_allclose(fit.deviance, wanted, rtol=1e-12)


def test_reml_integrates_the_coefficients_out() -> None:
    """``-2 log integral L(beta) dbeta``: Laplace's method is exact for a normal."""
    reml = mmrm("y ~ x + arm * visit + us(visit | id)", small())
    S, beta = reml.covariance.to_numpy(), reml.beta.to_numpy()
    p = len(beta)
    log_det = float(np.linalg.slogdet(np.linalg.inv(reml.vcov))[1])
    wanted = direct(small(), S, beta) + log_det - p * np.log(2 * np.pi)
    assert_allclose(reml.deviance, wanted, rtol=1e-11)


@pytest.mark.parametrize("form", FORMS)
def test_outside_the_positive_definite_matrices_there_is_no_likelihood(
    form: str,
) -> None:
    model, theta = model_of(form, reml=True)
    far = np.full_like(theta, -1.0 if form in ("us", "us by arm") else 800.0)
    assert deviance(model, far) == np.inf
