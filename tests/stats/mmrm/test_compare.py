"""Likelihood-ratio tests."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from tests.stats.mmrm.fev import MODEL, small


def test_structures_by_reml() -> None:
    frame = small(2, n=60)
    large, little = mmrm(MODEL, frame), mmrm(MODEL.replace("us(", "cs("), frame)
    table = large.compare(little)
    assert table.equals(little.compare(large))
    chi2 = 2 * (large.log_likelihood - little.log_likelihood)
    row = table.iloc[1]
    assert row["df"] == 4
    assert_allclose(row["chi2"], chi2)
    assert_allclose(row["p"], stats.chi2.sf(chi2, 4))
    assert table["model"][0].endswith("cs(visit | id)")
    assert np.isnan(table["p"][0])


def test_fixed_effects_by_maximum_likelihood() -> None:
    frame = small(2, n=60)
    large = mmrm(MODEL, frame, reml=False)
    little = mmrm("y ~ arm * visit + us(visit | id)", frame, reml=False)
    assert large.compare(little)["df"][1] == 1


def test_what_cannot_be_compared() -> None:
    frame = small(2, n=60)
    fit = mmrm(MODEL, frame)
    others = [
        mmrm(MODEL, frame, reml=False),
        mmrm("y ~ arm * visit + us(visit | id)", frame),
        mmrm(MODEL, frame.iloc[:-1]),
        mmrm(MODEL, frame.assign(y=frame["y"] + 1)),
        fit,
    ]
    for other in others:
        with pytest.raises(AnalysisError, match="EQ409"):
            fit.compare(other)
    one = mmrm("y ~ x + us(visit | id)", frame, reml=False)
    other = mmrm("y ~ visit + us(visit | id)", frame, reml=False)
    with pytest.raises(AnalysisError, match="neither model holds the other"):
        one.compare(other)
