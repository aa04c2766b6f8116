"""Covariate-adjusted marginal risks by standardization (g-computation)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from equipoise.stats.input_checks import (
    checked_events,
    checked_lengths,
    float_array,
    impossible,
)
from equipoise.stats.result import Result

Matrix = NDArray[np.float64]
MAX_STEPS = 100
CONVERGED = 1e-12  # of coefficients of standardized columns
ROUNDING = 1e-9  # of a log-likelihood of some hundred terms
TOUCHING = 1e-7  # of the objective of a linear programme: tolerance of its solver
SEPARATED = 15.0  # a linear predictor beyond which a probability is 0 or 1


@dataclass(frozen=True, slots=True, repr=False)
class MarginalRisks(Result):
    """Risks if all participants had one arm, and if all had the other.

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
    outcome: ArrayLike, treated: ArrayLike, covariates: ArrayLike
) -> MarginalRisks | None:
    """Marginal risk difference from a logistic regression with covariates.

    Each participant is predicted under both arms, and the predictions are averaged. The
    standard error is that of the influence function: it is valid if the model is wrong,
    and it counts that the covariates are a sample. Residuals are divided by 1 minus
    their leverage, which is one step of predicting each participant from all others: a
    model fitted to few participants comes too close to them, and without the correction
    the test of 15 participants an arm rejects in 6 to 8 percent (measured values:
    docs/methods/endpoints.md).

    Args:
        outcome: N.
        treated: N, True for the first arm.
        covariates: N x c, finite.

    Returns:
        None where the regression has no maximum: covariates or arms separate the
        outcomes, or depend on each other (``no_maximum`` gives the reason).

    Raises:
        AnalysisError: EQ461, EQ462: outcomes, groups or covariates that are impossible.

    Example:
        >>> baseline = np.arange(12.0)[:, None]
        >>> outcome = [0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1]
        >>> risks = marginal_risks(outcome, [True] * 6 + [False] * 6, baseline)
        >>> round(risks.difference, 4)  # averaged predictions of R glm: 0.5808885
        0.5809

    Source: FDA 2023, Adjusting for Covariates in Randomized Clinical Trials; Ge et al.
    2011, Drug Inf J 45:481-493. The correction: MacKinnon and White 1985, J Econometrics
    29:305-325 (HC3); for this estimator Lee et al. 2026, arXiv:2605.06655 (leave one out),
    compared by Schnuerch et al. 2026, arXiv:2605.19772.
    """
    outcome, X = _columns(outcome, treated, covariates)
    n = len(outcome)
    if np.linalg.matrix_rank(X) < X.shape[1]:
        return None
    beta = _logistic(X, outcome.astype(float))
    if beta is None:
        return None
    p = special.expit(X @ beta)
    weight = p * (1 - p)
    information = (X * weight[:, None]).T @ X / n
    leverage = weight * (X * np.linalg.solve(information, X.T).T).sum(axis=1) / n
    scores = X * ((outcome - p) / (1 - leverage))[:, None]
    risks, influence = [], []
    for arm in (1.0, 0.0):
        other = X.copy()
        other[:, 1] = arm
        m = special.expit(other @ beta)
        slope = (other * (m * (1 - m))[:, None]).mean(axis=0)
        risks.append(float(m.mean()))
        influence.append(m - m.mean() + scores @ np.linalg.solve(information, slope))
    spread = influence[0] - influence[1]
    error = float(np.sqrt((spread**2).mean() / n))
    return MarginalRisks(risks[0], risks[1], risks[0] - risks[1], error)


def _columns(
    outcome: ArrayLike, treated: ArrayLike, covariates: ArrayLike
) -> tuple[NDArray[np.bool_], Matrix]:
    """The outcome, and columns of the regression: one, arm, standardized covariates."""
    y, arm = checked_events(outcome, "outcome"), checked_events(treated, "treated")
    values = float_array("covariates", covariates)
    checked_lengths(outcome=y, treated=arm, covariates=values)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise impossible("covariates are no finite matrix, N x c", "covariates")
    sd = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(sd > 0, sd, 1)
    return y, np.column_stack([np.ones(len(y)), arm, scaled])


def _logistic(X: Matrix, y: Matrix) -> Matrix | None:
    """Coefficients of maximum likelihood; None where there is no maximum.

    Newton's method; a step that lowers the likelihood is halved.
    """
    beta, best = np.zeros(X.shape[1]), -np.inf
    step: NDArray[Any] = np.zeros(X.shape[1])
    for _ in range(MAX_STEPS):
        eta = X @ (beta + step)
        value = float((y * eta - np.logaddexp(0, eta)).sum())
        if value < best - ROUNDING:
            step = step / 2
            continue
        beta, best = beta + step, value
        if np.abs(eta).max() > SEPARATED:
            return None
        p = special.expit(eta)
        information = (X * (p * (1 - p))[:, None]).T @ X
        step = np.linalg.solve(information, X.T @ (y - p))
        if np.abs(step).max() < CONVERGED:
            return np.asarray(beta + step)
    return None


def no_maximum(
    outcome: ArrayLike, treated: ArrayLike, covariates: ArrayLike
) -> Literal["dependent", "separated", "not found"]:
    """Why ``marginal_risks`` gives no number.

    Returns:
        ``dependent``: the columns determine each other. ``separated``: a combination of
        them divides participants with the outcome from those without. ``not found``:
        neither; the iteration did not converge.

    Example:
        >>> no_maximum([0, 0, 1, 1], [0, 1, 0, 1], np.array([[1.0], [2], [3], [4]]))
        'separated'

    Source: Albert and Anderson 1984, Biometrika 71:1-10 (complete and quasi-complete
    separation); Konis 2007, thesis, Oxford, chapter 4 (its detection by a linear
    programme).
    """
    outcome, X = _columns(outcome, treated, covariates)
    if np.linalg.matrix_rank(X) < X.shape[1]:
        return "dependent"
    return "separated" if _separated(X, outcome) else "not found"


def separating_covariates(
    outcome: ArrayLike, treated: ArrayLike, covariates: ArrayLike
) -> list[bool]:
    """Whether each column of covariates separates the outcomes without the others.

    Example:
        >>> columns = np.array([[1.0, 5], [2, 9], [3, 6], [4, 8]])
        >>> separating_covariates([0, 0, 1, 1], [0, 1, 0, 1], columns)
        [True, False]
    """
    values = float_array("covariates", covariates)
    if values.ndim != 2:
        raise impossible("covariates are no finite matrix, N x c", "covariates")
    return [
        no_maximum(outcome, treated, values[:, [column]]) == "separated"
        for column in range(values.shape[1])
    ]


def _separated(X: Matrix, outcome: NDArray[np.bool_]) -> bool:
    """Whether some direction never points away from any outcome, and towards one."""
    signed = X * np.where(outcome, 1.0, -1.0)[:, None]
    programme = optimize.linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(X)), bounds=(-1, 1)
    )
    return programme.fun is not None and bool(-programme.fun > TOUCHING)
