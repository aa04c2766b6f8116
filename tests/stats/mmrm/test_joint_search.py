"""The search of many trials: no trial waits for others, none is lost."""

import numpy as np
from numpy.testing import assert_allclose

from equipoise.stats.mmrm.aliasing import basis
from equipoise.stats.mmrm.batch import mmrm_design
from equipoise.stats.mmrm.joint_search import JointFits, search
from equipoise.stats.mmrm.trials import Shared, Trials
from tests.stats.mmrm.test_batch import TEXT, frame_of, outcomes


def found_of(y: np.ndarray, n: int = 24, visits: int = 3) -> JointFits:
    whole = mmrm_design(TEXT, frame_of(n, visits)).matrices
    axes = basis([whole])
    X = (whole.X @ axes.turn).reshape(n, visits, -1)
    found = JointFits.empty(len(y), X.shape[2], X.shape[2], visits)
    grid = y.reshape(len(y), n, visits)
    with np.errstate(all="ignore"):
        search(
            Trials.of(Shared(X, True), grid),
            np.eye(X.shape[2]),
            np.arange(len(y)),
            found,
        )
    return found


def test_company_does_not_matter() -> None:
    y = outcomes(8, 30, 24, 3, 0.15)
    together = found_of(y)
    assert together.converged.mean() > 0.9
    for number in range(0, 30, 7):
        alone = found_of(y[[number]])
        assert alone.converged[0] == together.converged[number]
        if alone.converged[0]:
            assert_allclose(alone.value[0], together.value[number], atol=1e-8)
            assert_allclose(alone.df[0], together.df[number], rtol=1e-6)


def test_a_trial_without_a_maximum_is_left_without_numbers() -> None:
    y = outcomes(8, 3, 24, 3, 0.1)
    y[1].reshape(24, 3)[:, 2] = y[1].reshape(24, 3)[:, 1]
    found = found_of(y)
    assert list(found.converged) == [True, False, True]
    assert np.isnan(found.value[1]).all()
    assert (found.n_iterations[[0, 2]] > 0).all()
