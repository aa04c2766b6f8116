"""Scores of interactions of the arm with candidates, of many allocations together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.errors.counted import counted

Floats = NDArray[np.float64]

STATISTICS = ("sum", "maximum", "whitened")
NUMBERS = 2_000_000  # of one array of draws x participants x candidates: 16 MB
SMALLEST = 0.05  # of 1 - leverage, and of eigenvalues of correlations


@dataclass(frozen=True, slots=True)
class Candidates:
    """Standardized candidates, with what all allocations share.

    Attributes:
        values: (n, p) mean 0, SD 1.
        basis: (n, p + 1) orthonormal basis of the constant and the candidates.
        whitening: (p, p) symmetric root of the inverse correlations.
    """

    values: Floats
    basis: Floats
    whitening: Floats

    @classmethod
    def of(cls, values: Floats) -> Candidates:
        """Standardizes the candidates.

        Args:
            values: (n, p) finite, p < n - 2, no column constant or a sum of others.

        Raises:
            ValueError: the columns are not of full rank, or too many for n.
        """
        n, p = values.shape
        centered = values - values.mean(axis=0)
        sd = centered.std(axis=0, ddof=1)
        if n < p + 4 or not (sd > 0).all():
            raise ValueError(
                f"{p} candidates of {counted(n, 'participant')}, or a constant one"
            )
        scaled = centered / sd
        design = np.column_stack([np.ones(n), scaled])
        if np.linalg.matrix_rank(design) <= p:
            raise ValueError("a candidate is a linear combination of others")
        size, vectors = np.linalg.eigh(scaled.T @ scaled / (n - 1))
        roots = np.sqrt(np.maximum(size, SMALLEST * size.max()))
        basis, _ = np.linalg.qr(design)
        return cls(scaled, basis, vectors / roots @ vectors.T)


def statistics(outcomes: Floats, arms: Floats, candidates: Candidates) -> Floats:
    """Statistics of heterogeneity of many data sets with the same candidates.

    The model of each has the arm, the candidates, and one interaction at a time. An
    interaction is studentized by a sandwich variance with the leverages of HC2: t².

    Args:
        outcomes: (draws, n).
        arms: (draws, n) 1 in the arm of interest, else 0.
        candidates: of the n participants.

    Returns:
        (3, draws): the sum of t² over candidates, the largest t², and the sum of t² over
        the whitened candidates, in which an effect that correlated candidates share with
        opposite signs is not lost.

    Source: MacKinnon and White 1985, J Econometrics 29:305-325 (HC2).
    """
    draws, n = outcomes.shape
    found = np.empty((len(STATISTICS), draws))
    step = max(1, NUMBERS // (n * candidates.values.shape[1]))
    for first in range(0, draws, step):
        part = slice(first, first + step)
        found[:, part] = _chunk(outcomes[part], arms[part], candidates)
    return found


def _chunk(outcomes: Floats, arms: Floats, candidates: Candidates) -> Floats:
    basis = candidates.basis
    centered = arms - arms.mean(axis=1, keepdims=True)
    arm = centered - centered @ basis @ basis.T
    arm /= np.linalg.norm(arm, axis=1, keepdims=True)
    rest = outcomes - outcomes @ basis @ basis.T
    rest -= arm * (arm * rest).sum(axis=1, keepdims=True)
    leverage = (basis**2).sum(axis=1) + arm**2

    products = centered[:, :, None] * candidates.values
    products -= basis @ (basis.T @ products)
    along = np.matmul(arm[:, None, :], products)
    products -= arm[:, :, None] * along
    plain = squared_t(products, rest, leverage)
    white = squared_t(products @ candidates.whitening, rest, leverage)
    return np.stack([plain.sum(axis=1), plain.max(axis=1), white.sum(axis=1)])


def squared_t(products: Floats, rest: Floats, leverage: Floats) -> Floats:
    """t² of one regressor at a time, by a sandwich variance.

    Args:
        products: (draws, n, p) regressors, orthogonal to the model without them.
        rest: (draws, n) residuals of that model.
        leverage: (draws, n) of that model.

    Returns:
        (draws, p).
    """
    squares = products**2
    norm = squares.sum(axis=1)
    score = np.matmul(rest[:, None, :], products)[:, 0]
    residual = rest[:, :, None] - products * (score / norm)[:, None, :]
    free = 1 - leverage[:, :, None] - squares / norm[:, None, :]
    spread = squares * residual**2 / np.maximum(free, SMALLEST)
    return np.asarray(score**2 / spread.sum(axis=1))
