"""Columns of texts as codes of their distinct texts, for tables of a million rows.

A coded column is a pandas ``category`` of sorted texts: it takes a fraction of the
memory, is compared and sorted by its codes, and is in the same order as its texts. The
tables of ``TrialData`` have plain texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

from equipoise.errors import Problem


def is_coded(texts: pd.Series[Any]) -> bool:
    """Whether a column is a category of texts."""
    kind = texts.dtype
    if not isinstance(kind, pd.CategoricalDtype):
        return False
    return kind.categories.inferred_type in ("string", "empty")


def coded(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Texts as a coded column; a missing text stays missing.

    Example:
        >>> coded(pd.Series(["b", "a", "b"])).cat.codes.tolist()
        [1, 0, 1]
    """
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return in_order(texts)
    codes, distinct = codes_of(texts)
    return pd.Series(from_codes(codes, distinct), index=texts.index, name=texts.name)


def codes_of(texts: pd.Series[Any]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Code of each text, -1 where it is missing, and the distinct texts in their order."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        codes, distinct = pd.factorize(texts.array)
    else:
        codes, distinct = pd.factorize(texts.to_numpy(dtype=object))
    return np.asarray(codes, dtype=np.int64), distinct.tolist()


def from_codes(codes: Any, texts: Sequence[str]) -> pd.Categorical:
    """A coded column from codes of different texts in any order; -1 is missing."""
    order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(texts) + 1, dtype=np.int64)
    rank[order] = np.arange(len(texts))
    rank[-1] = -1
    categories = pd.Index([texts[n] for n in order], dtype=object)
    return pd.Categorical.from_codes(rank[codes], categories=categories)


def in_order(texts: pd.Series[Any]) -> pd.Series[Any]:
    """A coded column with its texts sorted, and without an empty one."""
    if texts.cat.ordered:
        texts = texts.cat.as_unordered()
    if not texts.cat.categories.is_monotonic_increasing:
        texts = texts.cat.reorder_categories(sorted(texts.cat.categories))
    if "" in texts.cat.categories[:1]:  # the first one of all
        texts = texts.cat.remove_categories([""])
    return texts


def used(texts: pd.Series[Any]) -> pd.Index:
    """The distinct texts of a coded column that some row has, in their order."""
    categories = texts.cat.categories
    some = np.zeros(len(categories) + 1, dtype=bool)  # the last one is of the missing
    some[texts.cat.codes.to_numpy()] = True
    return categories if some[:-1].all() else categories[some[:-1]]


def constant(text: str | None, rows: int) -> pd.Categorical:
    """A coded column with the same text in every row."""
    codes = np.full(rows, -1 if text is None else 0, dtype=np.int8)
    known = pd.Index([] if text is None else [text], dtype=object)
    return pd.Categorical.from_codes(codes, categories=known)


def joined(columns: Sequence[pd.Series[Any]]) -> pd.Series[Any]:
    """Columns one below the other, with a plain index; coded ones stay coded."""
    if not all(is_coded(column) for column in columns):
        return pd.concat(columns, ignore_index=True)
    if len(columns) == 1:
        return columns[0].reset_index(drop=True)
    first = columns[0].cat.categories
    same = all(column.cat.categories.equals(first) for column in columns)
    if same and first.is_monotonic_increasing:  # columns of one file: nothing to sort
        codes = np.concatenate([column.cat.codes for column in columns])
        return pd.Series(pd.Categorical.from_codes(codes, categories=first))
    parts: list[pd.Series[Any]] = list(columns)
    return pd.Series(union_categoricals(parts, sort_categories=True))


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables with the same columns, one below the other, with a plain index."""
    names = list(frames[0].columns)
    return pd.DataFrame({name: joined([f[name] for f in frames]) for name in names})


def as_texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """A coded column as plain texts (pandas ``string``)."""
    known = column.cat.categories.to_numpy(object)
    texts = texts_of(column.cat.codes.to_numpy(), known)
    return pd.Series(texts, index=column.index, name=column.name)


def texts_of(
    codes: npt.NDArray[np.integer[Any]], known: Sequence[str] | npt.NDArray[Any]
) -> pd.arrays.StringArray:
    """Plain texts from codes, -1 where one is missing."""
    texts = np.empty(len(known) + 1, dtype=object)
    texts[:-1], texts[-1] = known, pd.NA
    return pd.arrays.StringArray(texts[codes])


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with plain texts in the place of every coded column."""
    columns = [column for _, column in frame.items()]
    if not any(map(is_coded, columns)):
        return frame
    found = {n: as_texts(c) if is_coded(c) else c for n, c in enumerate(columns)}
    made = pd.DataFrame(found, index=frame.index, copy=False)
    made.columns = frame.columns
    return made


def with_plain_records(problem: Problem) -> Problem:
    """A problem whose rows have plain texts."""
    if problem.records is None:
        return problem
    return replace(problem, records=plain(problem.records))


def is_one_of(texts: pd.Series[Any], known: pd.Series[Any]) -> pd.Series[Any]:
    """Whether each text is one of the known texts, as ``Series.isin``."""
    if texts.empty:
        return pd.Series(False, index=texts.index)
    if not (is_coded(texts) and is_coded(known)):
        return texts.isin(known)
    categories = texts.cat.categories
    if not categories.equals(known.cat.categories):
        return texts.isin(known.cat.remove_unused_categories().cat.categories)
    some = np.zeros(len(categories) + 1, dtype=bool)  # the last one is of the missing
    some[known.cat.codes.to_numpy()] = True
    return pd.Series(some[texts.cat.codes.to_numpy()], index=texts.index)


def by_text(texts: pd.Series[Any], values: Mapping[str, Any], absent: Any) -> Any:
    """The value of each text of a coded column as an array, looked up once for each."""
    known = [values.get(text, absent) for text in texts.cat.categories]
    return np.asarray([*known, absent])[texts.cat.codes.to_numpy()]
