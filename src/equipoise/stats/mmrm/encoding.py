"""How rows become columns of the model matrix, and its reference grid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import checked_number, checked_option
from equipoise.stats.mmrm.coding import Coded, treatment_coding
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.formula import Formula, Term
from equipoise.stats.mmrm.rows import FRAME, Levels
from equipoise.stats.mmrm.transforms import FittedTransform

MANY_CELLS = 4096  # of all factors together; beyond, columns are made row by row
MANY_NUMBERS = 2e8  # of one term in X, 1.6 GB
SLICE = 2**14  # rows that are made together


@dataclass(frozen=True)
class Encoding:
    """How rows become columns of X, treatment coding as in R.

    Attributes:
        formula: the model.
        spec: formulaic's specification; None where the terms have all their margins.
        names: of all columns of X, before any is dropped.
        columns: positions of the columns of each term, ``1`` for the intercept.
        parts: the same of each product of components of a term.
        levels: of each factor of the fixed effects, in order.
        covariates: mean of each numeric column over the rows of the fit.
        means: of each numeric component, such as ``log(x)``, its value there.
        functions: functions of columns by label, with their constants.
        offsets: functions that are added to the mean.
        cells: X in each cell of the factors, covariates at one; None where there are
            too many cells.
        unordered: factors of text whose order is only that of the alphabet.
    """

    formula: Formula
    spec: Any
    names: tuple[str, ...]
    columns: dict[str, list[int]]
    parts: dict[Term, list[int]]
    levels: Levels
    covariates: dict[str, float]
    means: dict[str, float]
    functions: dict[str, FittedTransform]
    offsets: tuple[FittedTransform, ...]
    cells: Matrix | None
    unordered: frozenset[str] = frozenset()

    def at_means(self, covariates: Mapping[str, float]) -> Encoding:
        """The same, with other means of the covariates."""
        own = {name: covariates[name] for name in self.covariates}
        return replace(self, covariates=own, means=self._at(own))

    def _at(self, covariates: Mapping[str, float]) -> dict[str, float]:
        """Each numeric component at values of the columns."""
        made = components(self.means, self.functions, covariates)
        return {name: float(value[0]) for name, value in made.items()}

    def offset(self, columns: Mapping[str, Any]) -> Any:
        """Sum of the offsets at values of the columns; 0 without any."""
        return sum(each.values(columns)[:, 0] for each in self.offsets)

    def offset_at(self, at: Mapping[str, float] | None = None) -> float:
        """The offset at the means of the covariates, or at other values of some."""
        if not self.offsets:
            return 0.0
        return float(self.offset({**self.covariates, **(at or {})})[0])

    def matrix(self, rows: pd.DataFrame) -> Matrix:
        """X of typed rows, C-ordered.

        A column is the product of a part that the factors decide, looked up by the cell
        of the row, and of the covariates of its term.
        """
        values = {
            name: rows[name].to_numpy(float)
            for name in self.covariates
            if name in rows.columns
        }
        numbers = {
            name: np.asarray(value, dtype=float).reshape(-1, 1)
            for name, value in components(self.means, self.functions, values).items()
        }
        if self.cells is None:
            columns = {name: rows[name].array for name in self.levels}
            columns |= {name: value[:, 0] for name, value in numbers.items()}
            names = _aliases([*self.levels, *self.means])
            frame = pd.DataFrame({names[n]: v for n, v in columns.items()})
            made = self.spec.get_model_matrix(frame, context={}, output="numpy")
            return np.ascontiguousarray(made, dtype=float)
        codes = {name: rows[name].cat.codes.to_numpy() for name in self.levels}
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
        products = [
            (j, np.ravel(numbers[name]))
            for name in self.means
            for part, at in self.parts.items()
            if name in part
            for j in at
        ]
        X = np.empty((n, cells.shape[1]))
        for begin in range(0, n, SLICE):  # which stay in the cache of the processor
            rows = slice(begin, begin + SLICE)
            some = cells.take(cell[rows], axis=0)
            for j, values in products:
                some[:, j] *= values[rows] if len(values) > 1 else values
            X[rows] = some
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
            at: values of numeric columns; the others stand at their mean over the rows
                of the fit, as in R's emmeans: ``log(x)`` at the logarithm of the mean.
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
            self._refuse_number(name)
            checked_option(key, name, factors, code="EQ407", where="emmeans")
        for name in at:
            known = tuple(self.covariates)
            checked_option("at", name, known, code="EQ407", where="emmeans")
            checked_number(f"at[{name!r}]", at[name])
        others = [name for name in self.levels if name not in of]
        names = [*of, *others]
        numbers = self._at({**self.covariates, **at}) if at else self.means
        rows = self.cells_of(names, numbers)
        shape = [len(self.levels[name]) for name in of]
        each = rows.reshape(int(np.prod(shape, dtype=int)), -1, rows.shape[1])
        share = np.full(each.shape[1], 1 / each.shape[1])
        if shares is not None:
            cells_of_others = product(*(self.levels[name] for name in others))
            share = np.array([shares.get(cell, 0.0) for cell in cells_of_others])
        L = np.einsum("c,rcp->rp", share / share.sum(), each)
        labels = list(product(*(self.levels[name] for name in of)))
        return pd.DataFrame(labels, columns=list(of)), L

    def refuse_unordered(self, names: Iterable[str]) -> None:
        """Rejects factors of text whose order only the alphabet decides: EQ414."""
        for name in names:
            if name in self.unordered:
                raise AnalysisError.single(
                    "EQ414",
                    f"the order of the levels of {name!r} is not known: they are text",
                    where="contrasts, kind = 'sequential'",
                    fix=f"say the order: pd.Categorical({name}, categories=order, "
                    "ordered=True)",
                )

    def _refuse_number(self, name: Any) -> None:
        """Rejects a covariate where a factor is needed: EQ407."""
        if name in self.covariates and name not in self.levels:
            raise AnalysisError.single(
                "EQ407",
                f"{name!r} is a covariate of the model, because its column holds numbers; "
                "means and contrasts need a factor",
                where="emmeans",
                fix=f"write C({name}) in the formula, or make the column categorical or "
                f"text; factors: {', '.join(self.levels) or '(none)'}",
            )

    def cells_of(self, names: list[str], numbers: Mapping[str, float]) -> Matrix:
        """X of every combination of the levels of all factors, the last one fastest."""
        if self.cells is None:
            kept = {name: self.levels[name] for name in names}
            frame = _cells(kept, []).assign(**self.covariates)
            plain = replace(self, functions={}, covariates=dict(numbers))
            return plain.matrix(frame.assign(**numbers))
        places = [range(len(self.levels[name])) for name in names]
        at = np.array(list(product(*places)), dtype=np.intp).reshape(-1, len(names))
        codes = {name: at[:, i] for i, name in enumerate(names)}
        return self._of_cells(self.cells, len(at), codes, numbers)


def encode(formula: Formula, kept: pd.DataFrame) -> Encoding:
    """The encoding that these rows ask for.

    Raises:
        AnalysisError: EQ404, a factor with fewer than two levels, or too many columns;
            EQ407, a function of a factor; EQ416, a function that is not defined.
    """
    labels = dict(formula.functions)
    named = dict.fromkeys(name for term in formula.terms for name in term)
    plain = [name for name in named if name not in labels]
    factors = [n for n in plain if isinstance(kept[n].dtype, pd.CategoricalDtype)]
    _refuse_factors(formula, kept, factors)
    levels = {name: tuple(kept[name].cat.categories) for name in factors}
    functions = {label: own.fitted(kept) for label, own in labels.items()}
    offsets = tuple(own.fitted(kept) for own in formula.offsets)
    numbers = [name for name in formula.variables if name not in factors]
    numbers += [name for name in formula.numbers if name not in numbers]
    covariates = {name: float(kept[name].to_numpy(float).mean()) for name in numbers}
    own_components = [
        own for name in named if name not in levels for own in formula.components(name)
    ]
    products = [part for term in formula.terms for part in formula.split(term)]
    coded = treatment_coding(products, levels) if _few(levels) else None
    spec: Any = None
    if coded is None:
        spec, coded = _formulaic(formula, kept, levels, own_components)
    found = coded.columns
    parts = {
        part: found[frozenset(part)]
        for term in formula.terms
        for part in formula.split(term)
    }
    columns = {"1": found[frozenset(("1",))]} | {
        ":".join(term): [j for part in formula.split(term) for j in parts[part]]
        for term in formula.terms
    }
    means = components(own_components, functions, covariates)
    return Encoding(
        formula=formula,
        spec=spec,
        names=coded.names,
        columns=columns,
        parts=parts,
        levels=levels,
        covariates=covariates,
        means={name: float(value[0]) for name, value in means.items()},
        functions=functions,
        offsets=offsets,
        cells=coded.cells if _few(levels) else None,
    )


def _few(levels: Levels) -> bool:
    """Whether X is made by cells of the factors."""
    return int(np.prod([float(len(of)) for of in levels.values()])) <= MANY_CELLS


def _refuse_factors(formula: Formula, kept: pd.DataFrame, factors: list[str]) -> None:
    """Rejects factors with one level, functions of factors, and models too large."""
    for name in factors:
        if len(kept[name].cat.categories) < 2:
            raise AnalysisError.single(
                "EQ404",
                f"{name!r} has fewer than two levels",
                where=f"{FRAME}, column {name}",
                fix="leave it out of the formula, or look for missing rows",
            )
        if name in formula.numbers:
            raise AnalysisError.single(
                "EQ407",
                f"{name!r} is a factor of the model, and a function of it is asked for",
                where=f"{FRAME}, column {name}",
                fix="make a numeric column with another name",
            )
    most = max(
        (
            np.prod([float(len(kept[n].cat.categories)) for n in term if n in factors])
            for term in formula.terms
        ),
        default=1.0,
    )
    if most * len(kept) > MANY_NUMBERS:
        raise AnalysisError.single(
            "EQ404",
            f"a term has {most:,.0f} combinations of levels for "
            f"{counted(len(kept), 'row')}",
            where=FRAME,
            fix="use a factor with fewer levels, or leave the term out",
        )


def _formulaic(
    formula: Formula, kept: pd.DataFrame, levels: Levels, numbers: list[str]
) -> tuple[Any, Coded]:
    """Columns by formulaic in every cell; of two rows if there are too many cells."""
    alias = _aliases([*levels, *numbers])
    back = {text: name for name, text in alias.items()}
    text = _text(formula, alias)
    if _few(levels):
        own = tuple((alias[name], of) for name, of in levels.items())
        made = _materialized(text, own, tuple(alias[name] for name in numbers))
    else:
        few = {alias[name]: kept[name].head(2).array for name in levels}
        made = _matrix(
            text, pd.DataFrame(few | {alias[n]: np.ones(2) for n in numbers})
        )
    spec = made.model_spec
    found = {
        frozenset(back.get(str(each), str(each)) for each in term.factors): list(at)
        for term, at in spec.term_indices.items()
    }
    names = tuple(_column_name(str(name), back) for name in spec.column_names)
    return spec, Coded(names, found, np.ascontiguousarray(made, dtype=float))


def _matrix(text: str, frame: pd.DataFrame) -> Any:
    from formulaic import Formula as Materializer  # a tenth of a second of import

    return Materializer(text).get_model_matrix(frame, context={}, output="numpy")


def components(
    names: Iterable[str],
    functions: Mapping[str, FittedTransform],
    columns: Mapping[str, Any],
) -> dict[str, Any]:
    """Values of numeric components: the columns themselves, or functions of them."""
    made: dict[str, Any] = {}
    for own in functions.values():
        values = own.values(columns)
        made |= dict(zip(own.transform.components, values.T, strict=True))
    return {n: made[n] if n in made else np.atleast_1d(columns[n]) for n in names}


def _aliases(names: list[str]) -> dict[str, str]:
    """Names that formulaic reads as they are, whatever a column is called."""
    return {name: f"q{number}_" for number, name in enumerate(names)}


def _column_name(text: str, back: Mapping[str, str]) -> str:
    """Name of a coefficient, as R's ``mmrm`` in Python's brackets: ``arm[T.b]:x``."""
    if text == "Intercept":
        return "(Intercept)"
    pattern = r"(^|:)(q\d+_)(?=\[|:|$)"
    return re.sub(pattern, lambda found: found[1] + back[found[2]], text)


@lru_cache(maxsize=256)
def _materialized(
    text: str, levels: tuple[tuple[str, tuple[Any, ...]], ...], numbers: tuple[str, ...]
) -> Any:
    """X in every cell by formulaic: the same for all fits of a model, and read only."""
    return _matrix(text, _cells(dict(levels), list(numbers)))


def _cells(levels: Levels, numbers: list[str]) -> pd.DataFrame:
    """Every combination of levels, covariates at one."""
    combinations = list(product(*levels.values()))
    frame: dict[str, Any] = {
        name: pd.Categorical([cell[i] for cell in combinations], categories=own)
        for i, (name, own) in enumerate(levels.items())
    }
    ones = {name: np.ones(len(combinations)) for name in numbers}
    return pd.DataFrame({**frame, **ones}, index=range(len(combinations)))


def _text(formula: Formula, alias: Mapping[str, str]) -> str:
    """The fixed effects for formulaic, built from names of our own only."""
    products = [
        ":".join(alias[name] for name in part)
        for term in formula.terms
        for part in formula.split(term)
    ]
    return " + ".join(["1", *products])
