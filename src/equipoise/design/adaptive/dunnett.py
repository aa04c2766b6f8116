"""Dunnett's test: the largest of several differences from one control."""

from __future__ import annotations

from functools import lru_cache
from math import inf, isinf

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import interpolate, special

from equipoise.design.root import root

Vector = NDArray[np.float64]
POINTS = 96  # of Gauss and Legendre over the control, and over the estimated variance
FAR = 9.0  # standard deviations of the control beyond which nothing is left
LOWEST, HIGHEST, STEP = -12.0, 30.0, 0.05  # of the table of normal scores
FURTHEST = 1e15  # a critical value of an estimated variance is below it
TINY = np.finfo(float).tiny
RAREST = 1e-13  # probability below which the integrals are not trusted
NODES, WEIGHTS = np.polynomial.legendre.leggauss(POINTS)


def tail(z: ArrayLike, arms: int, correlation: float, df: float = inf) -> Vector:
    """Probability that the largest of several statistics exceeds ``z``, without effects.

    Args:
        z: any shape; the largest standardized difference observed.
        arms: number of doses compared, at least 1.
        correlation: of two differences, n / (n + control), above 0 and below 1.
        df: degrees of freedom of the common variance; infinite where it is known.

    Returns:
        Probabilities of the shape of ``z``, with small relative error in the upper tail.

    Source: Dunnett 1955, JASA 50:1096-1121; product of normal probabilities given the
    control (Genz and Bretz 2009, Computation of Multivariate Normal and t Probabilities,
    2.2.1), here with Gauss-Legendre; R mvtnorm pmvnorm and pmvt.
    """
    return _both(z, arms, correlation, df)[0]


def critical(alpha: float, arms: int, correlation: float, df: float = inf) -> float:
    """The value that the largest statistic exceeds with probability ``alpha``.

    Args:
        alpha: one-sided, between 0 and 0.5.
        arms: number of doses.
        correlation: of two differences.
        df: degrees of freedom of the variance.

    Raises:
        DesignError: EQ808, no critical value has this error.

    Source: Dunnett 1955; R mvtnorm qmvnorm(tail = "lower.tail"), MAMS mams(J = 1).
    """
    top = HIGHEST if isinf(df) else 1e3

    def surplus(z: float) -> float:
        return float(tail(z, arms, correlation, df)) - alpha

    while surplus(top) > 0 and top < FURTHEST:
        top *= 10
    return root(
        surplus, -5.0, top, what=f"no critical value has an error of {alpha:g}",
        fix="choose a larger error, or more degrees of freedom", xtol=1e-12,
    )  # fmt: skip


def score(z: ArrayLike, arms: int, correlation: float, df: float = inf) -> Vector:
    """The standard normal value with the same upper probability as Dunnett's test.

    Batches of millions are read off a table of the exact values (cubic spline, error
    below 1e-7). Where the probability is below 1e-13 that score stands, which errs
    towards no effect.

    Args:
        z: any shape.
        arms: number of doses.
        correlation: of two differences.
        df: degrees of freedom of the variance.
    """
    at: Vector = np.clip(np.asarray(z, dtype=float), LOWEST, HIGHEST)
    if arms > 1 or not isinf(df):
        at = np.asarray(_table(arms, float(correlation), float(df))(at))
    return np.minimum(at, -special.ndtri(RAREST))


@lru_cache(maxsize=128)
def _table(arms: int, correlation: float, df: float) -> interpolate.CubicSpline:
    grid = np.arange(LOWEST, HIGHEST + STEP / 2, STEP)
    above, below = _both(grid, arms, correlation, df)
    upper = -special.ndtri(np.maximum(above, TINY))
    lower = special.ndtri(np.maximum(below, TINY))
    return interpolate.CubicSpline(grid, np.where(above < 0.5, upper, lower))


def _both(
    z: ArrayLike, arms: int, correlation: float, df: float
) -> tuple[Vector, Vector]:
    """Upper and lower probability, each integrated by itself."""
    at = np.asarray(z, dtype=float)
    spread, mass = _deviations(df)
    scaled = at.reshape(-1, 1) * spread
    control, weight = _normal()
    above, below = np.zeros_like(scaled), np.zeros_like(scaled)
    for c, w in zip(control, weight, strict=True):  # arrays stay small
        log = arms * special.log_ndtr(
            (scaled + np.sqrt(correlation) * c) / np.sqrt(1 - correlation)
        )
        above -= w * np.expm1(log)
        below += w * np.exp(log)
    upper = np.asarray(above @ mass).reshape(at.shape)
    return upper, np.asarray(below @ mass).reshape(at.shape)


def _normal() -> tuple[Vector, Vector]:
    """Nodes and weights that integrate over a standard normal variable."""
    at = FAR * NODES
    weight = FAR * WEIGHTS * np.exp(-0.5 * at**2) / np.sqrt(2 * np.pi)
    return at, weight / weight.sum()


def _deviations(df: float) -> tuple[Vector, Vector]:
    """Nodes and weights for an estimated standard deviation whose true value is 1."""
    if isinf(df):
        return np.ones(1), np.ones(1)
    low, high = np.sqrt(special.chdtri(df, np.array([1 - 1e-15, 1e-15])) / df)
    half = (high - low) / 2
    at = low + half * (NODES + 1)
    log = (df - 1) * np.log(at) - df * at**2 / 2
    weight = half * WEIGHTS * np.exp(log - log.max())
    return at, weight / weight.sum()
