"""Intervals of ratios beside the score: scipy, inversion and empty cells."""

from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import odds_ratio, risk_ratio

arm = st.integers(2, 15).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))
LAWS = [
    *((risk_ratio, name) for name in ("wald", "wald-modified", "likelihood")),
    *((odds_ratio, name) for name in ("wald", "wald-modified", "likelihood", "exact")),
]


@pytest.mark.reference
@settings(max_examples=30)
@given(arm, arm)
def test_ratios_are_those_of_scipy(one: tuple[int, int], two: tuple[int, int]) -> None:
    (a, m), (c, n) = one, two
    risk = stats.contingency.relative_risk(a, m, c, n).confidence_interval(0.95)
    wald = risk_ratio(a, m, c, n, method="wald")
    assert wald.interval == pytest.approx((risk.low, risk.high), rel=1e-9)
    odds = stats.contingency.odds_ratio([[a, m - a], [c, n - c]])
    exact = odds_ratio(a, m, c, n, method="exact")
    ends = odds.confidence_interval(0.95)
    assert exact.interval == pytest.approx((ends.low, ends.high), rel=1e-6)


@pytest.mark.property
@pytest.mark.parametrize(("function", "method"), LAWS)
@settings(max_examples=20)
@given(one=arm, two=arm)
def test_swapping_groups_inverts_the_interval(
    function: Any, method: str, one: tuple[int, int], two: tuple[int, int]
) -> None:
    found = function(*one, *two, method=method)
    other = function(*two, *one, method=method)
    assert found.lower == pytest.approx(1 / other.upper, rel=1e-6)
    assert found.upper == pytest.approx(1 / other.lower, rel=1e-6)


@pytest.mark.parametrize("function", [risk_ratio, odds_ratio])
def test_an_empty_cell(function: Any) -> None:
    with pytest.raises(AnalysisError, match="EQ467"):
        function(0, 9, 4, 10, method="wald")
    found = function(0, 9, 4, 10, method="likelihood")
    assert (found.estimate, found.lower) == (0, 0)
    assert 0 < found.upper < inf
