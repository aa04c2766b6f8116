"""The likelihood of a covariance matrix, with its derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from equipoise.analyze.mmrm.design import Matrix
from equipoise.analyze.mmrm.moments import Moments


@dataclass(frozen=True)
class Likelihood:
    """Everything that follows from the data and one covariance matrix.

    The parameters ``theta`` are those in which the covariance matrix is linear:
    ``S = sum(theta[h] * basis[h])``.

    Attributes:
        deviance: minus twice the (restricted) log-likelihood.
        gradient: its first derivatives.
        observed: its second derivatives.
        expected: their expectation.
        beta: generalized least-squares coefficients.
        Phi: covariance matrix of ``beta``, given ``S``.
        d_inverse: derivatives of the inverse of ``Phi``, parameters x p x p.
    """

    deviance: float
    gradient: Matrix
    observed: Matrix
    expected: Matrix
    beta: Matrix
    Phi: Matrix
    d_inverse: Matrix


def deviance(data: Moments, S: Matrix, *, reml: bool) -> float:
    """Minus twice the log-likelihood; infinite where ``S`` is not positive definite."""
    try:
        _, total, beta, Phi, rss = _solve(data, S)
    except np.linalg.LinAlgError:
        return float("inf")
    del beta
    return _deviance(data, total, Phi, rss, reml=reml)


def likelihood(data: Moments, S: Matrix, basis: Matrix, *, reml: bool) -> Likelihood:
    """The likelihood at ``S`` with first and second derivatives.

    Args:
        data: one pass over the data.
        S: visits x visits, positive definite.
        basis: parameters x visits x visits, symmetric matrices.
        reml: restricted likelihood (True) or likelihood.

    Raises:
        numpy.linalg.LinAlgError: ``S`` is not positive definite.

    Source: Lindstrom and Bates 1988, JASA 83:1014-1022; Jennrich and Schluchter 1986,
    Biometrics 42:805-820.
    """
    inverses, log_det, beta, Phi, rss = _solve(data, S)
    b = np.append(-beta, 1.0)
    V = np.zeros((len(b), len(b)))
    V[:-1, :-1] = Phi
    k, p = len(basis), len(beta)
    gradient = np.zeros(k)
    observed, expected = np.zeros((k, k)), np.zeros((k, k))
    d_inverse, d_fit = np.zeros((k, p, p)), np.zeros((k, p))
    for pattern, W in zip(data.patterns, inverses, strict=True):
        seen = pattern.visits
        F = W @ basis[:, seen][:, :, seen]  # parameters x m x m: W S_h
        inner = (F @ W).reshape(k, -1)  # W S_h W
        fixed = np.einsum("tsab,a,b->ts", pattern.C, b, b)
        fit = np.einsum("tsab,ab->ts", pattern.C, V)
        U = fixed + fit if reml else fixed
        gradient += pattern.n * np.einsum("htt->h", F) - inner @ U.reshape(-1)
        traces = np.einsum("hts,jst->hj", F, F)
        observed -= pattern.n * traces - 2 * _pairs(F, W @ U)
        expected += pattern.n * traces
        m = len(pattern.visits)
        C = pattern.C.reshape(m * m, p + 1, p + 1)
        d_inverse -= (inner @ C[:, :p, :p].reshape(m * m, -1)).reshape(k, p, p)
        d_fit -= inner @ (C @ b)[:, :p]
        if reml:
            expected -= 2 * _pairs(F, W @ fit)
    observed -= 2 * d_fit @ Phi @ d_fit.T
    observed = (observed + observed.T) / 2
    if reml:
        both = np.einsum("hab,jba->hj", Phi @ d_inverse, Phi @ d_inverse)
        observed -= both
        expected += both
    return Likelihood(
        deviance=_deviance(data, log_det, Phi, rss, reml=reml),
        gradient=gradient,
        observed=observed,
        expected=(expected + expected.T) / 2,
        beta=beta,
        Phi=Phi,
        d_inverse=d_inverse,
    )


def _pairs(F: Matrix, G: Matrix) -> Matrix:
    """``tr(F_h F_j G)``, made symmetric in h and j."""
    right = np.einsum("hts,jsu,ut->hj", F, F, G, optimize=True)
    return np.asarray((right + right.T) / 2)


def _solve(
    data: Moments, S: Matrix
) -> tuple[list[Matrix], float, Matrix, Matrix, float]:
    """Inverses by pattern, log-determinant, coefficients, Phi, weighted residuals."""
    q = data.n_coefficients + 1
    M, log_det, inverses = np.zeros((q, q)), 0.0, []
    for pattern in data.patterns:
        part = S[np.ix_(pattern.visits, pattern.visits)]
        factor = cho_factor(part, lower=True)
        W = cho_solve(factor, np.eye(len(part)))
        W = (W + W.T) / 2
        log_det += pattern.n * 2 * float(np.log(np.diag(factor[0])).sum())
        M += np.einsum("ts,tsab->ab", W, pattern.C)
        inverses.append(W)
    A = (M[:-1, :-1] + M[:-1, :-1].T) / 2
    factor = cho_factor(A, lower=True)
    Phi = cho_solve(factor, np.eye(q - 1))
    beta = cho_solve(factor, M[:-1, -1])
    rss = float(M[-1, -1] - M[:-1, -1] @ beta)
    return inverses, log_det, beta, (Phi + Phi.T) / 2, rss


def _deviance(
    data: Moments, log_det: float, Phi: Matrix, rss: float, *, reml: bool
) -> float:
    free = data.n_rows - (data.n_coefficients if reml else 0)
    total = free * np.log(2 * np.pi) + log_det + rss - data.log_weight
    if reml:
        total -= np.linalg.slogdet(Phi)[1]
    return float(total)
