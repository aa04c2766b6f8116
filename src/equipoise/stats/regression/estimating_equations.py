"""Solves generalized estimating equations, with small-sample covariances.

Not by statsmodels: its covariances are two of the five, and its autoregressive
correlation is not that of SAS and R. Its other results are equal, as tests check.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.input_checks import Numbers
from equipoise.stats.regression.adjusted_means import no_estimate
from equipoise.stats.regression.generalized import FAMILIES, fit_glm
from equipoise.stats.regression.linear_fit import FULL_LEVERAGE

MAX_STEPS = 200
CONVERGED = 1e-10
BOUND = 0.75  # of the correction of Fay and Graubard


@dataclass(frozen=True)
class Clusters:
    """Rows with the number of their participant and the position of their visit."""

    X: Numbers
    y: Numbers
    ids: NDArray[np.intp]
    at: NDArray[np.intp]
    visits: int


@dataclass(frozen=True)
class Solution:
    """Coefficients with what their covariances need."""

    beta: Numbers
    dispersion: float
    correlation: float | None
    parts: tuple[tuple[Numbers, Numbers, Numbers], ...]  # D, D'V^-1, residuals
    inverse: Numbers

    @property
    def clusters(self) -> int:
        """Participants."""
        return len(self.parts)

    def covariance(self, vcov: str) -> Numbers:
        """Of the coefficients."""
        if vcov == "model":
            return self.dispersion * self.inverse
        p = len(self.beta)
        meat = np.zeros((p, p))
        for D, DV, r in self.parts:
            H = D @ self.inverse @ DV
            eye = np.eye(len(r))
            if vcov in ("mancl-derouen", "kauermann-carroll"):
                _require_rest(eye - H)
            if vcov == "mancl-derouen":
                r = np.asarray(np.linalg.solve(eye - H, r), dtype=float)
            elif vcov == "kauermann-carroll":
                values, vectors = np.linalg.eig(eye - H)
                root = vectors @ np.diag(values.real**-0.5) @ np.linalg.inv(vectors)
                r = (root @ r).real
            score = DV @ r
            if vcov == "fay-graubard":
                share = np.diag(DV @ D @ self.inverse)
                score = score / np.sqrt(1 - np.minimum(BOUND, share))
            meat += np.outer(score, score)
        return np.asarray(self.inverse @ meat @ self.inverse)


def _require_rest(left: Numbers) -> None:
    """Rejects a participant whose outcomes determine a coefficient: EQ469."""
    if np.linalg.eigvals(left).real.min() < FULL_LEVERAGE:
        raise no_estimate("a participant has a coefficient of its own (leverage 1)")


def solve(data: Clusters, family: str, structure: str) -> Solution | None:
    """Alternates Fisher's scoring and moments; None where there is no solution."""
    start = fit_glm(data.X, data.y, family)
    if start is None:
        return None
    kind, beta, n, p = FAMILIES[family], start.beta, *data.X.shape
    groups = [np.flatnonzero(data.ids == i) for i in range(data.ids.max() + 1)]
    for _ in range(MAX_STEPS):
        mean = kind.mean(data.X @ beta)
        variance = kind.variance(mean)
        pearson = (data.y - mean) / np.sqrt(variance)
        dispersion = float(pearson @ pearson) / (n - p)
        R, correlation = _moments(data, groups, pearson / dispersion**0.5, structure, p)
        parts, information, score = [], np.zeros((p, p)), np.zeros(p)
        for rows in groups:
            root = np.sqrt(variance[rows])
            D = data.X[rows] * variance[rows, None]
            V = root[:, None] * R[np.ix_(data.at[rows], data.at[rows])] * root
            try:
                DV = np.asarray(np.linalg.solve(V, D).T, dtype=float)
            except np.linalg.LinAlgError:
                return None
            residual = data.y[rows] - mean[rows]
            information += DV @ D
            score += DV @ residual
            parts.append((D, DV, residual))
        inverse = np.asarray(np.linalg.inv(information), dtype=float)
        step = inverse @ score
        if np.abs(step).max() < CONVERGED * max(1.0, float(np.abs(beta).max())):
            return Solution(beta, dispersion, correlation, tuple(parts), inverse)
        beta = beta + step
    return None


def _moments(
    data: Clusters, groups: list[NDArray[np.intp]], e: Numbers, structure: str, p: int
) -> tuple[Numbers, float | None]:
    """Working correlation of the visits, by the moments of SAS PROC GENMOD."""
    k = data.visits
    products, counts = np.zeros((k, k)), np.zeros((k, k))
    for rows in groups:
        at = data.at[rows]
        products[np.ix_(at, at)] += np.outer(e[rows], e[rows])
        counts[np.ix_(at, at)] += 1
    first, second = np.triu_indices(k, 1)
    if structure == "independence":
        return np.eye(k), None
    if structure == "unstructured":
        R = np.eye(k)
        R[first, second] = (
            products[first, second] / np.maximum(counts - p, 1)[first, second]
        )
        return np.asarray(R + R.T - np.eye(k)), None
    if structure == "ar1":
        near = second - first == 1
        first, second = first[near], second[near]
    pairs = max(float(counts[first, second].sum()) - p, 1.0)
    rho = float(products[first, second].sum()) / pairs
    rho = float(np.clip(rho, -0.999, 0.999))
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k)))
    power = distance if structure == "ar1" else np.minimum(distance, 1)
    return np.asarray(rho**power, dtype=float), rho
