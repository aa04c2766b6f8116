"""Negative binomial regression with a log link, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from equipoise.stats.input_checks import Numbers
from equipoise.stats.regression.generalized import fit_glm

SMALLEST, LARGEST = 1e-4, 1e4  # dispersions that are searched
MAX_STEPS = 200
CONVERGED = 1e-11


@dataclass(frozen=True)
class NegativeBinomial:
    """A fitted model: the variance is ``mean + dispersion * mean**2``.

    Attributes:
        beta: p.
        observed: p x p, covariance by the observed information: SAS.
        expected: p x p, by the expected information: R MASS glm.nb.
        dispersion: SAS's; 1 / theta of R; 0 where counts vary no more than Poisson's.
        dispersion_error: its standard error; None at 0.
    """

    beta: Numbers
    observed: Numbers
    expected: Numbers
    dispersion: float
    dispersion_error: float | None


def fit_negative_binomial(
    X: Numbers, y: Numbers, offset: Numbers
) -> NegativeBinomial | None:
    """Maximum likelihood; None where there is no maximum.

    The dispersion is the root of its score along the coefficients that are best for each
    dispersion. A score below zero at the Poisson model puts the maximum there.
    """
    poisson = fit_glm(X, y, "poisson", offset)
    if poisson is None:
        return None
    if float(((y - poisson.mean) ** 2 - y).sum()) <= 0:
        inverse = poisson.inverse
        return NegativeBinomial(poisson.beta, inverse, inverse, 0.0, None)

    def score(log_dispersion: float) -> float:
        a = float(np.exp(log_dispersion))
        return _score(y, _mean(X, _best(X, y, offset, a, poisson.beta), offset), a)

    low, high = np.log(SMALLEST), np.log(LARGEST)
    if score(low) <= 0 or score(high) >= 0:
        return None
    a = float(np.exp(optimize.brentq(score, low, high, xtol=1e-13)))
    beta = _best(X, y, offset, a, poisson.beta)
    mean = _mean(X, beta, offset)
    p, step = X.shape[1], 1e-5 * a
    information = np.empty((p + 1, p + 1))
    weight = mean * (1 + a * y) / (1 + a * mean) ** 2
    information[:p, :p] = (X * weight[:, None]).T @ X
    information[p, :p] = X.T @ ((y - mean) * mean / (1 + a * mean) ** 2)
    information[:p, p] = information[p, :p]
    curve = _score(y, mean, a + step) - _score(y, mean, a - step)
    information[p, p] = -curve / (2 * step)
    covariance = np.linalg.inv(information)
    weight = mean / (1 + a * mean)
    expected = np.asarray(np.linalg.inv((X * weight[:, None]).T @ X), dtype=float)
    error = float(np.sqrt(covariance[p, p])) if covariance[p, p] > 0 else None
    return NegativeBinomial(beta, covariance[:p, :p], expected, a, error)


def _mean(X: Numbers, beta: Numbers, offset: Numbers) -> Numbers:
    return np.asarray(np.exp(X @ beta + offset))


def _best(X: Numbers, y: Numbers, offset: Numbers, a: float, start: Numbers) -> Numbers:
    """Coefficients for a dispersion, by Fisher's scoring."""
    beta = start.copy()
    for _ in range(MAX_STEPS):
        mean = _mean(X, beta, offset)
        inner = 1 + a * mean
        information = (X * (mean / inner)[:, None]).T @ X
        step = np.linalg.solve(information, X.T @ ((y - mean) / inner))
        beta = beta + step / max(1.0, float(np.abs(X @ step).max()) / 2)
        if np.abs(X @ step).max() < CONVERGED:
            break
    return beta


def _score(y: Numbers, mean: Numbers, a: float) -> float:
    """Derivative of the log-likelihood in the dispersion."""
    r = 1 / a
    first = special.digamma(y + r) - special.digamma(r) - np.log1p(a * mean)
    return float((-(r**2) * first + y / a - (y + r) * mean / (1 + a * mean)).sum())
