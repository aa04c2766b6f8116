"""Participants with times or places of their own: correlation by distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.stats.mmrm.blocks import Block, Parts, Weighed, regular
from equipoise.stats.mmrm.correlations import Matrix


def exponential(theta: float, d: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """``rho ** d`` with ``rho = 1 / (1 + exp(-theta))``, and two derivatives.

    Source: R mmrm ``sp_exp``; SAS TYPE=SP(EXP)(c), rho = exp(-1 / range).
    """
    log_rho = -np.logaddexp(0.0, -theta)
    p, rest = special.expit(theta), special.expit(-theta)
    R = np.exp(d * log_rho)
    slope = d * rest
    return R, R * slope, R * (slope**2 - d * p * rest)


def gaussian(theta: float, d: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """``rho ** (d ** 2)`` with ``rho = 1 / (1 + exp(-theta))``, and two derivatives.

    Source: R mmrm ``sp_gau``; SAS PROC MIXED, TYPE=SP(GAU)(c), rho = exp(-1 / range^2).
    """
    return exponential(theta, d**2)


INDEPENDENT = 1e-6  # correlation of the nearest rows that is none
UNIT = np.array([[0.0, 1.0], [1.0, 0.0]])
KINDS = {"sp_exp": exponential, "sp_gau": gaussian}


def distances(places: Matrix) -> Matrix:
    """Euclidean distances between the coordinates of each participant.

    Args:
        places: N x slots x dimensions.

    Returns:
        N x slots x slots.
    """
    apart = places[:, :, None] - places[:, None, :]
    return np.asarray(np.sqrt((apart**2).sum(axis=3)))


@dataclass(frozen=True)
class SpatialBlock:
    """Participants whose rows lie at coordinates of their own.

    Parameters: the logarithm of the variance, then that of the correlation.

    Attributes:
        kind: ``sp_exp`` or ``sp_gau``.
        seen: participants x slots; a participant's rows fill the first ones.
        distances: participants x slots x slots, Euclidean.
        rows: Z of the participants: N x slots x q.
    """

    kind: str
    seen: NDArray[np.bool_]
    distances: Matrix
    rows: Matrix
    n_parameters: int = 2

    def start(self, S: Matrix) -> Matrix:
        """The variance of the residuals, and a correlation of half at mean distance."""
        apart = self.distances[self.distances > 0]
        mean = float(apart.mean()) if len(apart) else 1.0
        log_rho = -np.log(2) / (mean if self.kind == "sp_exp" else mean**2)
        return np.array([np.log(S[0, 0]), log_rho - np.log(-np.expm1(log_rho))])

    def covariance(self, theta: Matrix, distances: Matrix | None = None) -> Matrix:
        """At these distances; without them, of two rows at distance one."""
        d = UNIT if distances is None else distances
        R = KINDS[self.kind](theta[1], d)[0]
        return np.asarray(np.exp(theta[0]) * R)

    def edge(self, theta: Matrix) -> str:
        """Independent rows are at the end of the scale of theta, at minus infinity."""
        apart = self.distances[self.distances > 0]
        nearest = KINDS[self.kind](theta[1], np.array([apart.min(initial=np.inf)]))[0]
        if len(apart) and nearest[0] < INDEPENDENT:
            return "the correlation vanishes at every distance"
        return ""

    @property
    def _pairs(self) -> NDArray[np.bool_]:
        return np.asarray(self.seen[:, :, None] & self.seen[:, None, :])

    def weigh(self, theta: Matrix) -> Weighed:
        """Inverse covariance of each participant; ``Z' W Z``."""
        q = self.rows.shape[2]
        S = self.covariance(theta, self.distances)
        S = np.where(self._pairs, S, np.eye(self.seen.shape[1]))
        diagonal, root = regular(S)
        inverse = np.linalg.inv(root)
        W = (inverse.swapaxes(1, 2) @ inverse) * self._pairs
        weighed = W @ self.rows
        M = self.rows.reshape(-1, q).T @ weighed.reshape(-1, q)
        log_det = 2 * float(np.log(diagonal).sum())
        return Weighed((M + M.T) / 2, log_det, (W, weighed))

    def parts(
        self, theta: Matrix, at: Weighed, b: Matrix, root: Matrix, *, reml: bool
    ) -> Parts:
        """Derivatives at theta."""
        W, weighed = at.state
        r, Y = weighed @ b, weighed[..., :-1] @ root
        residuals, fit = r[:, :, None] * r[:, None, :], Y @ Y.swapaxes(1, 2)
        slope = W - residuals - reml * fit
        first, second = self._derivatives(theta)
        F = [S @ W for S in first]  # S_h W
        X = weighed[..., :-1]

        def trace(h: int, j: int, by: Matrix) -> float:
            return float(np.einsum("its,isu,iut->", F[h], first[j], by, optimize=True))

        def table(by: Matrix) -> Matrix:
            return np.array([[trace(h, j, by) for j in (0, 1)] for h in (0, 1)])

        return Parts(
            gradient=np.array([float((S * slope).sum()) for S in first]),
            traces=table(W),
            of_residuals=table(residuals),
            of_fit=table(fit),
            curvature=np.array(
                [[float((S * slope).sum()) for S in row] for row in second]
            ),
            d_inverse=-np.stack([_sandwich(X, S, X) for S in first]),
            d_fit=-np.stack([_sandwich(X, S, r[..., None])[:, 0] for S in first]),
        )

    def adjustment(
        self, theta: Matrix, at: Weighed, w: Matrix
    ) -> tuple[Matrix, Matrix]:
        """Summed over participants."""
        W, weighed = at.state
        X = weighed[..., :-1]
        first, second = self._derivatives(theta)
        Q = np.zeros((X.shape[2], X.shape[2]))
        R = np.zeros_like(Q)
        for h in (0, 1):
            for j in (0, 1):
                Q += w[h, j] * _sandwich(X, first[h] @ W @ first[j], X)
                R += w[h, j] * _sandwich(X, second[h][j], X)
        return Q, R

    def reported(self, theta: Matrix) -> tuple[Block, Matrix, Matrix]:
        """These are the parameters of R mmrm."""
        return self, theta, np.eye(2)

    def _derivatives(self, theta: Matrix) -> tuple[list[Matrix], list[list[Matrix]]]:
        R, dR, d2R = KINDS[self.kind](theta[1], self.distances)
        scale = np.exp(theta[0]) * self._pairs
        S, dS, d2S = scale * R, scale * dR, scale * d2R
        return [S, dS], [[S, dS], [dS, d2S]]


def _sandwich(left: Matrix, middle: Matrix, right: Matrix) -> Matrix:
    """``sum left' middle right`` over participants."""
    inner = middle @ right
    return left.reshape(-1, left.shape[2]).T @ inner.reshape(-1, inner.shape[2])
