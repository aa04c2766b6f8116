"""The second look at the rows."""

from unittest.mock import patch

import numpy as np
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import mmrm, participants
from equipoise.stats.mmrm.participants import participant_rows
from tests.stats.mmrm.fev import MODEL, small


def test_whitened_rows_give_the_normal_equations() -> None:
    for size in (3, 10**6):
        fit = mmrm(MODEL, small(2, n=40))
        whole = fit.source.whole
        assert whole is not None
        M = np.zeros((8, 8))
        rows = 0
        with patch.object(participants, "SLICE", size):
            for some in participant_rows(
                whole, fit.basis, fit.top.model, fit.top.at.theta
            ):
                Z = some.whitened()
                M += np.einsum("nta,ntb->ab", Z, Z)
                rows += some.rows.stop - some.rows.start
        assert rows == fit.n_rows
        assert_allclose(
            np.linalg.inv(M[:-1, :-1]), fit.top.at.Phi, rtol=1e-8, atol=1e-12
        )
        beta = np.linalg.solve(M[:-1, :-1], M[:-1, -1])
        assert_allclose(beta, fit.top.at.beta, rtol=1e-7, atol=1e-12)
