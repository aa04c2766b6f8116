"""The reference grid: covariates at their means, functions of them there, offsets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from tests.stats.mmrm.fev import small

FRAME = small(4, n=60)
FRAME = FRAME.assign(dose=np.exp(FRAME["x"] / 10), exposure=1.0 + FRAME.index % 5)
MODEL = "y ~ {} + arm * visit + us(visit | id)"


def means(term: str, **options: object) -> pd.Series:
    return mmrm(MODEL.format(term), FRAME).emmeans("arm", **options)["estimate"]  # type: ignore[arg-type]


def test_a_function_is_taken_at_the_mean_of_its_column() -> None:
    """As R emmeans: log of the mean, not the mean of the logs."""
    at = float(FRAME["dose"].mean())
    logged = FRAME.assign(logged=np.log(FRAME["dose"]))
    fit = mmrm(MODEL.format("logged"), logged)
    theirs = fit.emmeans("arm", at={"logged": float(np.log(at))})["estimate"]
    np.testing.assert_allclose(means("log(dose)"), theirs, rtol=1e-10)


def test_an_offset_is_subtracted_before_the_fit_and_added_to_the_means() -> None:
    plain = FRAME.assign(y=FRAME["y"] - 2 * FRAME["exposure"])
    fit = mmrm(MODEL.format("x"), plain)
    mean = 2 * float(FRAME["exposure"].mean())
    theirs = fit.emmeans("arm")["estimate"] + mean
    np.testing.assert_allclose(means("x + offset(2 * exposure)"), theirs, rtol=1e-9)


def test_differences_do_not_depend_on_where_the_covariates_are() -> None:
    fit = mmrm(MODEL.format("poly(x, 2)"), FRAME)
    here = fit.contrasts("arm")["estimate"]
    there = fit.contrasts("arm", at={"x": float(FRAME["x"].max())})["estimate"]
    np.testing.assert_allclose(here, there, rtol=1e-9)


def test_a_covariate_that_is_not_in_the_model_is_named() -> None:
    with pytest.raises(AnalysisError, match=r"EQ407.*'z'"):
        means("x", at={"z": 1.0})
