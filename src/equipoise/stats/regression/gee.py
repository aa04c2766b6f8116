"""Generalized estimating equations for repeated outcomes of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import (
    Numbers,
    checked_events,
    checked_level,
    checked_option,
)
from equipoise.stats.options import (
    EFFECT_FAMILIES,
    GEE_VCOVS,
    WORKING_CORRELATIONS,
    EffectFamily,
    GeeVcov,
    WorkingCorrelation,
)
from equipoise.stats.regression.adjusted_means import no_estimate, require_residuals
from equipoise.stats.regression.columns import Columns, read_columns, used_categories
from equipoise.stats.regression.estimating_equations import Clusters, solve
from equipoise.stats.regression.generalized import FAMILIES
from equipoise.stats.regression.linear_fit import LinearFit
from equipoise.stats.regression.marginal_effect import require_counts
from equipoise.stats.result import Result
from equipoise.stats.table import Table


@dataclass(frozen=True, repr=False)
class GeeFit(Result):
    """Estimating equations with a mean of their own for each arm and visit.

    Attributes:
        participants: clusters.
        rows: rows of the analysis.
        excluded: rows without an outcome, arm, visit, participant or covariate.
        df: of the t tests: participants minus coefficients; infinite where the
            covariance is ``robust`` or ``model``, as in SAS and R.
        structure: working correlation.
        vcov: covariance of the coefficients.
        correlation: of neighbouring visits, or of any two, of the working correlation;
            None for ``independence`` and ``unstructured``.
        dispersion: Pearson's, with the number of coefficients subtracted.
        level: coverage.
        coefficients: ``term, estimate, std_error, df, t, p, lower, upper``.
        effects: each arm minus the reference at each visit on the scale of the link, and
            ``ratio``: the odds ratio, or rate ratio, with its limits.
        fit: coefficients of centred covariates.
    """

    participants: int
    rows: int
    excluded: int
    df: float
    structure: str
    vcov: str
    correlation: float | None
    dispersion: float
    level: float
    coefficients: pd.DataFrame
    effects: pd.DataFrame
    fit: LinearFit = field(repr=False)


def gee(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    visit: str,
    participant: str,
    covariates: Sequence[str] = (),
    family: EffectFamily,
    structure: WorkingCorrelation = "independence",
    vcov: GeeVcov = "mancl-derouen",
    reference: Any = None,
    level: float = 0.95,
) -> GeeFit:
    """Effects of arms at each visit, with a covariance robust to the correlation.

    The model has a mean for each arm and visit, and covariates with one slope. Below
    some 50 participants the usual sandwich (``robust``) is too small; the corrections
    multiply residuals by the inverse of 1 minus their leverage (Mancl and DeRouen), by
    its root (Kauermann and Carroll), or correct the scores (Fay and Graubard), and take
    the t distribution. Missing outcomes must be missing completely at random given the
    covariates.

    Args:
        frame: one row for each participant and visit.
        outcome: column of numbers; 0 and 1 for ``binomial``; counts for ``poisson``.
        arm: column of the arms.
        visit: column of numbers, or a categorical; the first visit is the reference.
        participant: column of the participants.
        covariates: columns of numbers, or factors.
        family: ``gaussian``, ``binomial`` or ``poisson``.
        structure: working correlation, by the moments of SAS PROC GENMOD; ``ar1`` counts
            the position of the visits.
        vcov: ``robust`` is what SAS and R print.
        reference: arm that the others are compared with; as in ``ancova``.
        level: coverage.

    Raises:
        AnalysisError: EQ401 to EQ405: columns; EQ403, a visit that occurs twice; EQ460, an
            option, or visits that are text; EQ461, EQ462, an outcome that is impossible;
            EQ469, no estimate, as where an arm has no event at a visit.

    Example:
        >>> frame = pd.DataFrame({"id": np.repeat(range(8), 2), "week": [1, 2] * 8,
        ...     "arm": np.repeat([True, False], 8),
        ...     "y": [0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0]})
        >>> fit = gee(frame, outcome="y", arm="arm", visit="week", participant="id",
        ...           family="binomial", vcov="robust")
        >>> [round(float(each), 4) for each in fit.effects["ratio"]]
        [3.0, 9.0]

    Source: Liang and Zeger 1986, Biometrika 73:13-22; Mancl and DeRouen 2001, Biometrics
    57:126-134; Kauermann and Carroll 2001, JASA 96:1387-1396; Fay and Graubard 2001,
    Biometrics 57:1198-1206; SAS PROC GENMOD REPEATED, PROC GEE; R geepack.
    """
    for name, value, options in (
        ("family", family, EFFECT_FAMILIES),
        ("structure", structure, WORKING_CORRELATIONS),
        ("vcov", vcov, GEE_VCOVS),
    ):
        checked_option(name, value, options)
    checked_level(level)
    columns = read_columns(
        frame, outcome, arm, covariates, (), reference, (visit, participant)
    )
    y = columns.outcome
    if family == "binomial":
        y = checked_events(y, outcome).astype(float)
    elif family == "poisson":
        require_counts(y, outcome)
    visits, at = _visits(columns.kept[visit], visit)
    ids = pd.factorize(columns.kept[participant])[0]
    _refuse_repeated(columns.kept[[participant, visit]], ids, at)
    X, names = _design(columns, at, visits, (arm, visit))
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise no_estimate(
            "an arm has no outcome at a visit, or the covariates determine it"
        )
    if len(y) <= X.shape[1]:
        raise no_estimate(
            f"{counted(len(y), 'row', 'does')} not determine {X.shape[1]} coefficients"
        )
    found = solve(Clusters(X, y, ids, at, len(visits)), family, structure)
    if found is None:
        raise no_estimate(
            "the equations have no solution, as where an arm has no event"
        )
    require_residuals(y, FAMILIES[family].mean(X @ found.beta))
    small = vcov not in ("robust", "model")
    df = float(found.clusters - X.shape[1]) if small else np.inf
    if df < 1:
        raise no_estimate(
            f"{counted(found.clusters, 'participant')} and {X.shape[1]} coefficients"
        )
    fit = LinearFit(names, found.beta, found.covariance(vcov), df)
    effects = fit.table("contrast", _effect_rows(columns, visits, X.shape[1]), level)
    if family != "gaussian":
        for head, column in (("ratio", "estimate"), ("ratio_lower", "lower"),
                             ("ratio_upper", "upper")):  # fmt: skip
            effects[head] = np.exp(effects[column])
    rows = dict(zip(names, np.eye(len(names)), strict=True))
    rows["(Intercept)"][len(names) - len(columns.names) :] = -columns.centres
    return GeeFit(
        found.clusters, len(y), columns.excluded, df, structure, vcov,
        found.correlation, found.dispersion, level,
        Table(fit.table("term", rows, level)), Table(effects), fit,
    )  # fmt: skip


def _visits(column: pd.Series[Any], name: str) -> tuple[list[Any], NDArray[np.intp]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = used_categories(column)
    elif pd.api.types.is_numeric_dtype(column):
        levels = sorted(pd.unique(column))
    else:
        raise AnalysisError.single(
            "EQ460",
            f"the visits of {name} are text, whose order is not that of the alphabet",
            where=name,
            fix="give numbers, or a pandas categorical with the visits in their order",
        )
    positions = {each: i for i, each in enumerate(levels)}
    return levels, column.map(positions).to_numpy(np.intp)


def _refuse_repeated(
    kept: pd.DataFrame, ids: NDArray[np.intp], at: NDArray[np.intp]
) -> None:
    twice = pd.DataFrame({"id": ids, "at": at}).duplicated(keep=False).to_numpy()
    if twice.any():
        raise AnalysisError.single(
            "EQ403",
            f"{counted(int(twice.sum()), 'row', 'repeats')} a visit of a participant",
            where="frame",
            fix="keep one row for each participant and visit",
            records=kept[twice],
        )


def _design(
    columns: Columns, at: NDArray[np.intp], visits: list[Any], heads: tuple[str, str]
) -> tuple[Numbers, tuple[str, ...]]:
    """One, arms, visits, arms by visits, covariates; as R's ``arm * visit``."""
    arm, visit = heads
    later = (at[:, None] == np.arange(1, len(visits))).astype(float)
    both = [columns.indicators * column[:, None] for column in later.T]
    X = np.column_stack(
        [np.ones(columns.n), columns.indicators, later, *both, columns.covariates]
    )
    arms = [f"{arm}[T.{each}]" for each in columns.arms[1:]]
    weeks = [f"{visit}[T.{each}]" for each in visits[1:]]
    pairs = [f"{a}:{w}" for w in weeks for a in arms]
    return X, ("(Intercept)", *arms, *weeks, *pairs, *columns.names)


def _effect_rows(columns: Columns, visits: list[Any], p: int) -> dict[str, Numbers]:
    k, rows = len(columns.arms) - 1, {}
    for v, visit in enumerate(visits):
        for a in range(k):
            row = np.zeros(p)
            row[1 + a] = 1.0
            if v:
                row[1 + k + len(visits) - 1 + (v - 1) * k + a] = 1.0
            rows[f"{columns.arms[1 + a]} - {columns.arms[0]}, {visit}"] = row
    return rows
