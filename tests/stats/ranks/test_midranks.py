"""Midranks against scipy, and ties that rounding hides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.stats.ranks.midranks import midranks, tie_term


@given(st.lists(st.integers(-4, 4), max_size=12))
def test_they_are_scipys(values: list[int]) -> None:
    ranks, sizes = midranks(np.array(values, float))
    assert ranks == pytest.approx(stats.rankdata(values))
    assert sizes.sum() == len(values)
    assert sorted(sizes) == sorted(np.unique(values, return_counts=True)[1])


def test_differences_that_are_equal_but_for_rounding_are_ties() -> None:
    changes = np.array([3.6 - 3.4, 0.2, 0.1 + 0.1, 7.0])
    assert len(set(changes)) == 3
    ranks, sizes = midranks(changes)
    assert ranks.tolist() == [2, 2, 2, 4]
    assert sizes.tolist() == [3, 1]


def test_close_values_that_differ_are_no_ties() -> None:
    assert midranks(np.array([1.0, 1.0 + 1e-9]))[0].tolist() == [1, 2]


def test_the_term_of_ties() -> None:
    assert tie_term(np.array([3.0, 1, 2])) == 24 + 6
