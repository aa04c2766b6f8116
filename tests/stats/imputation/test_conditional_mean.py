"""Conditional expectations of a normal distribution."""

import numpy as np
from numpy.testing import assert_allclose

from equipoise.stats.imputation.conditional_mean import conditional_means

S = np.array([[4.0, 2.0, 1.0], [2.0, 3.0, 1.5], [1.0, 1.5, 5.0]])


def test_by_the_formula() -> None:
    y = np.array(
        [[1.0, np.nan, np.nan], [np.nan, 2.0, np.nan], [np.nan] * 3, [1, 2, 3]]
    )
    mean = np.array([[[0.5, 1.0, 1.5]] * 4])
    found = conditional_means(y, mean, S[None])[0]
    assert_allclose(found[0], [1, 1 + 2 / 4 * 0.5, 1.5 + 1 / 4 * 0.5])
    assert_allclose(found[1], [0.5 + 2 / 3, 2, 1.5 + 1.5 / 3])
    assert_allclose(found[2], [0.5, 1, 1.5])  # nothing was seen: the expectation
    assert_allclose(found[3], [1, 2, 3])


def test_each_replicate_has_its_own_mean_and_covariance() -> None:
    draw = np.random.Generator(np.random.Philox(1))
    y = np.where(draw.random((9, 3)) < 0.4, np.nan, draw.normal(size=(9, 3)))
    mean, many = draw.normal(size=(4, 9, 3)), np.stack([S * k for k in (1, 2, 3, 4)])
    many[2] += np.eye(3)
    together = conditional_means(y, mean, many)
    for r in range(4):
        assert_allclose(together[r], conditional_means(y, mean[[r]], many[[r]])[0])
