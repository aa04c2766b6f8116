"""A fitted model with estimates of linear combinations of its coefficients."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.fitted import Fitted
from equipoise.stats.mmrm.inference import estimate_columns, joint_test
from equipoise.stats.mmrm.marginal import Factors, Weights, means_grid
from equipoise.stats.mmrm.multiplicity import Adjustment, adjusted
from equipoise.stats.mmrm.prediction import predicted
from equipoise.stats.mmrm.residuals import residuals
from equipoise.stats.table import Table


class Estimated(Fitted):
    """A fit that estimates combinations, those that need dropped columns as NaN."""

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """``term, estimate, std_error, df, t, p`` of each coefficient."""
        columns = self._columns(np.eye(len(self.terms)), 0.95)
        del columns["lower"], columns["upper"]
        return Table({"term": list(self.terms), **columns})

    def interval_table(self, level: float) -> pd.DataFrame:
        """As ``coefficients``, with ``lower`` and ``upper``."""
        columns = self._columns(np.eye(len(self.terms)), level)
        return pd.DataFrame({"term": list(self.terms), **columns})

    def means_table(
        self,
        factor: Factors,
        by: Factors | None = None,
        level: float = 0.95,
        at: dict[str, float] | None = None,
        weights: Weights = "equal",
    ) -> pd.DataFrame:
        """Estimated marginal means; see ``MmrmFit.emmeans``."""
        cells, L = means_grid(self.source, factor, by, at, weights)
        table = self._estimates(L, level=level).drop(columns=["t", "p"])
        table[["estimate", "lower", "upper"]] += self.source.encoding.offset_at(at)
        return Table(pd.concat([cells, table], axis=1))

    def tested(self, L: Matrix) -> dict[str, float]:
        """F test of combinations of the coefficients, or of the columns of X.

        Raises:
            AnalysisError: EQ405, EQ406, EQ408.
        """
        if L.shape[1] == len(self.source.encoding.names) and self.aliased:
            self._refuse_lost(L)
            L = L[:, self.basis.kept]
        return joint_test(L @ self.basis.turn, self.value(L), self.inference)

    def _adjusted(self, rows: Matrix, adjust: Adjustment, level: float) -> pd.DataFrame:
        """As ``_estimates``, with the adjustment for several rows."""
        table = self._estimates(rows, level=level)
        if rows.shape[1] == len(self.source.encoding.names):
            rows = rows[:, self.basis.kept]
        turned = np.nan_to_num(rows @ self.basis.turn)
        V = turned @ self.inference.Phi @ turned.T
        sd = np.sqrt(np.maximum(np.diag(V), np.finfo(float).tiny))
        return adjusted(table, V / np.outer(sd, sd), adjust, level)

    def _estimates(self, full: Matrix, *, level: float) -> pd.DataFrame:
        """Of combinations of the columns of X, or of the coefficients."""
        return pd.DataFrame(self._columns(full, level))

    def _columns(self, full: Matrix, level: float) -> dict[str, Any]:
        """The columns of ``_estimates``."""
        L, lost = full, np.zeros(len(full), dtype=bool)
        if full.shape[1] == len(self.source.encoding.names):
            lost = self.basis.lost(full)
            L = np.where(lost[:, None], 1.0, full)[:, self.basis.kept]
        turned, value = L @ self.basis.turn, self.value(L)
        columns = estimate_columns(turned, value, self.inference, level)
        if not lost.any():
            return dict(columns)
        return {name: np.where(lost, np.nan, own) for name, own in columns.items()}

    def _refuse_lost(self, full: Matrix) -> None:
        if self.basis.lost(full).any():
            raise AnalysisError.single(
                "EQ405",
                f"aliased columns leave no answer: {', '.join(self.aliased)}",
                where="test",
                fix="take the term or the visit out of the model or of the hypothesis",
            )


class StatsmodelsNames(Estimated):
    """The numbers of a fit by the names that statsmodels uses."""

    @property
    def params(self) -> pd.Series[Any]:
        """Coefficients, as statsmodels names them."""
        return self.beta

    @property
    def bse(self) -> pd.Series[Any]:
        """Standard errors of the coefficients, as statsmodels names them."""
        return self._column("std_error")

    @property
    def tvalues(self) -> pd.Series[Any]:
        """T statistics, as statsmodels names them."""
        return self._column("t")

    @property
    def pvalues(self) -> pd.Series[Any]:
        """Two-sided P values, as statsmodels names them."""
        return self._column("p")

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Intervals of the coefficients, columns 0 and 1, as in statsmodels.

        Args:
            alpha: one minus the coverage.

        Raises:
            AnalysisError: EQ407, a number that is not between 0 and 1.
        """
        table = self.interval_table(1 - alpha).set_index("term").rename_axis(None)
        return table[["lower", "upper"]].set_axis([0, 1], axis=1)

    @property
    def nobs(self) -> int:
        """Rows that were used, as statsmodels names them."""
        return self.n_rows

    @property
    def llf(self) -> float:
        """The (restricted) log-likelihood, as statsmodels names it."""
        return self.log_likelihood

    @property
    def fittedvalues(self) -> pd.Series[Any]:
        """Expected outcomes of the rows that were used, as statsmodels names them."""
        return predicted(self, None, False, "none", 0.95)["estimate"].rename(
            "fittedvalues"
        )

    @property
    def resid(self) -> pd.Series[Any]:
        """Outcomes minus expectations, as statsmodels names them."""
        return residuals(self, "response").rename("resid")

    def _column(self, name: str) -> pd.Series[Any]:
        values = self.coefficients.set_index("term")[name]
        return pd.Series(values.to_numpy(), list(self.terms), name=name)
