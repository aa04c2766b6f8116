"""The permutation test of restricted means: by definition, and its laws."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.numerics.rng import stream
from equipoise.stats.survival import (
    common_horizon,
    rmst_difference,
    rmst_permutation_test,
)
from equipoise.stats.survival.comparisons import mean_up_to

Drawn = tuple[np.ndarray, np.ndarray, np.ndarray]


def drawn(seed: int, sizes: tuple[int, int] = (5, 6)) -> Drawn:
    draw = stream(seed, "tests", "restricted-means")
    n = sum(sizes)
    time = np.ceil(draw.exponential(20, n) / 7) * 7
    treated = np.zeros(n, dtype=bool)
    treated[draw.permutation(n)[: sizes[0]]] = True
    return time, draw.random(n) < 0.75, treated


def statistic(
    time: np.ndarray, event: np.ndarray, treated: np.ndarray, horizon: float | None
) -> float:
    """By the definition, one assignment after the other."""
    if horizon is None:
        horizon = common_horizon(time, treated)
    one, other = (
        mean_up_to(time[rows], event[rows], horizon) for rows in (treated, ~treated)
    )
    difference = one.estimate - other.estimate
    error = np.hypot(one.std_error, other.std_error)
    if error == 0:
        return 0.0 if abs(difference) < 1e-9 else np.inf
    return float(abs(difference) / error)


@pytest.mark.parametrize("horizon", [None, 21.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_assignments_are_those_of_the_definition(
    seed: int, horizon: float | None
) -> None:
    time, event, treated = drawn(seed)
    found = rmst_permutation_test(
        time, event, treated, stream(1, "unused"), horizon=horizon
    )
    assert found.exact
    assert found.assignments == 462  # 11 over 5
    values = []
    for chosen in combinations(range(11), 5):
        rows = np.isin(np.arange(11), chosen)
        values.append(statistic(time, event, rows, horizon))
    own = statistic(time, event, treated, horizon)
    ordered = np.sort(values)
    assert found.p == pytest.approx((ordered >= own - 1e-9).mean(), abs=1e-12)
    quantile = ordered[int(np.ceil(0.95 * 462)) - 1]
    if np.isfinite(quantile):
        assert found.upper is not None
        width = found.upper - found.estimate
        assert width == pytest.approx(quantile * found.std_error, rel=1e-9)
    else:
        assert found.lower is found.upper is None


def test_estimate_and_error_are_those_of_large_samples() -> None:
    time, event, treated = drawn(4, (15, 15))
    horizon = common_horizon(time, treated)
    wanted = rmst_difference(time, event, treated, horizon)
    found = rmst_permutation_test(time, event, treated, stream(1, "a"))
    assert found.estimate == pytest.approx(wanted.estimate, rel=1e-12)
    assert found.std_error == pytest.approx(wanted.std_error, rel=1e-12)
    assert (found.assignments, found.exact) == (10_000, False)


@pytest.mark.property
@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_arms_exchanged_turn_the_sign_and_nothing_else(seed: int) -> None:
    time, event, treated = drawn(seed)
    one = rmst_permutation_test(time, event, treated, stream(1, "a"))
    other = rmst_permutation_test(time, event, ~treated, stream(1, "a"))
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-9)
    assert one.p == pytest.approx(other.p, abs=1e-12)


@pytest.mark.property
@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), level=st.sampled_from([0.8, 0.9, 0.95]))
def test_the_interval_excludes_zero_where_the_test_rejects(
    seed: int, level: float
) -> None:
    time, event, treated = drawn(seed)
    found = rmst_permutation_test(time, event, treated, stream(1, "a"), level=level)
    if found.lower is not None and found.upper is not None:
        excludes = found.lower > 1e-9 or found.upper < -1e-9
        assert excludes == (found.p <= 1 - level + 1e-12)


def test_equal_groups_have_p_1() -> None:
    time = np.array([7.0, 14, 21, 28] * 2)
    event = np.array([True, True, True, False] * 2)
    found = rmst_permutation_test(time, event, np.arange(8) < 4, stream(1, "a"))
    assert found.estimate == 0
    assert found.p == 1


def test_the_same_stream_gives_the_same_numbers() -> None:
    time, event, treated = drawn(6, (15, 15))
    first, second, other = (
        rmst_permutation_test(time, event, treated, stream(1, name)) for name in "aab"
    )
    assert first == second
    assert first.p != other.p
    # Monte Carlo error of p with 9,999 draws is at most 0.005: four times that.
    assert first.p == pytest.approx(other.p, abs=0.02)
