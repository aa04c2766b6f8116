"""Names of R and SAS for the options of mixed models."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from equipoise.stats.options import (
    DF_METHODS,
    STRUCTURES,
    SURVIVAL_INTERVALS,
    VCOVS,
    canonical_methods,
    canonical_name,
)
from tests.stats.mmrm.fev import MODEL, small


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("kr", "kenward-roger-linear"),
        ("KR(Linear)", "kenward-roger-linear"),
        ("Kenward-Roger", "kenward-roger"),
        ("kenward_roger", "kenward-roger"),
        ("Kenward-Roger-Linear", "kenward-roger-linear"),
        ("Satterthwaite", "satterthwaite"),
        ("SATTERTH", "satterthwaite"),
        ("Between-Within", "between-within"),
        ("BETWITHIN", "between-within"),
        ("bw", "between-within"),
        ("Residual", "residual"),
        ("none", "asymptotic"),
        ("containment", "containment"),
    ],
)
def test_degrees_of_freedom(name: str, wanted: str) -> None:
    assert canonical_name(name, DF_METHODS) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("un", "us"),
        ("UN", "us"),
        ("US", "us"),
        ("unstructured", "us"),
        ("ar(1)", "ar1"),
        ("AR(1)", "ar1"),
        ("arh(1)", "ar1h"),
        ("ARH( 1 )", "ar1h"),
        ("TOEP", "toep"),
        ("toeph", "toeph"),
        ("CSH", "csh"),
        ("ANTE(1)", "adh"),
        ("sp(exp)", "sp_exp"),
        ("SP(GAU)", "sp_gau"),
        ("vc", "vc"),
    ],
)
def test_structures(name: str, wanted: str) -> None:
    assert canonical_name(name, STRUCTURES) == wanted


@pytest.mark.parametrize(
    "registry", [DF_METHODS, STRUCTURES, VCOVS, SURVIVAL_INTERVALS]
)
def test_each_name_is_itself_in_any_case(registry: dict[str, object]) -> None:
    for name in registry:
        assert canonical_name(name, registry) == name
        assert canonical_name(name.upper(), registry) == name
        assert canonical_name(f" {name.title()} ", registry) == name


def test_r_names_the_form_of_kenward_roger_by_its_covariance() -> None:
    linear = canonical_methods("Kenward-Roger", "Kenward-Roger-Linear")
    assert linear == ("kenward-roger-linear", "model")
    assert canonical_methods("Kenward-Roger", "Kenward-Roger") == (
        "kenward-roger",
        "model",
    )
    assert canonical_methods("Satterthwaite", "Empirical-Jackknife") == (
        "satterthwaite",
        "empirical-jackknife",
    )
    assert canonical_methods("satterthwaite", "Asymptotic")[1] == "model"


@pytest.mark.parametrize(
    ("sas", "ours"),
    [("UN", "us"), ("ar(1)", "ar1"), ("ARH(1)", "ar1h"), ("ante(1)", "adh")],
)
def test_a_formula_takes_the_names_of_sas(sas: str, ours: str) -> None:
    frame = small(2, n=40)
    fit = mmrm(MODEL.replace("us(", f"{sas}("), frame, df="KR")
    same = mmrm(MODEL.replace("us(", f"{ours}("), frame, df="kenward-roger-linear")
    assert (fit.formula, fit.df) == (same.formula, "kenward-roger-linear")
    assert_allclose(fit.vcov, same.vcov, rtol=1e-12)
    assert fit.using("satterthwaite").df == fit.using("SATTERTHWAITE").df
    grouped = mmrm(MODEL.replace("us(visit | id)", f"{sas}(visit | arm / id)"), frame)
    assert np.isfinite(grouped.deviance)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    frame = small(2, n=40)
    with pytest.raises(AnalysisError, match="EQ407") as refusal:
        mmrm(MODEL, frame, df="satterthwait")
    assert "did you mean 'satterthwaite'" in str(refusal.value)
    with pytest.raises(AnalysisError, match="EQ407"):
        mmrm(MODEL.replace("us(", "vc("), frame)
