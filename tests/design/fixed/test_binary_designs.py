"""One proportion, a trend, and margins of proportions, against R, StatXact and tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from equipoise.design.fixed.margin_proportions import MarginProportions, constrained
from equipoise.design.fixed.one_proportion import binomial_size, binomial_test
from equipoise.design.fixed.proportions import proportions
from equipoise.design.fixed.trend import exact_trend_power, trend_power, trend_total
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

ONE = Target(alpha=0.05, sides=1)


@pytest.mark.parametrize(
    ("null", "assumed", "target", "expected"),
    [
        (0.05, 0.2, ONE, (27, 4, 0.8177167, 0.04373595)),
        (
            0.1,
            0.3,
            Target(alpha=0.05, sides=1, power=0.9),
            (33, 7, 0.9055545, 0.0417038),
        ),
        (0.2, 0.4, Target(power=0.9), (56, 18, 0.9108149, None)),
    ],
)
def test_one_proportion_as_r(
    null: float, assumed: float, target: Target, expected: tuple[float, ...]
) -> None:
    """R 4.2.2, first n with 1 - pbinom(qbinom(1 - alpha, n, p0), n, p1) >= power."""
    first = binomial_size(null, assumed, target).first_reached
    assert (first.n, first.lowest) == expected[:2]
    assert first.power == pytest.approx(expected[2], abs=5e-7)
    if expected[3] is not None:
        assert first.error == pytest.approx(expected[3], abs=5e-7)


@given(st.integers(1, 200), st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_the_exact_binomial_test_keeps_its_error(n: int, p: float, q: float) -> None:
    if abs(p - q) < 1e-6:
        return
    made = binomial_test(p, q, n, Target(alpha=0.05))
    assert made.error <= 0.05 + 1e-12
    tail = stats.binom.sf(made.lowest - 1, n, p) + stats.binom.cdf(made.highest, n, p)
    assert made.error == pytest.approx(float(tail), abs=1e-12)
    assert stats.binom.sf(made.lowest - 2, n, p) > 0.025  # one fewer is too many


def test_every_size_from_the_needed_one_has_the_power() -> None:
    made = binomial_size(0.05, 0.2, ONE)
    assert made.needed.n == 33
    powers = [
        binomial_test(0.05, 0.2, n, ONE).power for n in range(33, made.horizon + 1)
    ]
    assert min(powers) >= 0.8
    assert binomial_test(0.05, 0.2, 32, ONE).power < 0.8


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


def test_what_has_no_answer_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ802"):
        trend_total([0.3, 0.3])
    with pytest.raises(DesignError, match="EQ801"):
        trend_total([0.3, 0.4], [1, 1])
    with pytest.raises(DesignError, match="EQ807"):
        exact_trend_power([4000, 4000, 4000], [0.1, 0.2, 0.3])
    with pytest.raises(DesignError, match="EQ802"):
        binomial_size(0.3, 0.3001)
    with pytest.raises(DesignError, match="EQ811"):
        MarginProportions(first=0.6, second=0.8, margin=0.1)
