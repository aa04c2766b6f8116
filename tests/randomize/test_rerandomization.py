"""The re-randomization test: exact in small lists, and right without an effect."""

from itertools import combinations

import numpy as np
import pytest

from equipoise.numerics.rng import stream
from equipoise.randomize.blocks import permuted_blocks
from equipoise.randomize.rerandomization import rerandomization_test

Y = np.array([3.1, 4.0, 2.2, 7.7, 6.5, 9.1, 5.4, 8.2])
TREATED = np.array([0, 0, 0, 1, 1, 1, 0, 1], dtype=bool)


def blocks(rng: np.random.Generator, sizes: tuple[int, ...] = (8,)) -> np.ndarray:
    return np.array(permuted_blocks(8, {"a": 1, "b": 1}, sizes, rng)) == "a"


def test_one_block_is_fishers_permutation_test() -> None:
    """All 70 lists by hand; 20,000 draws know p to 0.002."""
    observed = abs(Y[TREATED].mean() - Y[~TREATED].mean())
    all_lists = [np.isin(np.arange(8), chosen) for chosen in combinations(range(8), 4)]
    exact = np.mean(
        [abs(Y[t].mean() - Y[~t].mean()) >= observed - 1e-9 for t in all_lists]
    )
    found = rerandomization_test(Y, TREATED, blocks, draws=20_000, seed=1)
    assert found.p == pytest.approx(exact, abs=0.005)


def test_the_method_of_the_trial_decides() -> None:
    """In blocks of 2 only 16 lists are possible: the same data say something else."""
    treated = np.array([0, 1, 0, 1, 1, 0, 0, 1], dtype=bool)
    small = rerandomization_test(Y, treated, lambda r: blocks(r, (2,)), draws=4000)
    assert small.p >= 1 / 16 - 0.02


def test_covariates_take_noise_away_and_p_is_uniform_without_an_effect() -> None:
    """300 trials: a rate of 5% is known to 1.3%."""
    rejected = 0
    for trial in range(300):
        rng = stream(trial, "null")
        x = rng.normal(size=16)
        y = 3 * x + rng.normal(size=16)
        treated = np.array(permuted_blocks(16, {"a": 1, "b": 1}, (4,), rng)) == "a"
        found = rerandomization_test(
            y,
            treated,
            lambda r: np.array(permuted_blocks(16, {"a": 1, "b": 1}, (4,), r)) == "a",
            covariates=x[:, None],
            draws=199,
            seed=trial,
        )
        rejected += found.p <= 0.05
    assert rejected / 300 == pytest.approx(0.05, abs=0.04)


def test_a_p_value_is_never_zero_and_a_seed_is_its_draws() -> None:
    strong = rerandomization_test(Y + 100 * TREATED, TREATED, blocks, draws=500, seed=3)
    assert strong.p > 0
    assert strong == rerandomization_test(
        Y + 100 * TREATED, TREATED, blocks, draws=500, seed=3
    )


def test_an_empty_arm_is_refused() -> None:
    with pytest.raises(ValueError, match="an arm has no participant"):
        rerandomization_test(Y, np.zeros(8, dtype=bool), blocks)
