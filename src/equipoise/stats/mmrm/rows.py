"""Rows of a frame as the model takes them: complete, typed, each visit once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.columns import (
    finite,
    kind_of,
    numbers_of,
    refuse_numbers_as_text,
    require_numbers,
    words_among_numbers,
)
from equipoise.stats.frames import columns_of
from equipoise.stats.mmrm.formula import Formula
from equipoise.stats.natural_order import natural_order, reading_order

Levels = dict[str, tuple[Any, ...]]
FRAME = "frame of the model"


@dataclass(frozen=True)
class Rows:
    """Rows of a frame, ordered by participant and visit.

    Attributes:
        kept: complete rows; factors are categorical, everything else is float.
        position: of each row in the frame.
        excluded: rows of the frame without outcome, covariate or weight.
        planned: visits of all rows in order, and unused categories of the visit column;
            nothing for a spatial structure.
    """

    kept: pd.DataFrame
    position: NDArray[np.intp]
    excluded: pd.DataFrame
    planned: tuple[Any, ...] = ()


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
        return (formula.outcome, *places, *weight, *formula.numbers)

    @property
    def factors(self) -> tuple[str, ...]:
        """Columns that are factors even if they hold numbers."""
        formula = self.formula
        places = () if formula.spatial else formula.places
        group = () if formula.group is None else (formula.group,)
        return (*places, *group, formula.subject, *formula.factors)

    @property
    def visit(self) -> str | None:
        """Column of the visits; None for a spatial structure."""
        return None if self.formula.spatial else self.formula.places[0]

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
            visit stands twice, EQ413 a covariate of dates.
    """
    used = columns_of(frame, kinds.columns, FRAME)
    whole = np.ones(len(used), dtype=bool)
    for name in used.columns:  # a frame of flags is slower
        whole &= used[name].notna().to_numpy()
    planned: tuple[Any, ...] = ()
    visit = kinds.visit
    if visit is not None and visit not in kinds.levels:
        ordered = visit_factor(used[visit])
        planned = tuple(ordered.cat.categories)
        if ordered is not used[visit]:
            used = used.assign(**{visit: ordered})
    kept = used if whole.all() else used[whole]
    kept = typed(kept, kinds)
    order = _order(kept, kinds)
    if order is not None:  # rows that are in strict order repeat nothing
        kept = kept.iloc[order]
        _refuse_repeated(kept, kinds)
    _refuse_weights(kept, kinds)
    position = np.flatnonzero(whole)
    position = position if order is None else position[order]
    excluded = frame.iloc[:0] if whole.all() else frame[~whole]
    return Rows(kept, position, excluded, planned)


def typed(kept: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """Factors as categoricals, everything else as finite floats."""
    done = {}
    for name in kept.columns:
        column = kept[name]
        where = f"{FRAME}, column {name}"
        if name in kinds.factors:
            done[name] = factor(
                column, kinds.levels.get(name), natural=name != kinds.formula.subject
            )
        elif name in kinds.numbers:
            done[name] = require_numbers(column, where)
        elif name in kinds.levels:
            done[name] = factor(column, kinds.levels[name])
        else:
            done[name] = _covariate(column, where)
    return pd.DataFrame(done, index=kept.index)


def _covariate(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    """A number or a factor, as the column says."""
    kind = kind_of(column)
    if kind == "numbers":
        return finite(numbers_of(column), where)
    if kind == "text":
        refuse_numbers_as_text(column, where)
    if kind in ("text", "truth", "categories"):
        return factor(column)
    if kind == "dates":
        raise AnalysisError.single(
            "EQ413",
            f"{column.name!r} holds dates or times; as a covariate each date would be a "
            "level of its own",
            where=where,
            fix="count days from a start: (date - start).dt.days",
        )
    raise unordered_mixture(column, where)


def unordered_mixture(column: pd.Series[Any], where: str) -> AnalysisError:
    """The error EQ402, for values of several kinds."""
    kinds = list(dict.fromkeys(type(value).__name__ for value in column.dropna()))
    words = words_among_numbers(column)
    return AnalysisError.single(
        "EQ402",
        f"{column.name!r} mixes values of several kinds: {', '.join(kinds[:5])}",
        where=where,
        fix="give numbers only, or text only: .astype(str)",
        records=words.to_frame(),
    )


def factor(
    column: pd.Series[Any],
    levels: tuple[Any, ...] | None = None,
    natural: bool = True,
) -> pd.Series[Any]:
    """A factor of the levels that occur, in the order of their categories.

    Args:
        column: of any kind.
        levels: in order, where they are known.
        natural: text is ordered by the numbers in it, where that order is certain; else
            by the alphabet.

    Raises:
        AnalysisError: EQ402, values that cannot be compared.
    """
    if levels is not None:
        return column.astype(pd.CategoricalDtype(pd.Index(levels, dtype=object)))
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        counts = np.bincount(codes[codes >= 0], minlength=len(column.cat.categories))
        return column if counts.all() else column.cat.remove_unused_categories()
    try:
        codes, found = _factorized(column)
    except TypeError:
        raise unordered_mixture(column, f"{FRAME}, column {column.name}") from None
    if natural and len(found) > 1 and all(isinstance(each, str) for each in found):
        ordered = natural_order(tuple(found))
        if ordered is not None and ordered != tuple(found):
            place = {level: number for number, level in enumerate(ordered)}
            codes = np.append([place[level] for level in found], -1)[codes]
            found = pd.Index(ordered, dtype=object)
    return pd.Series(
        pd.Categorical.from_codes(codes, pd.Index(found, dtype=object)),
        index=column.index,
        name=column.name,
    )


def _factorized(column: pd.Series[Any]) -> tuple[NDArray[np.intp], Any]:
    """Code of each value, and the values in order; sorted integers need no search."""
    values = column.to_numpy()
    if values.dtype.kind in "iu" and (values[1:] >= values[:-1]).all():
        first = np.append(True, values[1:] != values[:-1])[: len(values)]
        return np.cumsum(first) - 1, pd.Index(values[first])
    return pd.factorize(column, sort=True)


def visit_factor(column: pd.Series[Any]) -> pd.Series[Any]:
    """The visits of all rows, missing ones apart, in their order.

    Numbers and ordered categories have their order; text has that of its numbers, and
    so have categories whose order is only that of the alphabet.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = tuple(column.cat.categories)
        ordered = None
        if not column.cat.ordered and is_alphabetical(categories):
            ordered = natural_order(categories) or categories
        if ordered is None or ordered == categories:
            return column
        return column.cat.reorder_categories(list(ordered))
    made = factor(column)
    categories = tuple(made.cat.categories)
    if all(isinstance(each, str) for each in categories):
        best = natural_order(categories) or reading_order(categories)
        if best != categories:
            return made.cat.reorder_categories(list(best))
    return made


def is_alphabetical(levels: tuple[Any, ...]) -> bool:
    """Whether these are several texts in the order of the alphabet."""
    texts = len(levels) > 1 and all(isinstance(each, str) for each in levels)
    return texts and list(levels) == sorted(levels)


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
            f"{counted(int(again.sum()), 'row', 'shares')} {' and '.join(names)}",
            where=FRAME,
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
