"""Many fits print in a few lines, and take the trials that a fit simulates."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import MmrmFit, mmrm, mmrm_batch, mmrm_design
from tests.stats.mmrm.fev import MODEL, small


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm(MODEL, small(2, n=40))


def test_many_fits_print_in_a_few_lines(fit: MmrmFit) -> None:
    design = mmrm_design(MODEL, small(2, n=40)).contrasts("arm", by="visit")
    batch = mmrm_batch(design, fit.simulate(30, seed=1))
    lines = str(batch).split("\n")
    assert len(lines) == 7
    assert lines[0] == "30 trials, 30 of them converged"
    assert f"{batch.estimate[:, 2].mean():.4g}" in lines[5]
    assert f"{batch.estimate[:, 2].std(ddof=1):.4g}" in lines[5]
    page = batch._repr_html_()
    assert f"{batch.std_error[:, 1].mean():.4g}" in page
    nothing = mmrm_batch(design, np.full((2, fit.n_rows), np.nan))
    assert "2 trials, 0 of them converged" in str(nothing)
    assert "NA" in str(nothing)


def test_a_simulation_goes_into_the_batch_as_it_is(fit: MmrmFit) -> None:
    design = mmrm_design(MODEL, small(2, n=40))
    drawn = fit.simulate(5, seed=1)
    ours, array = mmrm_batch(design, drawn), mmrm_batch(design, drawn.to_numpy().T)
    assert_allclose(ours.estimate, array.estimate)
    assert_allclose(mmrm_batch(design, drawn.T).estimate, array.estimate)
    square = fit.simulate(fit.n_rows, seed=1)
    with pytest.raises(
        AnalysisError, match=r"EQ411 a frame of .* may be trials x rows"
    ):
        mmrm_batch(design, square)
    with pytest.raises(AnalysisError, match="EQ411 outcomes of shape"):
        mmrm_batch(design, drawn.iloc[1:])
