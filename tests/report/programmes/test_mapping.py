"""The options of R and SAS are those under which our numbers are theirs."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

import equipoise as eq
from equipoise.protocol.analysis_method import (
    Analysis,
    CoefficientCovariance,
    Covariance,
    DegreesOfFreedom,
)
from equipoise.report.programmes.mapping import (
    SAS_TYPE,
    r_options,
    sas_options,
)
from tests.shared_data import shared
from tests.stats.mmrm.fev import FIXED, antidepressant_data, fev_data, reference

SETTINGS = [
    (df, "model") for df in get_args(DegreesOfFreedom) if df != "asymptotic"
] + [("satterthwaite", v) for v in get_args(CoefficientCovariance) if v != "model"]


def analysis(**fields: Any) -> Analysis:
    return Analysis(method="mmrm", **fields)


@pytest.mark.reference
@pytest.mark.parametrize("structure", ["us", "toeph", "ar1", "cs", "adh"])
@pytest.mark.parametrize(("df", "vcov"), SETTINGS)
def test_r_mmrm_with_these_options_gives_our_numbers(
    structure: Covariance, df: Any, vcov: Any
) -> None:
    """SE within 1e-6 and df within 1e-4, relative: what the engine is held to."""
    options = r_options(analysis(covariance=structure, df=df, vcov=vcov))
    label = f"{structure}|REML|{options.method}|{options.vcov}"
    fits = reference(f"mmrm_fev_{structure}_reml")["fits"]
    [there] = [fit for fit in fits if fit["label"] == label]
    fit = eq.mmrm(f"{FIXED}{structure}(AVISIT | USUBJID)", fev_data(), df=df, vcov=vcov)
    ours = fit.contrasts("ARMCD", by="AVISIT", reference="PBO")
    pairs = there["emmeans_pairs"]
    np.testing.assert_allclose(ours["std_error"], [p["SE"] for p in pairs], rtol=1e-6)
    np.testing.assert_allclose(ours["df"], [p["df"] for p in pairs], rtol=1e-4)
    np.testing.assert_allclose(ours["p"], [p["p"] for p in pairs], rtol=1e-4)


@pytest.mark.reference
def test_proc_mixed_with_these_options_gives_our_numbers() -> None:
    """Half a unit of the last printed digit, and the listing's own rounding."""
    shared("reference/camis_mmrm.json")
    options = sas_options(analysis(covariance="us", df="satterthwaite"))
    program = f"SAS PROC MIXED, TYPE={options.type}, DDFM={options.ddfm}"
    printed = {
        row["id"]: row["value"]
        for row in reference("camis_mmrm")["printed"]
        if row["program"] == program
    }
    frame = antidepressant_data()
    formula = "CHANGE ~ THERAPY * VISIT + BASVAL * VISIT + GENDER + us(VISIT | PATIENT)"
    fit = eq.mmrm(formula, frame)
    row = fit.contrasts("THERAPY", by="VISIT", reference="PLACEBO").iloc[-1]
    for name, value in (
        ("ad.diff7", row["estimate"]),
        ("ad.diff7.se", row["std_error"]),
        ("ad.diff7.p", row["p"]),
    ):
        assert float(value) == pytest.approx(float(printed[name]), abs=0.6e-4)
    assert round(float(row["df"])) == int(printed["ad.diff7.df"])
    assert options.same == ("estimate", "SE", "df")
    assert not options.comments


def test_every_structure_is_mapped_or_says_that_it_has_no_equal() -> None:
    for structure in get_args(Covariance):
        options = sas_options(analysis(covariance=structure))
        assert (structure in SAS_TYPE) is bool(options.type)
        assert bool(options.type) or any("no ante" in text for text in options.comments)


@pytest.mark.parametrize(
    ("structure", "ddfm"),
    [
        ("us", "KR"),
        ("cs", "KR"),
        ("toep", "KR"),
        ("ar1", "KR(LINEAR)"),
        ("csh", "KR(LINEAR)"),
    ],
)
def test_kenward_roger_is_linear_in_sas_where_its_parameters_are_not(
    structure: Any, ddfm: str
) -> None:
    chosen = analysis(covariance=structure, df="kenward-roger-linear")
    assert sas_options(chosen).ddfm == ddfm


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"df": "kenward-roger"}, ("estimate",)),
        ({"df": "between-within"}, ("estimate", "SE")),
        ({"vcov": "empirical"}, ("estimate", "SE")),
        ({"vcov": "empirical-jackknife"}, ("estimate",)),
        ({"df": "residual"}, ("estimate", "SE", "df")),
    ],
)
def test_what_need_not_agree_is_said(fields: dict[str, Any], same: Any) -> None:
    options = sas_options(analysis(**fields))
    assert options.same == same
    assert bool(options.comments) is (len(same) < 3)


@pytest.mark.parametrize(
    ("fields", "gives"),
    [
        ({}, ("estimate", "SE")),
        ({"df": "kenward-roger"}, ("estimate",)),
        ({"vcov": "empirical"}, ("estimate",)),
        ({"df": "residual"}, ("estimate", "SE", "df", "lower", "upper", "P")),
    ],
)
def test_gls_gives_what_does_not_need_mmrm(fields: dict[str, Any], gives: Any) -> None:
    assert r_options(analysis(**fields)).gls_gives == gives


def test_gls_has_no_ante_dependence() -> None:
    assert r_options(analysis(covariance="adh")).gls is None
    assert r_options(analysis(df="asymptotic")).normal
