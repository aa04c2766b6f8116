"""Tests and intervals of combinations of coefficients."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from equipoise.analyze.mmrm.design import Matrix
from equipoise.analyze.mmrm.likelihood import Likelihood
from equipoise.errors import AnalysisError

DfMethod = Literal["satterthwaite", "residual", "asymptotic"]


def degrees_of_freedom(L: Matrix, at: Likelihood, df: DfMethod, n_rows: int) -> Matrix:
    """Denominator degrees of freedom of single combinations.

    Args:
        L: combinations x coefficients.
        at: the likelihood at its maximum.
        df: ``satterthwaite``; ``residual``: rows minus coefficients; ``asymptotic``:
            infinite.
        n_rows: rows of the fit.

    Source: Satterthwaite 1946, Biometrics Bulletin 2:110-114; Fai and Cornelius 1996,
    J Stat Comput Simul 54:363-378; SAS PROC MIXED, DDFM=SATTERTHWAITE.
    """
    if df == "asymptotic":
        return np.full(len(L), np.inf)
    if df == "residual":
        return np.full(len(L), float(n_rows - L.shape[1]))
    gradient = _variance_gradient(L, at)
    variance = np.einsum("ra,ab,rb->r", L, at.Phi, L)
    # The covariance of theta: the deviance is minus twice the log-likelihood.
    spread = np.einsum(
        "rh,rh->r", gradient, 2 * np.linalg.solve(at.observed, gradient.T).T
    )
    return np.asarray(2 * variance**2 / spread)


def estimates(
    L: Matrix, at: Likelihood, *, df: DfMethod, n_rows: int, level: float
) -> pd.DataFrame:
    """Estimate, standard error, df, t, p and interval of each combination."""
    value = L @ at.beta
    error = np.sqrt(np.einsum("ra,ab,rb->r", L, at.Phi, L))
    free = degrees_of_freedom(L, at, df, n_rows)
    t = np.divide(value, error)
    half = stats.t.ppf((1 + level) / 2, free) * error
    return pd.DataFrame(
        {
            "estimate": value,
            "std_error": error,
            "df": free,
            "t": t,
            "p": 2 * stats.t.sf(np.abs(t), free),
            "lower": value - half,
            "upper": value + half,
        }
    )


def joint_test(
    L: Matrix, at: Likelihood, *, df: DfMethod, n_rows: int
) -> dict[str, float]:
    """F test that every combination is zero: ``num_df, den_df, F, p``.

    Source: Fai and Cornelius 1996, method 1; SAS PROC MIXED, DDFM=SATTERTHWAITE.
    """
    L = np.atleast_2d(np.asarray(L, dtype=float))
    if L.shape[1] != len(at.beta):
        raise AnalysisError.single(
            "EQ408",
            f"the matrix has {L.shape[1]} columns for {len(at.beta)} coefficients",
            where="test",
            mend="give one column for each coefficient",
        )
    rank = len(L)
    if np.linalg.matrix_rank(L) < rank:
        raise AnalysisError.single(
            "EQ408",
            "rows of the matrix depend on each other",
            where="test",
            mend="leave out rows that follow from others",
        )
    values, vectors = np.linalg.eigh(L @ at.Phi @ L.T)
    rows = vectors.T @ L
    F = float(((rows @ at.beta) ** 2 / values).sum() / rank)
    free = degrees_of_freedom(rows, at, df, n_rows)
    den = float(free[0]) if rank == 1 else _joint(free, rank)
    p = float(stats.f.sf(F, rank, den)) if den > 0 else float("nan")
    return {"num_df": float(rank), "den_df": den, "F": F, "p": p}


def _joint(free: Matrix, rank: int) -> float:
    """Denominator degrees of freedom of several independent t statistics."""
    if np.isinf(free).all():
        return float("inf")
    if np.ptp(free) < 1e-8 * free[0]:
        return float(free[0])
    expected = float((free[free > 2] / (free[free > 2] - 2)).sum())
    return 2 * expected / (expected - rank) if expected > rank else 0.0


def _variance_gradient(L: Matrix, at: Likelihood) -> Matrix:
    """Derivatives of the variance of each combination by theta: rows x parameters."""
    right = L @ at.Phi
    return np.asarray(-np.einsum("ra,hab,rb->rh", right, at.d_inverse, right))
