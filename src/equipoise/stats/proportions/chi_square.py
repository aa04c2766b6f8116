"""Chi-square tests of tables, and tables from a row for each participant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import (
    checked_labels,
    checked_lengths,
    checked_option,
    float_array,
    impossible,
)
from equipoise.stats.proportion_options import CHI_SQUARES, ChiSquareMethod
from equipoise.stats.proportions.strata import stratum_labels
from equipoise.stats.result import Result

Numbers = NDArray[np.float64]
FEW = 5.0  # expected count below which the chi-square distribution is doubtful
SHARE = 0.2  # of cells with fewer, from which the note is given (Cochran 1954)


@dataclass(frozen=True, slots=True, repr=False)
class ChiSquare(Result):
    """A chi-square test.

    Attributes:
        statistic: chi-square.
        df: degrees of freedom.
        p: P value.
        method: name of the test.
        notes: what was excluded, corrected or is doubtful.
    """

    statistic: float
    df: int
    p: float
    method: str
    notes: tuple[str, ...] = ()


class CrossTables(NamedTuple):
    """Tables of participants by two variables, in strata.

    Fields:
        counts: K x R x C.
        rows: levels of the rows.
        columns: levels of the columns.
        strata: names of the K strata.
        row_scores: values of numeric levels, 1 to R of ordered ones; None without order.
        column_scores: likewise of the columns.
    """

    counts: NDArray[np.int64]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    strata: tuple[str, ...]
    row_scores: tuple[float, ...] | None
    column_scores: tuple[float, ...] | None


def cross_tables(
    rows: Any,
    columns: Any,
    strata: Any = None,
    *,
    row_order: Sequence[Any] | None = None,
    column_order: Sequence[Any] | None = None,
) -> CrossTables:
    """Tables of two variables in strata, from a row for each participant.

    Numbers are ordered by size and are their own scores; levels of an ordered categorical
    or of ``row_order`` and ``column_order`` have the scores 1, 2, ...; other texts have no
    order, and the alphabet gives them none.

    Args:
        rows: N values, such as the arm.
        columns: N values, such as the response category.
        strata: N labels, or columns whose combinations are the strata.
        row_order: all levels of the rows in their order.
        column_order: all levels of the columns in their order.

    Raises:
        AnalysisError: EQ462, a value is missing, lengths differ, or a value is not in
            the order.

    Example:
        >>> tables = cross_tables(["a", "a", "b"], [2, 1, 2], ["x", "x", "y"])
        >>> tables.counts[0].tolist(), tables.column_scores
        ([[1, 1], [0, 0]], (1.0, 2.0))

    Source: TABLES strata * rows * columns of SAS PROC FREQ; R xtabs.
    """
    row_codes, row_names, row_scores = _levels("rows", rows, row_order)
    column_codes, column_names, scores = _levels("columns", columns, column_order)
    labels = stratum_labels(strata, len(row_codes))
    checked_lengths(rows=row_codes, columns=column_codes, strata=labels)
    codes, names = pd.factorize(labels)
    counts = np.zeros((len(names), len(row_names), len(column_names)), dtype=np.int64)
    np.add.at(counts, (codes, row_codes, column_codes), 1)
    return CrossTables(
        counts, row_names, column_names, tuple(map(str, names)), row_scores, scores
    )


def _levels(
    name: str, values: Any, order: Sequence[Any] | None
) -> tuple[NDArray[np.int64], tuple[str, ...], tuple[float, ...] | None]:
    """Codes, names and scores of the levels; an absent declared level stays."""
    checked_labels(name, values)
    series = pd.Series(values).reset_index(drop=True)
    if series.isna().any():
        raise impossible(
            f"{counted(int(series.isna().sum()), 'value', 'is')} missing", name
        )
    if order is not None:
        named = pd.Series(checked_labels("order", order), dtype=object)
        order = named.tolist()
        if named.isna().any() or named.duplicated().any():
            raise impossible("the order names a level twice, or a missing one", name)
        ranked = pd.Categorical(series, categories=list(order), ordered=True)
        others = sorted({str(value) for value in series[ranked.isna()]})
        if others:
            raise impossible(f"{', '.join(others[:5])} is not in the order", name)
        series = pd.Series(ranked)
    if isinstance(series.dtype, pd.CategoricalDtype):
        codes = np.asarray(series.cat.codes, dtype=np.int64)
        levels = list(series.cat.categories)
        numeric = order is None and all(_numeric(value) for value in levels)
        ordered = bool(series.cat.ordered) or numeric
    else:
        ordered = numeric = all(_numeric(value) for value in series.unique())
        found, unique = pd.factorize(series, sort=numeric)
        codes, levels = np.asarray(found, dtype=np.int64), list(unique)
    if not ordered:
        return codes, tuple(map(str, levels)), None
    scores = levels if numeric else range(1, len(levels) + 1)
    return codes, tuple(map(str, levels)), tuple(float(score) for score in scores)


def _numeric(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating, np.bool_))


def checked_tables(tables: Any, dimensions: int) -> Numbers:
    """Counts as numbers; with one table of three dimensions expected, a stratum is added.

    Raises:
        AnalysisError: EQ462, negative, broken or missing counts, or no table.
    """
    counts = float_array("tables", tables)
    if dimensions == 3 and counts.ndim == 2:
        counts = counts[None]
    if counts.ndim != dimensions or min(counts.shape, default=0) < 1:
        raise impossible(
            f"tables have shape {counts.shape}",
            "tables",
            "give strata x rows x columns",
        )
    wrong = ~(np.isfinite(counts) & (counts >= 0) & (counts % 1 == 0))
    if wrong.any():
        raise impossible(
            f"tables hold {counts[wrong][0]:g}; counts are whole numbers from 0",
            "tables",
        )
    return counts


def chi_square(table: ArrayLike, method: ChiSquareMethod = "pearson") -> ChiSquare:
    """Test of independence of the rows and columns of a table.

    Args:
        table: R x C counts; rows and columns without a participant do not count.
        method: ``pearson``; ``n-1``, Pearson's times (N - 1) / N, which agrees with the
            interval of Miettinen and Nurminen; ``yates``, corrected for continuity, 2 x 2
            only, R's default there and SAS's "continuity adj."; ``likelihood-ratio``.

    Raises:
        AnalysisError: EQ460, the method, or Yates's for a larger table; EQ462, impossible
            counts; EQ467, only one row or column has participants.

    Example:
        >>> chi_square([[10, 5], [3, 12]])  # R chisq.test(correct = FALSE): 6.651584
        ChiSquare(statistic=6.652, df=1, p=0.009907, method='pearson', notes=())

    Source: Pearson 1900; Yates 1934; Pearson 1947 and Campbell 2007, Stat Med
    26:3661-3675 (N - 1); SAS PROC FREQ, CHISQ; R chisq.test.
    """
    checked_option("method", method, CHI_SQUARES)
    counts = checked_tables(table, 2)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        raise AnalysisError.single(
            "EQ467",
            f"the table has {counted(counts.shape[0], 'row')} and "
            f"{counted(counts.shape[1], 'column')} "
            "with participants",
            where="table",
            fix="compare at least two groups with at least two outcomes",
        )
    if method == "yates" and counts.shape != (2, 2):
        raise AnalysisError.single(
            "EQ460",
            "the continuity correction of Yates is for tables of 2 x 2",
            where="method",
            fix="use method = 'pearson'",
        )
    total = counts.sum()
    expected = counts.sum(axis=1)[:, None] * counts.sum(axis=0) / total
    distance = np.abs(counts - expected)
    if method == "yates":
        distance = distance - np.minimum(0.5, distance)  # as R
    statistic = float((distance**2 / expected).sum())
    if method == "n-1":
        statistic *= float((total - 1) / total)
    if method == "likelihood-ratio":
        statistic = float(2 * special.xlogy(counts, counts / expected).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    low = float((expected < FEW).mean())
    note = f"{low:.0%} of the expected counts are below 5: consider an exact test"
    notes = (note,) if low > SHARE else ()
    return ChiSquare(statistic, df, chi_square_p(statistic, df), method, notes)


def chi_square_p(statistic: float, df: int) -> float:
    """Upper tail of the chi-square distribution."""
    return float(special.chdtrc(df, max(statistic, 0.0)))
