"""Empirical covariance of the coefficients, which does not trust the covariance model.

Source: Liang and Zeger 1986, Biometrika 73:13-22; Mancl and DeRouen 2001, Biometrics
57:126-134 (jackknife); Bell and McCaffrey 2002, Survey Methodology 28:169-181 (bias
reduction and degrees of freedom); R mmrm, vignette "Empirical covariance".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.inference import fai_cornelius
from equipoise.stats.options import Vcov

Slices = Callable[[], Iterable[Matrix]]


@dataclass(frozen=True)
class Sandwich:
    """Empirical covariance with degrees of freedom after Satterthwaite.

    Attributes:
        model_based: covariance of the coefficients by the model.
        Phi: the empirical one.
        kind: which.
        slices: whitened ``[X, y]`` of participants, n x T x q at a time.
    """

    model_based: Matrix
    Phi: Matrix
    kind: Vcov
    slices: Slices

    def single(self, L: Matrix) -> Matrix:
        """Of a quadratic form in independent normal residuals: ``tr(G)^2 / tr(G^2)``.

        ``G`` has an entry for each pair of participants; the sums over pairs are those
        over participants of p x p matrices.

        Source: docs/methods/mmrm.md, equation (sandwich-df).
        """
        turned = self.model_based @ L.T  # p x r
        r, p = L.shape
        trace, square = np.zeros(r), np.zeros(r)
        outer = np.zeros((r, p, p))
        for X, adjusted in _adjusted(self.slices(), self.model_based, self.kind):
            a = adjusted @ turned  # n x T x r
            s = (a**2).sum(axis=1)
            v = np.einsum("itp,itr->irp", X, a, optimize=True)
            own = np.einsum("irp,pq,irq->ir", v, self.model_based, v, optimize=True)
            trace += (s - own).sum(axis=0)
            square += (s**2 - 2 * s * own).sum(axis=0)
            outer += np.einsum("irp,irq->rpq", v, v, optimize=True)
        PhiQ = self.model_based @ outer
        square += np.einsum("rab,rba->r", PhiQ, PhiQ)
        return np.asarray(trace**2 / square)

    def joint(self, L: Matrix) -> tuple[float, float]:
        """Of independent combinations."""
        return fai_cornelius(L, self), 1.0


def sandwich(beta: Matrix, Phi: Matrix, kind: Vcov, slices: Slices) -> Sandwich:
    """The empirical covariance.

    Args:
        beta: coefficients.
        Phi: their model-based covariance.
        kind: ``empirical``, ``empirical-jackknife`` or ``empirical-bias-reduced``.
        slices: gives the whitened participants, again at each call.

    Source: docs/methods/mmrm.md, equation (sandwich).
    """
    b = np.append(-beta, 1.0)
    p = len(beta)
    meat = np.zeros((p, p))
    for Z in slices():
        residual = Z @ b
        ((_, adjusted),) = _adjusted([Z], Phi, kind)
        scores = np.einsum("itp,it->ip", adjusted, residual)
        meat += scores.T @ scores
    V = Phi @ meat @ Phi
    return Sandwich(Phi, (V + V.T) / 2, kind, slices)


def _adjusted(
    slices: Iterable[Matrix], Phi: Matrix, kind: Vcov
) -> Iterator[tuple[Matrix, Matrix]]:
    """Whitened X, and ``A X`` with the leverage taken out of the residuals."""
    for Z in slices:
        X = Z[..., :-1]
        if kind == "empirical":
            yield X, X
            continue
        rest = np.eye(X.shape[1]) - X @ Phi @ X.swapaxes(1, 2)
        values, vectors = np.linalg.eigh(rest)
        power = -1.0 if kind == "empirical-jackknife" else -0.5
        # A participant who alone determines a coefficient has a zero here: left out.
        scaled = np.where(values > 1e-10, np.abs(values) ** power, 0.0)
        A = (vectors * scaled[:, None, :]) @ vectors.swapaxes(1, 2)
        yield X, A @ X
