"""What is printed of a fit and of many fits."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import MmrmFit, mmrm
from equipoise.stats.mmrm.summary import criteria
from tests.stats.mmrm.fev import FIXED, MODEL, fev_data, reference, small


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm(MODEL, small(2, n=40))


def test_the_summary_names_model_rows_structure_method_convergence_and_criteria(
    fit: MmrmFit,
) -> None:
    text = str(fit.summary())
    facts = dict(re.findall(r"^(\S+(?: \(\S+\))?) +(.+)$", text, re.M))
    assert "restricted maximum likelihood" in text
    assert facts["formula"] == str(fit.formula)
    assert facts["participants"] == "40"
    assert facts["rows"] == f"{fit.n_rows} (0 excluded)"
    assert facts["visits"] == "3 (v0, v1, v2)"
    assert facts["covariance"] == "unstructured, 6 parameters"
    assert facts["inference"] == "df by Satterthwaite"
    assert facts["convergence"].startswith(f"converged in {fit.n_iterations} steps")
    assert float(facts["deviance"].split()[0]) == round(fit.deviance, 4)
    assert float(facts["AIC"]) == round(fit.aic, 4)
    for term in fit.terms:
        assert f"\n{term} " in text
    assert "lower" in text
    assert "Covariance of the visits:" in text
    assert max(map(len, text.split("\n"))) < 100


def test_html_and_markdown_hold_the_same_numbers(fit: MmrmFit) -> None:
    summary = fit.summary(level=0.9)
    page, text = summary.as_html(), summary.as_markdown()
    assert fit._repr_html_() == fit.summary().as_html()
    for row in summary.coefficients.itertuples():
        assert f"{row.lower:.4g}" in page
        assert f"{row.lower:.4g}" in text
    assert page.count("<div") == page.count("</div>")
    assert "overflow-x:auto" in page
    assert "us(visit \\| id)" in text
    with pytest.raises(AnalysisError, match="EQ407"):
        fit.summary(level=95)


def test_texts_of_the_data_are_escaped_in_html() -> None:
    frame = small(2, n=40)
    named = frame["arm"].map({"a": "a", "b": "b<i>&"})
    page = mmrm(MODEL, frame.assign(arm=named))._repr_html_()
    assert "<i>" not in page
    assert "b&lt;i&gt;&amp;" in page


def test_a_fit_that_did_not_converge_says_so_and_shows_no_number(fit: MmrmFit) -> None:
    failed = replace(fit.top.tries[-1], why="the search ended at an edge")
    lost = replace(fit, top=replace(fit.top, tries=(failed,)))
    text = str(lost.summary())
    assert "did not converge" in text
    assert "the search ended at an edge" in text
    assert "(Intercept)" not in text
    assert "(Intercept)" not in lost._repr_html_()


def test_groups_have_a_matrix_each_and_many_visits_none() -> None:
    by_group = str(mmrm(MODEL.replace("| id", "| arm / id"), small(2, n=60)).summary())
    assert "Covariance of the visits, arm a:" in by_group
    assert "Covariance of the visits, arm b:" in by_group
    frame = small(2, n=40, visits=14)
    many = str(mmrm("y ~ x + ar1(visit | id)", frame))
    assert "Covariance of the visits" not in many
    assert "14 visits" in many


def test_all_coefficients_are_printed_up_to_sixty() -> None:
    frame = small(2, n=40, visits=14)
    text = str(mmrm("y ~ x + arm * visit + cs(visit | id)", frame))
    coefficients = text.split("Coefficients:")[1].split("\n\n")[0]
    assert "..." not in coefficients
    assert coefficients.count("\n") > 28
    assert text.count("arm[T.b]:visit") == 13


def test_criteria_of_r_and_of_sas() -> None:
    """R mmrm's AIC and BIC; SAS counts the coefficients for ML.

    SAS's are those of the SAS/STAT manual, PROC MIXED, "Information criteria", by hand
    from the deviance, the number of coefficients and rows of R.
    """
    reml, ml = mmrm(FIXED + "us(AVISIT | USUBJID)", fev_data()), mmrm(
        FIXED + "us(AVISIT | USUBJID)", fev_data(), reml=False
    )  # fmt: skip
    theirs = reference("mmrm_fev_us_reml")["fits"][0]
    assert_allclose(criteria(reml)["AIC"], theirs["AIC"], rtol=1e-8)
    assert_allclose(criteria(reml)["BIC"], theirs["BIC"], rtol=1e-8)
    n = theirs["n_obs"] - len(theirs["beta"]["values"])
    assert_allclose(
        criteria(reml)["AICC (SAS)"], theirs["deviance"] + 2 * 10 * n / (n - 10 - 1)
    )
    theirs = reference("mmrm_fev_us_ml")["fits"][0]
    assert_allclose(criteria(ml)["AIC (R)"], theirs["AIC"], rtol=1e-8)
    d = 10 + len(theirs["beta"]["values"])
    assert_allclose(criteria(ml)["AIC (SAS)"], theirs["deviance"] + 2 * d)
    assert_allclose(
        criteria(ml)["BIC (SAS)"],
        theirs["deviance"] + np.log(theirs["n_subjects"]) * d,
    )
