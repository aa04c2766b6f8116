"""The cross-fitted gap: no optimism, effects found, and a leak that is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.learn import cross_fitted_gap
from equipoise.learn.cross_fitted_gap import gaps
from equipoise.learn.interaction_shrinkage import shrink
from equipoise.numerics.rng import stream


def simulated(n: int, trials: int, slope: float = 0.0, seed: int = 1) -> np.ndarray:
    """Six candidates, a mean effect of 1.13 SD; new candidates every 20 trials."""
    rng = stream(seed, "gap")
    found = []
    for _ in range(trials // 20):
        values = rng.normal(size=(n, 6))
        arms = np.array([rng.permutation(np.arange(n) % 2 == 0) for _ in range(20)])
        noise = rng.normal(size=(20, n)) + 0.5 * values[:, 1]
        outcomes = noise + arms * (1.13 + slope * values[:, 0])
        found.append(gaps(outcomes, arms, values, rng)[0])
    return np.concatenate(found)


@pytest.mark.calibration
@pytest.mark.parametrize("n", [30, 200])
def test_no_optimism_without_heterogeneity(n: int) -> None:
    """1,000 trials: standard error 0.025 at n = 30, 0.012 at n = 200."""
    found = simulated(n, 1000)
    print(f"n {n}: {found.mean():.3f} ({found.std() / 1000**0.5:.3f})")
    assert abs(found.mean()) < 0.05


def test_a_strong_effect_has_a_gap_and_none_has_not() -> None:
    """40 and 20 trials of 60: standard errors 0.09 and 0.12; the truth is 1.6."""
    assert abs(simulated(60, 40).mean()) < 0.36
    assert 1.0 < simulated(60, 20, slope=1.0).mean() < 1.8


def test_a_leak_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The own fold among the fitted: at n = 30 the gap is far from 0 in 40 trials."""

    def leaking(y: np.ndarray, a: np.ndarray, v: np.ndarray, f: np.ndarray) -> object:
        return shrink(y, a, v, np.ones_like(f))

    monkeypatch.setattr(cross_fitted_gap, "shrink", leaking)
    assert simulated(30, 40).mean() > 0.6


def test_the_interval_and_p_are_those_of_the_draws() -> None:
    rng = stream(2, "gap")
    n = 40
    values = rng.normal(size=(n, 2))
    arm = np.arange(n) % 2 == 0
    lists = rng.permuted(np.tile(arm, (60, 1)), axis=1)
    outcome = rng.normal(size=n) + arm * (1 + 2 * values[:, 0])
    found = cross_fitted_gap.cross_fitted_gap(outcome, arm, values, lists, rng).gap
    assert found.draws == 60
    assert 1 / 61 <= found.p <= 0.05
    assert 0 < found.lower < found.estimate < found.upper


def test_folds_are_even_within_arms_and_strata() -> None:
    rng = stream(3, "gap")
    stratum = np.arange(90) % 3
    arms = np.array([rng.permutation(np.arange(90) % 2 == 0) for _ in range(5)])
    folds = cross_fitted_gap._folds(arms, stratum, rng)
    for arm, fold in zip(arms, folds, strict=True):
        for cell in (arm, ~arm, *((stratum == k) & arm for k in range(3))):
            sizes = np.bincount(fold[cell], minlength=5)
            assert sizes.max() - sizes.min() <= 1


def test_an_outcome_never_changes_its_own_prediction() -> None:
    """Everything is fitted without the own fold: what a leak would break."""
    values = stream(4, "gap").normal(size=(40, 3))
    values[5, 1] = np.nan
    arm = np.arange(40) % 2 == 0
    outcome = values[:, 0] * arm
    changed = outcome.copy()
    changed[7] += 100
    first, second = (
        gaps(y[None], arm[None], values, stream(5, "gap"))[1]
        for y in (outcome, changed)
    )
    assert abs(first[0, 7] - second[0, 7]) < 1e-12
    assert np.abs(first[0] - second[0]).max() > 0.1
