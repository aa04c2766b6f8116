"""One model for many trials whose participants differ: matrices without formulas.

``mmrm_batch`` is for trials that share their rows; here each trial has its own arms,
covariates and visits, and only the form of the model is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.aliasing import basis
from equipoise.stats.mmrm.batch import TrialDesign, mmrm_design
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.inference import Satterthwaite, estimate_columns
from equipoise.stats.mmrm.maximize import maximize
from equipoise.stats.mmrm.moments import moments
from equipoise.stats.mmrm.scaling import is_wide

Codes = NDArray[np.intp]
FIELDS = ("estimate", "std_error", "df", "lower", "upper", "p")


@dataclass(frozen=True)
class Template:
    """The form of a model, and the hypothesis that is asked of each trial.

    Attributes:
        design: of rows that have every combination of the factors.
        L: the hypothesis, columns of X.
    """

    design: TrialDesign
    L: Matrix

    @classmethod
    def of(
        cls,
        formula: str,
        factors: Mapping[str, tuple[object, ...]],
        covariates: tuple[str, ...],
        contrast: Mapping[str, object],
    ) -> Template:
        """The template of a formula with ``us(visit | participant)``.

        Args:
            formula: as for ``mmrm``.
            factors: levels of each factor, the reference first.
            covariates: numeric.
            contrast: ``factor``, its level ``a`` minus ``b``, and ``by`` with the level
                ``at`` where the model has a second factor.

        Raises:
            AnalysisError: EQ400 to EQ407, the formula does not fit.
        """
        levels = list(factors.values())
        cells = pd.MultiIndex.from_product(levels, names=list(factors)).to_frame(
            index=False
        )
        # Two participants in each cell of the other factors: enough for every column.
        frame = pd.concat([cells.assign(participant=0), cells.assign(participant=1)])
        others = [name for name in factors if name != "visit"]
        person = frame.groupby([*others, "participant"], observed=True).ngroup()
        frame = frame.reset_index(drop=True).assign(participant=person.to_numpy())
        for place, name in enumerate(covariates):
            frame[name] = np.sin(frame["participant"].to_numpy() * (place + 1.7))
        for name, own in factors.items():
            frame[name] = pd.Categorical(frame[name], categories=list(own))
        design = mmrm_design(formula, frame)
        by = contrast.get("by")
        asked = design.contrasts(
            str(contrast["factor"]),
            by=None if by is None else str(by),
            reference=contrast["b"],
        )
        labels = asked.labels
        chosen = labels["contrast"] == f"{contrast['a']} - {contrast['b']}"
        if by is not None:
            chosen &= labels[str(by)] == contrast["at"]
        return cls(design, asked.L[chosen.to_numpy()])

    def fit(
        self,
        codes: Mapping[str, Codes],
        covariates: Mapping[str, Matrix],
        y: Matrix,
        participant: Codes,
        visit: Codes,
    ) -> dict[str, float] | None:
        """The hypothesis in one trial, with Satterthwaite's degrees of freedom.

        Args:
            codes: level of each factor of each row, by position.
            covariates: of each row.
            y: outcomes, finite.
            participant: of each row, ascending.
            visit: position of the visit of each row, ascending within a participant.

        Returns:
            ``FIELDS``, the numbers that ``mmrm`` gives; None if the search did not
            converge or columns are aliased: ask ``mmrm`` then.
        """
        whole = self.design.matrices
        part = replace(
            whole,
            X=self._matrix(codes, covariates),
            y=y,
            weight=np.ones(len(y)),
            subject=participant,
            visit=visit,
            group=np.zeros(len(y), dtype=np.intp),
        )
        try:
            axes = basis([part])
            if axes.lost(self.L).any():
                return None
            data = moments([part], axes, "us")
            if not all(seen.all() for seen in data.together) or is_wide(data):
                return None
            top = maximize(
                data.model(axes, reml=True), data.blocks[0].start(data.start[0])
            )
        except (AnalysisError, np.linalg.LinAlgError):
            return None
        if not top.converged:
            return None
        L = self.L[:, axes.kept]
        value = L @ (axes.origin + axes.turn @ top.at.beta)
        method = Satterthwaite(top.at, top.at.Phi)
        row = estimate_columns(L @ axes.turn, value, method, 0.95)
        return {name: float(row[name][0]) for name in FIELDS}

    def _matrix(
        self, codes: Mapping[str, Codes], covariates: Mapping[str, Matrix]
    ) -> Matrix:
        encoding = self.design.matrices.encoding
        if encoding.cells is None:
            raise ValueError("a template has few cells")
        cell = np.zeros(len(next(iter(codes.values()))), dtype=np.intp)
        for name, own in encoding.levels.items():
            cell = cell * len(own) + codes[name]
        X = encoding.cells[cell]
        for name in encoding.means:
            terms = [term for term in encoding.formula.terms if name in term]
            columns = [j for term in terms for j in encoding.columns[":".join(term)]]
            X[:, columns] *= covariates[name][:, None]
        return X
