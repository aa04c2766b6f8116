"""Stages of simulated trials: their statistics and spreads."""

from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from equipoise.design.adaptive.stages import (
    Stage,
    binary_stage,
    normal_stage,
    pool_stages,
)
from equipoise.numerics.rng import stream


@pytest.mark.reference
def test_proportions_are_compared_by_the_score_test() -> None:
    stage = Stage(
        np.array([[12 / 20, 4 / 20]]),
        np.array([[15 / 50]]),
        20,
        2.5,
        None,
        np.array([[inf]]),
    )
    for z, good in zip(stage.z[0], (12, 4), strict=True):
        table = [[good, 20 - good], [15, 35]]
        assert z**2 == pytest.approx(
            stats.chi2_contingency(table, correction=False).statistic
        )
    assert stage.z[0, 0] > 0 > stage.z[0, 1]


def test_where_nothing_varies_there_is_no_difference() -> None:
    stage = Stage(np.ones((1, 2)), np.ones((1, 1)), 9, 1.0, None, np.array([[inf]]))
    assert (stage.z == 0).all()


def test_normal_means_have_their_spread_and_the_variance_its_freedom() -> None:
    """20,000 stages: a variance is known to 1%."""
    rng, n = stream(7, "stage"), 20_000
    means = np.array([1.0, 3.0])
    found = normal_stage(means, 6.0, n, 9, 2.0, np.full(n, 2.0), rng)
    assert found.doses.mean(axis=0) == pytest.approx(means, abs=5 * 2 / sqrt(n))
    assert found.doses.var() == pytest.approx(4 + 1.0, rel=0.05)  # 1: between doses
    assert found.control.var() == pytest.approx(2, rel=0.05)
    assert (found.df == 9 * 4 - 3).all()
    assert (found.sd**2).mean() == pytest.approx(36, rel=0.01)
    assert (found.sd**2).var() == pytest.approx(2 * 36**2 / 33, rel=0.05)
    known = normal_stage(means, 6.0, 5, 9, 2.0, None, rng)
    assert (known.sd == 6).all()
    assert np.isinf(known.df).all()


def test_both_stages_together_are_one_sample() -> None:
    a = Stage(
        np.array([[2.0]]),
        np.array([[1.0]]),
        10,
        1,
        np.array([[3.0]]),
        np.array([[18.0]]),
    )
    b = Stage(
        np.array([[4.0]]),
        np.array([[0.0]]),
        30,
        1,
        np.array([[5.0]]),
        np.array([[58.0]]),
    )
    both = pool_stages(a, b)
    assert both.doses[0, 0] == pytest.approx(3.5)
    assert both.control[0, 0] == pytest.approx(0.25)
    assert both.size == 40
    assert both.df[0, 0] == 76
    assert both.sd is not None
    assert both.sd[0, 0] ** 2 == pytest.approx((18 * 9 + 58 * 25) / 76)


def test_binary_stages_count_whole_people() -> None:
    rng = stream(8, "binary")
    found = binary_stage(np.array([0.3, 0.6]), 4000, 10, 1.5, rng)
    assert np.allclose(found.doses * 10 % 1, 0)
    assert np.allclose(found.control * 15, np.round(found.control * 15))
    assert found.doses.mean() == pytest.approx(0.6, abs=0.01)
    assert found.control.mean() == pytest.approx(0.3, abs=0.01)
    assert found.sd is None
