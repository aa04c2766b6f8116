"""The joint likelihood of many trials is that of each of them."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from equipoise.stats.mmrm.aliasing import basis
from equipoise.stats.mmrm.batch import mmrm_design
from equipoise.stats.mmrm.likelihood import likelihood, solve
from equipoise.stats.mmrm.moments import moments
from equipoise.stats.mmrm.trials import Shared, Trials
from tests.stats.mmrm.test_batch import TEXT, frame_of, outcomes


def test_each_quantity() -> None:
    frame = frame_of(20, 3)
    y = outcomes(3, 5, 20, 3, 0.15)
    whole = mmrm_design(TEXT, frame).matrices
    axes = basis([whole])
    X = (whole.X @ axes.turn).reshape(20, 3, -1)
    draw = np.random.Generator(np.random.Philox(1))
    S = np.stack([np.cov(draw.normal(size=(3, 9))) for _ in range(5)])
    rows, columns = np.tril_indices(3)
    for reml in (True, False):
        together = Trials.of(Shared(X, reml), y.reshape(5, 20, 3))
        at = together.weigh(S[:, rows, columns].T)
        for number in range(5):
            known = ~np.isnan(y[number])
            part = replace(
                whole,
                X=whole.X[known] @ axes.turn,
                y=y[number][known],
                weight=whole.weight[known],
                subject=whole.subject[known],
                visit=whole.visit[known],
                group=whole.group[known],
            )
            own = replace(axes, turn=np.eye(len(axes.turn)), origin=0 * axes.origin)
            model = moments([part], own, "us").model(own, reml=reml)
            alone = likelihood(model, solve(model, S[number][rows, columns]))
            assert_allclose(at.deviance[number], alone.deviance, rtol=1e-12)
            assert_allclose(at.beta[number], alone.beta, rtol=1e-8, atol=1e-10)
            assert_allclose(at.Phi[number], alone.Phi, rtol=1e-8, atol=1e-11)
            assert_allclose(at.gradient[number], alone.gradient, rtol=1e-7, atol=1e-7)
            assert_allclose(at.observed[number], alone.observed, rtol=1e-7, atol=1e-6)
            mean = (alone.observed + alone.expected) / 2
            assert_allclose(at.average[number], mean, rtol=1e-7, atol=1e-6)


def test_where_there_is_no_covariance_the_deviance_is_infinite() -> None:
    frame = frame_of(20, 2)
    whole = mmrm_design(TEXT, frame).matrices
    axes = basis([whole])
    X = (whole.X @ axes.turn).reshape(20, 2, -1)
    together = Trials.of(Shared(X, True), outcomes(1, 2, 20, 2, 0).reshape(2, 20, 2))
    S = np.array([[1.0, 1.0], [2.0, 0.0], [1.0, 1.0]])  # correlation 2, and 0
    assert list(np.isinf(together.weigh(S).deviance)) == [True, False]
