"""Two ratings of the same participants in more than two categories."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.input_checks import checked_option, impossible
from equipoise.stats.proportion_options import MARGINAL_TESTS, MarginalTest
from equipoise.stats.proportions.chi_square import (
    ChiSquare,
    checked_tables,
    chi_square_p,
)
from equipoise.stats.proportions.paired import no_variance_of_pairs


def marginal_homogeneity(
    table: ArrayLike, method: MarginalTest = "stuart-maxwell"
) -> ChiSquare:
    """Test that two ratings of the same participants have the same distribution.

    Args:
        table: C x C counts, the first rating in the rows, the second in the columns.
        method: ``stuart-maxwell``, variance under the null hypothesis; ``bhapkar``,
            observed variance, larger power. Two categories give McNemar's test.

    Raises:
        AnalysisError: EQ460, EQ462: an option or counts that are impossible; EQ467, all
            pairs are concordant; for ``bhapkar`` also where the observed variance is 0
            in the direction of the difference.

    Example:
        >>> marginal_homogeneity([[10, 2, 3], [5, 8, 1], [9, 4, 6]])  # statsmodels
        ChiSquare(statistic=5.43, df=2, p=0.0662, method='stuart-maxwell', notes=())

    Source: Stuart 1955, Biometrika 42:412-416; Maxwell 1970, Br J Psychiatry 116:651-655;
    Bhapkar 1966, JASA 61:228-235. R coin::mh_test, DescTools::StuartMaxwellTest; SAS PROC
    CATMOD, REPEATED.
    """
    checked_option("method", method, MARGINAL_TESTS)
    counts = checked_tables(table, 2)
    if counts.shape[0] != counts.shape[1]:
        raise impossible(
            f"the table has shape {counts.shape}", "table", "make it square"
        )
    rows, columns, n = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    distance = rows - columns
    variance = np.diag(rows + columns) - counts - counts.T
    values, vectors = np.linalg.eigh(variance)
    free = np.abs(values) > 1e-9 * max(float(np.abs(values).max()), 1.0)
    df = int(free.sum())
    if df == 0:
        raise no_variance_of_pairs()
    projected = vectors[:, free].T @ distance
    statistic = float((projected**2 / values[free]).sum())
    if method == "bhapkar":
        # Where the ratings of all pairs differ alike, the observed variance is 0.
        if statistic >= n * (1 - 1e-9):
            raise no_variance_of_pairs("use method = 'stuart-maxwell'")
        statistic /= 1 - statistic / n
    few = f"{df} degrees of freedom: categories without discordant pairs do not count"
    notes = (few,) if df < len(rows) - 1 else ()
    return ChiSquare(statistic, df, chi_square_p(statistic, df), method, notes)
