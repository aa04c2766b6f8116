"""The estimate without the luck of the choice."""

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from equipoise.design.adaptive.estimate import conditionally_unbiased
from equipoise.numerics.rng import stream


def rao_blackwell(both: float, floor: float, v1: float, v2: float) -> float:
    """Mean of the second stage, given the mean of both and that the first was above.

    Integrates over the first mean x; the second then is what makes up ``both``.
    """

    def second(x: float) -> float:
        return ((v1 + v2) * both - v2 * x) / v1

    def weight(x: float) -> float:
        return float(
            stats.norm.pdf(x, 0, sqrt(v1)) * stats.norm.pdf(second(x), 0, sqrt(v2))
        )

    high = max(floor, both) + 12 * sqrt(v1)
    low = max(floor, both - 12 * sqrt(v1))
    top = integrate.quad(lambda x: weight(x) * second(x), low, high, limit=200)[0]
    return float(top / integrate.quad(weight, low, high, limit=200)[0])


@pytest.mark.reference
@settings(deadline=None, max_examples=25)
@given(
    st.floats(-1, 1.5),
    st.floats(-1, 1),
    st.floats(-1, 1),
    st.floats(0.05, 1.0),
    st.floats(0.05, 1.0),
)
def test_it_is_the_conditional_mean_of_the_second_stage(
    first: float, second: float, floor: float, v1: float, v2: float
) -> None:
    first = max(first, floor + 1e-3)
    both = (v2 * first + v1 * second) / (v1 + v2)
    found = conditionally_unbiased(
        np.array([first]), np.array([second]), np.array([floor]), (v1, v2)
    )
    assert float(found[0]) == pytest.approx(
        rao_blackwell(both, floor, v1, v2), abs=1e-5
    )


def test_where_nothing_was_dropped_both_stages_are_averaged() -> None:
    found = conditionally_unbiased(
        np.array([2.0]), np.array([5.0]), np.array([-inf]), (1.0, 2.0)
    )
    assert float(found[0]) == pytest.approx((2 * 2.0 + 5.0) / 3)


@pytest.mark.calibration
def test_it_is_unbiased_and_better_than_the_second_stage_alone() -> None:
    """100,000 choices of the best of four; the mean is known to 0.003."""
    rng = stream(2, "unbiased")
    n, scenario = 100_000, np.array([0.0, 0.1, 0.2, 0.3])
    x = scenario + rng.standard_normal((n, 4))
    best = x.argmax(axis=1)
    first = x.max(axis=1)
    floor = np.sort(x, axis=1)[:, -2]
    second = scenario[best] + rng.standard_normal(n) * sqrt(0.5)
    found = conditionally_unbiased(first, second, floor, (1.0, 0.5)) - scenario[best]
    error = found.std() / sqrt(n)
    assert abs(found.mean()) < 3 * error
    assert found.std() < sqrt(0.5)
    assert (first - scenario[best]).mean() > 0.5
