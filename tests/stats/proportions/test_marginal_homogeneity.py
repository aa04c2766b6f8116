"""Homogeneity of two ratings: McNemar's test in more categories."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import SquareTable

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import marginal_homogeneity, mcnemar

count = st.integers(0, 15)


@pytest.mark.property
@given(count, count, count, count)
def test_two_categories_are_mcnemar(a: int, b: int, c: int, d: int) -> None:
    if b + c == 0:
        with pytest.raises(AnalysisError, match="EQ467"):
            marginal_homogeneity([[a, b], [c, d]])
        return
    found = marginal_homogeneity([[a, b], [c, d]])
    assert found.statistic == pytest.approx(mcnemar(b, c).statistic, abs=1e-9)
    assert found.p == pytest.approx(mcnemar(b, c).p, rel=1e-9)


@pytest.mark.reference
@settings(max_examples=40)
@given(st.lists(st.integers(1, 15), min_size=9, max_size=9))
def test_three_categories_are_those_of_statsmodels(cells: list[int]) -> None:
    table = np.array(cells).reshape(3, 3)
    for method, name in (("stuart-maxwell", "stuart_maxwell"), ("bhapkar", "bhapkar")):
        wanted = SquareTable(table, shift_zeros=False).homogeneity(name)
        found = marginal_homogeneity(table, method)  # type: ignore[arg-type]
        assert found.statistic == pytest.approx(wanted.statistic, rel=1e-7, abs=1e-9)
        assert found.df == wanted.df
        turned = marginal_homogeneity(table.T, method)  # type: ignore[arg-type]
        assert turned.statistic == pytest.approx(found.statistic, rel=1e-7, abs=1e-9)


def test_without_observed_variance_bhapkar_is_refused() -> None:
    """All pairs move one way: the test divides by 0, and no direction is left out."""
    for table in ([[0, 5, 0], [0, 0, 3], [0, 0, 0]], [[0, 4], [0, 0]]):
        with pytest.raises(AnalysisError, match=r"EQ467(?s:.*)stuart-maxwell"):
            marginal_homogeneity(table, "bhapkar")
        assert marginal_homogeneity(table).p < 0.05
