"""From rows to the matrices of the model, and to its reference grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from formulaic import Formula as Materializer
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.formula import Formula
from equipoise.stats.mmrm.rows import Kinds, Levels, read

Codes = NDArray[np.intp]
MANY_CELLS = 4096  # of all factors together; beyond, columns are made row by row


@dataclass(frozen=True)
class Encoding:
    """How rows become columns of X, treatment coding as in R.

    Attributes:
        formula: the model.
        spec: formulaic's specification.
        names: of all columns of X, before any is dropped.
        columns: positions of the columns of each term, ``1`` for the intercept.
        levels: of each factor of the fixed effects, in order.
        means: mean of each numeric covariate over the rows of the fit.
        cells: X in each cell of the factors, covariates at one; None where there are
            too many cells.
    """

    formula: Formula
    spec: Any
    names: tuple[str, ...]
    columns: dict[str, list[int]]
    levels: Levels
    means: dict[str, float]
    cells: Matrix | None

    def matrix(self, rows: pd.DataFrame) -> Matrix:
        """X of typed rows, C-ordered.

        A column is the product of a part that the factors decide, looked up by the cell
        of the row, and of the covariates of its term.
        """
        if self.cells is None:
            made = self.spec.get_model_matrix(rows, context={}, output="numpy")
            return np.ascontiguousarray(made, dtype=float)
        codes = {name: rows[name].cat.codes.to_numpy() for name in self.levels}
        numbers = {name: rows[name].to_numpy(float)[:, None] for name in self.means}
        return self._of_cells(self.cells, len(rows), codes, numbers)

    def _of_cells(
        self,
        cells: Matrix,
        n: int,
        codes: Mapping[str, Any],
        numbers: Mapping[str, Any],
    ) -> Matrix:
        """X of ``n`` rows by the codes of their levels and the values of covariates."""
        cell = np.zeros(n, dtype=np.intp)
        for name, own in self.levels.items():
            cell = cell * len(own) + codes[name]
        X = cells[cell]
        for name in self.means:
            terms = [term for term in self.formula.terms if name in term]
            columns = [j for term in terms for j in self.columns[":".join(term)]]
            X[:, columns] *= numbers[name]
        return X

    def grid(
        self,
        of: tuple[str, ...],
        at: dict[str, float] | None = None,
        shares: dict[tuple[Any, ...], float] | None = None,
    ) -> tuple[pd.DataFrame, Matrix]:
        """Estimated marginal means as combinations of the coefficients.

        Args:
            of: factors.
            at: values of numeric covariates; the others stand at their mean over the
                rows of the fit, as in R's emmeans.
            shares: weight of each combination of the levels of the other factors, in
                the order of ``levels``; None counts them equally.

        Returns:
            A frame with a row for each combination of the levels of ``of``, and the
            matrix of combinations x columns of X.

        Raises:
            AnalysisError: EQ407, ``of`` or ``at`` names what the model does not have.
        """
        at = at or {}
        for position, name in enumerate(of):  # the second is ``by``
            factors = [factor for factor in self.levels if factor not in of[:position]]
            key = "by" if position else "factor"
            checked_option(key, name, factors, code="EQ407", where="emmeans")
        for name in at:
            checked_option("at", name, tuple(self.means), code="EQ407", where="emmeans")
        others = [name for name in self.levels if name not in of]
        names = [*of, *others]
        rows = self.cells_of(names, {**self.means, **at})
        shape = [len(self.levels[name]) for name in of]
        each = rows.reshape(int(np.prod(shape, dtype=int)), -1, rows.shape[1])
        share = np.full(each.shape[1], 1 / each.shape[1])
        if shares is not None:
            cells_of_others = product(*(self.levels[name] for name in others))
            share = np.array([shares.get(cell, 0.0) for cell in cells_of_others])
        L = np.einsum("c,rcp->rp", share / share.sum(), each)
        labels = list(product(*(self.levels[name] for name in of)))
        return pd.DataFrame(labels, columns=list(of)), L

    def cells_of(self, names: list[str], numbers: Mapping[str, float]) -> Matrix:
        """X of every combination of the levels of all factors, the last one fastest."""
        if self.cells is None:
            kept = {name: self.levels[name] for name in names}
            return self.matrix(_cells(kept, []).assign(**numbers))
        places = [range(len(self.levels[name])) for name in names]
        at = np.array(list(product(*places)), dtype=np.intp).reshape(-1, len(names))
        codes = {name: at[:, i] for i, name in enumerate(names)}
        return self._of_cells(self.cells, len(at), codes, numbers)


@dataclass(frozen=True)
class Design:
    """Matrices of a model, ordered by participant and visit.

    Attributes:
        X: model matrix, rows x columns of the encoding.
        y: outcome.
        weight: positive, one per row.
        subject: code of the participant of each row, ascending.
        visit: position of the visit of each row in ``visits``; for a spatial structure
            its rank among the rows of its participant.
        group: position of the group of each row in ``groups``.
        places: coordinates of each row, rows x dimensions; None on a grid of visits.
        subjects: names of the participants, by code.
        excluded: rows of the frame that have no outcome, covariate or weight.
        rows: the typed rows themselves.
        position: of each row in the frame.
        planned: visits of the structure in order: those of ``visits``, and the
            categories of the visit column without a row.
    """

    X: Matrix
    y: Matrix
    weight: Matrix
    subject: Codes
    visit: Codes
    group: Codes
    places: Matrix | None
    visits: tuple[Any, ...]
    groups: tuple[Any, ...]
    subjects: pd.Index[Any]
    encoding: Encoding
    excluded: pd.DataFrame
    rows: pd.DataFrame
    position: Codes
    planned: tuple[Any, ...]

    @property
    def at(self) -> Codes:
        """Position of each visit among the planned visits."""
        return positions(self.visits, self.planned)


def positions(visits: tuple[Any, ...], planned: tuple[Any, ...]) -> Codes:
    """Position of each visit with rows among the planned visits."""
    order = {visit: number for number, visit in enumerate(planned)}
    return np.array([order[visit] for visit in visits], dtype=np.intp)


def design(formula: Formula, frame: pd.DataFrame, weights: str | None = None) -> Design:
    """Matrices of a model, all in memory.

    Raises:
        AnalysisError: EQ401 to EQ404.
    """
    rows = read(frame, Kinds(formula, weights))
    if rows.kept.empty:
        raise AnalysisError.single(
            "EQ404",
            "no row has outcome, covariates and weight",
            where="frame of the model",
            fix="look for a column that is missing throughout",
        )
    encoded = encode(formula, rows.kept)
    made = matrices(encoded, rows.kept, weights)
    planned = made.visits if formula.spatial else categories(frame[formula.places[0]])
    return replace(
        made,
        excluded=rows.excluded,
        position=rows.position,
        planned=planned or made.visits,
    )


def categories(column: pd.Series[Any]) -> tuple[Any, ...]:
    """All categories of a categorical column, with and without rows; else nothing."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return ()
    return tuple(column.cat.categories)


def encode(formula: Formula, kept: pd.DataFrame) -> Encoding:
    """The encoding that these rows ask for.

    Raises:
        AnalysisError: EQ404, a factor with fewer than two levels.
    """
    factors = [
        n for n in formula.variables if isinstance(kept[n].dtype, pd.CategoricalDtype)
    ]
    for name in factors:
        if len(kept[name].cat.categories) < 2:
            raise AnalysisError.single(
                "EQ404",
                f"{name!r} has fewer than two levels",
                where=f"frame of the model, column {name}",
                fix="leave it out of the formula, or look for missing rows",
            )
    levels = {name: tuple(kept[name].cat.categories) for name in factors}
    numbers = [name for name in formula.variables if name not in factors]
    few = int(np.prod([len(own) for own in levels.values()])) <= MANY_CELLS
    if few:
        made = _materialized(_text(formula), tuple(levels.items()), tuple(numbers))
    else:
        made = Materializer(_text(formula)).get_model_matrix(
            kept[list(formula.variables)].head(2), context={}, output="numpy"
        )
    spec = made.model_spec
    return Encoding(
        formula=formula,
        spec=spec,
        names=tuple(
            "(Intercept)" if str(n) == "Intercept" else str(n)
            for n in spec.column_names
        ),
        columns={str(term): list(at) for term, at in spec.term_indices.items()},
        levels=levels,
        means={name: float(kept[name].mean()) for name in numbers},
        cells=np.ascontiguousarray(made, dtype=float) if few else None,
    )


@lru_cache(maxsize=256)
def _materialized(
    text: str, levels: tuple[tuple[str, tuple[Any, ...]], ...], numbers: tuple[str, ...]
) -> Any:
    """X in every cell by formulaic: the same for all fits of a model, and read only."""
    return Materializer(text).get_model_matrix(
        _cells(dict(levels), list(numbers)), context={}, output="numpy"
    )


def _cells(levels: Levels, numbers: list[str]) -> pd.DataFrame:
    """Every combination of levels, covariates at one."""
    combinations = list(product(*levels.values()))
    frame: dict[str, Any] = {
        name: pd.Categorical([cell[i] for cell in combinations], categories=own)
        for i, (name, own) in enumerate(levels.items())
    }
    ones = {name: np.ones(len(combinations)) for name in numbers}
    return pd.DataFrame({**frame, **ones}, index=range(len(combinations)))


def matrices(encoding: Encoding, kept: pd.DataFrame, weights: str | None) -> Design:
    """Matrices of typed and ordered rows."""
    formula = encoding.formula
    subject = kept[formula.subject].cat.codes.to_numpy().astype(np.intp)
    zero = np.zeros(len(kept), dtype=np.intp)
    group, groups = zero, (None,)
    if formula.group is not None:
        group = kept[formula.group].cat.codes.to_numpy().astype(np.intp)
        groups = tuple(kept[formula.group].cat.categories)
    if formula.spatial:
        places = kept[list(formula.places)].to_numpy(float)
        visit = _rank(subject)
        visits: tuple[Any, ...] = tuple(range(int(visit.max(initial=0)) + 1))
    else:
        places = None
        column = kept[formula.places[0]]
        visit = column.cat.codes.to_numpy().astype(np.intp)
        visits = tuple(column.cat.categories)
    return Design(
        X=encoding.matrix(kept),
        y=kept[formula.outcome].to_numpy(float),
        weight=kept[weights].to_numpy(float) if weights else np.ones(len(kept)),
        subject=subject,
        visit=visit,
        group=group,
        places=places,
        visits=visits,
        groups=groups,
        subjects=kept[formula.subject].cat.categories,
        encoding=encoding,
        excluded=kept.iloc[:0],
        rows=kept,
        position=np.arange(len(kept)),
        planned=visits,
    )


def _rank(subject: Codes) -> Codes:
    """Position of each row among those of its participant."""
    first = np.flatnonzero(np.diff(subject, prepend=-1))
    counts = np.diff(np.append(first, len(subject)))
    return np.arange(len(subject)) - np.repeat(first, counts)


def _text(formula: Formula) -> str:
    """The fixed effects for formulaic, built from validated names only."""
    quoted = [":".join(f"`{name}`" for name in term) for term in formula.terms]
    return " + ".join(["1", *quoted])
