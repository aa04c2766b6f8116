"""Arranges a long table of responses as items by forms, without sorting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.instruments.model import Instrument
from equipoise.instruments.rules import Vector

Codes: TypeAlias = NDArray[np.signedinteger[Any]]
SPARSE = 8  # possible forms per row beyond which a sort is cheaper than a table


@dataclass(frozen=True, slots=True)
class Level:
    """A column as integer codes into its sorted distinct values.

    Attributes:
        codes: one per row; -1 where the column has no value.
        values: the distinct values: in order of the categories of a categorical column,
            else sorted.
    """

    codes: Codes
    values: Any

    @classmethod
    def of(cls, column: pd.Series[Any]) -> Level:
        """Codes of a column; those of a categorical column are used as they are."""
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes = np.asarray(column.cat.codes)
            every = np.arange(len(column.cat.categories))
            return cls(codes, pd.Categorical.from_codes(every, dtype=column.dtype))
        codes, values = pd.factorize(column, sort=True)
        return cls(codes, pd.Series(values, dtype=column.dtype).array)

    @property
    def size(self) -> int:
        """Number of possible codes, with one for "no value"."""
        return len(self.values) + 1

    def positions(self, names: Mapping[str, Any]) -> Codes:
        """For each distinct value its place among ``names``; -1 if it is not there."""
        place = {name: number for number, name in enumerate(names)}
        return np.array([place.get(str(value), -1) for value in self.values], dtype=int)


@dataclass(frozen=True, slots=True)
class Address:
    """Which form each row belongs to, as one integer: levels as digits of a number.

    Attributes:
        levels: participant, visit, minute.
        key: one per row; ascending keys are ascending participant, visit and minute.
    """

    levels: tuple[Level, ...]
    key: Codes

    @classmethod
    def of(cls, levels: tuple[Level, ...]) -> Address:
        """Address of every row."""
        space = int(np.prod([level.size for level in levels], dtype=object))
        small = space < np.iinfo(np.int32).max
        key: Codes = np.zeros(len(levels[0].codes), dtype=np.int32 if small else int)
        for level in levels:
            key *= level.size
            key += level.codes
            key += 1
        return cls(levels, key)

    @property
    def space(self) -> int:
        """Number of possible keys."""
        return int(np.prod([level.size for level in self.levels], dtype=np.int64))

    def columns(self, key: Codes) -> list[Any]:
        """The columns that make up these keys, each in the type that it came in."""
        found = []
        for level in reversed(self.levels):
            key, code = np.divmod(key, level.size)
            found.append(level.values.take(code - 1, allow_fill=True))
        return found[::-1]


def named_like(column: pd.Series[Any], names: list[str], codes: Codes) -> Any:
    """Names by code, in the type of a column; as categories if it is categorical."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical.from_codes(codes, categories=pd.Index(names))
    text = pd.Series(names, dtype=object)
    if isinstance(column.dtype, pd.StringDtype):
        text = text.astype(column.dtype)
    return text.array.take(codes)


@dataclass(frozen=True, slots=True)
class Grid:
    """Answers of all forms of one instrument.

    Attributes:
        key: (n_forms,) key of each form, ascending.
        form: one per row of answers, its form.
        answers: (n_items, n_forms); NaN where there is no answer.
        repeated: True if a cell was answered more than once.
    """

    key: Codes
    form: Codes
    answers: Vector
    repeated: bool


def grid(
    instrument: Instrument, *, key: Codes, space: int, item: Codes, value: Vector
) -> Grid:
    """Place every answer directly.

    Args:
        instrument: whose answers these are.
        key: one per row, from ``Address``.
        space: number of possible keys.
        item: one per row, place of its item in the instrument.
        value: one per row.
    """
    forms, form = _compact(key, space)
    n_forms = len(forms)
    cell = item.astype(np.int64)
    cell *= n_forms
    cell += form
    answers = np.full((len(instrument.items), n_forms), np.nan)
    answers.reshape(-1)[cell] = value
    taken = np.zeros(answers.size, dtype=bool)
    taken[cell] = True
    repeated = int(np.count_nonzero(taken)) < len(cell)
    return Grid(key=forms, form=form, answers=answers, repeated=repeated)


def _compact(key: Codes, space: int) -> tuple[Codes, Codes]:
    """Distinct keys, ascending, and for each row the place of its key among them."""
    if space > SPARSE * max(len(key), 1):
        return np.unique(key, return_inverse=True)
    present = np.zeros(space, dtype=bool)
    present[key] = True
    forms = np.flatnonzero(present)
    place = np.empty(space, dtype=key.dtype)
    place[forms] = np.arange(len(forms))
    return forms, place[key]
