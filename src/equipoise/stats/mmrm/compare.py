"""Two nested models side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.fitted import Fitted


def likelihood_ratio(one: Fitted, other: Fitted) -> pd.DataFrame:
    """Likelihood-ratio test of two nested fits of the same rows.

    Args:
        one: a fit.
        other: a fit whose model holds that of ``one``, or is held by it. With REML both
            have the same fixed effects and differ in their covariance structure.

    Returns:
        A row for each fit, the smaller first: ``model, n_parameters, log_likelihood,
        aic, bic, chi2, df, p``; the test is in the second. At a boundary, as for a
        variance that may be zero, p is too large.

    Raises:
        AnalysisError: EQ406 not converged; EQ409 the fits cannot be compared.

    Source: Pinheiro and Bates 2000, Mixed-Effects Models in S and S-PLUS, 2.4; R
    ``anova.mmrm``.
    """
    why = _incomparable(one, other)
    if why:
        raise AnalysisError.single(
            "EQ409",
            f"the two fits cannot be compared: {why}",
            where="compare",
            fix="fit both to the same rows; compare fixed effects with reml=False",
        )
    small, large = sorted((one, other), key=_size)
    chi2 = small.deviance - large.deviance
    df = _size(large) - _size(small)
    rows = [
        {
            "model": str(fit.formula).partition(" ~ ")[2],
            "n_parameters": _size(fit),
            "log_likelihood": fit.log_likelihood,
            "aic": fit.aic,
            "bic": fit.bic,
        }
        for fit in (small, large)
    ]
    rows[1] |= {"chi2": chi2, "df": df, "p": float(special.chdtrc(df, chi2))}
    return pd.DataFrame(rows)


def _size(fit: Fitted) -> int:
    return fit.top.model.n_parameters + len(fit.terms)


def _incomparable(one: Fitted, other: object) -> str:
    """Why; empty if they can be compared."""
    if not isinstance(other, Fitted):
        return f"{type(other).__name__} is not a fit"
    if one.reml != other.reml:
        return "one is REML, the other maximum likelihood"
    rows = (one.n_rows, one.n_subjects) == (other.n_rows, other.n_subjects)
    if not rows or not _same_outcome(one, other):
        return "they are of different rows"
    if one.reml and set(one.terms) != set(other.terms):
        return "REML likelihoods of different fixed effects are of different data"
    small, large = sorted((one, other), key=_size)
    if _size(small) == _size(large):
        return "they have as many parameters"
    if not set(small.terms) <= set(large.terms):
        return "neither model holds the other"
    return ""


def _same_outcome(one: Fitted, other: Fitted) -> bool:
    first, second = one.source.whole, other.source.whole
    if first is None or second is None:
        return first is second
    return np.array_equal(np.sort(first.y), np.sort(second.y))
