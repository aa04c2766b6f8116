"""Missing outcomes at their expectation, given the observed outcomes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def conditional_means(y: Matrix, mean: Matrix, S: Matrix) -> Matrix:
    """Outcomes completed by the conditional expectation of a normal distribution.

    Args:
        y: n x T, NaN where missing.
        mean: expectation, R x n x T.
        S: covariance of the visits, R x T x T.

    Returns:
        R x n x T; observed outcomes are unchanged.

    Source: Wolbers et al. 2022, Pharm Stat 21:1246-1257, section 3.
    """
    filled = np.where(np.isnan(y), mean, y)
    seen = ~np.isnan(y)
    kinds, kind = np.unique(seen, axis=0, return_inverse=True)
    for number, mask in enumerate(kinds):
        if mask.all() or not mask.any():
            continue  # nothing to fill, or nothing to learn from
        those = np.flatnonzero(kind.reshape(-1) == number)
        o, m = np.flatnonzero(mask), np.flatnonzero(~mask)
        B = np.linalg.solve(
            S[:, o[:, None], o], S[:, o[:, None], m]
        )  # R x o x m: regression of the missing on the seen
        residual = y[those][:, o] - mean[:, those][:, :, o]
        guess = mean[:, those][:, :, m] + residual @ B
        filled[:, those[:, None], m] = guess
    return filled
