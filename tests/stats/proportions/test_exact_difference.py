"""Exact intervals of a difference, by brute force over small tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.stats.proportions import risk_difference

small = st.integers(2, 8).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def largest_tail(row: tuple[int, int, int, int], difference: float, sign: int) -> float:
    """Largest probability of a difference as far out, over a grid of proportions."""
    x1, n1, x2, n2 = row
    a, b = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None]
    extreme = sign * (a / n1 - b / n2) >= sign * (x1 / n1 - x2 / n2) - 1e-9
    low, high = max(0.0, -difference), min(1.0, 1 - difference)
    return max(
        float(
            (
                stats.binom.pmf(a, n1, min(max(p + difference, 0.0), 1.0))
                * stats.binom.pmf(b, n2, p)
            )[extreme].sum()
        )
        for p in np.linspace(low, high, 201)
    )


@pytest.mark.property
@settings(max_examples=10, deadline=None)
@given(small, small, st.sampled_from([0.8, 0.95]))
def test_inside_no_difference_is_rejected_and_outside_each(
    one: tuple[int, int], two: tuple[int, int], level: float
) -> None:
    """At the limits one-sided P is half of 1 - level: 0.001 allows for the grids."""
    row = (*one, *two)
    found = risk_difference(*row, level, "exact")
    tail = (1 - level) / 2
    assert found.lower <= found.estimate <= found.upper
    for end, sign in ((found.lower, 1), (found.upper, -1)):
        for share in (0.02, 0.3, 0.7):
            inside = end + share * (found.estimate - end)
            assert largest_tail(row, inside, sign) >= tail - 1e-3
        outside = end - sign * 0.01
        if -1 < outside < 1:
            assert largest_tail(row, outside, sign) <= tail + 1e-3


@pytest.mark.property
@settings(max_examples=10, deadline=None)
@given(small, small, st.sampled_from(["exact", "exact-score", "exact-agresti-min"]))
def test_swapping_groups_turns_the_exact_interval(
    one: tuple[int, int], two: tuple[int, int], method: str
) -> None:
    found = risk_difference(*one, *two, method=method)  # type: ignore[arg-type]
    other = risk_difference(*two, *one, method=method)  # type: ignore[arg-type]
    # Limits are accurate to about 1e-4 (see the module).
    assert other.interval == pytest.approx((-found.upper, -found.lower), abs=5e-4)
