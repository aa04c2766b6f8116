"""Proportions against a margin: the score test of Farrington and Manning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from equipoise.design.fixed.margin_proportions import MarginProportions, constrained
from equipoise.design.fixed.proportions import proportions
from equipoise.design.requirements import Target
from equipoise.errors import DesignError


@given(
    st.floats(0.02, 0.98),
    st.floats(0.02, 0.98),
    st.floats(-0.9, 0.9),
    st.floats(0.2, 5),
)
def test_constrained_proportions_are_the_likeliest(
    first: float, second: float, difference: float, ratio: float
) -> None:
    def deviance(p: float) -> float:
        q = p - difference
        one = first * np.log(p) + (1 - first) * np.log1p(-p)
        other = second * np.log(q) + (1 - second) * np.log1p(-q)
        return float(-(ratio * one + other))

    low, high = max(0.0, difference), min(1.0, 1 + difference)
    made, other = constrained(first, second, difference, ratio)
    best = optimize.minimize_scalar(
        deviance, bounds=(low, high), method="bounded", options={"xatol": 1e-10}
    )
    assert made - other == pytest.approx(difference, abs=1e-9)
    assert deviance(min(max(made, low + 1e-12), high - 1e-12)) <= best.fun + 1e-7


def test_a_margin_of_nothing_is_the_test_of_a_difference() -> None:
    """The formula of rpact and gsDesign (nBinomial) for a difference: 16.2341."""
    target = Target(alpha=0.025, sides=1)
    made = MarginProportions(first=0.67, second=0.2, margin=1e-9, target=target)
    assert made.size().first == pytest.approx(16.2341, abs=5e-5)
    assert made.size().first == pytest.approx(proportions(0.67, 0.2).first, abs=1e-5)


@pytest.mark.calibration
def test_power_of_noninferiority_by_enumeration() -> None:
    """Exact power of the score test with the sizes of the formula: 80.6% and 81.1%.

    All tables of 207 + 207 and 155 + 155 are enumerated (2026-12-02); the formula was for
    80%, and the tolerance is 2 percentage points for the saw-tooth of exact power.
    """
    for p in (0.85, 0.9):
        plan = MarginProportions(first=p, second=p, margin=0.1)
        n = plan.size().rounded[0]
        counts = stats.binom.pmf(np.arange(n + 1), n, p)
        power = 0.0
        for x in range(n + 1):
            if counts[x] < 1e-9:
                continue
            for y in range(n + 1):
                if counts[y] < 1e-9:
                    continue
                one, other = constrained(x / n, y / n, -0.1)
                error = np.sqrt((one * (1 - one) + other * (1 - other)) / n)
                if error > 0 and (x / n - y / n + 0.1) / error > 1.959964:
                    power += counts[x] * counts[y]
        assert power == pytest.approx(0.8, abs=0.02)


def test_a_difference_outside_the_margin_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ811"):
        MarginProportions(first=0.6, second=0.8, margin=0.1)
