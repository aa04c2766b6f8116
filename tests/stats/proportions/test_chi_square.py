"""Chi-square tests and the tables that they are of."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import chi_square, cmh, cross_tables


@pytest.mark.property
def test_the_alphabet_gives_no_order() -> None:
    """Texts without an order have no row means, and numbers are in order as they are."""
    rows, columns = list("aabbab"), ["mild", "severe", "mild", "none", "none", "severe"]
    found = cmh(cross_tables(rows, columns))
    assert found.row_means is None
    assert "give the order" in found.notes[-1]
    order = ["none", "mild", "severe"]
    ordered = cmh(cross_tables(rows, columns, column_order=order)).row_means
    codes = [order.index(value) + 1 for value in columns]
    numbers = cmh(cross_tables(rows, codes)).row_means
    category = cmh(cross_tables(rows, pd.Categorical(columns, order, ordered=True)))
    assert ordered == numbers == category.row_means
    with pytest.raises(AnalysisError, match="EQ462 severe is not in the order"):
        cross_tables(rows, columns, column_order=["none", "mild"])


def test_chi_square_of_a_table_as_r() -> None:
    """R 4.2.2: chisq.test(matrix(c(10, 3, 5, 12), 2)), with and without correction."""
    table = [[10, 5], [3, 12]]
    assert chi_square(table).statistic == pytest.approx(6.65158371040724, rel=1e-12)
    assert chi_square(table, "yates").p == pytest.approx(0.0270615819116472, rel=1e-9)
    assert chi_square(table, "n-1").statistic == pytest.approx(
        6.65158371040724 * 29 / 30, rel=1e-12
    )
    g = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    assert chi_square(table, "likelihood-ratio").p == pytest.approx(g.pvalue, rel=1e-9)
    assert chi_square([[10, 5, 0], [3, 12, 0]]) == chi_square(table)
    with pytest.raises(AnalysisError, match="EQ460"):
        chi_square([[1, 2, 3], [4, 5, 6]], "yates")
    with pytest.raises(AnalysisError, match="EQ467"):
        chi_square([[1, 2], [0, 0]])
