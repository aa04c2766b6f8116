"""How far a simulated number may be from what a scenario states: Monte Carlo error."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.discrete.discrete_model import Logit

FAR = 4.0  # standard errors; by chance once in 16,000 comparisons


def rate_error(hits: ArrayLike, stated: ArrayLike) -> float:
    """Standard errors between how often something happens and how often it should.

    Args:
        hits: whether it did, for each independent case.
        stated: its probability, of all cases or of each.
    """
    happened = np.asarray(hits, dtype=float)
    chance = np.broadcast_to(np.asarray(stated, dtype=float), happened.shape)
    spread = np.sqrt((chance * (1 - chance)).sum())
    assert spread > 2, "too few cases to tell anything"
    return float((happened - chance).sum() / spread)


def mean_error(values: ArrayLike, stated: float) -> float:
    """Standard errors between the mean of independent values and what it should be."""
    found = np.asarray(values, dtype=float)
    assert len(found) > 30, "too few values to tell anything"
    return float((found.mean() - stated) / (found.std(ddof=1) / np.sqrt(len(found))))


def correlation_error(x: ArrayLike, y: ArrayLike, stated: float) -> float:
    """Standard errors between a correlation and what it should be (Fisher's z)."""
    found = np.corrcoef(np.asarray(x, dtype=float), np.asarray(y, dtype=float))[0, 1]
    n = len(np.asarray(x))
    return float((np.arctanh(found) - np.arctanh(stated)) * np.sqrt(n - 3))


def logistic_errors(
    happened: ArrayLike, columns: list[ArrayLike], stated: list[float]
) -> list[float]:
    """Standard errors between log odds by maximum likelihood and those stated.

    Args:
        happened: whether it did, for each independent case.
        columns: what it depends on.
        stated: the intercept and the coefficient of each column.
    """
    X = np.column_stack([np.ones(len(np.asarray(happened))), *columns])
    fit = Logit(np.asarray(happened, dtype=float), X.astype(float)).fit(disp=0)
    return ((fit.params - np.asarray(stated)) / fit.bse).tolist()
