"""Linear combinations: references of R and SAS, laws, and what is rejected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import equipoise as eq
from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import MmrmFit, mmrm
from tests.printed_numbers import agrees, printed
from tests.shared_data import shared
from tests.stats.mmrm.fev import MODEL, antidepressant_data, reference, small

NLME = Path(__file__).parent / "nlme" / "estimate.json"
HAMD = "CHANGE ~ BASVAL * VISIT + THERAPY * VISIT + us(VISIT | PATIENT)"
CELLS = ("THERAPY", "VISIT")
VISITS = (4, 5, 6, 7)


def against(weights: dict[Any, float]) -> dict[Any, float]:
    """Drug minus placebo with these weights of the visits."""
    drug = {("DRUG", visit): w for visit, w in weights.items()}
    return drug | {("PLACEBO", visit): -w for visit, w in weights.items()}


AVERAGE = against({4: 0.5, 5: 0.5})
CHANGE = against({7: 1, 4: -1})
SLOPE = against({visit: (visit - 5.5) / 5 for visit in VISITS})
THREE = {"average": AVERAGE, "change": CHANGE, "slope": SLOPE}


@pytest.fixture(scope="module")
def hamd() -> MmrmFit:
    frame = eq.load_example("antidepressant")
    arms = pd.CategoricalDtype(["PLACEBO", "DRUG"])
    return mmrm(HAMD, frame.astype({"THERAPY": arms}))


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm(MODEL, small(2, n=40))


def test_average_difference_of_differences_and_slope_agree_with_nlme(
    hamd: MmrmFit,
) -> None:
    """R nlme ``gls`` stops near 1e-5 of a standard error."""
    theirs = json.loads(NLME.read_text("utf-8"))
    ours = hamd.estimate(THREE, of=CELLS).set_index("label")
    for label, (estimate, error) in theirs.items():
        assert_allclose(ours.loc[label, "std_error"], error, rtol=1e-5)
        assert abs(ours.loc[label, "estimate"] - estimate) < 1e-4 * error


def test_every_pairwise_difference_of_emmeans_in_all_columns() -> None:
    """R emmeans ``pairs`` of every fit of the reference: tolerances of the engine."""
    content = reference("mmrm_antidepressant_us_reml")
    frame = antidepressant_data()
    for wanted in content["fits"]:
        if wanted["method"] != "Satterthwaite" or "emmeans_pairs" not in wanted:
            continue
        if wanted["vcov_type"] != "Asymptotic":
            continue
        fit = mmrm(content["formula"], frame, reml=wanted["reml"])
        theirs = pd.DataFrame(wanted["emmeans_pairs"])
        asked = {
            row.VISIT: {("PLACEBO", row.VISIT): 1, ("DRUG", row.VISIT): -1}
            for row in theirs.itertuples()
        }
        ours = fit.estimate(asked, of=CELLS)
        assert ours["label"].tolist() == theirs["VISIT"].tolist()
        for one, other, rtol in (
            ("estimate", "estimate", 1e-7), ("std_error", "SE", 1e-6), ("df", "df", 1e-4),
            ("t", "t.ratio", 1e-6), ("p", "p", 1e-5), ("lower", "lower.CL", 1e-5),
            ("upper", "upper.CL", 1e-5),
        ):  # fmt: skip
            assert_allclose(ours[one], theirs[other], rtol=rtol)


def test_lsmestimate_of_sas_for_the_last_visit() -> None:
    """PROC MIXED, TYPE=UN, DDFM=SATTERTHWAITE, on the pages of CAMIS."""
    theirs = printed("mmrm")
    frame = antidepressant_data()
    fit = mmrm(HAMD.replace("BASVAL *", "GENDER + BASVAL *"), frame)
    row = fit.estimate({("DRUG", "7"): 1, ("PLACEBO", "7"): -1}, of=CELLS).iloc[0]
    assert agrees(theirs["ad.diff7"], row["estimate"])
    assert agrees(theirs["ad.diff7.se"], row["std_error"])
    assert agrees(theirs["ad.diff7.df"], row["df"])
    assert agrees(theirs["ad.diff7.p"], row["p"])
    assert agrees(theirs["ad.diff7.lower"], row["lower"])
    assert agrees(theirs["ad.diff7.upper"], row["upper"])


def test_estimate_of_sas_in_an_analysis_of_covariance() -> None:
    """PROC GLM, ESTIMATE: ``drug -1 1 0`` and ``drug -1 -1 2`` on the pages of CAMIS."""
    theirs = printed("ancova")
    frame = pd.read_csv(shared("data/camis_drug_trial.csv")).reset_index(names="id")
    frame["drug"] = frame["drug"].replace({"D": "C", "F": "E"})
    fit = mmrm("post ~ drug + pre + us(visit | id)", frame.assign(visit="end"))
    asked = {"C-A": {"C": 1, "A": -1}, "E-CA": {"E": 2, "C": -1, "A": -1}}
    ours = fit.estimate(asked, of="drug").set_index("label")
    for label in asked:
        assert agrees(theirs[f"estimate.{label}"], ours.loc[label, "estimate"])
        assert agrees(theirs[f"estimate.{label}.se"], ours.loc[label, "std_error"])
        assert agrees(theirs[f"estimate.{label}.p"], ours.loc[label, "p"])
    joint = fit.test({"1": {"C": 1, "A": -1}, "2": {"E": 1, "A": -1}}, of="drug")
    assert agrees(theirs["type3.drug.F"], joint.loc[0, "F"])
    assert agrees(theirs["type3.drug.p"], joint.loc[0, "p"])


WEIGHTS = st.lists(st.integers(-4, 4), min_size=6, max_size=6).filter(any)
LEVELS = [(arm, visit) for arm in "ab" for visit in ("v0", "v1", "v2")]


@given(WEIGHTS, WEIGHTS, st.integers(-3, 3), st.integers(-3, 3))
def test_an_estimate_is_linear_however_it_is_written(
    fit: MmrmFit, one: list[int], other: list[int], a: int, b: int
) -> None:
    both = (a * np.array(one) + b * np.array(other)).tolist()
    rows = [row for row in (one, other, both) if any(row)]
    cells = fit.estimate(np.array(rows), of=("arm", "visit"))
    named = fit.estimate(
        {str(i): dict(zip(LEVELS, row, strict=True)) for i, row in enumerate(rows)},
        of=("arm", "visit"),
    )
    numbers = ["estimate", "std_error", "df", "t", "p", "lower", "upper"]
    pd.testing.assert_frame_equal(cells[numbers], named[numbers])
    if any(both):
        first, second, third = cells["estimate"]
        assert_allclose(third, a * first + b * second, atol=1e-9)
    means = fit.emmeans("arm", by="visit")["estimate"].to_numpy()
    assert_allclose(cells["estimate"], np.array(rows) @ means, atol=1e-9)
    back = fit.estimate(-np.array(rows), of=("arm", "visit"))
    assert_allclose(back["estimate"], -cells["estimate"])
    assert_allclose(back["p"], cells["p"])


def test_an_estimate_is_the_contrast_where_both_can_say_it(fit: MmrmFit) -> None:
    table = fit.contrasts("arm", by="visit", reference="a", adjust="mvt")
    asked = {v: {("b", v): 1, ("a", v): -1} for v in ("v0", "v1", "v2")}
    ours = fit.estimate(asked, of=("arm", "visit"), adjust="mvt")
    pd.testing.assert_frame_equal(
        ours.drop(columns="label"), table.drop(columns=["contrast", "visit"])
    )


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger", "between-within"])
def test_the_reference_level_decides_nothing(df: str) -> None:
    frame = small(2, n=40)
    asked = {"x": {("b", "v2"): 1, ("a", "v2"): -0.5, ("a", "v0"): -0.5}}
    tables = []
    for order in (["a", "b"], ["b", "a"]):
        turned = frame.assign(arm=pd.Categorical(frame["arm"], categories=order))
        fit = mmrm(MODEL, turned, df=df)  # type: ignore[arg-type]
        tables.append(fit.estimate(asked, of=("arm", "visit")))
    pd.testing.assert_frame_equal(*tables, rtol=1e-7)


def test_coefficients_by_name_by_matrix_and_by_frame(fit: MmrmFit) -> None:
    table = fit.coefficients.set_index("term")
    row = fit.estimate("x").iloc[0]
    assert row["label"] == "x"
    assert_allclose(row[["estimate", "df", "p"]].astype(float),
                    table.loc["x", ["estimate", "df", "p"]].astype(float))  # fmt: skip
    b, c = "arm[T.b]", "arm[T.b]:visit[T.v2]"
    named = fit.estimate({b: 1, c: 1})
    assert named["label"].tolist() == [f"{b} + {c}"]
    frame = pd.DataFrame([[1, 1]], index=["b at v2"], columns=[b, c])
    for other in (frame, frame.loc["b at v2"], {"b at v2": frame.loc["b at v2"]}):
        assert_allclose(fit.estimate(other)["estimate"], named["estimate"])
    last = fit.contrasts("arm", by="visit", reference="a").iloc[-1]
    assert_allclose(named["p"], last["p"])
    matrix = fit.estimate(np.eye(len(fit.terms)))
    assert matrix["label"].tolist() == list(fit.terms)
    assert_allclose(matrix["std_error"], fit.bse)


def test_a_joint_test_takes_what_estimate_takes(fit: MmrmFit) -> None:
    arms = {v: {("b", v): 1, ("a", v): -1} for v in ("v0", "v1", "v2")}
    differ = {v: {("b", v): 1, ("a", v): -1, ("b", "v0"): -1, ("a", "v0"): 1}
              for v in ("v1", "v2")}  # fmt: skip
    tested = fit.test(differ, of=("arm", "visit")).iloc[0]
    term = fit.test_terms().set_index("term").loc["arm:visit"]
    assert_allclose(tested["F"], term["F"], rtol=1e-9)
    one = fit.test({("b", "v2"): 1, ("a", "v2"): -1}, of=("arm", "visit")).iloc[0]
    row = fit.estimate(arms, of=("arm", "visit")).iloc[-1]
    assert_allclose([one["F"], one["den_df"], one["p"]],
                    [row["t"] ** 2, row["df"], row["p"]])  # fmt: skip
    assert fit.test(arms, of=("arm", "visit")).loc[0, "num_df"] == 3


def test_weights_of_other_factors_and_values_of_covariates(fit: MmrmFit) -> None:
    means = fit.emmeans("arm", weights="proportional", at={"x": 2.0})
    ours = fit.estimate(
        {"b": {"b": 1}}, of="arm", weights="proportional", at={"x": 2.0}
    )
    assert_allclose(ours["estimate"], means["estimate"][1])


def test_an_empty_cell_leaves_no_answer_and_a_dropped_coefficient_is_rejected() -> None:
    frame = small()
    fit = mmrm(MODEL, frame[(frame["arm"] == "a") | (frame["visit"] != "v2")])
    table = fit.estimate(
        {v: {("b", v): 1, ("a", v): -1} for v in ("v1", "v2")}, of=("arm", "visit")
    )
    assert table["estimate"].isna().tolist() == [False, True]
    with pytest.raises(AnalysisError, match=r"EQ405 the coefficient .* was dropped"):
        fit.estimate(fit.aliased[0])
    with pytest.raises(AnalysisError, match="EQ405"):
        fit.test({("b", "v2"): 1, ("a", "v2"): -1}, of=("arm", "visit"))
    wide = np.eye(len(fit.source.encoding.names))[:2]
    assert_allclose(fit.estimate(wide)["estimate"], fit.beta.iloc[:2])


@pytest.mark.parametrize(
    ("given_", "of", "text"),
    [
        ({"b": 1}, None, "EQ463 'b' is not a coefficient but a level of arm"),
        ({("b", "v1"): 1}, None, "of=.'arm', 'visit'."),
        ({}, None, "EQ463 the combination is empty"),
        ({"one": {}}, None, "EQ463 the combination is empty"),
        ({"x": 0}, None, "EQ463 every weight is zero"),
        ({"x": float("nan")}, None, "EQ463 a weight is missing"),
        ({"x": 1, "one": {"x": 1}}, None, "EQ463 some values are weights"),
        ({"x": object()}, None, "EQ463 the weight .* is not a number"),
        ({"one": np.eye(7)}, None, "EQ463 one label for a matrix"),
        ("xx", None, "EQ407 coefficient = 'xx'"),
        ("b", "arm", "EQ463 'b' is not a combination"),
        ([1, 2], None, "EQ408 the matrix has 2 columns for 7 coefficients"),
        (np.zeros((2, 2, 2)), None, "EQ408"),
        ([1, 2, 3], "arm", "EQ408 the matrix has 3 columns for 2 cells of arm"),
        ({"c": 1}, "arm", "EQ407 level of arm = 'c'"),
        ({"b": 1}, ("arm", "visit"), "EQ463 'b' has 1 levels for 2 factors"),
        ({"b": 1}, "arms", "EQ407 factor = 'arms'"),
        ({"b": 1}, 5, "EQ407 5 does not name factors"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_what_to_write(
    fit: MmrmFit, given_: Any, of: Any, text: str
) -> None:
    for call in (fit.estimate, fit.test):
        with pytest.raises(AnalysisError, match=text):
            call(given_, of=of)
    with pytest.raises(AnalysisError, match="EQ463 at and weights"):
        fit.estimate("x", at={"x": 1})


def test_several_factors_in_means_and_contrasts(fit: MmrmFit) -> None:
    by = fit.emmeans("arm", by="visit")
    for same in ("arm:visit", "arm * visit", ("arm", "visit"), ["arm", "visit"]):
        pd.testing.assert_frame_equal(fit.emmeans(same), by)
    listed = fit.contrasts("arm", by=["visit"], reference="a")
    pd.testing.assert_frame_equal(
        listed, fit.contrasts("arm", by="visit", reference="a")
    )
    cells = fit.contrasts("arm:visit", reference=("a", "v0"))
    assert cells["contrast"].tolist()[2] == "b v0 - a v0"
    assert_allclose(cells.loc[2, "p"], listed.loc[0, "p"])
    for wrong in ({"by": 5}, {"by": [["visit"]]}, {"by": ["visits"]}):
        with pytest.raises(AnalysisError, match="EQ407"):
            fit.contrasts("arm", **wrong)  # type: ignore[arg-type]
