"""Tests and intervals of combinations of coefficients.

A method gives the covariance matrix of the coefficients, and denominator degrees of
freedom for one combination or for several together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.numerics.distributions import f_upper, t_quantile, t_two_sided
from equipoise.stats.input_checks import checked_level, checked_option
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.likelihood import Likelihood, scaled_inverse
from equipoise.stats.options import DF_METHODS, VCOVS


def check_options(df: str, vcov: str) -> None:
    """Rejects what is no method, and Kenward-Roger with another covariance.

    Raises:
        AnalysisError: EQ407.
    """
    checked_option("df", df, DF_METHODS, code="EQ407", where="mmrm, df")
    checked_option("vcov", vcov, VCOVS, code="EQ407", where="mmrm, vcov")
    if df.startswith("kenward-roger") and vcov != "model":
        raise AnalysisError.single(
            "EQ407",
            f"df = {df!r} with vcov = {vcov!r}",
            where="mmrm",
            fix="use vcov = 'model': kenward-roger has a covariance of its own",
        )


class Method(Protocol):
    """A covariance of the coefficients with its degrees of freedom."""

    @property
    def Phi(self) -> Matrix:  # noqa: N802 - as the papers write it
        """Covariance of the coefficients."""

    def single(self, L: Matrix) -> Matrix:
        """Degrees of freedom of each row of L, r."""

    def joint(self, L: Matrix) -> tuple[float, float]:
        """Denominator degrees of freedom of all rows, and the factor of F."""


@dataclass(frozen=True)
class Satterthwaite:
    """Degrees of freedom that match the variance of the estimated variance.

    Source: Satterthwaite 1946, Biometrics Bulletin 2:110-114; Fai and Cornelius 1996, J
    Stat Comput Simul 54:363-378, method 1; SAS PROC MIXED, DDFM=SATTERTHWAITE.
    """

    at: Likelihood
    Phi: Matrix

    def single(self, L: Matrix) -> Matrix:
        """``2 v ** 2 / var(v)`` with v the model-based variance.

        Source: docs/methods/mmrm.md, equation (satterthwaite).
        """
        right = L @ self.at.Phi
        k = len(self.at.d_inverse)
        half = (right @ self.at.d_inverse).reshape(k, *right.shape)
        gradient = -np.einsum("hrb,rb->rh", half, right)
        variance = (right * L).sum(axis=1)
        spread = (gradient * (theta_covariance(self.at) @ gradient.T).T).sum(axis=1)
        return np.asarray(2 * variance**2 / spread)

    def joint(self, L: Matrix) -> tuple[float, float]:
        """Of independent combinations."""
        return fai_cornelius(L, self), 1.0


def theta_covariance(at: Likelihood) -> Matrix:
    """Of the covariance parameters: the deviance is minus twice the log-likelihood."""
    return np.asarray(2 * scaled_inverse(at.observed), dtype=float)


@dataclass(frozen=True)
class Fixed:
    """The same degrees of freedom for every combination; infinite ones are allowed."""

    Phi: Matrix
    df: float

    def single(self, L: Matrix) -> Matrix:
        """The same for every row."""
        return np.full(len(L), float(self.df))

    def joint(self, L: Matrix) -> tuple[float, float]:
        """The same."""
        del L
        return self.df, 1.0


def fai_cornelius(L: Matrix, method: Method) -> float:
    """Denominator degrees of freedom of several t statistics that are independent.

    Source: docs/methods/mmrm.md, equation (fai-cornelius).
    """
    values, vectors = np.linalg.eigh(L @ method.Phi @ L.T)
    del values
    free = method.single(vectors.T @ L)
    rank = len(L)
    if rank == 1 or np.ptp(free) < 1e-8 * free[0]:
        return float(free[0])
    expected = float((free[free > 2] / (free[free > 2] - 2)).sum())
    return 2 * expected / (expected - rank) if expected > rank else 0.0


def estimates(L: Matrix, value: Matrix, method: Method, level: float) -> pd.DataFrame:
    """Estimate, standard error, df, t, p and interval of each combination.

    Args:
        L: combinations x coefficients, in the coordinates of the method.
        value: the estimates.
        method: covariance and degrees of freedom.
        level: coverage of the intervals.
    """
    return pd.DataFrame(estimate_columns(L, value, method, level))


def estimate_columns(
    L: Matrix, value: Matrix, method: Method, level: float
) -> dict[str, Matrix]:
    """The columns of ``estimates``, for callers to whom a frame is too slow."""
    checked_level(level, "EQ407")
    error = np.sqrt(((L @ method.Phi) * L).sum(axis=1))
    free = method.single(L)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.divide(value, error)
    half = t_quantile((1 + level) / 2, free) * error
    return {
        "estimate": value,
        "std_error": error,
        "df": free,
        "t": t,
        "p": t_two_sided(t, free),
        "lower": value - half,
        "upper": value + half,
    }


def joint_test(L: Matrix, value: Matrix, method: Method) -> dict[str, float]:
    """F test that every combination is zero: ``num_df, den_df, F, p``.

    Raises:
        AnalysisError: EQ408, the rows depend on each other.

    Source: Fai and Cornelius 1996; Kenward and Roger 1997, Biometrics 53:983-997.
    """
    rank = len(L)
    if rank == 0 or np.linalg.matrix_rank(L) < rank:
        raise AnalysisError.single(
            "EQ408",
            "rows of the matrix depend on each other" if rank else "no rows",
            where="test",
            fix="leave out rows that follow from others",
        )
    F = float(value @ np.linalg.solve(L @ method.Phi @ L.T, value)) / rank
    den, scale = method.joint(L)
    p = f_upper(F * scale, rank, den)
    return {"num_df": float(rank), "den_df": den, "F": F * scale, "p": p}
