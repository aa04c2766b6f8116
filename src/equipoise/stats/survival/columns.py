"""Arguments that are arrays, or names of columns of a frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.errors.counted import agreeing, counted
from equipoise.stats import frames
from equipoise.stats.input_checks import (
    checked_labels,
    checked_lengths,
    checked_option,
    impossible,
)
from equipoise.stats.natural_order import reading_key

Codes = NDArray[np.intp]
Levels = tuple[Any, ...]


def column(data: Any, value: Any, name: str) -> Any:
    """A column of ``data`` where ``value`` is its name, else ``value`` itself.

    Raises:
        AnalysisError: EQ460, there is no such column.
    """
    if data is None or not isinstance(value, str):
        return value
    checked_option(name, value, [str(each) for each in data])
    return data[value]


def labels(values: Any, name: str) -> tuple[Codes, Levels]:
    """Position of each value among the distinct ones, and those in order.

    A categorical has its own order, without unused categories; numbers and booleans
    are in numerical order; text is in that of ``natural_order.reading_order`` ("visit 2"
    before "visit 10", "0.25 mg" before "0.5 mg").

    Raises:
        AnalysisError: EQ462, a value is missing.
    """
    whole = isinstance(values, pd.Categorical | pd.Series)
    series = pd.Series(values if whole else checked_labels(name, values))
    checked_labels(name, series)
    missing = series.isna().to_numpy()
    if missing.any():
        rows = ", ".join(map(str, np.flatnonzero(missing)[:5]))
        raise impossible(
            f"{int(missing.sum())} of {counted(len(series), 'participant')} "
            f"{agreeing(int(missing.sum()), 'has')} no {name} "
            f"(positions {rows})",
            name,
        )
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.cat.remove_unused_categories()
        levels = tuple(series.cat.categories)
        return series.cat.codes.to_numpy().astype(np.intp), levels
    codes, found = pd.factorize(series.to_numpy())
    order = sorted(range(len(found)), key=lambda k: _key(found[k]))
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return rank[codes], tuple(_plain(found[k]) for k in order)


def _key(value: Any) -> tuple[Any, ...]:
    """Numbers come first, by their size; then texts, as ``reading_order`` has them."""
    if isinstance(value, int | float | np.number | np.bool_):
        return (0, float(value))
    return (1, reading_key(str(value)))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def strata_codes(strata: Any, n: int, data: Any = None) -> Codes:
    """Stratum of each participant as 0, 1, ...; all 0 without strata.

    Args:
        strata: N; or a frame, a dictionary or a list of columns, whose combinations are
            the strata; or None.
        n: participants.
        data: frame in which ``strata`` names columns.

    Raises:
        AnalysisError: EQ462, a stratum is missing, or a column has another length.
    """
    if strata is None:
        return np.zeros(n, dtype=np.intp)
    parts: list[Any]
    if isinstance(strata, pd.DataFrame | Mapping):
        parts = [strata[name] for name in strata]
    elif data is not None and not isinstance(strata, str):
        names = list(strata)
        named = bool(names) and all(isinstance(name, str) for name in names)
        named = named and len(names) != n
        parts = [column(data, each, "strata") for each in names] if named else [strata]
    else:
        parts = [column(data, strata, "strata")]
    combined = np.zeros(n, dtype=np.intp)
    for part in parts:
        checked_lengths(participants=np.empty(n), strata=checked_labels("strata", part))
        codes, levels = labels(part, "stratum")
        combined = combined * len(levels) + codes
    return np.unique(combined, return_inverse=True)[1].astype(np.intp)


def as_frame(data: Any) -> Any:
    """Any table as a pandas frame, as ``frames.as_frame``; None stays None.

    Raises:
        AnalysisError: EQ412, it is not a table.
    """
    return None if data is None else frames.as_frame(data, "data")
