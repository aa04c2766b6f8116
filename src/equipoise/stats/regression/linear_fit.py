"""Least squares with the covariances of its coefficients, and linear combinations."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.numerics.distributions import f_upper, t_quantile, t_two_sided
from equipoise.stats.input_checks import Numbers
from equipoise.stats.result import Result

FULL_LEVERAGE = 1e-10  # 1 minus leverage: the row determines a coefficient alone


@dataclass(frozen=True, slots=True, repr=False)
class LinearCombination(Result):
    """A linear combination of coefficients with its t test and interval."""

    estimate: float
    std_error: float
    df: float
    t: float
    p: float
    lower: float
    upper: float


@dataclass(frozen=True)
class LinearFit:
    """Coefficients with their covariance.

    Attributes:
        names: of the coefficients.
        beta: coefficients.
        covariance: of the coefficients.
        df: degrees of freedom of t tests; infinite for the normal distribution.
    """

    names: tuple[str, ...]
    beta: Numbers
    covariance: Numbers
    df: float

    def __repr__(self) -> str:
        return f"{len(self.beta)} coefficients"

    def combination(self, weights: Numbers, level: float) -> LinearCombination:
        """Of the coefficients."""
        estimate = float(weights @ self.beta)
        error = sqrt(max(float(weights @ self.covariance @ weights), 0.0))
        half = float(t_quantile((1 + level) / 2, self.df)) * error
        t = estimate / error if error > 0 else float("nan")
        p = float(t_two_sided(t, self.df))
        return LinearCombination(
            estimate, error, self.df, t, p, estimate - half, estimate + half
        )

    def table(self, head: str, rows: dict[str, Numbers], level: float) -> pd.DataFrame:
        """Combinations by name, one a row, the name in the column ``head``."""
        made = [self.combination(weights, level) for weights in rows.values()]
        columns = ("estimate", "std_error", "df", "t", "p", "lower", "upper")
        table = pd.DataFrame({c: [getattr(m, c) for m in made] for c in columns})
        table.insert(0, head, list(rows))
        return table

    def wald(self, L: Numbers) -> tuple[float, float]:
        """F and P value of the hypothesis that all rows of ``L`` give zero."""
        value, inner = L @ self.beta, L @ self.covariance @ L.T
        f = float(value @ np.linalg.solve(inner, value)) / len(L)
        return f, f_upper(f, len(L), self.df)


@dataclass(frozen=True)
class LeastSquares:
    """A least-squares fit of full rank.

    Attributes:
        X: n x p.
        beta: p.
        residuals: n.
        leverage: n, diagonal of the hat matrix.
        inverse: p x p, inverse of ``X'X``.
    """

    X: Numbers
    beta: Numbers
    residuals: Numbers
    leverage: Numbers
    inverse: Numbers

    @property
    def df(self) -> int:
        """Rows minus coefficients."""
        n, p = self.X.shape
        return int(n - p)

    @property
    def mse(self) -> float:
        """Residual variance."""
        return float(self.residuals @ self.residuals) / self.df

    def covariance(self, vcov: str) -> Numbers:
        """Of the coefficients: ``model``, or ``HC0`` to ``HC3``.

        Raises:
            AnalysisError: EQ469, HC2 or HC3 where a row has leverage 1.
        """
        if vcov == "model":
            return self.mse * self.inverse
        left = 1 - np.minimum(self.leverage, 1.0)
        if vcov in ("HC2", "HC3") and (left < FULL_LEVERAGE).any():
            raise AnalysisError.single(
                "EQ469",
                f"{vcov} cannot be calculated: leverage 1, which is a coefficient for one "
                f"row, in {counted(int((left < FULL_LEVERAGE).sum()), 'row')}",
                where="vcov",
                fix="use fewer strata or covariates, or vcov='model'",
            )
        n, p = self.X.shape
        power = {"HC2": 1, "HC3": 2}.get(vcov, 0)
        scale = n / (n - p) if vcov == "HC1" else 1.0
        scores = (
            self.X
            * (scale * self.residuals**2 / np.maximum(left, FULL_LEVERAGE) ** power)[
                :, None
            ]
        )
        return np.asarray(self.inverse @ (scores.T @ self.X) @ self.inverse)


def least_squares(X: Numbers, y: Numbers) -> LeastSquares:
    """Fits ``y`` on the columns of ``X``, of full rank, by a QR decomposition.

    Raises:
        AnalysisError: EQ469, no residual degree of freedom.
    """
    n, p = X.shape
    if n <= p:
        raise AnalysisError.single(
            "EQ469",
            f"{counted(n, 'complete row')} cannot determine {p} coefficients "
            "and a variance",
            where="frame",
            fix="use fewer covariates or strata",
        )
    size = np.linalg.norm(X, axis=0)
    Q, R = np.linalg.qr(X / size)
    beta = np.linalg.solve(R, Q.T @ y) / size
    root = np.linalg.inv(R) / size[:, None]
    return LeastSquares(
        X, beta, y - X @ beta, np.asarray((Q**2).sum(axis=1)), root @ root.T
    )
