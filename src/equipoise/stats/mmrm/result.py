"""A fitted mixed model: every number that a trial report needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from equipoise.stats.mmrm.broom import augment, glance, tidy
from equipoise.stats.mmrm.compare import likelihood_ratio
from equipoise.stats.mmrm.estimate import Combination, combinations
from equipoise.stats.mmrm.estimated import StatsmodelsNames
from equipoise.stats.mmrm.inference import check_options
from equipoise.stats.mmrm.marginal import (
    Comparison,
    Custom,
    Factors,
    Weights,
    cells_of,
    comparisons,
    means_grid,
    names_of,
    within,
)
from equipoise.stats.mmrm.multiplicity import Adjustment
from equipoise.stats.mmrm.plots import Kind, plotted
from equipoise.stats.mmrm.prediction import Interval, predicted, simulated
from equipoise.stats.mmrm.residuals import Residual, residuals
from equipoise.stats.mmrm.summary import FitSummary, printed, summary
from equipoise.stats.mmrm.term_tests import tested_terms
from equipoise.stats.options import DfMethod, Vcov, canonical_methods
from equipoise.stats.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class MmrmFit(StatsmodelsNames):
    """A fitted model, with its tables and tests; ``print()`` shows its coefficients.

    Example:
        In the documentation of the package ``equipoise.stats.mmrm``.
    """

    def __repr__(self) -> str:
        return printed(self)

    def _repr_html_(self) -> str:
        return summary(self).as_html()

    def summary(self, level: float = 0.95) -> FitSummary:
        """Model, convergence, criteria, coefficients with intervals, and covariance.

        Args:
            level: coverage of the intervals.

        Returns:
            A summary that prints; ``as_html()`` and ``as_markdown()`` are for pages.

        Raises:
            AnalysisError: EQ407, a level that is not between 0 and 1.
        """
        return summary(self, level)

    def using(self, df: DfMethod | str, vcov: Vcov | str = "model") -> MmrmFit:
        """The same fit with other degrees of freedom or covariance; nothing is refitted.

        Raises:
            AnalysisError: EQ407, no such method.
        """
        method, kind = canonical_methods(df, vcov)
        check_options(method, kind)
        return replace(self, df=method, vcov_kind=kind)

    def emmeans(
        self,
        factor: Factors,
        by: Factors | None = None,
        level: float = 0.95,
        at: dict[str, float] | None = None,
        weights: Weights = "equal",
    ) -> pd.DataFrame:
        """Estimated marginal (least-squares) means.

        Args:
            factor: factor of the fixed effects, or several as ``"arm:visit"`` or
                ``("arm", "visit")``.
            by: another factor, such as the visit, or several.
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
        return self.means_table(factor, by, level, at, weights)

    def contrasts(
        self,
        factor: Factors,
        by: Factors | None = None,
        reference: Any = None,
        level: float = 0.95,
        kind: Comparison | Custom | None = None,
        adjust: Adjustment = "none",
        at: dict[str, float] | None = None,
        weights: Weights = "equal",
    ) -> pd.DataFrame:
        """Differences between estimated marginal means.

        Args:
            factor: factor of the fixed effects, or several, whose cells are compared.
            by: another factor, or several; differences are within their levels.
            reference: level that is subtracted from each other one; a tuple for several
                factors.
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
            AnalysisError: EQ406 not converged; EQ407 no such factor, level or option;
                EQ414 sequential differences of text without a known order.
        """
        cells, L = means_grid(self.source, factor, by, at, weights)
        if kind == "sequential":
            self.source.encoding.refuse_unordered(names_of(self.levels, factor))
        compared = comparisons(cells_of(self.levels, factor), kind, reference)
        labels, rows = within(cells, L, names_of(self.levels, by), compared)
        return Table(pd.concat([labels, self._adjusted(rows, adjust, level)], axis=1))

    def estimate(
        self,
        combination: Combination,
        of: Factors | None = None,
        level: float = 0.95,
        adjust: Adjustment = "none",
        at: dict[str, float] | None = None,
        weights: Weights = "equal",
    ) -> pd.DataFrame:
        """Linear combinations of coefficients or of estimated marginal means.

        Args:
            combination: a coefficient, or weights by coefficient,
                ``{"arm[T.drug]": 1, "arm[T.drug]:visit[T.2]": 0.5}``; with ``of``
                weights by level, ``{("drug", 2): 1, ("placebo", 2): -1}``; a row or a
                matrix with a column for each coefficient, or for each cell of ``of`` in
                the order of ``emmeans``; or several by their labels,
                ``{"week 1": {...}, "week 2": {...}}``.
            of: factor, or factors, whose marginal means are combined.
            level: coverage of the intervals.
            adjust: for all rows of the table together, as in ``contrasts``.
            at: values of numeric covariates; needs ``of``.
            weights: of the levels of the factors that ``of`` does not name.

        Returns:
            ``label, estimate, std_error, df, t, p, lower, upper``, one row for each
            combination; NaN where aliased columns leave no answer. ``test`` takes the
            same combinations and tests them together.

        Raises:
            AnalysisError: EQ405 a coefficient that was dropped; EQ406 not converged;
                EQ407 no such coefficient, factor, level or option; EQ408 the matrix
                does not fit; EQ463 weights that cannot be read.

        Source: SAS PROC MIXED, ESTIMATE and LSMESTIMATE; R emmeans::contrast, mmrm::df_1d.
        """
        made = combinations(self, combination, of, at, weights)
        table = self._adjusted(made.L, adjust, level)
        table.insert(0, "label", made.labels)
        return Table(table)

    def test(
        self,
        L: Combination,
        of: Factors | None = None,
        at: dict[str, float] | None = None,
        weights: Weights = "equal",
    ) -> pd.DataFrame:
        """F test that all combinations are zero: ``num_df, den_df, F, p``.

        Args:
            L: a matrix with one column for each coefficient, or for each column of the
                model matrix, aliased ones included; or combinations as ``estimate``
                takes them.
            of: as for ``estimate``.
            at: as for ``estimate``.
            weights: as for ``estimate``.

        Raises:
            AnalysisError: EQ405 aliased columns leave no answer; EQ406 not converged;
                EQ407, EQ463 as ``estimate``; EQ408 the matrix does not fit, or its rows
                depend on each other.

        Source: SAS PROC MIXED, CONTRAST, LSMESTIMATE with JOINT; R mmrm::df_md.
        """
        rows = combinations(self, L, of, at, weights).L
        return pd.DataFrame([self.tested(rows)])

    def test_terms(self, type: Literal["II", "III"] = "III") -> pd.DataFrame:
        """F test of each term: ``term, num_df, den_df, F, p``.

        Args:
            type: ``III`` (marginal means are equal) or ``II`` (adjusted for the terms
                that do not contain it), as SAS and R car define them. For a term that no
                other contains both are the same line.

        Raises:
            AnalysisError: EQ406 not converged; EQ407 no such type.
        """
        return tested_terms(self, type)

    def compare(self, other: MmrmFit) -> pd.DataFrame:
        """Likelihood-ratio test of two nested fits; see ``compare.likelihood_ratio``."""
        return likelihood_ratio(self, other)

    def residuals(self, kind: Residual = "raw") -> pd.Series[Any]:
        """Residuals in the order of the frame, by our names or R's.

        Args:
            kind: ``raw`` (R ``response``), ``scaled`` (R ``pearson``) or ``normalized``;
                see ``residuals.residuals``.
        """
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

    def plot(
        self, kind: Kind = "means", ax: Axes | None = None, **options: Any
    ) -> Axes:
        """A picture of the fit on axes of matplotlib, which can be styled further.

        Args:
            kind: ``means``: marginal means with intervals, by arm over the visits;
                ``profile``: observed outcomes of each participant, with the observed
                means; ``residuals``: against the expectation; ``qq``: normalized
                residuals against normal quantiles; ``covariance`` and ``correlation``:
                of the visits.
            ax: axes to draw on; new ones if absent.
            options: ``factor`` of the arms and ``level`` of the intervals (means),
                ``factor`` (profile), ``residual`` (residuals, qq), ``group``
                (covariance, correlation).

        Raises:
            AnalysisError: EQ406 not converged; EQ407 no such kind, option, factor or
                group.
            EquipoiseError: EQ004 matplotlib is not installed.
        """
        return plotted(self, kind, ax, options)

    def tidy(self, conf_int: bool = False, level: float = 0.95) -> pd.DataFrame:
        """Coefficients with the column names of R's broom; see ``broom.tidy``."""
        return tidy(self, conf_int, level)

    def glance(self) -> pd.DataFrame:
        """One row that describes the fit, as in R's broom; see ``broom.glance``."""
        return glance(self)

    def augment(
        self,
        frame: pd.DataFrame | None = None,
        interval: Interval = "none",
        level: float = 0.95,
        residual: Residual = "response",
    ) -> pd.DataFrame:
        """Rows with ``.fitted`` and ``.resid``, as in R's broom; see ``broom.augment``."""
        return augment(self, frame, interval, level, residual)
