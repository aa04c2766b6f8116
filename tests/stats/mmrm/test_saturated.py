"""Designs that are saturated in the visits are recognized, and no others."""

import numpy as np
from numpy.testing import assert_allclose

from equipoise.stats.mmrm.aliasing import basis
from equipoise.stats.mmrm.batch import mmrm_design
from equipoise.stats.mmrm.saturated import Saturated
from equipoise.stats.mmrm.trials import Shared
from tests.stats.mmrm.test_batch import TEXT, frame_of
from tests.stats.mmrm.test_pattern_trials import shared_of

UNSATURATED = "y ~ base + arm + visit + us(visit | id)"


def test_coefficients_by_visit_give_the_same_fitted_values() -> None:
    shared = shared_of(TEXT, 20, 3)
    found = Saturated.of(shared)
    assert found is not None
    beta = np.arange(1.0, len(found.turn) + 1)
    by_visit = (found.turn @ beta).reshape(3, -1)
    assert_allclose(found.z @ by_visit.T, shared.X @ beta, atol=1e-12)


def test_a_model_that_is_not_saturated_has_no_such_sums() -> None:
    assert Saturated.of(shared_of(UNSATURATED, 20, 3)) is None


def test_a_covariate_that_changes_with_the_visit_has_no_such_sums() -> None:
    frame = frame_of(20, 3)
    frame["base"] = np.random.Generator(np.random.Philox(1)).normal(size=len(frame))
    whole = mmrm_design(TEXT, frame).matrices
    X = (whole.X @ basis([whole]).turn).reshape(20, 3, -1)
    assert Saturated.of(Shared(X, True)) is None
