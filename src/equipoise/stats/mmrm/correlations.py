"""Correlation matrices with their derivatives, in the parameters of R mmrm.

Each function takes the parameters ``theta`` of the correlation, unconstrained, and the
positions of T visits among all planned visits, ascending; it gives ``R, dR, d2R`` of
shapes ``T x T``, ``r x T x T`` and ``r x r x T x T``. A planned visit without ratings has
no row in R, but keeps its position: the visits around it are two steps apart.

Source: R mmrm 0.3, vignette "Covariance structures"; SAS PROC MIXED, TYPE=.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Positions = NDArray[np.intp]
# A visit whose variance, given those before it, is this part of its variance or less
# makes the covariance singular: beyond, the likelihood is rounding.
SINGULAR = 1e-11


class Correlation(NamedTuple):
    """A family of correlation matrices.

    Attributes:
        n: number of parameters for visits at these positions.
        values: ``R, dR, d2R`` at theta.
        start: theta near the correlations of an unstructured matrix.
    """

    n: Callable[[Positions], int]
    values: Callable[[Matrix, Positions], tuple[Matrix, Matrix, Matrix]]
    start: Callable[[Matrix, Positions], Matrix]


def bounded(theta: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """``theta / sqrt(1 + theta ** 2)``, inside (-1, 1), with two derivatives."""
    root = 1 / np.sqrt(1 + theta**2)
    return theta * root, root**3, -3 * theta * root**5


def _unbounded(rho: Matrix) -> Matrix:
    inside = np.clip(rho, -0.9, 0.9)
    return np.asarray(inside / np.sqrt(1 - inside**2))


def _lags(at: Positions) -> NDArray[np.intp]:
    return np.abs(np.subtract.outer(at, at))


def _distinct_lags(at: Positions) -> NDArray[np.intp]:
    """The lags between two of the visits, ascending."""
    return np.unique(_lags(at)[np.triu_indices(len(at), 1)])


def _mean_by_lag(R: Matrix, at: Positions) -> Matrix:
    lag = _lags(at)
    return np.array([R[lag == each].mean() for each in _distinct_lags(at)])


def _ar1(theta: Matrix, at: Positions) -> tuple[Matrix, Matrix, Matrix]:
    """``rho ** lag``."""
    rho, d, dd = (float(x[0]) for x in bounded(theta))
    lag = _lags(at).astype(float)
    first = lag * rho ** np.maximum(lag - 1, 0)
    second = lag * (lag - 1) * rho ** np.maximum(lag - 2, 0)
    R, dR = rho**lag, first * d
    return R, dR[None], (second * d**2 + first * dd)[None, None]


def _start_ar1(R: Matrix, at: Positions) -> Matrix:
    """From the mean correlation at the shortest lag, which may be more than one step."""
    lag = int(_distinct_lags(at)[0])
    mean = float(_mean_by_lag(R, at)[0])
    root = abs(mean) ** (1 / lag)
    return _unbounded(np.array([root if lag % 2 == 0 else np.copysign(root, mean)]))


def _cs(theta: Matrix, at: Positions) -> tuple[Matrix, Matrix, Matrix]:
    """One correlation, above the -1 / (T - 1) at which the matrix is singular."""
    T = len(at)
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


def _start_cs(R: Matrix, at: Positions) -> Matrix:
    T = len(at)
    least = 1 / max(T - 1, 1)
    rho = (R.sum() - T) / max(T * (T - 1), 1)
    p = np.clip((rho + least) / (1 + least), 0.02, 0.98)
    return np.array([np.log(p / (1 - p))])


def _toep(theta: Matrix, at: Positions) -> tuple[Matrix, Matrix, Matrix]:
    """A correlation for each lag that occurs."""
    rho, d, dd = bounded(theta)
    T, lags = len(at), _distinct_lags(at)
    basis = (_lags(at) == lags[:, None, None]).astype(float)
    second = np.zeros((len(lags), len(lags), T, T))
    each = np.arange(len(lags))
    second[each, each] = dd[:, None, None] * basis
    R = np.eye(T) + np.tensordot(rho, basis, 1)
    return R, d[:, None, None] * basis, second


def _ad(theta: Matrix, at: Positions) -> tuple[Matrix, Matrix, Matrix]:
    """Ante-dependence: the product of the correlations of neighbours.

    The two correlations around a visit without ratings are only known as their product:
    one free parameter, as for neighbours.
    """
    T = len(at)
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
    "ar1": Correlation(lambda at: min(1, len(at) - 1), _ar1, _start_ar1),
    "cs": Correlation(lambda at: min(1, len(at) - 1), _cs, _start_cs),
    "toep": Correlation(
        lambda at: len(_distinct_lags(at)),
        _toep,
        lambda R, at: _unbounded(_mean_by_lag(R, at)),
    ),
    "ad": Correlation(
        lambda at: len(at) - 1,
        _ad,
        lambda R, at: _unbounded(np.diagonal(R, 1).copy()),
    ),
}
