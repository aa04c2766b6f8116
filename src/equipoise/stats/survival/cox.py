"""Cox's regression: covariates, strata, ties, delayed entry, robust errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import (
    checked_lengths,
    checked_level,
    checked_numbers,
    checked_option,
    checked_survival,
    impossible,
)
from equipoise.stats.options import COX_TIES, CoxTies
from equipoise.stats.result import Result
from equipoise.stats.survival.columns import as_frame, column, labels, strata_codes
from equipoise.stats.survival.covariates import Covariates, covariates_of
from equipoise.stats.survival.cox_exact import ExactLikelihood
from equipoise.stats.survival.cox_likelihood import PartialLikelihood
from equipoise.stats.survival.newton import Maximum, maximum
from equipoise.stats.survival.ties import with_ties
from equipoise.stats.table import Table

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CoxFit(Result):
    """A fitted proportional hazards model.

    Attributes:
        rows: number of rows: participants, or their intervals.
        events: number of events.
        strata: number of strata; 1 without any.
        ties: method.
        robust: whether standard errors, intervals and Wald tests are robust.
        log_likelihood: partial, at the estimate.
        null_log_likelihood: at coefficients of zero.
        iterations: of Newton's method.
        coefficients: ``term, coef, hazard_ratio, lower, upper, std_error, z, p``, and
            ``model_std_error`` where ``std_error`` is robust. The limits are those of
            the hazard ratio, the standard error that of the coefficient.
        tests: ``test, statistic, df, p``: that all coefficients are zero.
        covariance: p x p, of the coefficients; robust where ``robust`` is true.
    """

    rows: int
    events: int
    strata: int
    ties: str
    robust: bool
    log_likelihood: float
    null_log_likelihood: float
    iterations: int
    coefficients: pd.DataFrame
    tests: pd.DataFrame
    covariance: Numbers

    @property
    def hazard_ratio(self) -> pd.DataFrame:
        """``hazard_ratio, lower, upper, p``, a row for each term."""
        shown = ["hazard_ratio", "lower", "upper", "p"]
        return Table(self.coefficients.set_index("term")[shown])


def cox(
    time: ArrayLike | str,
    event: ArrayLike | str,
    covariates: Any,
    *,
    strata: Any = None,
    ties: CoxTies = "efron",
    entry: ArrayLike | str | None = None,
    weights: ArrayLike | str | None = None,
    cluster: ArrayLike | str | None = None,
    robust: bool | None = None,
    reference: Mapping[str, Any] | None = None,
    level: float = 0.95,
    data: Any = None,
) -> CoxFit:
    """Proportional hazards regression by the partial likelihood.

    Args:
        time: N, end of each row's time at risk, not negative. Times that differ by
            rounding only are tied, as in R.
        event: N, True for an event at ``time``.
        covariates: N numbers or labels, N x p numbers, a frame or a dictionary of
            columns; with ``data`` also names of its columns, or a formula such as
            ``"arm * sex + age"``. Text, booleans aside, and categoricals become
            indicators of each level but a reference.
        strata: N, or a frame (or list of names) whose combinations are the strata: each
            has its own baseline hazard.
        ties: ``efron`` (R's default), ``breslow`` (the default of SAS) or ``exact``, the
            discrete likelihood (R ``exact``, SAS TIES=DISCRETE).
        entry: N, start of each row's time at risk, which is (entry, time]. Time-varying
            covariates and recurrent events have several rows for each participant.
        weights: N, positive case weights.
        cluster: N, the participant (or centre) of each row: standard errors are robust
            against dependence within a cluster.
        robust: whether standard errors are robust; by default where there is a
            ``cluster``. Without one each row is its own cluster.
        reference: of factors, such as ``{"arm": "placebo"}``, the level that the others
            are compared to. Without it the first: a categorical has its own order, text
            is in natural order.
        level: coverage of the intervals.
        data: frame in which the other arguments name columns.

    Raises:
        AnalysisError: EQ460, an unknown option, column or level, or robust errors with
            exact ties; EQ461, times or events are impossible; EQ462, lengths differ,
            values are missing, or weights are not positive; EQ464, the likelihood has no
            maximum, because a coefficient grows without end; EQ465, there is no event,
            or a covariate is constant or a combination of others.

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> fit = cox(time, event, {"arm": ["drug"] * 5 + ["placebo"] * 5},
        ...           reference={"arm": "placebo"})
        >>> row = fit.hazard_ratio.loc["arm[drug]"]  # R coxph: exp(coef) 0.3484
        >>> [round(float(value), 4) for value in row]
        [0.3484, 0.0632, 1.919, 0.2258]
        >>> fit.tests["statistic"].round(4).tolist()  # likelihood ratio, score, Wald
        [1.5786, 1.6034, 1.4672]

    Source: Cox 1972, JRSS B 34:187-220; Efron 1977, JASA 72:557-565; Lin and Wei 1989,
    JASA 84:1074-1078 (robust errors); R survival::coxph; SAS PROC PHREG, with
    COVS(AGGREGATE) and ID for ``cluster``.
    """
    frame = as_frame(data)
    checked_option("ties", ties, COX_TIES)
    checked_level(level)
    rows = _rows(time, event, entry, weights, frame)
    design = covariates_of(covariates, frame, reference)
    checked_lengths(time=rows.stop, covariates=design.X)
    cells = strata_codes(strata, len(rows.stop), frame)
    cluster = column(frame, cluster, "cluster")
    robust = cluster is not None if robust is None else robust
    if ties == "exact" and (robust or weights is not None):
        raise AnalysisError.single(
            "EQ460",
            "the exact likelihood has no robust standard errors and no weights",
            where="ties",
            fix="choose ties='efron' or ties='breslow'",
        )
    if not rows.event.any():
        raise AnalysisError.single(
            "EQ465",
            "there is no event, so that no hazard can be compared",
            where="event",
            fix="report the participants at risk and their time",
        )
    groups = None
    if robust:
        groups = np.arange(len(rows.stop))
        if cluster is not None:
            checked_lengths(time=rows.stop, cluster=cluster)
            groups = labels(cluster, "cluster")[0]
    return _fitted(rows, design, cells, ties, groups, level)


@dataclass(frozen=True, slots=True)
class Rows:
    """Intervals at risk."""

    start: Numbers
    stop: Numbers
    event: NDArray[np.bool_]
    weights: Numbers


def _rows(time: Any, event: Any, entry: Any, weights: Any, frame: Any) -> Rows:
    """Checked times, events and weights, ties joined."""
    entry, weights = column(frame, entry, "entry"), column(frame, weights, "weights")
    stop, events = checked_survival(
        column(frame, time, "time"),
        column(frame, event, "event"),
        entry=entry,
        weights=weights,
    )
    start = np.full(len(stop), -np.inf)
    if entry is None:
        (stop,) = with_ties(stop)
    else:
        start, stop = with_ties(checked_numbers("entry", entry), stop)
    empty = start >= stop
    if empty.any():
        raise AnalysisError.single(
            "EQ461",
            f"no time between entry and end in {counted(int(empty.sum()), 'row')}, "
            "the first at position "
            f"{int(np.flatnonzero(empty)[0])}",
            where="entry",
            fix="give intervals (entry, time] that have a length",
        )
    own = np.ones(len(stop)) if weights is None else checked_numbers("weights", weights)
    if (own <= 0).any():
        raise impossible("weights must be positive", "weights")
    return Rows(start, stop, events, own)


def _fitted(
    rows: Rows,
    design: Covariates,
    strata: Codes,
    ties: CoxTies,
    clusters: Codes | None,
    level: float,
) -> CoxFit:
    mean, scale = design.X.mean(axis=0), design.X.std(axis=0)
    constant = [n for n, s in zip(design.names, scale, strict=True) if not s > 0]
    if constant:
        raise AnalysisError.single(
            "EQ465",
            f"{', '.join(constant)} has the same value in all rows",
            where="covariates",
            fix="leave it out",
        )
    Z = (design.X - mean) / scale
    partial = PartialLikelihood(
        Z, rows.start, rows.stop, rows.event, strata, rows.weights,
        efron=ties == "efron",
    )  # fmt: skip
    exact = ties == "exact" and len(partial.tie_size) < len(partial.tie)
    target = (
        ExactLikelihood(Z, rows.start, rows.stop, rows.event, strata)
        if exact
        else partial
    )
    events = int(rows.event.sum())
    best = maximum(target, design.names, events)
    model: Numbers = np.asarray(np.linalg.inv(best.fitted.information), dtype=float)
    covariance, robust_score = model, None
    if clusters is not None:
        residuals = _by_cluster(partial.score_residuals(best.beta), rows, clusters)
        covariance = model @ (residuals.T @ residuals) @ model
        null = _by_cluster(partial.score_residuals(0 * best.beta), rows, clusters)
        total = null.sum(axis=0)
        robust_score = float(total @ np.linalg.pinv(null.T @ null) @ total)
    tests = _tests(best, covariance, robust_score)
    outer = np.outer(scale, scale)
    table = _coefficients(
        design.names, best.beta / scale, covariance / outer, model / outer, level
    )
    return CoxFit(
        rows=len(rows.stop),
        events=events,
        strata=int(strata.max(initial=0)) + 1,
        ties=ties,
        robust=clusters is not None,
        log_likelihood=best.fitted.value,
        null_log_likelihood=best.null.value,
        iterations=best.iterations,
        coefficients=Table(table if clusters is not None else table.iloc[:, :-1]),
        tests=Table(tests),
        covariance=covariance / outer,
    )


def _by_cluster(residuals: Numbers, rows: Rows, clusters: Codes) -> Numbers:
    """Weighted score residuals, added up over the rows of each cluster."""
    sums = np.zeros((int(clusters.max()) + 1, residuals.shape[1]))
    np.add.at(sums, clusters, residuals * rows.weights[:, None])
    return sums


def _coefficients(
    names: tuple[str, ...], coef: Numbers, V: Numbers, model: Numbers, level: float
) -> pd.DataFrame:
    error = np.sqrt(np.diag(V))
    half = special.ndtri((1 + level) / 2) * error
    z = coef / error
    return pd.DataFrame(
        {
            "term": names,
            "coef": coef,
            "hazard_ratio": np.exp(coef),
            "lower": np.exp(coef - half),
            "upper": np.exp(coef + half),
            "std_error": error,
            "z": z,
            "p": 2 * special.ndtr(-np.abs(z)),
            "model_std_error": np.sqrt(np.diag(model)),
        }
    )


def _tests(best: Maximum, V: Numbers, robust_score: float | None) -> pd.DataFrame:
    """Likelihood ratio, score and Wald tests; the robust score test on request."""
    null = best.null
    df = len(best.beta)
    found = {
        "likelihood ratio": 2 * (best.fitted.value - null.value),
        "score": float(null.score @ np.linalg.solve(null.information, null.score)),
        "Wald": float(best.beta @ np.linalg.solve(V, best.beta)),
    }
    if robust_score is not None:
        found["robust score"] = robust_score
    values = np.maximum(list(found.values()), 0.0)
    return pd.DataFrame(
        {
            "test": list(found),
            "statistic": values,
            "df": df,
            "p": special.chdtrc(df, values),
        }
    )
