"""Regression of counts: rate ratios of arms, adjusted for covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors.counted import counted
from equipoise.stats.input_checks import Numbers, checked_level, checked_option
from equipoise.stats.options import (
    COUNT_FAMILIES,
    INFORMATION_KINDS,
    MEAN_WEIGHTS,
    CountFamily,
    Information,
    MeanWeights,
)
from equipoise.stats.regression.adjusted_means import no_estimate
from equipoise.stats.regression.ancova import mean_rows, pairs, uncentred_rows
from equipoise.stats.regression.columns import read_columns
from equipoise.stats.regression.generalized import fit_glm
from equipoise.stats.regression.linear_fit import LinearFit
from equipoise.stats.regression.marginal_effect import log_exposure, require_counts
from equipoise.stats.regression.negative_binomial import fit_negative_binomial
from equipoise.stats.result import Result
from equipoise.stats.table import Table


@dataclass(frozen=True, repr=False)
class CountRegression(Result):
    """A regression of counts with a log link.

    Attributes:
        n: participants of the analysis.
        excluded: rows without a count, arm, covariate or exposure.
        family: model of the counts.
        information: of the standard errors of the negative binomial model.
        dispersion: of the negative binomial, or Pearson's of ``quasi-poisson``; 1 for
            ``poisson``. 0 where the counts vary no more than Poisson counts, which is
            then the model of maximum likelihood.
        dispersion_error: standard error of the dispersion; None without one.
        level: coverage.
        aliased: columns that others determine, which are not in the model.
        coefficients: ``term, estimate, std_error, df, t, p, lower, upper``, logarithms.
        means: least-squares means: ``estimate`` and ``std_error`` of the logarithm, and
            the ``rate`` with its limits, for one unit of exposure.
        ratios: rate ratios of the arms: ``std_error`` is that of the logarithm.
        fit: coefficients of centred covariates.
    """

    n: int
    excluded: int
    family: str
    information: str
    dispersion: float
    dispersion_error: float | None
    level: float
    aliased: tuple[str, ...]
    coefficients: pd.DataFrame
    means: pd.DataFrame
    ratios: pd.DataFrame
    fit: LinearFit = field(repr=False)


def count_regression(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    exposure: str | None = None,
    reference: Any = None,
    family: CountFamily = "negative-binomial",
    information: Information = "observed",
    weights: MeanWeights = "equal",
    level: float = 0.95,
) -> CountRegression:
    """Rate ratios of arms by Poisson or negative binomial regression.

    The two programs agree in the coefficients of the negative binomial model and differ
    in their standard errors: SAS takes the observed information, R the expected.

    Args:
        frame: one row for each participant; incomplete rows are excluded and counted.
        outcome: column of counts.
        arm: column of the arms.
        covariates: columns of numbers, or factors.
        strata: columns of the strata of the randomization.
        exposure: column of observation times, positive; its logarithm is the offset.
        reference: arm that others are divided by; as in ``ancova``.
        family: ``negative-binomial``; ``poisson``; ``quasi-poisson``, with Pearson's
            dispersion and a t distribution, as in R.
        information: ``observed``, SAS PROC GENMOD; ``expected``, R ``MASS::glm.nb``.
        weights: of the levels of a factor in the means: ``equal`` or ``observed`` (OM).
        level: coverage.

    Raises:
        AnalysisError: EQ401, EQ402, EQ404, EQ405: columns; EQ460, an option; EQ462, what
            is not a count, or an exposure that is not positive; EQ469, no event in an
            arm, or in a level of a covariate.

    Example:
        >>> frame = pd.DataFrame({"arm": [True] * 4 + [False] * 4,
        ...                       "attacks": [0, 2, 5, 1, 7, 2, 12, 3]})
        >>> fit = count_regression(frame, outcome="attacks", arm="arm", family="poisson")
        >>> round(float(fit.ratios["ratio"][0]), 4)  # 8 / 24
        0.3333

    Source: Lawless 1987, Can J Stat 15:209-225; SAS PROC GENMOD; R ``stats::glm``,
    ``MASS::glm.nb``.
    """
    for name, value, options in (
        ("family", family, COUNT_FAMILIES),
        ("information", information, INFORMATION_KINDS),
        ("weights", weights, MEAN_WEIGHTS),
    ):
        checked_option(name, value, options)
    checked_level(level)
    others = () if exposure is None else (exposure,)
    columns = read_columns(frame, outcome, arm, covariates, strata, reference, others)
    y = columns.outcome
    require_counts(y, outcome)
    events = np.bincount(columns.arm, y, len(columns.arms))
    if (events == 0).any():
        empty = [str(a) for a, e in zip(columns.arms, events, strict=True) if e == 0]
        raise no_estimate(f"no event in the arm {', '.join(empty)}")
    offset = (
        np.zeros(columns.n) if exposure is None else log_exposure(columns, exposure)
    )
    X = np.column_stack([np.ones(columns.n), columns.indicators, columns.covariates])
    if columns.n <= X.shape[1]:
        raise no_estimate(
            f"{counted(columns.n, 'row', 'does')} not determine {X.shape[1]} coefficients"
        )
    beta, V, dispersion, error = _fitted(X, y, offset, family, information)
    df = float(columns.n - X.shape[1]) if family == "quasi-poisson" else np.inf
    names = (f"{arm}[T.{each}]" for each in columns.arms[1:])
    fit = LinearFit(("(Intercept)", *names, *columns.names), beta, V, df)
    rows = mean_rows(columns, weights)
    means = fit.table(arm, rows, level).drop(columns=["t", "p"])
    means.insert(3, "rate", np.exp(means["estimate"]))
    ratios = fit.table("contrast", pairs(rows, " / "), level)
    ratios.insert(1, "ratio", np.exp(ratios.pop("estimate")))
    for table in (means, ratios):
        table[["lower", "upper"]] = np.exp(table[["lower", "upper"]])
    return CountRegression(
        columns.n, columns.excluded, family, information, dispersion, error, level,
        columns.aliased,
        Table(fit.table("term", uncentred_rows(fit, columns), level)),
        Table(means), Table(ratios), fit,
    )  # fmt: skip


def _fitted(
    X: Numbers, y: Numbers, offset: Numbers, family: str, information: str
) -> tuple[Numbers, Numbers, float, float | None]:
    """Coefficients, covariance, dispersion and its standard error."""
    if family == "negative-binomial":
        model = fit_negative_binomial(X, y, offset)
        if model is not None:
            V = model.observed if information == "observed" else model.expected
            return model.beta, V, model.dispersion, model.dispersion_error
    else:
        poisson = fit_glm(X, y, "poisson", offset)
        if poisson is not None:
            scale = poisson.pearson if family == "quasi-poisson" else 1.0
            return poisson.beta, scale * poisson.inverse, scale, None
    raise no_estimate(
        "the likelihood has no maximum, as where a level of a covariate has no event"
    )
