"""A trend of proportions, against R multiCA and StatXact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.fixed.trend import exact_trend_power, trend_power, trend_total
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

ONE = Target(alpha=0.05, sides=1)


def test_trend_as_r_and_statxact() -> None:
    """R multiCA power.CA.test: 527 and 0.7955764; StatXact, exact: 48%."""
    rates = [0.10, 0.13, 0.16, 0.19, 0.22]
    total = trend_total(rates, [0, 1, 2, 4, 8], target=ONE)
    assert 526 < total <= 527
    target = Target(alpha=0.025, sides=1)
    doses, groups = [1, 2, 4, 8, 16], [10, 10, 10, 5, 2]
    power = trend_power(
        37, [0.001, 0.016, 0.0045, 0.0321, 0.6441], doses, groups, target
    )
    assert power == pytest.approx(0.7955764, abs=5e-8)
    exact = exact_trend_power(
        groups, [0.001, 0.0016, 0.0045, 0.0321, 0.6441], doses, target
    )
    assert round(exact, 2) == 0.48


@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=4))
def test_a_trend_turned_round_is_the_same(rates: list[float]) -> None:
    if len(set(rates)) < 2 or abs(np.polyfit(range(len(rates)), rates, 1)[0]) < 1e-6:
        return
    assert trend_total(rates) == pytest.approx(trend_total(rates[::-1]))
    sizes = [4] * len(rates)
    power = exact_trend_power(sizes, rates)
    assert power == pytest.approx(exact_trend_power(sizes, rates[::-1]), abs=1e-10)
    assert 0 <= power <= 1


def test_a_trend_of_two_groups_is_the_difference_of_two() -> None:
    """Two groups: the score test of two proportions, R power.prop.test 16.2341 an arm."""
    assert trend_total([0.67, 0.20]) / 2 == pytest.approx(16.2341, abs=5e-5)


def test_what_has_no_answer_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ802"):
        trend_total([0.3, 0.3])
    with pytest.raises(DesignError, match="EQ801"):
        trend_total([0.3, 0.4], [1, 1])
    with pytest.raises(DesignError, match="EQ807"):
        exact_trend_power([4000, 4000, 4000], [0.1, 0.2, 0.3])
