"""The test of no heterogeneity: its level, its power, and its errors."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.learn.joint_test import joint_test, tail_shares
from equipoise.numerics.rng import stream

CELLS = (
    "normal",
    "skew",
    "arm SDs 1.5 and 0.75",
    "10% missing",
    "blocks of 4, 3 strata",
)


def lists(
    rng: np.random.Generator, n: int, draws: int, strata: np.ndarray
) -> np.ndarray:
    """Permuted blocks of four in each stratum."""
    made = np.empty((draws, n), dtype=bool)
    for stratum in np.unique(strata):
        places = np.flatnonzero(strata == stratum)
        blocks = -(-len(places) // 4)
        order = rng.random((draws, blocks, 4)).argsort(axis=2) < 2
        made[:, places] = order.reshape(draws, 4 * blocks)[:, : len(places)]
    return made


def p_of_one_trial(
    rng: np.random.Generator,
    n: int,
    cell: str = "normal",
    weights: tuple[float, ...] = (),
    draws: int = 499,
) -> float:
    """Eight candidates, four of them yes or no, a mean effect of 1.13 SD."""
    p = 8
    correlation = 0.3 ** np.abs(np.subtract.outer(np.arange(p), np.arange(p)))
    if len(weights) == 3:
        correlation[:3, :3] = 0.5 + 0.5 * np.eye(3)
    values = rng.multivariate_normal(np.zeros(p), correlation, n)
    values[:, 4:] = values[:, 4:] > 0
    strata = rng.integers(0, 3 if "strata" in cell else 1, n)
    allocated = lists(rng, n, draws + 1, strata)
    effect = np.full(n, 1.13)
    for j, weight in enumerate(weights):
        effect += weight * values[:, j]
    noise = rng.exponential(size=n) - 1 if cell == "skew" else rng.normal(size=n)
    if "SDs" in cell:
        noise *= np.where(allocated[0], 1.5, 0.75)
    y = 0.5 * values[:, 1] + noise + effect * allocated[0]
    kept = rng.random(n) > (0.1 if "missing" in cell else 0)
    return joint_test(
        y[kept], allocated[0, kept], values[kept], allocated[1:][:, kept]
    ).p


def rejected(n: int, trials: int, seed: int, **stated: object) -> float:
    rng = stream(seed, "learn")
    p = [p_of_one_trial(rng, n, **stated) for _ in range(trials)]  # type: ignore[arg-type]
    return float(np.mean(np.array(p) <= 0.05))


@pytest.mark.calibration
@pytest.mark.parametrize("n", [30, 60, 200])
@pytest.mark.parametrize("cell", CELLS)
def test_level(cell: str, n: int) -> None:
    """2,000 trials: Monte Carlo error 0.5 points."""
    level = rejected(n, 2000, 1, cell=cell)
    print(f"{cell}, n {n}: {100 * level:.1f}%")
    assert 0.035 <= level <= 0.065


@pytest.mark.calibration
@pytest.mark.parametrize(
    ("n", "weights", "least"),
    [(60, (1.0,), 0.62), (200, (0.5,), 0.68), (60, (0.29, 0.29, 0.29), 0.40)],
)
def test_power(n: int, weights: tuple[float, ...], least: float) -> None:
    """The last: SD 0.71 of effects, shared by three variables with correlation 0.5."""
    power = rejected(n, 1000, 2, weights=weights)
    print(f"n {n}, {weights}: {100 * power:.1f}%")
    assert power >= least - 0.03  # two Monte Carlo errors


def test_a_strong_interaction_is_found_and_none_is_not() -> None:
    assert rejected(200, 20, 3, weights=(1.0,)) > 0.9
    assert rejected(60, 40, 3) < 0.2  # 40 trials at 5%: 8 or more have chance 1e-3


def test_the_smallest_p_pays_for_the_choice_among_statistics() -> None:
    rng = stream(4, "learn")
    for _ in range(20):
        n = 40
        values = rng.normal(size=(n, 3))
        allocated = lists(rng, n, 200, np.zeros(n))
        found = joint_test(rng.normal(size=n), allocated[0], values, allocated[1:])
        best = min(p for _, p in found.by_statistic.values())
        assert best <= found.p <= 1
        assert found.p >= 1 / (found.draws + 1)


def test_tail_shares_count_equal_values_and_the_observed_one() -> None:
    shares = tail_shares(np.array([[3.0, 1.0, 3.0, 5.0]]))
    assert shares.tolist() == [[0.75, 1.0, 0.75, 0.25]]


def test_an_allocation_with_an_empty_arm_has_no_statistic() -> None:
    rng = stream(5, "learn")
    allocated = lists(rng, 20, 11, np.zeros(20))
    allocated[3] = True
    found = joint_test(
        rng.normal(size=20), allocated[0], rng.normal(size=(20, 2)), allocated[1:]
    )
    assert found.draws == 9


@pytest.mark.parametrize(
    ("treated", "why"),
    [
        (np.zeros(20, dtype=bool), "fewer than two"),
        (np.arange(20) < 1, "fewer than two"),
    ],
)
def test_arms_without_participants_are_refused(treated: np.ndarray, why: str) -> None:
    rng = stream(6, "learn")
    allocated = lists(rng, 20, 9, np.zeros(20))
    with pytest.raises(ValueError, match=why):
        joint_test(rng.normal(size=20), treated, rng.normal(size=(20, 1)), allocated)


def test_missing_numbers_are_refused() -> None:
    rng = stream(6, "learn")
    allocated = lists(rng, 20, 9, np.zeros(20))
    outcome = np.full(20, np.nan)
    with pytest.raises(ValueError, match="not finite"):
        joint_test(outcome, allocated[0], rng.normal(size=(20, 1)), allocated)
