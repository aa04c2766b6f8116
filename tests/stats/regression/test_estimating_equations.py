"""The solution and two covariances against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.genmod import cov_struct, families
from statsmodels.genmod.generalized_estimating_equations import GEE

from equipoise.numerics.rng import stream
from equipoise.stats.regression.estimating_equations import Clusters, solve


def drawn() -> Clusters:
    draw = stream(18, "estimating-equations")
    ids, at = np.repeat(np.arange(25), 3), np.tile(np.arange(3), 25)
    X = np.column_stack([np.ones(75), ids % 2, draw.normal(size=75)]).astype(float)
    eta = X @ [-0.3, 0.5, 0.4] + np.repeat(draw.normal(size=25), 3)
    y = (draw.random(75) < 1 / (1 + np.exp(-eta))).astype(float)
    return Clusters(X, y, ids, at, 3)


@pytest.mark.reference
@pytest.mark.parametrize("structure", ["independence", "exchangeable"])
def test_it_is_that_of_statsmodels(structure: str) -> None:
    data = drawn()
    found = solve(data, "binomial", structure)
    assert found is not None
    kind = {
        "independence": cov_struct.Independence,
        "exchangeable": cov_struct.Exchangeable,
    }
    model = GEE(data.y, data.X, data.ids, family=families.Binomial(),
                cov_struct=kind[structure]())  # fmt: skip
    for ours, theirs in (("robust", "robust"), ("mancl-derouen", "bias_reduced")):
        wanted = model.fit(cov_type=theirs, maxiter=300, ctol=1e-12, scale=None)
        if structure == "independence":
            assert found.beta == pytest.approx(wanted.params, rel=1e-7)
            covariance = found.covariance(ours)
            assert covariance == pytest.approx(
                np.asarray(wanted.cov_params()), rel=1e-6
            )
        else:  # moments of the correlation differ by the coefficients subtracted
            assert found.beta == pytest.approx(wanted.params, abs=0.02)
