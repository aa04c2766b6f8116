"""The t interval of a mean, and Welch's of a difference, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.stats.means import mean_difference, mean_with_interval

SAMPLE = st.lists(st.integers(-50, 50), min_size=2, max_size=12)


@pytest.mark.filterwarnings("ignore:Precision loss occurred")
@given(SAMPLE, SAMPLE)
def test_it_is_the_t_test_of_welch(one: list[int], other: list[int]) -> None:
    x, y = np.array(one, float), np.array(other, float)
    result = mean_difference(x, y, 0.9)
    assert result.n == len(one) + len(other)
    if x.var() + y.var() == 0:
        assert result.lower is None
        return
    wanted = stats.ttest_ind(x, y, equal_var=False)
    interval = wanted.confidence_interval(0.9)
    assert result.estimate == pytest.approx(x.mean() - y.mean())
    assert result.df == pytest.approx(wanted.df)
    # Both evaluate the same formula in double precision; near 0 an end is a difference
    # of numbers of size 50, so 1e-9 of those is left.
    assert result.lower == pytest.approx(interval.low, rel=1e-9, abs=1e-7)
    assert result.upper == pytest.approx(interval.high, rel=1e-9, abs=1e-7)


def test_one_value_has_no_interval_and_none_no_difference() -> None:
    single, none = np.array([1.0]), np.array([])
    assert mean_difference(single, np.array([1.0, 2.0])).lower is None
    assert mean_difference(single, np.array([1.0, 2.0])).estimate == -0.5
    assert mean_difference(single, none).estimate is None


def test_scipys_interval() -> None:
    values = np.array([3.0, 5, 4, 8, 6.5])
    found = mean_with_interval(values, 0.9)
    wanted = stats.t.interval(0.9, 4, values.mean(), stats.sem(values))
    assert (found.lower, found.upper) == pytest.approx(wanted)
    assert found.n == 5


def test_one_value_has_no_interval_and_none_no_mean() -> None:
    assert mean_with_interval(np.array([2.0])).estimate == 2.0
    assert mean_with_interval(np.array([2.0])).lower is None
    assert mean_with_interval(np.zeros(0)).estimate is None
