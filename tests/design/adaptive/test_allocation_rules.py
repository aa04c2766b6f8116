"""Rules of allocation against published trials, R and direct integration."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from equipoise.design.adaptive.allocation_rules import (
    Outcomes,
    Superiority,
    doubly_adaptive,
    neyman_target,
    optimal_target,
    play_the_winner,
    rates_so_far,
)


def chance(good: list[int], bad: list[int]) -> float:
    columns = [np.array(pair, dtype=float)[:, None] for pair in (good, bad)]
    return float(play_the_winner(Outcomes(columns[0] + columns[1], *columns))[0])


def test_the_trial_of_membrane_oxygenation() -> None:
    """Twelve infants by RPW(1, 1): the first lived, the second died, ten lived.

    The outcomes held fixed, the probability of as many survivors on the new treatment or
    more is 0.051 (Wei 1988, Biometrika 75:603; Begg 1990, Biometrika 77:467): all ways
    in which each of 11 survivors had it, the one who died on either arm.
    """
    outcomes = [True, False] + [True] * 10

    def probability(arm_of_death: int) -> float:
        good, bad, found = [0, 0], [0, 0], 1.0
        for lived in outcomes:
            arm = 0 if lived else arm_of_death
            first = chance(good, bad)
            found *= first if arm == 0 else 1 - first
            (good if lived else bad)[arm] += 1
        return found

    assert probability(1) == pytest.approx(1 / 26)  # what was seen: 0.038
    assert probability(0) + probability(1) == pytest.approx(0.051, abs=0.0005)


def test_balls_of_another_urn() -> None:
    seen = Outcomes(
        *(np.array(pair, dtype=float)[:, None] for pair in ([5, 4], [3, 1], [2, 3]))
    )
    wanted = Fraction(2 + 3 * (3 + 3), 2 * 2 + 3 * 9)
    assert float(play_the_winner(seen, 2, 3)[0]) == pytest.approx(float(wanted))


@pytest.mark.reference
def test_the_doubly_adaptive_coin_of_r() -> None:
    # R RARfreq 0.1.5, called in tests/accuracytests/test-dabcd-small-var.r of RARtrials
    # 0.0.2: DBCD_BINARY(S_RK, N_RK, rho_func_index, alpha = 2); its rates have 1/arms
    # responses in one participant added
    n = np.array([25.0, 25, 25])
    rates = (n * [0.4, 0.28, 0.6] + 1 / 3) / (n + 1)
    found = doubly_adaptive(optimal_target(rates), n / n.sum(), 2)
    assert found == pytest.approx([0.2936500, 0.1755583, 0.5307917], abs=5e-8)
    n = np.array([82.0, 79, 88])
    rates = (n * [0.39, 0.43, 0.4] + 1 / 3) / (n + 1)
    found = doubly_adaptive(neyman_target(rates), n / n.sum(), 2)
    assert found == pytest.approx([0.3326259, 0.3747244, 0.2926497], abs=5e-8)


@pytest.mark.property
@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0, 10))
def test_the_coin_pulls_towards_its_target(
    target: float, share: float, gamma: float
) -> None:
    """Hu and Zhang 2004, two arms: g(share, target)."""
    both = np.array([target, 1 - target]), np.array([share, 1 - share])
    found = float(doubly_adaptive(*both, gamma)[0])
    up = target * (target / share) ** gamma
    down = (1 - target) * ((1 - target) / (1 - share)) ** gamma
    assert found == pytest.approx(up / (up + down))
    assert (found - target) * (target - share) >= -1e-12
    assert float(doubly_adaptive(both[0], both[0], gamma)[0]) == pytest.approx(target)


def test_shares_of_two_arms() -> None:
    rates = np.array([[0.9], [0.4]])
    # variances 0.09 and 0.24; Rosenberger et al. 2001: roots of 0.9 and 0.4 are 3 : 2
    assert neyman_target(rates)[0, 0] == pytest.approx(0.3 / (0.3 + 0.24**0.5))
    assert optimal_target(rates)[0, 0] == pytest.approx(0.6)


@pytest.mark.property
@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_the_optimal_share_has_the_fewest_failures(a: float, b: float) -> None:
    """By search: failures of the size that a share needs for a fixed variance."""
    share = np.linspace(0.001, 0.999, 9981)
    size = a * (1 - a) / share + b * (1 - b) / (1 - share)
    failures = size * (share * (1 - a) + (1 - share) * (1 - b))
    best = float(optimal_target(np.array([[a], [b]]))[0, 0])
    assert best == pytest.approx(share[failures.argmin()], abs=2e-4)


def test_rates_are_never_0_or_1() -> None:
    seen = Outcomes(np.ones((2, 1)), np.array([[0.0], [3.0]]), np.array([[2.0], [0.0]]))
    assert rates_so_far(seen).ravel() == pytest.approx([0.5 / 3, 3.5 / 4])


@pytest.mark.reference
def test_the_posterior_by_integration() -> None:
    """Random outcomes in ten trials, each probability by quadrature."""
    rng = np.random.Generator(np.random.Philox(11))
    better = Superiority(10)
    for _ in range(40):
        better.learn(rng.random(10) < 0.5, rng.random(10) < 0.6)
    for trial in range(10):
        a, b = better.good[:, trial], better.bad[:, trial]
        wanted = integrate.quad(
            lambda p, a=a, b=b: (
                stats.beta.pdf(p, a[0], b[0]) * stats.beta.cdf(p, a[1], b[1])
            ),
            0,
            1,
        )[0]
        assert better.chance[trial] == pytest.approx(wanted, abs=1e-9)
    assert np.allclose(better.good.sum(axis=0) + better.bad.sum(axis=0), 44)
