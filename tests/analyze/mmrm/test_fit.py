"""The engine against R mmrm 0.3.18 and emmeans 1.8.4, polished to a gradient of 5e-11.

The tolerance is 1e-6 relative, far below any printed digit. The largest difference is
3e-11 for REML; for ML it is 1e-7, because the reference stopped at a gradient of 3e-6
where ours is 1e-13. A p-value of 1e-172 magnifies the difference of its statistic: 1e-5.
"""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.analyze.mmrm import MmrmFit, mmrm
from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from tests.shared_data import shared

RTOL = 1e-6
RTOL_P = 1e-5
FEV = "FEV1 ~ RACE + SEX + ARMCD * AVISIT + us(AVISIT | USUBJID)"
DIA = "CHANGE ~ THERAPY * VISIT + BASVAL * VISIT + us(VISIT | PATIENT)"
CASES = {
    "mmrm_antidepressant_us_reml": ("antidepressant_data.csv", DIA, True, None),
    "mmrm_fev_us_reml": ("fev_data.csv", FEV, True, None),
    "mmrm_fev_us_ml": ("fev_data.csv", FEV, False, None),
    "mmrm_fev_us_reml_weighted": ("fev_data.csv", FEV, True, "WEIGHT"),
}
FACTORS = {
    "antidepressant_data.csv": ("THERAPY", "VISIT"),
    "fev_data.csv": ("ARMCD", "AVISIT"),
}
LEVELS = {
    "RACE": ["Asian", "Black or African American", "White"],
    "SEX": ["Male", "Female"],
    "ARMCD": ["PBO", "TRT"],
}


def frame_of(file: str) -> pd.DataFrame:
    frame = pd.read_csv(shared(f"data/{file}"))
    for name, levels in LEVELS.items():
        if name in frame:
            frame[name] = pd.Categorical(frame[name], categories=levels)
    return frame.astype({"VISIT": str}) if "VISIT" in frame else frame


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[MmrmFit, dict[str, Any], str]:
    file, formula, reml, weights = CASES[request.param]
    text = shared(f"reference/{request.param}.json").read_text("utf-8")
    fits = json.loads(text)["fits"]
    wanted = next(
        f
        for f in fits
        if f["method"] == "Satterthwaite" and f["vcov_type"] == "Asymptotic"
    )
    return mmrm(formula, frame_of(file), reml=reml, weights=weights), wanted, file


@pytest.mark.reference
def test_the_fit(case: tuple[MmrmFit, dict[str, Any], str]) -> None:
    fit, wanted, _ = case
    assert fit.converged
    assert (fit.n_rows, fit.n_subjects) == (wanted["n_obs"], wanted["n_subjects"])
    assert_allclose(fit.log_likelihood, wanted["logLik"], rtol=RTOL)
    assert_allclose(fit.aic, wanted["AIC"], rtol=RTOL)
    assert_allclose(fit.bic, wanted["BIC"], rtol=RTOL)
    assert_allclose(fit.beta, wanted["beta"]["values"], rtol=RTOL)
    assert_allclose(fit.vcov, wanted["vcov"]["values"], rtol=RTOL, atol=RTOL)
    assert_allclose(fit.covariance, wanted["varcor"]["values"], rtol=RTOL)


@pytest.mark.reference
def test_the_tests_of_coefficients(case: tuple[MmrmFit, dict[str, Any], str]) -> None:
    fit, wanted, _ = case
    rows = pd.DataFrame(wanted["coefficients"])
    for ours, theirs in (
        ("estimate", "est"),
        ("std_error", "se"),
        ("df", "df"),
        ("t", "t"),
    ):
        assert_allclose(fit.coefficients[ours], rows[theirs], rtol=RTOL)
    assert_allclose(fit.coefficients["p"], rows["p"], rtol=RTOL_P)


@pytest.mark.reference
def test_means_and_differences(case: tuple[MmrmFit, dict[str, Any], str]) -> None:
    fit, wanted, file = case
    arm, visit = FACTORS[file]
    means = pd.DataFrame(wanted["emmeans"]).astype({visit: str})
    ours = fit.emmeans(arm, by=visit).astype({visit: str}).merge(means, on=[arm, visit])
    assert len(ours) == len(means)
    for mine, theirs in (
        ("estimate", "emmean"),
        ("std_error", "SE"),
        ("df_x", "df_y"),
        ("lower", "lower.CL"),
        ("upper", "upper.CL"),
    ):
        assert_allclose(ours[mine], ours[theirs], rtol=RTOL)
    pairs = pd.DataFrame(wanted["emmeans_pairs"]).astype({visit: str})
    first, reference_level = pairs["contrast"][0].split(" - ")
    assert first in fit.design.levels[arm]
    found = fit.contrasts(arm, by=visit, reference=reference_level)
    found = found.astype({visit: str}).merge(pairs, on=["contrast", visit])
    assert len(found) == len(pairs)
    for mine, theirs in (
        ("estimate_x", "estimate_y"),
        ("std_error", "SE"),
        ("df_x", "df_y"),
        ("lower", "lower.CL"),
        ("upper", "upper.CL"),
    ):
        assert_allclose(found[mine], found[theirs], rtol=RTOL)


@pytest.mark.reference
def test_joint_tests(case: tuple[MmrmFit, dict[str, Any], str]) -> None:
    fit, wanted, _ = case
    matrices = wanted["type3_contrast_matrices"]
    assert matrices
    for term, L in matrices.items():
        theirs = wanted["f_tests"][f"type3[{term}]"]
        ours = fit.test(np.array(L)).iloc[0]
        assert ours["num_df"] == theirs["num_df"]
        assert_allclose(ours["den_df"], theirs["denom_df"], rtol=RTOL)
        assert_allclose(ours["F"], theirs["f_stat"], rtol=RTOL)
        assert_allclose(ours["p"], theirs["p_val"], rtol=RTOL_P)


def small(seed: int = 1, n: int = 24, visits: int = 3) -> pd.DataFrame:
    """A small trial with dropout."""
    draw = stream(seed, "small")
    rows = []
    for person in range(n):
        level = draw.normal()
        for visit in range(visits):
            if visit and draw.random() < 0.15:
                continue
            arm = "ab"[person % 2]
            y = level + draw.normal() + 0.5 * visit * (arm == "b")
            rows.append((f"{person:02d}", f"v{visit}", arm, level + draw.normal(), y))
    return pd.DataFrame(rows, columns=["id", "visit", "arm", "x", "y"])


MODEL = "y ~ x + arm * visit + us(visit | id)"


@pytest.mark.property
@given(st.integers(0, 50), st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(seed: int, shuffle: int) -> None:
    frame = small(seed)
    other = frame.sample(frac=1, random_state=shuffle)
    first, second = mmrm(MODEL, frame), mmrm(MODEL, other)
    assert_allclose(first.beta, second.beta, rtol=1e-9, atol=1e-10)


@pytest.mark.property
@given(st.floats(0.01, 100), st.floats(-100, 100))
def test_units_of_the_outcome_move_the_estimates_alone(
    scale: float, shift: float
) -> None:
    frame = small()
    moved = frame.assign(y=frame["y"] * scale + shift)
    first = mmrm(MODEL, frame).contrasts("arm", by="visit")
    second = mmrm(MODEL, moved).contrasts("arm", by="visit")
    # 1e-6: a shift of 100 on an outcome of 0.01 leaves ten digits.
    assert_allclose(second["estimate"], first["estimate"] * scale, rtol=1e-6, atol=1e-7)
    assert_allclose(second["df"], first["df"], rtol=1e-6)
    assert_allclose(second["p"], first["p"], rtol=1e-6)


@pytest.mark.property
def test_swapping_the_arms_flips_the_sign() -> None:
    frame = small()
    swapped = frame.assign(arm=frame["arm"].map({"a": "b", "b": "a"}))
    first = mmrm(MODEL, frame).contrasts("arm", by="visit", reference="a")
    second = mmrm(MODEL, swapped).contrasts("arm", by="visit", reference="a")
    assert_allclose(second["estimate"], -first["estimate"], rtol=1e-9)
    assert_allclose(second["p"], first["p"], rtol=1e-8)


def test_rows_without_an_outcome_are_set_aside_and_kept() -> None:
    frame = small()
    frame.loc[[3, 7], "y"] = np.nan
    fit = mmrm(MODEL, frame)
    assert list(fit.excluded.index) == [3, 7]
    assert fit.n_rows == len(frame) - 2


def test_one_visit_is_analysis_of_covariance() -> None:
    """By least squares, with its degrees of freedom."""
    frame = small().query("visit == 'v0'")
    fit = mmrm("y ~ x + arm + us(visit | id)", frame)
    X = np.column_stack([np.ones(24), frame["x"], frame["arm"] == "b"])
    beta, rss, *_ = np.linalg.lstsq(X, frame["y"], rcond=None)
    assert_allclose(fit.beta, beta[[0, 1, 2]], rtol=1e-10)
    assert_allclose(fit.covariance.iloc[0, 0], rss[0] / 21, rtol=1e-10)
    assert_allclose(fit.coefficients["df"], 21, rtol=1e-8)
    assert len(fit.contrasts("arm", reference="a")) == 1


def test_a_factor_with_one_level_is_refused() -> None:
    with pytest.raises(AnalysisError, match="EQ404"):
        mmrm(MODEL, small().assign(arm="a"))


def test_a_fit_that_does_not_converge_gives_no_number() -> None:
    frame = small()
    copy = frame[frame["visit"] == "v0"].assign(visit="v3")
    same = pd.concat([frame, copy], ignore_index=True)  # two visits, one and the same
    fit = mmrm(MODEL, same)
    assert not fit.converged
    for ask in (
        lambda: fit.beta,
        lambda: fit.coefficients,
        lambda: fit.covariance,
        lambda: fit.emmeans("arm"),
        lambda: fit.contrasts("arm"),
        lambda: fit.log_likelihood,
    ):
        with pytest.raises(AnalysisError, match="EQ406"):
            ask()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: f.drop(columns="x"), "EQ401"),
        (lambda f: f.assign(y=f["y"].astype(str)), "EQ402"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "EQ403"),
        (lambda f: f.iloc[:6], "EQ404"),
        (lambda f: f[(f["arm"] == "a") | (f["visit"] != "v2")], "EQ405"),
    ],
)
def test_refusals(change: Any, code: str) -> None:
    with pytest.raises(AnalysisError) as refusal:
        mmrm(MODEL, change(small()))
    assert refusal.value.code == code


def test_options_that_do_not_exist_are_refused() -> None:
    fit = mmrm(MODEL, small())
    with pytest.raises(AnalysisError, match="EQ407"):
        mmrm(MODEL, small(), df="no-such-df")  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="EQ407"):
        fit.emmeans("x")
    with pytest.raises(AnalysisError, match="EQ407"):
        fit.contrasts("arm", reference="z")
    with pytest.raises(AnalysisError, match="EQ408"):
        fit.test(np.ones((1, 2)))
    with pytest.raises(AnalysisError, match="EQ408"):
        fit.test(np.ones((2, len(fit.beta))))


def test_other_degrees_of_freedom() -> None:
    frame = small()
    fit = mmrm(MODEL, frame, df="residual")
    assert (fit.coefficients["df"] == fit.n_rows - len(fit.beta)).all()
    assert np.isinf(mmrm(MODEL, frame, df="asymptotic").coefficients["df"]).all()
