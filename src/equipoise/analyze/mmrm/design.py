"""From a frame to the matrices of the model, and to its reference grid."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from formulaic import Formula as Materializer
from numpy.typing import NDArray

from equipoise.analyze.mmrm.formula import Formula
from equipoise.errors import AnalysisError, listing

Matrix = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Design:
    """Rows of the model, ordered by participant and visit.

    Attributes:
        X: model matrix, rows x coefficients, treatment coding as in R.
        y: outcome.
        weight: positive, one per row.
        subject: code of the participant of each row, ascending.
        visit: position of the visit of each row in ``visits``.
        levels: levels of each factor of the fixed effects, in order.
        means: mean of each numeric covariate over the rows.
        excluded: rows of the frame that have no outcome, covariate or weight.
    """

    X: Matrix
    y: Matrix
    weight: Matrix
    subject: Codes
    visit: Codes
    terms: tuple[str, ...]
    visits: tuple[Any, ...]
    levels: dict[str, tuple[Any, ...]]
    means: dict[str, float]
    excluded: pd.DataFrame
    spec: Any

    def grid(self, of: tuple[str, ...]) -> tuple[pd.DataFrame, Matrix]:
        """Estimated marginal means as combinations of the coefficients.

        Factors that are not in ``of`` count equally, numeric covariates stand at their
        mean over the rows of the fit, as in R's emmeans.

        Returns:
            One row for each combination of the levels of ``of``, and the matrix of
            combinations x coefficients.

        Raises:
            AnalysisError: EQ407, ``of`` names something that is not a factor.
        """
        strange = [name for name in of if name not in self.levels]
        if strange:
            raise AnalysisError.single(
                "EQ407",
                f"{listing(strange)} is not a factor of the model",
                where="emmeans",
                mend=f"factors: {listing(self.levels)}",
            )
        others = [name for name in self.levels if name not in of]
        names = [*of, *others]
        cells = pd.DataFrame(
            list(product(*(self.levels[name] for name in names))), columns=names
        )
        for name in names:
            cells[name] = pd.Categorical(cells[name], categories=self.levels[name])
        filled = cells.assign(**self.means)
        rows = np.asarray(self.spec.get_model_matrix(filled, context={}), dtype=float)
        shape = [len(self.levels[name]) for name in of]
        L = rows.reshape(int(np.prod(shape, dtype=int)), -1, rows.shape[1]).mean(axis=1)
        labels = list(product(*(self.levels[name] for name in of)))
        return pd.DataFrame(labels, columns=list(of)), L


def design(formula: Formula, frame: pd.DataFrame, weights: str | None = None) -> Design:
    """Matrices of a model.

    Rows without outcome, covariate or weight are set aside in ``excluded``; a text, a
    boolean or a categorical column is a factor, its first category the reference.

    Raises:
        AnalysisError: EQ401 to EQ405.
    """
    needed = [formula.outcome, *formula.variables, formula.visit, formula.subject]
    needed += [weights] if weights else []
    used = _columns(frame, list(dict.fromkeys(needed)))
    whole = used.notna().all(axis=1)
    kept = used[whole]
    numeric = [formula.outcome, *([weights] if weights else [])]
    kept = _typed(kept, formula, numeric)
    _refuse_repeated(kept, formula)
    order = np.lexsort((kept[formula.visit].cat.codes, kept[formula.subject].cat.codes))
    kept = kept.iloc[order].reset_index(drop=True)
    matrix = Materializer(_text(formula)).get_model_matrix(kept, context={})
    X = np.asarray(matrix, dtype=float)
    terms = tuple(str(name) for name in matrix.model_spec.column_names)
    _refuse_undetermined(X, terms)
    factors = [
        n for n in formula.variables if isinstance(kept[n].dtype, pd.CategoricalDtype)
    ]
    weight = kept[weights].to_numpy(float) if weights else np.ones(len(kept))
    return Design(
        X=X,
        y=kept[formula.outcome].to_numpy(float),
        weight=_positive(weight, weights),
        subject=kept[formula.subject].cat.codes.to_numpy().astype(np.intp),
        visit=kept[formula.visit].cat.codes.to_numpy().astype(np.intp),
        terms=tuple("(Intercept)" if n == "Intercept" else n for n in terms),
        visits=tuple(kept[formula.visit].cat.categories),
        levels={name: tuple(kept[name].cat.categories) for name in factors},
        means={n: float(kept[n].mean()) for n in formula.variables if n not in factors},
        excluded=frame[~whole.to_numpy()],
        spec=matrix.model_spec,
    )


def _text(formula: Formula) -> str:
    """The fixed effects for formulaic, built from validated names only."""
    quoted = [":".join(f"`{name}`" for name in term) for term in formula.terms]
    return " + ".join(["1", *quoted])


def _columns(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise AnalysisError.single(
            "EQ401",
            f"there is no column {listing(absent)}",
            where="frame of the model",
            mend=f"columns: {listing(map(str, frame.columns))}",
        )
    return frame[names]


def _typed(kept: pd.DataFrame, formula: Formula, numeric: list[str]) -> pd.DataFrame:
    typed = {}
    for name in kept.columns:
        column = kept[name]
        number = pd.api.types.is_numeric_dtype(column) and column.dtype != bool
        if name in numeric or (number and name not in (formula.visit, formula.subject)):
            if not number:
                raise AnalysisError.single(
                    "EQ402",
                    f"{name!r} is not numeric",
                    where=f"frame of the model, column {name}",
                    mend="give numbers",
                )
            typed[name] = column.astype(float)
        else:
            typed[name] = _factor(column)
            if name in formula.variables and len(typed[name].cat.categories) < 2:
                raise AnalysisError.single(
                    "EQ404",
                    f"{name!r} has fewer than two levels",
                    where=f"frame of the model, column {name}",
                    mend="leave it out of the formula, or look for missing rows",
                )
    return pd.DataFrame(typed, index=kept.index)


def _factor(column: pd.Series[Any]) -> pd.Series[Any]:
    """A factor of the levels that occur, in the order of their categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.remove_unused_categories()
    levels = sorted(column.unique())
    return column.astype(pd.CategoricalDtype(pd.Index(levels, dtype=object)))


def _refuse_repeated(kept: pd.DataFrame, formula: Formula) -> None:
    again = kept.duplicated([formula.subject, formula.visit], keep=False)
    if again.any():
        raise AnalysisError.single(
            "EQ403",
            f"{int(again.sum())} rows share {formula.subject} and {formula.visit}",
            where="frame of the model",
            mend="keep one row for each participant and visit",
            records=kept[again],
        )


def _refuse_undetermined(X: Matrix, terms: tuple[str, ...]) -> None:
    if len(X) <= X.shape[1]:
        raise AnalysisError.single(
            "EQ404",
            f"{len(X)} rows for {X.shape[1]} coefficients",
            where="frame of the model",
            mend="take covariates or visits out of the model",
        )
    scaled = X / np.maximum(np.abs(X).max(axis=0), np.finfo(float).tiny)
    # Columns in order: one is aliased when those before it already span it.
    R = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    aliased = [
        name for name, size in zip(terms, R, strict=True) if size < 1e-9 * len(X)
    ]
    if aliased:
        raise AnalysisError.single(
            "EQ405",
            f"cannot be told apart from the terms before them: {', '.join(aliased)}",
            where="model matrix",
            mend="take a term or a visit out of the model; look for cells without rows",
        )


def _positive(weight: Matrix, name: str | None) -> Matrix:
    if not (weight > 0).all():
        raise AnalysisError.single(
            "EQ402",
            f"{int((weight <= 0).sum())} weights are not positive",
            where=f"frame of the model, column {name}",
            mend="give positive weights",
        )
    return weight
