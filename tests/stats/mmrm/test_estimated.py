"""The numbers of a fit by the names of statsmodels; means and tests without a table."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from tests.stats.mmrm.fev import MODEL, small


def test_numbers_have_the_names_and_the_values_of_statsmodels() -> None:
    """One visit: the model is least squares of statsmodels."""
    frame = small(2, n=40).query("visit == 'v0'")
    fit = mmrm("y ~ x + arm + us(visit | id)", frame)
    ols = smf.ols("y ~ x + arm", frame).fit()
    for name in ("params", "bse", "tvalues", "pvalues"):
        ours, theirs = getattr(fit, name), getattr(ols, name)
        for term in ("x", "arm[T.b]"):
            assert_allclose(ours[term], theirs[term], rtol=1e-6)
    assert_allclose(fit.conf_int(0.1).loc["x"], ols.conf_int(0.1).loc["x"], rtol=1e-6)
    assert fit.nobs == ols.nobs
    assert fit.llf == fit.log_likelihood
    for name in ("fittedvalues", "resid"):
        assert_allclose(getattr(fit, name), getattr(ols, name), atol=1e-8)
    with pytest.raises(AnalysisError, match="EQ407"):
        fit.conf_int(1.5)


def test_means_and_tests_are_those_of_the_public_methods() -> None:
    fit = mmrm(MODEL, small(2, n=40))
    pd.testing.assert_frame_equal(
        fit.means_table("arm", "visit"), fit.emmeans("arm", by="visit")
    )
    L = np.eye(len(fit.terms))[:2]
    assert fit.tested(L) == fit.test(L).iloc[0].to_dict()
