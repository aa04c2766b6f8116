"""Trials of several doses without a look, against R MAMS."""

from math import sqrt

import numpy as np
import pytest
from scipy import optimize, stats

from equipoise.design.adaptive.fixed_dunnett import (
    power_of_all_doses,
    size_of_all_doses,
)
from equipoise.design.adaptive.sample_size import sample_size
from equipoise.errors import DesignError


@pytest.mark.reference
def test_r_mams_with_one_stage() -> None:
    # R MAMS 3.0.1, mams(K = 3, J = 1, p = 0.65, p0 = 0.55, alpha = 0.05, power = 0.9):
    # n = 79, N = 316 (Jaki, Pallmann and Magirr 2019, JSS 88(4), design m1)
    effects = [sqrt(2) * stats.norm.ppf(p) for p in (0.65, 0.55, 0.55)]
    assert size_of_all_doses(effects, 1.0, alpha=0.05, power=0.9) == (79, 316)


@pytest.mark.reference
def test_multivariate_normal_integration() -> None:
    n, effects = 25, [0.6, 0.3, 0.1]
    S = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    limit = optimize.brentq(
        lambda z: stats.multivariate_normal.cdf([z] * 3, None, S, abseps=1e-7) - 0.975,
        2,
        3,
        xtol=1e-6,
    )
    A = np.array([[1, -1, 0, 0], [1, 0, -1, 0], [1, 0, 0, -1.0]])
    mean = A @ [*effects, 0.0] - np.array([0, 0, limit * sqrt(2 / n)])
    wanted = stats.multivariate_normal.cdf(mean, None, A @ A.T / n, abseps=1e-7)
    assert power_of_all_doses(n, effects) == pytest.approx(wanted, abs=2e-5)
    assert power_of_all_doses(n, effects[:1], alpha=0.05) == pytest.approx(
        stats.norm.sf(stats.norm.isf(0.05) - 0.6 * sqrt(n / 2)), abs=1e-9
    )


def test_dropping_saves_participants() -> None:
    effects = [5.0, 11.88, 3.0]
    assert sample_size(effects, 10.51).largest < size_of_all_doses(effects, 10.51)[1]


def test_impossible_input_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ801"):
        size_of_all_doses([-1.0, 0.0], 1.0)
    with pytest.raises(DesignError, match="EQ802"):
        size_of_all_doses([0.5, 0.5], 1.0, power=0.8)
    with pytest.raises(DesignError, match="EQ801"):
        power_of_all_doses(0, [0.5])
