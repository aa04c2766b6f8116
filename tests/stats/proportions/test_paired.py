"""Pairs: laws of differences, ratios and McNemar's tests."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as of_statsmodels

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import (
    mcnemar,
    paired_counts,
    paired_difference,
    paired_odds_ratio,
    paired_ratio,
)

count = st.integers(0, 15)
pairs = st.tuples(count, count, count, count).filter(lambda four: sum(four) > 0)
SCORES = ["tango", "newcombe", "agresti-min", "bonett-price"]


@pytest.mark.property
@settings(max_examples=50)
@given(pairs, st.sampled_from(SCORES))
def test_swapping_the_pair_negates_the_difference(
    four: tuple[int, int, int, int], method: Any
) -> None:
    a, b, c, d = four
    found = paired_difference(a, b, c, d, method=method)
    other = paired_difference(a, c, b, d, method=method)
    assert other.estimate == pytest.approx(-found.estimate, abs=1e-12)
    assert other.interval == pytest.approx((-found.upper, -found.lower), abs=1e-8)
    if method in ("tango", "newcombe"):  # the others shrink to 0
        assert found.lower - 1e-9 <= found.estimate <= found.upper + 1e-9


@pytest.mark.property
@settings(max_examples=50)
@given(pairs)
def test_swapping_the_pair_inverts_the_ratio(four: tuple[int, int, int, int]) -> None:
    a, b, c, d = four
    found, other = paired_ratio(a, b, c, d), paired_ratio(a, c, b, d)
    if a + b == a + c == 0:
        assert found.interval == (0, inf)
        return
    assert found.lower <= found.estimate * (1 + 1e-9)
    assert found.estimate <= found.upper * (1 + 1e-9)
    if 0 < other.lower < inf:
        assert found.upper == pytest.approx(1 / other.lower, rel=1e-6)
    assert paired_ratio(a, b, c, d + 7).interval == pytest.approx(
        found.interval, rel=1e-6
    )


@pytest.mark.reference
@given(count, count)
def test_only_discordant_pairs_count_and_the_exact_test_is_binomial(
    b: int, c: int
) -> None:
    if b + c == 0:
        assert mcnemar(0, 0, "exact").p == 1
        with pytest.raises(AnalysisError, match="EQ467"):
            mcnemar(0, 0)
        return
    wanted = stats.binomtest(b, b + c).pvalue
    assert mcnemar(b, c, "exact").p == pytest.approx(wanted, rel=1e-9)
    plain = of_statsmodels([[3, b], [c, 9]], exact=False, correction=False)
    assert mcnemar(b, c).statistic == pytest.approx(plain.statistic, rel=1e-12)
    odds, turned = paired_odds_ratio(b, c), paired_odds_ratio(c, b)
    assert odds.lower <= odds.estimate <= odds.upper
    if turned.lower > 0:
        assert odds.upper == pytest.approx(1 / turned.lower, rel=1e-9)


@pytest.mark.property
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_counts_are_those_of_the_participants(rows: list[tuple[bool, bool]]) -> None:
    found = paired_counts([a for a, _ in rows], [b for _, b in rows])
    assert sum(found) == len(rows)
    assert found.both + found.first_only == sum(a for a, _ in rows)


def test_pairs_that_do_not_vary_have_no_wald_interval() -> None:
    for four in ((3, 0, 0, 4), (0, 5, 0, 0)):
        with pytest.raises(AnalysisError, match="EQ467"):
            paired_difference(*four, method="wald")
    assert paired_difference(3, 0, 0, 4).upper > 0
