"""A fitted mixed model: every number that a trial report needs."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.compare import likelihood_ratio
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.fitted import Fitted
from equipoise.stats.mmrm.inference import (
    check_options,
    estimates,
    joint_test,
)
from equipoise.stats.mmrm.marginal import (
    Comparison,
    Custom,
    Weights,
    comparisons,
    means_grid,
    within,
)
from equipoise.stats.mmrm.multiplicity import Adjustment, adjusted
from equipoise.stats.mmrm.prediction import Interval, predicted, simulated
from equipoise.stats.mmrm.residuals import Residual, residuals
from equipoise.stats.mmrm.terms import name_of, type_three, type_two
from equipoise.stats.options import STRUCTURES, DfMethod, Vcov, canonical_methods
from equipoise.stats.result import table_text


class MmrmFit(Fitted):
    """A fitted model, with its tables and tests; ``print()`` shows its coefficients.

    Example:
        In the documentation of the package ``equipoise.stats.mmrm``.
    """

    def __repr__(self) -> str:
        method = "REML" if self.reml else "ML"
        covariance = STRUCTURES[self.formula.structure].label
        lines = [
            f"MMRM by {method}: {self.formula}",
            f"{self.n_subjects} participants, {self.n_rows} rows, {len(self.visits)} "
            f"visits; {covariance} covariance; df {self.df}",
        ]
        if self.converged:
            lines.append(f"converged, deviance {self.deviance:.3f}")
            lines.append(table_text(self.coefficients))
        return "\n".join([*lines, *self.warnings])

    def using(self, df: DfMethod | str, vcov: Vcov | str = "model") -> MmrmFit:
        """The same fit with other degrees of freedom or covariance; nothing is refitted.

        Raises:
            AnalysisError: EQ407, no such method.
        """
        df, vcov = canonical_methods(df, vcov)
        check_options(df, vcov)
        return replace(self, df=df, vcov_kind=vcov)

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """``term, estimate, std_error, df, t, p`` of each coefficient."""
        table = self._estimates(np.eye(len(self.terms)), level=0.95)
        table.insert(0, "term", list(self.terms))
        return table.drop(columns=["lower", "upper"])

    def emmeans(
        self,
        factor: str,
        by: str | None = None,
        level: float = 0.95,
        at: dict[str, float] | None = None,
        weights: Weights = "equal",
    ) -> pd.DataFrame:
        """Estimated marginal (least-squares) means.

        Args:
            factor: factor of the fixed effects.
            by: second factor, such as the visit.
            level: coverage of the intervals.
            at: values of numeric covariates; the others are at their mean.
            weights: the levels of the other factors count equally, or as often as their
                combinations occur among the rows.

        Returns:
            ``factor, by, estimate, std_error, df, lower, upper``, one row for each
            combination of their levels; NaN where aliased columns leave no answer.

        Raises:
            AnalysisError: EQ406 not converged; EQ407 not a factor.

        Source: Searle, Speed and Milliken 1980, Am Stat 34:216-221; R emmeans.
        """
        cells, L = means_grid(self.source, factor, by, at, weights)
        table = self._estimates(L, level=level).drop(columns=["t", "p"])
        return pd.concat([cells, table], axis=1)

    def contrasts(
        self,
        factor: str,
        by: str | None = None,
        reference: Any = None,
        level: float = 0.95,
        kind: Comparison | Custom | None = None,
        adjust: Adjustment = "none",
        at: dict[str, float] | None = None,
        weights: Weights = "equal",
    ) -> pd.DataFrame:
        """Differences between estimated marginal means.

        Args:
            factor: factor of the fixed effects.
            by: second factor; differences are within its levels.
            reference: level that is subtracted from each other one.
            level: coverage of the intervals.
            kind: ``reference``, ``pairwise``, ``sequential``, or weights by label and
                level, as ``{"dose": {"low": 0.5, "high": 0.5, "placebo": -1}}``. None:
                ``reference`` where one is given, else ``pairwise``.
            adjust: ``holm``, ``hochberg``, ``bonferroni`` or ``mvt`` (multivariate t)
                for all rows of the table together; ``p_adjusted`` is added.
            at: values of numeric covariates.
            weights: of the levels of the other factors.

        Returns:
            ``contrast, by, estimate, std_error, df, t, p, lower, upper``; ``contrast``
            is ``a - b``.

        Raises:
            AnalysisError: EQ406 not converged; EQ407 no such factor, level or option.
        """
        cells, L = means_grid(self.source, factor, by, at, weights)
        compared = comparisons(self.levels[factor], kind, reference)
        labels, rows = within(cells, L, by, compared)
        table = self._estimates(rows, level=level)
        turned = np.nan_to_num(rows[:, self.basis.kept] @ self.basis.turn)
        V = turned @ self.inference.Phi @ turned.T
        sd = np.sqrt(np.maximum(np.diag(V), np.finfo(float).tiny))
        table = adjusted(table, V / np.outer(sd, sd), adjust, level)
        return pd.concat([labels, table], axis=1)

    def test(self, L: Matrix) -> pd.DataFrame:
        """F test that each row of ``L @ beta`` is zero: ``num_df, den_df, F, p``.

        Args:
            L: one column for each coefficient, or for each column of the model matrix,
                aliased ones included.

        Raises:
            AnalysisError: EQ405 aliased columns leave no answer; EQ406 not converged;
                EQ408 the matrix does not fit.
        """
        L = np.atleast_2d(np.asarray(L, dtype=float))
        if L.shape[1] == len(self.source.encoding.names) and self.aliased:
            self._refuse_lost(L)
            L = L[:, self.basis.kept]
        if L.shape[1] != len(self.terms):
            raise AnalysisError.single(
                "EQ408",
                f"the matrix has {L.shape[1]} columns for {len(self.terms)} coefficients",
                where="test",
                fix="give one column for each coefficient",
            )
        tested = joint_test(L @ self.basis.turn, self.value(L), self.inference)
        return pd.DataFrame([tested])

    def test_terms(self, type: Literal["II", "III"] = "III") -> pd.DataFrame:
        """F test of each term: ``term, num_df, den_df, F, p``.

        Args:
            type: ``III`` (marginal means are equal) or ``II`` (adjusted for the terms
                that do not contain it), as SAS and R car define them.

        Raises:
            AnalysisError: EQ406 not converged; EQ407 no such type.
        """
        types = {"III": type_three, "II": type_two}
        checked_option("type", type, types, code="EQ407", where="test_terms")
        rows = []
        for term in self.formula.terms:
            L = types[type](self.source.encoding, self.basis, term)
            blank: dict[Any, Any] = {
                "num_df": 0.0,
                "den_df": np.nan,
                "F": np.nan,
                "p": np.nan,
            }
            tested = self.test(L).iloc[0].to_dict() if len(L) else blank
            rows.append({"term": name_of(term), **tested})
        return pd.DataFrame(rows)

    def compare(self, other: MmrmFit) -> pd.DataFrame:
        """Likelihood-ratio test of two nested fits; see ``compare.likelihood_ratio``."""
        return likelihood_ratio(self, other)

    def residuals(self, kind: Residual = "raw") -> pd.Series[Any]:
        """Residuals in the order of the frame; see ``residuals.residuals``."""
        _ = self.inference
        return residuals(self, kind)

    def predict(
        self,
        frame: pd.DataFrame | None = None,
        conditional: bool = False,
        interval: Interval = "none",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Expected outcomes of rows; see ``prediction.predicted``."""
        return predicted(self, frame, conditional, interval, level)

    def simulate(
        self,
        n: int,
        seed: int,
        frame: pd.DataFrame | None = None,
        conditional: bool = False,
    ) -> pd.DataFrame:
        """Outcomes drawn from the fitted model; see ``prediction.simulated``."""
        return simulated(self, n, seed, frame, conditional)

    def _estimates(self, full: Matrix, *, level: float) -> pd.DataFrame:
        """Of combinations of the columns of X, or of the coefficients."""
        L, lost = full, np.zeros(len(full), dtype=bool)
        if full.shape[1] == len(self.source.encoding.names):
            lost = self.basis.lost(full)
            L = np.where(lost[:, None], 1.0, full)[:, self.basis.kept]
        table = estimates(L @ self.basis.turn, self.value(L), self.inference, level)
        table.loc[lost] = np.nan
        return table

    def _refuse_lost(self, full: Matrix) -> None:
        if self.basis.lost(full).any():
            raise AnalysisError.single(
                "EQ405",
                f"aliased columns leave no answer: {', '.join(self.aliased)}",
                where="test",
                fix="take the term or the visit out of the model or of the hypothesis",
            )
