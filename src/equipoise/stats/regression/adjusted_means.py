"""Predictions of a model averaged over the participants, with their covariance."""

from __future__ import annotations

import numpy as np

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import Numbers
from equipoise.stats.regression.columns import Columns
from equipoise.stats.regression.generalized import FAMILIES, Glm
from equipoise.stats.regression.linear_fit import FULL_LEVERAGE

ROUNDING = 1e-12  # of the largest outcome


def design(columns: Columns, indicators: Numbers, by_arm: bool) -> Numbers:
    """One, the arms, the covariates; and each covariate in each arm."""
    parts = [np.ones((columns.n, 1)), indicators, columns.covariates]
    if by_arm:
        parts += [columns.covariates * column[:, None] for column in indicators.T]
    return np.column_stack(parts)


def adjusted_means(
    model: Glm, columns: Columns, by_arm: bool, variance: str
) -> tuple[Numbers, Numbers]:
    """Adjusted mean of each arm, and their covariance."""
    kind, k = FAMILIES[model.family], len(columns.arms)
    predicted, slopes = [], []
    for position in range(k):
        same = np.tile((np.arange(1, k) == position).astype(float), (columns.n, 1))
        X = design(columns, same, by_arm)
        mean = kind.mean(X @ model.beta)
        predicted.append(mean)
        slopes.append((X * kind.variance(mean)[:, None]).mean(axis=0))
    m, g = np.column_stack(predicted), np.array(slopes)
    if variance == "ye":
        return m.mean(axis=0), _ye(model, columns, m)
    if variance == "ge":
        dispersion = model.pearson if model.family == "gaussian" else 1.0
        return m.mean(axis=0), np.asarray(g @ (dispersion * model.inverse) @ g.T)
    if (1 - model.leverage < FULL_LEVERAGE).any():
        raise no_estimate("a participant has a coefficient of its own (leverage 1)")
    if variance == "ge-robust":
        return m.mean(axis=0), g @ model.sandwich("HC3") @ g.T
    scores = model.X * ((model.y - model.mean) / (1 - model.leverage))[:, None]
    influence = m - m.mean(axis=0) + columns.n * scores @ model.inverse @ g.T
    return m.mean(axis=0), influence.T @ influence / columns.n**2


def _ye(model: Glm, columns: Columns, m: Numbers) -> Numbers:
    """Ye et al. 2023, equation (3): residuals within arms, predictions of everyone."""
    n, k = m.shape
    y = model.y / np.exp(model.offset)
    between = np.cov(m, rowvar=False, bias=False).reshape(k, k)
    V = np.empty((k, k))
    cross = np.empty((k, k))  # covariance of the outcome in arm a and prediction for b
    for a in range(k):
        inside = columns.arm == a
        for b in range(k):
            cross[a, b] = np.cov(y[inside], m[inside, b])[0, 1]
    for a in range(k):
        for b in range(k):
            V[a, b] = cross[a, b] + cross[b, a] - between[a, b]
        inside = columns.arm == a
        V[a, a] += np.var(y[inside] - m[inside, a], ddof=1) * n / inside.sum()
    return np.asarray(V / n)


def require_residuals(y: Numbers, mean: Numbers) -> None:
    """Rejects an outcome that the model reproduces to the last digits: EQ469."""
    residuals = y - mean
    small = np.abs(residuals).max() <= ROUNDING * np.abs(y).max()
    if small or not residuals @ residuals > 0:
        raise no_estimate("the outcome does not vary beyond what the model reproduces")


def no_estimate(why: str) -> AnalysisError:
    """The error EQ469."""
    return AnalysisError.single(
        "EQ469",
        f"the effect cannot be estimated: {why}",
        where="outcome and covariates",
        fix="use fewer covariates or strata, or an exact method without covariates",
    )
