"""Cochran-Mantel-Haenszel tests of two variables over strata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import checked_numbers, checked_option, impossible
from equipoise.stats.proportion_options import CMH_SCORES, CmhScores
from equipoise.stats.proportions.chi_square import (
    ChiSquare,
    CrossTables,
    Numbers,
    checked_tables,
    chi_square_p,
)
from equipoise.stats.proportions.strata import nothing_compared
from equipoise.stats.result import Result

RANK = 1e-9  # relative size of an eigenvalue that counts as zero


@dataclass(frozen=True, slots=True, repr=False)
class CmhTests(Result):
    """The three tests of Cochran, Mantel and Haenszel.

    Attributes:
        correlation: nonzero correlation, rows and columns ordered; None without order.
        row_means: row mean scores differ, columns ordered; None without order.
        general: general association, no order.
        strata: number of strata that contribute.
        notes: strata without contribution, absent order, continuity correction.
    """

    correlation: ChiSquare | None
    row_means: ChiSquare | None
    general: ChiSquare
    strata: int
    notes: tuple[str, ...]


def cmh(
    tables: CrossTables | ArrayLike,
    *,
    scores: CmhScores = "table",
    row_scores: ArrayLike | None = None,
    column_scores: ArrayLike | None = None,
    correct: bool = False,
) -> CmhTests:
    """Tests of association of rows and columns within strata, for tables of any size.

    One stratum of 2 x 2 gives Pearson's chi-square times (N - 1) / N. With ``scores =
    "rank"`` one stratum gives the Kruskal-Wallis test, and ``"modridit"`` over strata the
    test of van Elteren.

    Args:
        tables: K x R x C counts, R x C for one stratum, or the result of
            ``cross_tables``. The position in an array is its order.
        scores: of rows and columns: ``table`` (values of numeric levels, otherwise 1,
            2, ...), or midranks within each stratum: ``rank``, ``ridit`` (divided by the
            size of the stratum) and ``modridit`` (by the size plus 1).
        row_scores: R numbers, instead of table scores.
        column_scores: C numbers, instead of table scores.
        correct: subtract 1/2 from the difference of a 2 x 2 x K table, as R does by
            default; SAS does not, nor does this function unless asked.

    Raises:
        AnalysisError: EQ460, an option; EQ462, impossible counts or scores; EQ467, no
            stratum has two rows and two columns with participants.

    Example:
        >>> tables = [[[20, 20], [25, 24]], [[8, 4], [4, 6]]]
        >>> cmh(tables).general  # SAS PROC FREQ, CMH: 0.2166, 0.6417
        ChiSquare(statistic=0.2166, df=1, p=0.6417, method='general association', notes=())

    Source: Landis, Heyman and Koch 1978, Int Stat Rev 46:237-254; SAS PROC FREQ, TABLES
    with CMH and SCORES=; R mantelhaen.test (general association).
    """
    checked_option("scores", scores, CMH_SCORES)
    names: tuple[str, ...] | None = None
    notes: list[str] = []
    ordered_rows = ordered_columns = True
    if isinstance(tables, CrossTables):
        names = tables.strata
        row_scores = tables.row_scores if row_scores is None else row_scores
        if column_scores is None:
            column_scores = tables.column_scores
        ordered_rows = row_scores is not None or len(tables.rows) == 2
        ordered_columns = column_scores is not None or len(tables.columns) == 2
        tables = tables.counts
    counts = checked_tables(tables, 3)
    a = _scores("row_scores", row_scores, counts.shape[1])
    b = _scores("column_scores", column_scores, counts.shape[2])
    counts, kept = _informative(counts, names, notes)
    rows, columns = counts.sum(axis=(0, 2)) > 0, counts.sum(axis=(0, 1)) > 0
    counts = counts[:, rows][:, :, columns]
    a, b = a[rows], b[columns]
    if correct and counts.shape[1:] != (2, 2):
        raise AnalysisError.single(
            "EQ460",
            "the continuity correction is for tables of 2 x 2 in strata",
            where="correct",
            fix="leave correct = False for larger tables",
        )
    general = _general(counts, correct)
    if correct:
        notes.append("corrected for continuity by 1/2, as R mantelhaen.test")
    row_means = _row_means(counts, b, scores) if ordered_columns else None
    both = ordered_rows and ordered_columns
    correlation = _correlation(counts, a, b, scores) if both else None
    if not both:
        notes.append(
            "tests of ordered levels omitted: give the order of the levels, or scores"
        )
    return CmhTests(correlation, row_means, general, kept, tuple(notes))


def _scores(name: str, values: Any, size: int) -> Numbers:
    if values is None:
        return np.arange(1.0, size + 1)
    numbers = checked_numbers(name, values)
    if len(numbers) != size:
        raise impossible(f"{name} has {len(numbers)} numbers for {size} levels", name)
    return numbers


def _informative(
    counts: Numbers, names: tuple[str, ...] | None, notes: list[str]
) -> tuple[Numbers, int]:
    """Strata in which two rows and two columns have participants."""
    rows = (counts.sum(axis=2) > 0).sum(axis=1)
    columns = (counts.sum(axis=1) > 0).sum(axis=1)
    keep = (rows > 1) & (columns > 1)
    if not keep.any():
        raise nothing_compared("each has participants in one row or column only")
    if not keep.all():
        named = names or tuple(str(i + 1) for i in range(len(counts)))
        left = ", ".join(n for n, k in zip(named, keep, strict=True) if not k)
        notes.append(
            f"strata with one row or column only, without contribution: {left}"
        )
    return counts[keep], int(keep.sum())


def _general(counts: Numbers, correct: bool) -> ChiSquare:
    """Quadratic form in the cells of all rows and columns but the last."""
    rows, columns = counts.shape[1] - 1, counts.shape[2] - 1
    distance = np.zeros(rows * columns)
    variance = np.zeros((rows * columns, rows * columns))
    for table in counts:
        n, r, c = table.sum(), table.sum(axis=1), table.sum(axis=0)
        expected = np.outer(r, c) / n
        distance += (table - expected)[:-1, :-1].ravel()
        spread = np.kron(
            (np.diag(r) - np.outer(r, r) / n)[:-1, :-1],
            (np.diag(c) - np.outer(c, c) / n)[:-1, :-1],
        )
        variance += spread / (n - 1)
    if correct:
        distance = distance - np.sign(distance) * 0.5 * (np.abs(distance) >= 0.5)
    return _quadratic(distance, variance, "general association")


def _row_means(counts: Numbers, scores: Numbers, kind: CmhScores) -> ChiSquare:
    rows = counts.shape[1] - 1
    distance, variance = np.zeros(rows), np.zeros((rows, rows))
    for table in counts:
        n, r = table.sum(), table.sum(axis=1)
        b = _of_stratum(scores, table.sum(axis=0), kind)
        mean = (table.sum(axis=0) * b).sum() / n
        spread = (table.sum(axis=0) * (b - mean) ** 2).sum() / (n - 1)
        distance += (table @ b - r * mean)[:-1]
        variance += spread * (np.diag(r) - np.outer(r, r) / n)[:-1, :-1]
    return _quadratic(distance, variance, f"row mean scores ({kind})")


def _correlation(
    counts: Numbers, rows: Numbers, columns: Numbers, kind: CmhScores
) -> ChiSquare:
    distance, variance = 0.0, 0.0
    for table in counts:
        n, r, c = table.sum(), table.sum(axis=1), table.sum(axis=0)
        a, b = _of_stratum(rows, r, kind), _of_stratum(columns, c, kind)
        a, b = a - (r * a).sum() / n, b - (c * b).sum() / n
        distance += float(a @ table @ b)
        variance += float((r * a**2).sum() * (c * b**2).sum() / (n - 1))
    return _quadratic(
        np.array([distance]), np.array([[variance]]), f"nonzero correlation ({kind})"
    )


def _of_stratum(scores: Numbers, totals: Numbers, kind: CmhScores) -> Numbers:
    """Scores of the levels in one stratum; midranks follow the order of the scores."""
    if kind == "table":
        return scores
    order = np.argsort(scores, kind="stable")
    below = np.empty(len(scores))
    below[order] = np.cumsum(totals[order]) - totals[order]
    ranks = below + (totals + 1) / 2
    divisor = {"rank": 1.0, "ridit": totals.sum(), "modridit": totals.sum() + 1}[kind]
    return np.asarray(ranks / divisor)


def _quadratic(distance: Numbers, variance: Numbers, method: str) -> ChiSquare:
    """Distance in the metric of its variance; directions without variance do not count."""
    values, vectors = np.linalg.eigh(variance)
    free = values > RANK * max(values.max(), 0.0)
    if not free.any():
        raise nothing_compared(f"{method} has no variance")
    projected = vectors[:, free].T @ distance
    statistic, df = float((projected**2 / values[free]).sum()), int(free.sum())
    notes: tuple[str, ...] = ()
    if df < len(distance):
        notes = (
            f"{df} degrees of freedom, not {len(distance)}: levels of which no stratum "
            "compares two were not tested",
        )
    return ChiSquare(statistic, df, chi_square_p(statistic, df), method, notes)
