"""Rows of a frame as the model takes them: complete, typed, each visit once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError, listing
from equipoise.stats.mmrm.formula import Formula

Levels = dict[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Rows:
    """Rows of a frame, ordered by participant and visit.

    Attributes:
        kept: complete rows; factors are categorical, everything else is float.
        position: of each row in the frame.
        excluded: rows of the frame without outcome, covariate or weight.
    """

    kept: pd.DataFrame
    position: NDArray[np.intp]
    excluded: pd.DataFrame


@dataclass(frozen=True)
class Kinds:
    """Which columns are factors and which are numbers.

    Attributes:
        formula: the model.
        weights: column of the weights, or None.
        levels: of factors, where they are known before the rows are read.
    """

    formula: Formula
    weights: str | None = None
    levels: Levels = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that must be numeric."""
        formula = self.formula
        places = formula.places if formula.spatial else ()
        weight = (self.weights,) if self.weights else ()
        return (formula.outcome, *places, *weight)

    @property
    def factors(self) -> tuple[str, ...]:
        """Columns that are factors even if they hold numbers."""
        formula = self.formula
        places = () if formula.spatial else formula.places
        group = () if formula.group is None else (formula.group,)
        return (*places, *group, formula.subject)

    @property
    def columns(self) -> list[str]:
        """Columns that are read."""
        weight = (self.weights,) if self.weights else ()
        return list(dict.fromkeys((*self.formula.columns, *weight)))


def read(frame: pd.DataFrame, kinds: Kinds) -> Rows:
    """Rows of the model.

    Rows without outcome, covariate or weight are set aside in ``excluded``; a text, a
    boolean or a categorical column is a factor, its first category the reference.

    Raises:
        AnalysisError: EQ401 a column is absent, EQ402 it holds what it cannot, EQ403 a
            visit stands twice.
    """
    used = _columns(frame, kinds.columns)
    whole = used.notna().all(axis=1).to_numpy()
    kept = used if whole.all() else used[whole]
    kept = typed(kept, kinds)
    order = _order(kept, kinds)
    if order is not None:  # rows that are in strict order repeat nothing
        kept = kept.iloc[order]
        _refuse_repeated(kept, kinds)
    _refuse_weights(kept, kinds)
    position = np.flatnonzero(whole)
    return Rows(kept, position if order is None else position[order], frame[~whole])


def _columns(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise AnalysisError.single(
            "EQ401",
            f"there is no column {listing(absent)}",
            where="frame of the model",
            fix=f"columns: {listing(map(str, frame.columns))}",
        )
    return frame[names]


def is_number(column: pd.Series[Any]) -> bool:
    """Whether a column holds numbers that are no factor."""
    return bool(pd.api.types.is_numeric_dtype(column) and column.dtype != bool)


def typed(kept: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """Factors as categoricals, everything else as finite floats."""
    done = {}
    for name in kept.columns:
        column = kept[name]
        if name in kinds.factors:
            done[name] = factor(column, kinds.levels.get(name))
        elif is_number(column):
            done[name] = _finite(column.astype(float))
        elif name in kinds.numbers:
            raise AnalysisError.single(
                "EQ402",
                f"{name!r} is not numeric",
                where=f"frame of the model, column {name}",
                fix="give numbers",
            )
        else:
            done[name] = factor(column, kinds.levels.get(name))
    return pd.DataFrame(done, index=kept.index)


def _finite(column: pd.Series[Any]) -> pd.Series[Any]:
    endless = np.isinf(column.to_numpy())
    if endless.any():
        raise AnalysisError.single(
            "EQ402",
            f"{int(endless.sum())} values of {column.name!r} are infinite",
            where=f"frame of the model, column {column.name}",
            fix="correct them, or make them missing",
            records=column[endless].to_frame(),
        )
    return column


def factor(
    column: pd.Series[Any], levels: tuple[Any, ...] | None = None
) -> pd.Series[Any]:
    """A factor of the levels that occur, in the order of their categories."""
    if levels is not None:
        return column.astype(pd.CategoricalDtype(pd.Index(levels, dtype=object)))
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.remove_unused_categories()
    codes, found = pd.factorize(column, sort=True)
    return pd.Series(
        pd.Categorical.from_codes(codes, pd.Index(found, dtype=object)),
        index=column.index,
        name=column.name,
    )


def _order(kept: pd.DataFrame, kinds: Kinds) -> NDArray[np.intp] | None:
    """By participant, then by visit or coordinates; None if they are in order."""
    formula = kinds.formula
    keys = [_key(kept[name]) for name in (*reversed(formula.places), formula.subject)]
    subject, place = keys[-1], keys[-2]
    ahead = np.diff(subject)
    if ((ahead > 0) | ((ahead == 0) & (np.diff(place) > 0))).all():
        return None
    return np.lexsort(keys)


def _key(column: pd.Series[Any]) -> np.ndarray:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy()
    return column.to_numpy()


def _refuse_repeated(kept: pd.DataFrame, kinds: Kinds) -> None:
    names = [kinds.formula.subject, *kinds.formula.places]
    keys = np.column_stack([_key(kept[name]) for name in names])
    same = (keys[1:] == keys[:-1]).all(axis=1)  # rows are in order
    if same.any():
        again = np.zeros(len(kept), dtype=bool)
        again[1:] |= same
        again[:-1] |= same
        raise AnalysisError.single(
            "EQ403",
            f"{int(again.sum())} rows share {' and '.join(names)}",
            where="frame of the model",
            fix="keep one row for each participant and visit",
            records=kept[again],
        )


def _refuse_weights(kept: pd.DataFrame, kinds: Kinds) -> None:
    if kinds.weights is None:
        return
    wrong = kept[kinds.weights] <= 0
    if wrong.any():
        raise AnalysisError.single(
            "EQ402",
            f"{int(wrong.sum())} weights are not positive",
            where=f"frame of the model, column {kinds.weights}",
            fix="give positive weights",
            records=kept[wrong],
        )
