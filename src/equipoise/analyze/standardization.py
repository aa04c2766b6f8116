"""Covariate-adjusted marginal risks by standardization (g-computation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Matrix = NDArray[np.float64]
MAX_STEPS = 50
SEPARATED = 15.0  # a linear predictor beyond which a probability is 0 or 1


@dataclass(frozen=True, slots=True)
class MarginalRisks:
    """Risks if everybody had one arm, and if everybody had the other.

    Attributes:
        first: marginal risk of the first arm.
        second: of the second.
        difference: first minus second.
        std_error: of the difference, robust.
    """

    first: float
    second: float
    difference: float
    std_error: float


def marginal_risks(
    outcome: NDArray[np.bool_], treated: NDArray[np.bool_], covariates: Matrix
) -> MarginalRisks | None:
    """Marginal risk difference from a logistic regression with covariates.

    Each participant is predicted under both arms, and the predictions are averaged. The
    standard error is that of the influence function: it holds if the model is wrong, and
    it counts that the covariates are a sample. Without covariates the difference and its
    standard error are those of the two proportions.

    Args:
        outcome: N.
        treated: N, True for the first arm.
        covariates: N x c, finite.

    Returns:
        None where the regression has no maximum: covariates or arms separate the
        outcomes, or depend on each other.

    Source: FDA 2023, Adjusting for Covariates in Randomized Clinical Trials; Ge et al.
    2011, Drug Inf J 45:481-493; Tsiatis et al. 2008, Stat Med 27:4658-4677.
    """
    n = len(outcome)
    X = np.column_stack([np.ones(n), treated, _standardized(covariates)])
    if np.linalg.matrix_rank(X) < X.shape[1]:
        return None
    beta = _logistic(X, outcome.astype(float))
    if beta is None:
        return None
    p = special.expit(X @ beta)
    A = (X * (p * (1 - p))[:, None]).T @ X / n
    scores = X * (outcome - p)[:, None]
    risks, influence = [], []
    for arm in (1.0, 0.0):
        other = X.copy()
        other[:, 1] = arm
        m = special.expit(other @ beta)
        slope = (other * (m * (1 - m))[:, None]).mean(axis=0)
        risks.append(float(m.mean()))
        influence.append(m - m.mean() + scores @ np.linalg.solve(A, slope))
    spread = influence[0] - influence[1]
    error = float(np.sqrt((spread**2).mean() / n))
    return MarginalRisks(risks[0], risks[1], risks[0] - risks[1], error)


def _standardized(covariates: Matrix) -> Matrix:
    sd = covariates.std(axis=0)
    return np.asarray((covariates - covariates.mean(axis=0)) / np.where(sd > 0, sd, 1))


def _logistic(X: Matrix, y: Matrix) -> Matrix | None:
    """Coefficients of greatest likelihood; None where there are none."""
    beta = np.zeros(X.shape[1])
    for _ in range(MAX_STEPS):
        eta = X @ beta
        if np.abs(eta).max() > SEPARATED:
            return None
        p = special.expit(eta)
        H = (X * (p * (1 - p))[:, None]).T @ X
        step = np.linalg.solve(H, X.T @ (y - p))
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            return beta
    return None
