"""The tables of a fit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import MmrmFit, mmrm
from tests.stats.mmrm.fev import MODEL, small


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm(MODEL, small(2, n=40))


def test_columns_are_those_of_the_contract(fit: MmrmFit) -> None:
    inference = ["estimate", "std_error", "df", "t", "p"]
    assert list(fit.coefficients) == ["term", *inference]
    means = fit.emmeans("arm", by="visit")
    assert list(means) == [
        "arm",
        "visit",
        "estimate",
        "std_error",
        "df",
        "lower",
        "upper",
    ]
    found = fit.contrasts("arm", by="visit", reference="a")
    assert list(found) == ["contrast", "visit", *inference, "lower", "upper"]
    assert list(fit.test_terms()) == ["term", "num_df", "den_df", "F", "p"]
    assert list(fit.test(np.eye(7)[:2])) == ["num_df", "den_df", "F", "p"]
    assert isinstance(fit.test(np.eye(7)[1]), pd.DataFrame)


def test_means_and_differences_agree(fit: MmrmFit) -> None:
    means = fit.emmeans("arm", by="visit", level=0.9).set_index(["arm", "visit"])
    rows = fit.contrasts("arm", by="visit", reference="a", level=0.9)
    for row in rows.itertuples():
        b, a = means.loc[("b", row.visit)], means.loc[("a", row.visit)]
        assert_allclose(row.estimate, b["estimate"] - a["estimate"])
        # The slope of the covariate is common: variances of the arms nearly add.
        assert_allclose(
            row.std_error, np.hypot(a["std_error"], b["std_error"]), rtol=0.02
        )
        half = (row.upper - row.lower) / 2
        assert half / row.std_error < 1.8  # t of 0.95, many degrees of freedom


def test_a_joint_test_of_aliased_columns_takes_the_full_width() -> None:
    frame = small()
    fit = mmrm(
        "y ~ x + twice + arm + us(visit | id)", frame.assign(twice=2 * frame["x"])
    )
    assert len(fit.terms) == 3
    L = np.zeros((1, 4))
    L[0, 3] = 1
    assert_allclose(fit.test(L)["F"], fit.test(L[:, [0, 1, 3]])["F"])


def test_another_inference_needs_no_other_fit(fit: MmrmFit) -> None:
    other = fit.using("kenward-roger")
    assert other.top is fit.top
    again = mmrm(MODEL, small(2, n=40), df="kenward-roger")
    pd.testing.assert_frame_equal(other.coefficients, again.coefficients)
    robust = fit.using("between-within", "empirical").coefficients
    again = mmrm(MODEL, small(2, n=40), df="between-within", vcov="empirical")
    pd.testing.assert_frame_equal(robust, again.coefficients)
    with pytest.raises(AnalysisError, match="EQ407"):
        fit.using("kenward-roger", "empirical")


def test_a_fit_prints_what_was_fitted_and_its_coefficients(fit: MmrmFit) -> None:
    text = str(fit)
    assert text.startswith(f"MMRM by REML: {fit.formula}\n40 participants, ")
    assert f"{fit.n_rows} rows (0 excluded), 3 visits (v0, v1, v2)\n" in text
    assert "unstructured covariance, 6 parameters; df by Satterthwaite" in text
    assert f"converged in {fit.n_iterations} steps: deviance {fit.deviance:.3f}" in text
    for term, row in fit.coefficients.set_index("term").iterrows():
        assert any(
            line.split()[:2] == [term, f"{row['estimate']:.4g}"]
            for line in text.split("\n")
        )


def test_a_fit_that_did_not_converge_prints_why_and_no_coefficient(
    fit: MmrmFit,
) -> None:
    failed = replace(fit.top.tries[-1], why="the search ended at an edge")
    lost = replace(fit, top=replace(fit.top, tries=(failed,)))
    assert "the fit did not converge: the search ended at an edge" in str(lost)
    assert "(Intercept)" not in str(lost)
