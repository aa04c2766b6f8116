"""A fitted model: its data, the search for the maximum, its likelihood and parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.mmrm.aliasing import Basis
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.formula import Formula
from equipoise.stats.mmrm.inference import Method
from equipoise.stats.mmrm.kenward_roger import caution
from equipoise.stats.mmrm.maximize import Maximum, unconstrained
from equipoise.stats.mmrm.moments import Moments
from equipoise.stats.mmrm.source import Source
from equipoise.stats.options import STRUCTURES, DfMethod, Vcov


@dataclass(frozen=True, eq=False, repr=False)
class Fitted:
    """A fitted model without its tables.

    Attributes:
        formula: as it was read.
        source: the rows.
        basis: coordinates in which the engine computed.
        data: sums of products of the rows.
        top: where the search for the maximum ended.
        reml: restricted likelihood or likelihood.
        df: method of the denominator degrees of freedom.
        vcov_kind: covariance of the coefficients that was asked for.
        weights: column of the weights, or None.
        method_of: makes the inference of a fit.
    """

    formula: Formula
    source: Source
    basis: Basis
    data: Moments
    top: Maximum
    reml: bool
    df: DfMethod
    vcov_kind: Vcov
    weights: str | None
    method_of: Callable[[DfMethod, Vcov], Method]

    @property
    def converged(self) -> bool:
        """Whether an inner maximum was found; nothing may be reported otherwise."""
        return self.top.converged

    @property
    def convergence(self) -> pd.DataFrame:
        """Every search: method, steps, deviance, gradient, information, reason."""
        return pd.DataFrame([asdict(each) for each in self.top.tries])

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
    def visits(self) -> tuple[Any, ...]:
        """Visits with at least one row, in order."""
        return self.source.visits

    @property
    def unrated(self) -> tuple[Any, ...]:
        """Planned visits without a row: unused categories of the visit column."""
        return tuple(v for v in self.source.planned if v not in self.source.visits)

    @property
    def unrated_warning(self) -> str | None:
        """Among the warnings, the one about planned visits without a row."""
        if not self.unrated:
            return None
        return _unrated_words(self.formula.structure, self.unrated)

    @property
    def levels(self) -> dict[str, tuple[Any, ...]]:
        """Levels of each factor of the fixed effects."""
        return self.source.encoding.levels

    @property
    def excluded(self) -> pd.DataFrame | int:
        """Rows without outcome, covariate or weight; their number if read in parts."""
        return self.source.excluded

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        return tuple(self.source.encoding.names[j] for j in self.basis.kept)

    @property
    def aliased(self) -> tuple[str, ...]:
        """Columns that were dropped because those before them determine them."""
        kept = set(self.basis.kept)
        names = self.source.encoding.names
        return tuple(name for j, name in enumerate(names) if j not in kept)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the results must know, in sentences."""
        said = []
        if self.aliased:
            said.append(
                "dropped, because the columns before them determine them: "
                + ", ".join(self.aliased)
            )
        if self.unrated_warning:
            said.append(self.unrated_warning)
        said.extend(self.source.notes)
        k = self.top.model.n_parameters
        if self.n_subjects <= k:
            said.append(
                f"{counted(self.n_subjects, 'participant')} for {k} covariance parameters"
            )
        if self.df == "kenward-roger" and self.converged:
            said.extend(self._caution_of_r())
        if not self.converged:
            said.append(f"the fit did not converge: {self.top.why}")
        return tuple(said)

    def _caution_of_r(self) -> tuple[str, ...]:
        """Where R's form of Kenward-Roger differs from that of SAS at this size."""
        own, linear = self.inference, self.method_of("kenward-roger-linear", "model")
        return caution(self.basis.turn, own.Phi, linear.Phi, self.n_subjects)

    @property
    def beta(self) -> pd.Series[Any]:
        """Coefficients by term."""
        _ = self.inference
        return pd.Series(self.value(np.eye(len(self.terms))), list(self.terms))

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the coefficients, as ``df`` and ``vcov`` ask for it."""
        turn, names = self.basis.turn, list(self.terms)
        return pd.DataFrame(turn @ self.inference.Phi @ turn.T, names, names)

    @property
    def covariances(self) -> dict[Any, pd.DataFrame]:
        """Covariance matrix of the visits by group; ``None`` is the only one without.

        For a spatial structure it is that of two rows at distance one.
        """
        _ = self.inference
        found = self.top.model.covariances(self.top.at.theta)
        names = [0, 1] if self.formula.spatial else list(self.visits)
        frames = [pd.DataFrame(S, index=names, columns=names) for S in found]
        return dict(zip(self.source.groups, frames, strict=True))

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance matrix of the visits; of the first group if there are several."""
        return next(iter(self.covariances.values()))

    @property
    def theta(self) -> Matrix:
        """Covariance parameters in the form of R mmrm, group after group."""
        _ = self.inference
        return unconstrained(self.top.model, self.top.at.theta)[1]

    @property
    def deviance(self) -> float:
        """Minus twice the (restricted) log-likelihood."""
        _ = self.inference
        return self.top.at.deviance

    @property
    def log_likelihood(self) -> float:
        """The (restricted) log-likelihood, with all its constants."""
        return -self.deviance / 2

    @property
    def aic(self) -> float:
        """Akaike's criterion, counting the covariance parameters only, as R mmrm does.

        For maximum likelihood SAS counts the coefficients too.
        """
        return self.deviance + 2 * self.top.model.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the number of participants, as R mmrm."""
        k = self.top.model.n_parameters
        return self.deviance + float(np.log(self.n_subjects)) * k

    def value(self, L: Matrix) -> Matrix:
        """Combinations of the coefficients, ``L @ beta``."""
        beta = self.basis.origin + self.basis.turn @ self.top.at.beta
        return np.asarray(L @ beta)

    @cached_property
    def inference(self) -> Method:
        """Covariance of the coefficients and degrees of freedom, in the basis.

        Raises:
            AnalysisError: EQ406, the fit did not converge.
        """
        if not self.converged:
            raise AnalysisError.single(
                "EQ406",
                f"the fit did not converge: {self.top.why}",
                where=f"mmrm, {counted(self.n_subjects, 'participant')}, "
                f"{counted(self.n_rows, 'row')}",
                fix="use fewer visits or covariates, or a structure with fewer "
                "parameters; fit.convergence shows what was tried",
            )
        return self.method_of(self.df, self.vcov_kind)


def _unrated_words(structure: str, unrated: tuple[Any, ...]) -> str:
    """What happens to planned visits at which no participant was rated."""
    named = ", ".join(map(str, unrated))
    if STRUCTURES[structure].by_distance:
        return (
            f"no participant was rated at {named}: it has no mean, and the visits around "
            f"it keep their planned distance in the {structure} covariance"
        )
    return f"no participant was rated at {named}: it is not in the model"
