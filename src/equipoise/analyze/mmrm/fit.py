"""``mmrm``: mixed model for repeated measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from equipoise.analyze.mmrm.design import Design, Matrix, design
from equipoise.analyze.mmrm.formula import Formula, parse
from equipoise.analyze.mmrm.inference import DfMethod, estimates, joint_test
from equipoise.analyze.mmrm.likelihood import Likelihood
from equipoise.analyze.mmrm.maximize import Maximum, maximize, start, unstructured
from equipoise.analyze.mmrm.moments import Moments, moments
from equipoise.errors import AnalysisError, listing


def mmrm(
    formula: str,
    frame: pd.DataFrame,
    reml: bool = True,
    df: DfMethod = "satterthwaite",
    vcov: Literal["model"] = "model",
    weights: str | None = None,
) -> MmrmFit:
    """Fits a mixed model for repeated measures.

    Args:
        formula: ``outcome ~ baseline + arm * visit + us(visit | participant)``; see
            ``equipoise.analyze.mmrm.formula``.
        frame: one row for each participant and visit. Texts, booleans and categoricals
            are factors; the first category is the reference. Rows without outcome,
            covariate or weight are set aside in ``fit.excluded``.
        reml: restricted maximum likelihood (True) or maximum likelihood.
        df: denominator degrees of freedom.
        vcov: covariance of the coefficients; ``model`` is the only one.
        weights: column of positive weights: the variance of a row is divided by it.

    Returns:
        A fit. If it did not converge, its numbers are refused (EQ406) and
        ``fit.converged`` is False.

    Raises:
        AnalysisError: EQ400 to EQ405 and EQ407.

    Source: Mallinckrodt et al. 2008, Drug Inf J 42:303-319; SAS PROC MIXED with
    REPEATED / TYPE=UN; R mmrm 0.3.
    """
    if df not in ("satterthwaite", "residual", "asymptotic") or vcov != "model":
        raise AnalysisError.single(
            "EQ407",
            f"df = {df!r}, vcov = {vcov!r}",
            where="mmrm",
            mend="df is satterthwaite, residual or asymptotic; vcov is model",
        )
    model = parse(formula)
    matrices = design(model, frame, weights)
    data = moments(matrices)
    _refuse_unseen_pairs(data, matrices)
    basis = unstructured(data.n_visits)
    top = maximize(data, start(matrices), basis, reml=reml)
    return MmrmFit(model, matrices, data, top, reml=reml, df=df)


@dataclass(frozen=True, eq=False)
class MmrmFit:
    """A fitted model.

    Attributes:
        formula: as it was read.
        design: matrices of the rows that were used.
        data: sums of products of these rows.
        top: where the search for the maximum ended.
        reml: restricted likelihood or likelihood.
        df: method of the denominator degrees of freedom.
    """

    formula: Formula
    design: Design = field(repr=False)
    data: Moments = field(repr=False)
    top: Maximum = field(repr=False)
    reml: bool
    df: DfMethod

    @property
    def converged(self) -> bool:
        """Whether an inner maximum was found; nothing may be reported otherwise."""
        return self.top.converged

    @property
    def n_iterations(self) -> int:
        """Steps to the maximum."""
        return self.top.n_iterations

    @property
    def n_rows(self) -> int:
        """Rows that were used."""
        return self.data.n_rows

    @property
    def n_subjects(self) -> int:
        """Participants with at least one row that was used."""
        return self.data.n_subjects

    @property
    def excluded(self) -> pd.DataFrame:
        """Rows of the frame without outcome, covariate or weight."""
        return self.design.excluded

    @property
    def beta(self) -> pd.Series[Any]:
        """Coefficients by term."""
        return pd.Series(self._at.beta, index=list(self.design.terms), name="beta")

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the coefficients."""
        names = list(self.design.terms)
        return pd.DataFrame(self._at.Phi, index=names, columns=names)

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance matrix of the visits."""
        _ = self._at
        names = list(self.design.visits)
        return pd.DataFrame(self.top.S, index=names, columns=names)

    @property
    def deviance(self) -> float:
        """Minus twice the (restricted) log-likelihood."""
        return self._at.deviance

    @property
    def log_likelihood(self) -> float:
        """The (restricted) log-likelihood, with all its constants."""
        return -self.deviance / 2

    @property
    def aic(self) -> float:
        """Akaike's criterion, counting the covariance parameters only, as R mmrm does.

        For maximum likelihood SAS counts the coefficients too.
        """
        return self.deviance + 2 * self._n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the number of participants, as R mmrm."""
        return self.deviance + float(np.log(self.n_subjects)) * self._n_parameters

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """``term, estimate, std_error, df, t, p`` of each coefficient."""
        table = self._estimates(np.eye(len(self.design.terms)), level=0.95)
        table.insert(0, "term", list(self.design.terms))
        return table.drop(columns=["lower", "upper"])

    def emmeans(
        self, factor: str, by: str | None = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimated marginal (least-squares) means.

        Args:
            factor: factor of the fixed effects.
            by: second factor, such as the visit.
            level: coverage of the intervals.

        Returns:
            ``factor, by, estimate, std_error, df, lower, upper``, one row for each
            combination of their levels.

        Raises:
            AnalysisError: EQ406 not converged; EQ407 not a factor.

        Source: Searle, Speed and Milliken 1980, Am Stat 34:216-221; R emmeans.
        """
        cells, L = self.design.grid(_names(factor, by))
        table = self._estimates(L, level=level).drop(columns=["t", "p"])
        return pd.concat([cells, table], axis=1)

    def contrasts(
        self,
        factor: str,
        by: str | None = None,
        reference: str | None = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Differences between estimated marginal means.

        Args:
            factor: factor of the fixed effects.
            by: second factor; differences are within its levels.
            reference: level that is subtracted from each other one; None for all pairs.
            level: coverage of the intervals.

        Returns:
            ``contrast, by, estimate, std_error, df, t, p, lower, upper``; ``contrast``
            is ``a - b``.

        Raises:
            AnalysisError: EQ406 not converged; EQ407 no such factor or level.
        """
        cells, L = self.design.grid(_names(factor, by))
        levels = self.design.levels[factor]
        if reference is not None and reference not in levels:
            raise AnalysisError.single(
                "EQ407",
                f"{reference!r} is not a level of {factor}",
                where="contrasts",
                mend=f"levels: {listing(map(str, levels))}",
            )
        pairs = [
            (first, second)
            for i, first in enumerate(levels)
            for j, second in enumerate(levels)
            if (i < j if reference is None else second == reference and i != j)
        ]
        groups = [None] if by is None else list(self.design.levels[by])
        rows, labels = [], []
        for first, second in pairs:
            for group in groups:
                inside = np.ones(len(cells), bool) if by is None else cells[by] == group
                plus = L[(cells[factor] == first) & inside]
                minus = L[(cells[factor] == second) & inside]
                rows.append(plus[0] - minus[0])
                label = {"contrast": f"{first} - {second}"}
                labels.append(label if by is None else {**label, by: group})
        table = self._estimates(np.array(rows), level=level)
        return pd.concat([pd.DataFrame(labels), table], axis=1)

    def test(self, L: Matrix) -> pd.DataFrame:
        """F test that each row of ``L @ beta`` is zero: ``num_df, den_df, F, p``.

        Raises:
            AnalysisError: EQ406 not converged; EQ408 the matrix does not fit.
        """
        tested = joint_test(L, self._at, df=self.df, n_rows=self.n_rows)
        return pd.DataFrame([tested])

    def _estimates(self, L: Matrix, *, level: float) -> pd.DataFrame:
        return estimates(L, self._at, df=self.df, n_rows=self.n_rows, level=level)

    @property
    def _at(self) -> Likelihood:
        if not self.converged:
            raise AnalysisError.single(
                "EQ406",
                f"the fit did not converge: {self.top.why}",
                where=f"mmrm, {self.n_subjects} participants, {self.n_rows} rows",
                mend="use fewer visits or covariates; look for visits that few attended",
            )
        return self.top.at

    @property
    def _n_parameters(self) -> int:
        return len(self.top.at.gradient)


def _names(factor: str, by: str | None) -> tuple[str, ...]:
    return (factor,) if by is None else (factor, by)


def _refuse_unseen_pairs(data: Moments, matrices: Design) -> None:
    """Without a participant at both visits, their covariance cannot be known."""
    seen = np.zeros((data.n_visits, data.n_visits), dtype=bool)
    for pattern in data.patterns:
        seen[np.ix_(pattern.visits, pattern.visits)] = True
    missing = [
        f"{matrices.visits[a]} and {matrices.visits[b]}"
        for a, b in zip(*np.nonzero(np.triu(~seen)), strict=True)
    ]
    if missing:
        raise AnalysisError.single(
            "EQ404",
            f"nobody was seen at both of: {listing(missing)}",
            where="frame of the model",
            mend="leave one of the visits out of the model",
        )
