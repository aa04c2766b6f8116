"""Numbers that tell arms are found, and numbers drawn at random are not accused."""

import numpy as np
import pytest

from equipoise.leaktest.number_tests import (
    Allocated,
    guessed,
    measured,
    next_by_history,
    next_by_kit,
)
from equipoise.numerics.rng import stream

N = 1000


def allocated(leak: str = "", seed: int = 3) -> Allocated:
    """Blocks of four, with kits at random, or with one that tells."""
    rng = stream(seed, "numbers", leak)
    arms = np.concatenate([rng.permutation([0.0, 0, 1, 1]) for _ in range(N // 4)])
    kits = rng.choice(10**6, N, replace=False).astype(float)
    seconds, sizes = rng.random(N), np.full(N, 92.0)
    if leak == "order":
        kits = np.arange(N) * 3.0
    if leak == "parity":
        kits = 2 * np.floor(kits / 2) + arms
    if leak == "range":
        kits = kits / 2 + arms * 5e5
    if leak == "pairs":
        kits[1::2] = kits[::2] + 1
        arms[1::2] = arms[::2]
    if leak == "time":
        seconds = seconds + 0.3 * arms
    if leak == "size":
        sizes = sizes + arms
    syringes = rng.choice(10**8, N, replace=False).astype(float)
    answers, contents = np.full(N, 442.0), np.full(N, 1052.0)
    if leak == "syringe":
        syringes = syringes // 10 * 10 + arms
    if leak == "answer":
        answers = answers + arms
    if leak == "content":
        contents = contents + 16 * arms
    return Allocated(arms, kits, seconds, sizes, answers, syringes, contents)


def test_nothing_is_found_where_nothing_is() -> None:
    made = [t for seed in range(3) for t in measured(allocated(seed=seed), seed=seed)]
    assert [t.name for t in made if not t.passed] == []
    assert next_by_kit(allocated()).passed


@pytest.mark.parametrize(
    "leak",
    [
        "order",
        "parity",
        "range",
        "pairs",
        "time",
        "size",
        "syringe",
        "answer",
        "content",
    ],
)
def test_a_planted_leak_is_found(leak: str) -> None:
    assert [t.name for t in measured(allocated(leak), seed=1) if not t.passed]


def test_kits_in_two_ranges_tell_the_next_arm() -> None:
    assert not next_by_kit(allocated("range")).passed


def test_guessing_in_blocks_of_four_is_as_good_as_theory() -> None:
    # Blackwell and Hodges 1957: 17/24 right in blocks of four.
    rate = guessed(allocated().arms)
    assert rate == pytest.approx(17 / 24, abs=0.03)
    assert next_by_history(rate, 17 / 24, 0.01).passed
    assert not next_by_history(0.8, 17 / 24, 0.01).passed
