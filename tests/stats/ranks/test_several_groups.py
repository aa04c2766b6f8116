"""Kruskal-Wallis, Jonckheere-Terpstra and Friedman: R, scipy, permutations, and laws."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.ranks import (
    friedman,
    jonckheere_terpstra,
    kruskal_wallis,
    rank_sum_test,
)
from tests.stats.ranks.test_rank_sum import R

SIX = st.lists(st.integers(0, 4), min_size=6, max_size=6)


@pytest.mark.reference
def test_they_are_those_of_r() -> None:
    case, near = R["cases"]["kruskal"], {"rel": R["rtol"]}
    test = kruskal_wallis(case["values"], np.repeat(list("xyz"), case["sizes"]))
    assert (test.chi_square, test.p) == pytest.approx((case["h"], case["p"]), **near)
    case = R["cases"]["friedman"]
    test = friedman(np.reshape(case["values"], (-1, case["conditions"])))
    assert (test.chi_square, test.p) == pytest.approx((case["q"], case["p"]), **near)


@given(st.lists(st.integers(0, 6), min_size=9, max_size=9))
def test_kruskal_wallis_is_scipys(values: list[int]) -> None:
    assume(len(set(values)) > 1)
    groups = np.repeat(["b", "a", "c"], (2, 3, 4))
    test = kruskal_wallis(values, groups)
    wanted = stats.kruskal(values[:2], values[2:5], values[5:])
    assert test.chi_square == pytest.approx(wanted.statistic, abs=1e-9)
    assert test.p == pytest.approx(wanted.pvalue)


@given(SIX)
def test_friedman_is_scipys(values: list[int]) -> None:
    table = np.reshape(values + values[::-1], (4, 3))
    assume(any(len(set(row)) > 1 for row in table.tolist()))
    wanted = stats.friedmanchisquare(*table.T)
    assert friedman(table).chi_square == pytest.approx(wanted.statistic, abs=1e-9)


@pytest.mark.property
@given(SIX)
def test_the_trend_has_the_moments_of_all_permutations(values: list[int]) -> None:
    """720 permutations: mean and variance with ties are exact, not an approximation."""
    assume(len(set(values)) > 1)
    dose = np.array([1, 1, 1, 2, 2, 3])
    every = np.array(list(permutations(values)))
    wins = [
        (every[:, j] > every[:, i]) + 0.5 * (every[:, j] == every[:, i])
        for i in range(6)
        for j in range(6)
        if dose[i] < dose[j]
    ]
    j = np.sum(wins, axis=0)
    test = jonckheere_terpstra(values, dose)
    assert test.expected == pytest.approx(j.mean())
    assert test.z == pytest.approx((test.j - j.mean()) / j.std())


@pytest.mark.property
@given(st.lists(st.integers(0, 9), min_size=4, max_size=12))
def test_two_groups_are_the_rank_sum_test(values: list[int]) -> None:
    assume(len(set(values)) > 1)
    y, group = np.array(values), np.arange(len(values)) % 2
    plain = rank_sum_test(
        y[group == 1], y[group == 0], method="normal", correction=False
    )
    assert kruskal_wallis(y, group).chi_square == pytest.approx(plain.z**2, abs=1e-9)
    assert jonckheere_terpstra(y, group).z == pytest.approx(plain.z, abs=1e-9)


def test_the_alphabet_never_orders_groups() -> None:
    values, text = [1, 2, 3, 4], ["10 mg", "10 mg", "5 mg", "5 mg"]
    with pytest.raises(AnalysisError, match=r"EQ460 the order.*not the alphabet"):
        jonckheere_terpstra(values, text)
    falling = jonckheere_terpstra(values, text, order=["5 mg", "10 mg"])
    doses = pd.Series(pd.Categorical(text, categories=["5 mg", "10 mg", "20 mg"]))
    assert falling.z < 0
    assert jonckheere_terpstra(values, doses) == falling
    assert jonckheere_terpstra(values, [10, 10, 5, 5]) == falling
    for wrong in (["5 mg"], ["5 mg", "5 mg", "10 mg"]):
        with pytest.raises(AnalysisError, match=r"EQ460 order = \["):
            jonckheere_terpstra(values, text, order=wrong)


def test_what_cannot_be_compared_is_refused() -> None:
    for test in (kruskal_wallis, jonckheere_terpstra):
        with pytest.raises(AnalysisError, match=r"EQ469.*all values are equal"):
            test([1, 1, 1], [1, 2, 2])
        with pytest.raises(AnalysisError, match=r"EQ469.*one group only"):
            test([1, 2, 1], [1, 1, 1])
        with pytest.raises(AnalysisError, match="EQ462 1 groups are missing"):
            test([1, 2, 1], [1.0, np.nan, 2.0])
    with pytest.raises(AnalysisError, match="EQ469"):
        friedman([[1, 1], [2, 2]])
    for wrong in ([1, 2], [[1], [2]], [[1, np.nan]]):
        with pytest.raises(AnalysisError, match="EQ462"):
            friedman(wrong)
