"""Correlation matrices with their derivatives, in the parameters of R mmrm.

Each function takes the parameters ``theta`` of the correlation, unconstrained, and gives
``R, dR, d2R`` of shapes ``T x T``, ``r x T x T`` and ``r x r x T x T``.

Source: R mmrm 0.3, vignette "Covariance structures"; SAS PROC MIXED, TYPE=.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
# A visit whose variance, given those before it, is this part of its variance or less
# makes the covariance singular: beyond, the likelihood is rounding.
SINGULAR = 1e-11


class Correlation(NamedTuple):
    """A family of correlation matrices.

    Attributes:
        n: number of parameters for T visits.
        values: ``R, dR, d2R`` at theta.
        start: theta near the correlations of an unstructured matrix.
    """

    n: Callable[[int], int]
    values: Callable[[Matrix, int], tuple[Matrix, Matrix, Matrix]]
    start: Callable[[Matrix], Matrix]


def bounded(theta: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """``theta / sqrt(1 + theta ** 2)``, inside (-1, 1), with two derivatives."""
    root = 1 / np.sqrt(1 + theta**2)
    return theta * root, root**3, -3 * theta * root**5


def _unbounded(rho: Matrix) -> Matrix:
    inside = np.clip(rho, -0.9, 0.9)
    return np.asarray(inside / np.sqrt(1 - inside**2))


def _lags(T: int) -> Matrix:
    return np.abs(np.subtract.outer(np.arange(T), np.arange(T)))


def _mean_by_lag(R: Matrix) -> Matrix:
    return np.array([np.diagonal(R, lag).mean() for lag in range(1, len(R))])


def _ar1(theta: Matrix, T: int) -> tuple[Matrix, Matrix, Matrix]:
    """``rho ** lag``."""
    rho, d, dd = (float(x[0]) for x in bounded(theta))
    lag = _lags(T).astype(float)
    first = lag * rho ** np.maximum(lag - 1, 0)
    second = lag * (lag - 1) * rho ** np.maximum(lag - 2, 0)
    R, dR = rho**lag, first * d
    return R, dR[None], (second * d**2 + first * dd)[None, None]


def _cs(theta: Matrix, T: int) -> tuple[Matrix, Matrix, Matrix]:
    """One correlation, above the -1 / (T - 1) at which the matrix is singular."""
    p = 1 / (1 + np.exp(-float(theta[0])))
    least = 1 / max(T - 1, 1)
    rho = p * (1 + least) - least
    d = p * (1 - p) * (1 + least)
    off = 1 - np.eye(T)
    return (
        rho * off + np.eye(T),
        (d * off)[None],
        (d * (1 - 2 * p) * off)[None, None],
    )


def _start_cs(R: Matrix) -> Matrix:
    T = len(R)
    least = 1 / max(T - 1, 1)
    rho = (R.sum() - T) / max(T * (T - 1), 1)
    p = np.clip((rho + least) / (1 + least), 0.02, 0.98)
    return np.array([np.log(p / (1 - p))])


def _toep(theta: Matrix, T: int) -> tuple[Matrix, Matrix, Matrix]:
    """A correlation for each lag."""
    rho, d, dd = bounded(theta)
    lag = _lags(T)
    basis = (lag == np.arange(1, T)[:, None, None]).astype(float)
    second = np.zeros((T - 1, T - 1, T, T))
    each = np.arange(T - 1)
    second[each, each] = dd[:, None, None] * basis
    R = np.eye(T) + np.tensordot(rho, basis, 1)
    return R, d[:, None, None] * basis, second


def _ad(theta: Matrix, T: int) -> tuple[Matrix, Matrix, Matrix]:
    """Ante-dependence: the product of the correlations of neighbours."""
    rho, d, dd = bounded(theta)
    row, column = np.meshgrid(np.arange(T), np.arange(T), indexing="ij")
    low, high = np.minimum(row, column), np.maximum(row, column)
    step = np.arange(T - 1)[:, None, None]
    inside = (low <= step) & (step < high)  # neighbours that a pair of visits spans

    def product(without: tuple[int, ...]) -> Matrix:
        kept = np.where(inside, rho[:, None, None], 1.0)
        for j in without:
            kept[j] = inside[j]
        return np.asarray(kept.prod(axis=0))

    r = T - 1
    first = np.zeros((r, T, T))
    second = np.zeros((r, r, T, T))
    for j in range(r):
        alone = product((j,))
        first[j], second[j, j] = d[j] * alone, dd[j] * alone
        for i in range(j):
            second[i, j] = second[j, i] = d[i] * d[j] * product((i, j))
    return product(()), first, second


FAMILIES: dict[str, Correlation] = {
    "ar1": Correlation(
        lambda T: min(1, T - 1), _ar1, lambda R: _unbounded(_mean_by_lag(R)[:1])
    ),
    "cs": Correlation(lambda T: min(1, T - 1), _cs, _start_cs),
    "toep": Correlation(lambda T: T - 1, _toep, lambda R: _unbounded(_mean_by_lag(R))),
    "ad": Correlation(
        lambda T: T - 1, _ad, lambda R: _unbounded(np.diagonal(R, 1).copy())
    ),
}
