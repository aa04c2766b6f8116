"""Tables of a fit by the names of R's broom, and numbers by those of statsmodels.

The columns are those of the tidiers of R mmrm (``tidy.mmrm``, ``glance.mmrm``,
``augment.mmrm``), with their dots: ``std.error``, ``p.value``, ``conf.low``, ``.fitted``.
"""

from __future__ import annotations

import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.estimated import Estimated
from equipoise.stats.mmrm.prediction import Interval, predicted
from equipoise.stats.mmrm.residuals import Residual, residuals
from equipoise.stats.table import Table

NAMES = {"std_error": "std.error", "t": "statistic", "p": "p.value"}
LIMITS = {"lower": "conf.low", "upper": "conf.high"}


def tidy(fit: Estimated, conf_int: bool, level: float) -> pd.DataFrame:
    """A row for each coefficient: ``term, estimate, std.error, df, statistic, p.value``.

    Args:
        fit: a fit.
        conf_int: add ``conf.low`` and ``conf.high``.
        level: coverage.
    """
    table = fit.interval_table(level).rename(columns=NAMES | LIMITS)
    return Table(table if conf_int else table.drop(columns=list(LIMITS.values())))


def glance(fit: Estimated) -> pd.DataFrame:
    """One row: ``AIC, BIC, logLik, deviance`` of R, and what else describes the fit."""
    return Table(
        {
            "AIC": [fit.aic],
            "BIC": [fit.bic],
            "logLik": [fit.log_likelihood],
            "deviance": [fit.deviance],
            "nobs": [fit.n_rows],
            "n.participants": [fit.n_subjects],
            "n.theta": [fit.top.model.n_parameters],
            "converged": [fit.converged],
        }
    )


def augment(
    fit: Estimated,
    frame: pd.DataFrame | None,
    interval: Interval,
    level: float,
    kind: Residual,
) -> pd.DataFrame:
    """The rows with ``.fitted``, ``.resid`` and, with an interval, its limits.

    Args:
        fit: a fit.
        frame: rows; None: those of the fit, with their residuals.
        interval: ``confidence`` or ``prediction`` adds ``.lower``, ``.upper`` and
            ``.se.fit``.
        level: coverage.
        kind: of the residuals.
    """
    made = predicted(fit, frame, False, interval, level)
    given = _used_rows(fit) if frame is None else frame
    columns = {".fitted": made["estimate"]}
    if interval != "none":
        columns |= {".lower": made["lower"], ".upper": made["upper"]}
        columns[".se.fit"] = made["std_error"]
    if frame is None:
        columns[".resid"] = residuals(fit, kind)
    added = {name: values.to_numpy() for name, values in columns.items()}
    return Table(given.assign(**added))


def _used_rows(fit: Estimated) -> pd.DataFrame:
    whole = fit.source.whole
    if whole is None:
        raise AnalysisError.single(
            "EQ407",
            "the rows of the fit are not held in memory",
            where="augment",
            fix="give a frame",
        )
    return whole.rows.iloc[whole.position.argsort()]
