"""Generalized linear models with their canonical links: coefficients and scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from equipoise.stats.input_checks import Numbers

MAX_STEPS = 100
CONVERGED = 1e-11  # of coefficients of columns with length sqrt(n)
ROUNDING = 1e-9  # of a log-likelihood of some hundred terms
LIMITS = {"binomial": 15.0, "poisson": 30.0}  # predictors without end, in size


@dataclass(frozen=True)
class Family:
    """A family with its canonical link.

    Attributes:
        mean: of a linear predictor.
        variance: of a mean, without dispersion; the derivative of ``mean`` too.
        potential: whose derivative is the mean: the log-likelihood is
            ``sum(y eta - potential(eta))``.
    """

    mean: Callable[[Numbers], Numbers]
    variance: Callable[[Numbers], Numbers]
    potential: Callable[[Numbers], Numbers]


FAMILIES: Mapping[str, Family] = {
    "gaussian": Family(lambda eta: eta, np.ones_like, lambda eta: eta**2 / 2),
    "binomial": Family(
        special.expit, lambda mean: mean * (1 - mean), lambda eta: np.logaddexp(0, eta)
    ),
    "poisson": Family(np.exp, lambda mean: mean, np.exp),
}


@dataclass(frozen=True)
class Glm:
    """A fitted generalized linear model.

    Attributes:
        family: name.
        X: n x p.
        y: n.
        offset: n.
        beta: p.
        mean: n, fitted.
        weight: n, variance function at the fitted means.
        inverse: p x p, inverse of ``X'WX``.
        leverage: n.
    """

    family: str
    X: Numbers
    y: Numbers
    offset: Numbers
    beta: Numbers
    mean: Numbers
    weight: Numbers
    inverse: Numbers
    leverage: Numbers

    @property
    def df(self) -> int:
        """Rows minus coefficients."""
        n, p = self.X.shape
        return int(n - p)

    @property
    def pearson(self) -> float:
        """Pearson's chi-square over the degrees of freedom."""
        return float(((self.y - self.mean) ** 2 / self.weight).sum()) / self.df

    def sandwich(self, correction: Literal["HC0", "HC3"] = "HC0") -> Numbers:
        """Robust covariance of the coefficients; HC3: residuals over 1 - leverage."""
        residual = self.y - self.mean
        if correction == "HC3":
            residual = residual / (1 - self.leverage)
        scores = self.X * residual[:, None]
        return np.asarray(self.inverse @ (scores.T @ scores) @ self.inverse)


def fit_glm(
    X: Numbers, y: Numbers, family: str, offset: Numbers | None = None
) -> Glm | None:
    """Maximum likelihood by Newton's method; None where the likelihood has no maximum.

    Args:
        X: n x p, of full rank, the first column 1.
        y: n; 0 and 1 for ``binomial``, counts for ``poisson``.
        family: a name of ``FAMILIES``.
        offset: n, added to the linear predictor.
    """
    kind = FAMILIES[family]
    add = np.zeros(len(y)) if offset is None else offset
    size = np.sqrt((X**2).mean(axis=0))
    scaled = X / size
    beta, best, step = np.zeros(X.shape[1]), -np.inf, _start(scaled, y, family, add)
    for _ in range(MAX_STEPS):
        eta = scaled @ (beta + step) + add
        with np.errstate(over="ignore"):
            value = float((y * eta - kind.potential(eta)).sum())
        if not value >= best - ROUNDING * max(
            1.0, abs(best) if best > -np.inf else 1.0
        ):
            step = step / 2
            continue
        beta, best = beta + step, value
        if np.abs(eta - add).max() > LIMITS.get(family, np.inf):
            return None
        mean = kind.mean(eta)
        weight = kind.variance(mean)
        try:
            inverse = np.linalg.inv((scaled * weight[:, None]).T @ scaled)
        except np.linalg.LinAlgError:
            return None
        step = inverse @ (scaled.T @ (y - mean))
        if np.abs(step).max() < CONVERGED * max(1.0, float(np.abs(beta).max())):
            leverage = weight * (scaled @ inverse * scaled).sum(axis=1)
            unscaled = inverse / np.outer(size, size)
            return Glm(family, X, y, add, beta / size, mean, weight, unscaled, leverage)
    return None


def _start(scaled: Numbers, y: Numbers, family: str, offset: Numbers) -> Numbers:
    """The intercept of the mean, from which Newton's steps of counts cannot overflow."""
    start = np.zeros(scaled.shape[1])
    if family == "poisson" and y.sum() > 0:
        start[0] = np.log(y.sum() / np.exp(offset).sum())
    return start
