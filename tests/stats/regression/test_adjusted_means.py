"""Averaged predictions: covariances are symmetric and agree with each other."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.regression.adjusted_means import adjusted_means, design
from equipoise.stats.regression.columns import read_columns
from equipoise.stats.regression.generalized import fit_glm
from tests.stats.regression.test_ancova import example


@pytest.mark.parametrize("variance", ["robust", "ye", "ge-robust", "ge"])
def test_a_covariance_is_one(variance: str) -> None:
    columns = read_columns(example(), "k", "arm", ["x"])
    model = fit_glm(
        design(columns, columns.indicators, True), columns.outcome, "poisson"
    )
    assert model is not None
    means, V = adjusted_means(model, columns, True, variance)
    assert pytest.approx(V.T) == V
    assert np.linalg.eigvalsh(V).min() > 0
    # Canonical link with arms: an arm's predictions have the mean of its outcomes.
    for arm in range(3):
        inside = columns.arm == arm
        assert model.mean[inside].mean() == pytest.approx(
            columns.outcome[inside].mean()
        )
    assert len(means) == 3


def test_a_row_of_its_own_has_no_robust_variance() -> None:
    frame = example().assign(own=(np.arange(36) == 5).astype(float))
    columns = read_columns(frame, "y", "arm", ["own"])
    model = fit_glm(
        design(columns, columns.indicators, False), columns.outcome, "gaussian"
    )
    assert model is not None
    with pytest.raises(AnalysisError, match=r"EQ469.*leverage 1"):
        adjusted_means(model, columns, False, "robust")
