"""Information lost by imbalance, against regression and published expectations."""

from statistics import NormalDist

import numpy as np
import pytest

from equipoise.numerics.rng import stream
from equipoise.randomize.information_loss import information_loss, power_after_loss

EQUAL = np.array([0.5, 0.5])


def test_the_loss_is_that_of_the_variance_of_a_regression() -> None:
    """Against the variance of a coefficient by least squares, written out."""
    rng = stream(1, "test")
    arms, levels = rng.integers(2, size=(1, 40)), rng.integers(3, size=(1, 40, 1))
    columns = [np.ones(40), levels[0, :, 0] == 1, levels[0, :, 0] == 2, arms[0]]
    x = np.array(columns, dtype=float).T
    variance = np.linalg.inv(x.T @ x)[-1, -1]
    loss = information_loss(arms, levels, (3,), EQUAL)
    assert loss[0] == pytest.approx(40 - 4 / variance)


@pytest.mark.parametrize("counts", [(), (6,), (6, 2)])
def test_complete_randomization_loses_one_participant_for_each_parameter(
    counts: tuple[int, ...],
) -> None:
    """Expected loss q, the parameters besides treatment (Atkinson 2002, section 4)."""
    rng = stream(2, "test")
    trials, n = 3000, 200
    arms = rng.integers(2, size=(trials, n))
    drawn = [rng.integers(count, size=(trials, n)) for count in counts]
    levels = np.stack(drawn, axis=2) if drawn else np.zeros((trials, n, 0), dtype=int)
    loss = information_loss(arms, levels, counts, EQUAL)
    q = 1 + sum(count - 1 for count in counts)
    error = loss.std() / trials**0.5
    assert loss.mean() == pytest.approx(q, abs=4 * error + 0.01 * q)


def test_a_planned_unequal_ratio_loses_nothing() -> None:
    arms = np.array([[0, 0, 1] * 10, [0, 1, 0] * 10])
    levels = np.zeros((2, 30, 0), dtype=int)
    shares = np.array([2 / 3, 1 / 3])
    assert information_loss(arms, levels, (), shares) == pytest.approx([0, 0])


def test_an_empty_arm_loses_everything() -> None:
    arms, levels = np.zeros((1, 10), dtype=int), np.zeros((1, 10, 0), dtype=int)
    assert information_loss(arms, levels, (), EQUAL).tolist() == [10]
    assert power_after_loss(np.array([10.0]), 10, power=0.9) == pytest.approx(0.025)


def test_the_power_after_a_loss_is_that_of_fewer_participants() -> None:
    """By the normal distribution: 500 an arm have 90% power, what have 450?"""
    normal = NormalDist()
    limit = normal.inv_cdf(0.975)
    difference = (limit + normal.inv_cdf(0.9)) * (2 / 500) ** 0.5
    expected = normal.cdf(difference / (2 / 450) ** 0.5 - limit)
    found = power_after_loss(np.array([100.0]), 1000, power=0.9)
    assert found[0] == pytest.approx(expected)
