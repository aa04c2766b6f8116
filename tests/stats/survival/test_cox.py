"""Cox's regression against R, the refusals, and the laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.survival import cox, hazard_ratio, log_rank
from tests.shared_data import shared
from tests.stats.survival.survival_reference import RTOL, WANTED, array, frame

PLAIN = ["group", "age"]
MODELS = {
    "efron": {"covariates": PLAIN},
    "breslow": {"covariates": PLAIN, "ties": "breslow"},
    "exact": {"covariates": PLAIN, "ties": "exact"},
    "exact_strata": {"covariates": PLAIN, "ties": "exact", "strata": "site"},
    "strata": {"covariates": PLAIN, "strata": "site"},
    "entry": {"covariates": PLAIN, "entry": "entry"},
    "entry_exact": {"covariates": ["arm", "age"], "entry": "entry", "ties": "exact"},
    "entry_strata": {"covariates": PLAIN, "entry": "entry", "strata": "site",
                     "ties": "breslow"},
    "weights": {"covariates": PLAIN, "weights": "w"},
    "robust": {"covariates": PLAIN, "robust": True},
    "cluster": {"covariates": PLAIN, "cluster": "site"},
    "everything": {"covariates": "~ group * age", "entry": "entry", "strata": "site",
                   "weights": "w", "cluster": "id"},
}  # fmt: skip


@pytest.mark.reference
@pytest.mark.parametrize("name", MODELS)
def test_coefficients_errors_and_tests_are_those_of_r(name: str) -> None:
    data = frame().iloc[:25] if name == "entry_exact" else frame()
    fit = cox("time", "event", data=data, **MODELS[name])  # type: ignore[arg-type]
    wanted = WANTED["cox"][name]
    assert_allclose(fit.coefficients["coef"], wanted["coef"], rtol=RTOL)
    assert_allclose(fit.coefficients["std_error"], wanted["se"], rtol=RTOL)
    assert_allclose(
        [fit.null_log_likelihood, fit.log_likelihood], wanted["loglik"], rtol=1e-10
    )
    tests = fit.tests.set_index("test")["statistic"]
    ratio = 2 * (wanted["loglik"][1] - wanted["loglik"][0])
    assert_allclose(tests["likelihood ratio"], ratio, rtol=1e-6)
    assert_allclose(tests["score"], wanted["score"], rtol=RTOL)
    assert_allclose(tests["Wald"], wanted["wald"], rtol=1e-7)
    if fit.robust:
        assert_allclose(tests["robust score"], wanted["rscore"], rtol=RTOL)


@pytest.mark.reference
def test_the_listing_of_sas() -> None:
    """PROC PHREG, TIES=BRESLOW: 5 decimals. SAS prints the ratio of AFB 0 to 1.

    Its chi-square, 10.6143, is that of coefficients where its search stopped: those of R
    and statsmodels give 10.6142.
    """
    data = pd.read_csv(shared("data/camis_whas500.csv"))
    data["afb"] = 1 - data["AFB"]
    fit = cox("LENFOL", "FSTAT", ["afb"], ties="breslow", data=data)
    row = fit.coefficients.iloc[0]
    assert round(row["coef"], 5) == -0.53899
    assert round(row["std_error"], 5) == 0.16544
    assert abs(row["z"] ** 2 - 10.6143) < 1.1e-4
    assert [round(v, 3) for v in fit.hazard_ratio.iloc[0, :3]] == [0.583, 0.422, 0.807]
    data["years"] = (data["LENFOL"] / 365.25).round(2)
    two = cox("years", "FSTAT", ["afb"], strata="GENDER", data=data)
    assert [round(v, 3) for v in two.hazard_ratio.iloc[0, :3]] == [0.594, 0.430, 0.823]


def test_the_score_test_without_ties_is_the_log_rank_test() -> None:
    draw = stream(3, "cox")
    time, event, arm = (
        draw.exponential(size=60),
        draw.random(60) < 0.7,
        np.arange(60) % 3,
    )
    fit = cox(time, event, pd.Categorical(arm))
    tests = fit.tests.set_index("test")["statistic"]
    assert_allclose(tests["score"], log_rank(time, event, arm).statistic, rtol=1e-9)


def test_the_hazard_ratio_is_that_of_the_regression() -> None:
    data = frame().query("arm < 2")
    plain = hazard_ratio(data["time"], data["event"], data["arm"])
    row = cox("time", "event", ["arm"], data=data).coefficients.iloc[0]
    assert plain is not None
    assert_allclose(
        [plain.estimate, plain.std_error, plain.lower, plain.p],
        row[["hazard_ratio", "std_error", "lower", "p"]].astype(float),
        rtol=1e-12,
    )


@pytest.mark.property
@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(["efron", "breslow", "exact"]),
    st.booleans(),
)
def test_units_orders_and_empty_strata_change_nothing(
    seed: int, ties: str, late: bool
) -> None:
    draw = stream(seed, "cox")
    data = frame().sample(frac=1, random_state=seed % 1000)
    options = {"ties": ties, "entry": "entry" if late else None, "strata": "site"}
    if ties == "exact" and late:
        data = data.iloc[:60]
    first = cox("time", "event", PLAIN, data=data, **options)  # type: ignore[arg-type]
    unit, shift, scale = (
        10.0 ** draw.integers(-4, 5),
        draw.normal(),
        10 ** draw.normal(),
    )
    other = data.assign(
        time=data["time"] * unit,
        entry=data["entry"] * unit,
        age=1e4 * shift + scale * data["age"],
    )
    lone = other.iloc[:1].assign(site=99, event=1)  # a stratum that compares nothing
    found = cox("time", "event", PLAIN, data=pd.concat([other, lone]), **options)  # type: ignore[arg-type]
    size = np.array([1, 1, scale])
    assert_allclose(
        found.coefficients["coef"] * size, first.coefficients["coef"], rtol=1e-6
    )
    assert_allclose(
        found.coefficients["std_error"] * size,
        first.coefficients["std_error"],
        rtol=1e-6,
    )


def test_one_stratum_is_none_and_copies_are_weights() -> None:
    data = frame()
    plain = cox("time", "event", PLAIN, data=data, ties="breslow")
    one = cox("time", "event", PLAIN, data=data, ties="breslow", strata=np.ones(120))
    assert_allclose(one.coefficients["coef"], plain.coefficients["coef"], rtol=1e-12)
    weighted = cox("time", "event", PLAIN, data=data, ties="breslow", weights="w")
    copies = data.loc[data.index.repeat(data["w"].astype(int))]
    copied = cox("time", "event", PLAIN, data=copies, ties="breslow")
    assert_allclose(weighted.covariance, copied.covariance, rtol=1e-9)


def test_an_interval_cut_in_two_is_the_same_interval() -> None:
    data = frame()
    middle = np.where(data["time"] > 2, np.floor(data["time"] / 2), 0.0)
    first = data.assign(entry=0.0, time=middle, event=0)[middle > 0]
    halves = pd.concat([first, data.assign(entry=middle)])
    cut = cox("time", "event", PLAIN, entry="entry", cluster="id", data=halves)
    whole = cox("time", "event", PLAIN, cluster="id", data=data)
    assert_allclose(cut.covariance, whole.covariance, rtol=1e-9)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ties": "efrom"}, "EQ460"),
        ({"ties": "exact", "cluster": "site"}, "EQ460"),
        ({"covariates": ["agee"]}, "EQ460"),
        ({"covariates": "age - site"}, "EQ460"),
        ({"reference": {"group": "z"}}, "EQ460"),
        ({"level": 95}, "EQ460"),
        ({"entry": "time"}, "EQ461"),
        ({"weights": np.zeros(120)}, "EQ462"),
        ({"strata": np.ones(7)}, "EQ462"),
        ({"covariates": np.full(120, np.nan)}, "EQ462"),
        ({"event": np.zeros(120)}, "EQ465"),
        ({"covariates": {"x": np.ones(120)}}, "EQ465"),
        ({"covariates": ["site"], "strata": "site"}, "EQ465"),
    ],
)
def test_what_cannot_be_is_rejected(wrong: dict[str, object], code: str) -> None:
    given = {"time": "time", "event": "event", "covariates": PLAIN, **wrong}
    with pytest.raises(AnalysisError) as caught:
        cox(**given, data=frame())  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_fit_prints_and_has_its_ratios_as_a_frame() -> None:
    fit = cox("time", "event", PLAIN, data=frame(), reference={"group": "c"})
    assert "hazard_ratio" in repr(fit)
    assert fit.hazard_ratio.index.tolist() == ["group[a]", "group[b]", "age"]
    assert_allclose(array("cox", "efron", "loglik")[1], fit.log_likelihood, rtol=1e-10)
