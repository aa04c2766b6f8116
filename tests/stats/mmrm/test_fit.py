"""``eq.mmrm`` as a user meets it: laws, options, errors."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import equipoise as eq
from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from equipoise.stats.options import ON_VISITS, STRUCTURES
from tests.stats.mmrm.fev import MODEL, small

METHODS = (
    "satterthwaite",
    "kenward-roger",
    "kenward-roger-linear",
    "between-within",
    "residual",
    "asymptotic",
)
VCOVS = ("model", "empirical", "empirical-jackknife", "empirical-bias-reduced")


def model(structure: str) -> str:
    place = "time" if structure.startswith("sp_") else "visit"
    return f"y ~ x + arm * visit + {structure}({place} | id)"


def timed(seed: int = 1, n: int = 40) -> pd.DataFrame:
    frame = small(seed, n)
    return frame.assign(time=frame["visit"].str[1:].astype(float) * 0.7)


@pytest.mark.property
@pytest.mark.parametrize("structure", STRUCTURES)
@settings(max_examples=10)
@given(st.integers(0, 20), st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(
    structure: str, seed: int, shuffle: int
) -> None:
    frame = timed(seed)
    first, second = (
        mmrm(model(structure), each)
        for each in (frame, frame.sample(frac=1, random_state=shuffle))
    )
    assert first.converged == second.converged
    if first.converged:
        assert_allclose(first.beta, second.beta, rtol=1e-9, atol=1e-9)
        assert_allclose(first.coefficients["df"], second.coefficients["df"], rtol=1e-6)


@pytest.mark.property
@given(st.integers(0, 50), st.permutations(range(24)))
def test_the_names_of_participants_do_not_matter(seed: int, names: list[int]) -> None:
    frame = small(seed)
    renamed = frame.assign(id=[f"p{names[int(i)]:03d}" for i in frame["id"]])
    first, second = mmrm(MODEL, frame), mmrm(MODEL, renamed)
    assert_allclose(first.beta, second.beta, rtol=1e-9, atol=1e-9)
    assert_allclose(first.vcov, second.vcov, rtol=1e-7, atol=1e-9)


@pytest.mark.property
@given(st.floats(1e-2, 1e4), st.floats(-1e3, 1e3))
def test_a_linear_change_of_a_covariate_changes_only_its_coefficient(
    scale: float, shift: float
) -> None:
    frame = small()
    first = mmrm(MODEL, frame)
    second = mmrm(MODEL, frame.assign(x=frame["x"] * scale + shift))
    # A shift of 1e3 beside a scale of 1e-2 leaves eleven digits of the covariate.
    assert_allclose(
        second.log_likelihood + np.log(scale), first.log_likelihood, atol=1e-5
    )
    ours = second.contrasts("arm", by="visit")
    for name in ("estimate", "std_error", "df"):
        assert_allclose(ours[name], first.contrasts("arm", by="visit")[name], rtol=1e-5)
    assert_allclose(second.beta["x"] * scale, first.beta["x"], rtol=1e-5)


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


@pytest.mark.property
@given(st.integers(0, 30))
def test_a_complete_balanced_design_is_multivariate_analysis_of_variance(
    seed: int,
) -> None:
    """Coefficients of each visit alone, S the pooled residual covariance over n - 2."""
    frame = small(seed, n=20)
    whole = pd.DataFrame(
        [(i, v, "ab"[i % 2]) for i in range(20) for v in ("v0", "v1", "v2")],
        columns=["id", "visit", "arm"],
    )
    draw = np.random.Generator(np.random.Philox(seed))
    whole["y"] = draw.normal(size=60) + np.repeat(draw.normal(size=20), 3)
    del frame
    fit = mmrm("y ~ arm * visit + us(visit | id)", whole)
    Y = whole["y"].to_numpy().reshape(20, 3)
    groups = [Y[::2], Y[1::2]]
    residual = np.concatenate([g - g.mean(axis=0) for g in groups])
    S = residual.T @ residual / 18
    assert_allclose(fit.covariance, S, rtol=1e-8, atol=1e-9)
    found = fit.contrasts("arm", by="visit", reference="a")
    assert_allclose(found["estimate"], groups[1].mean(0) - groups[0].mean(0), atol=1e-9)
    assert_allclose(found["std_error"], np.sqrt(np.diag(S) * 2 / 10), rtol=1e-8)
    assert_allclose(found["df"], 18, rtol=1e-6)


@pytest.mark.property
def test_maximum_likelihood_and_reml_meet_as_n_grows() -> None:
    gaps = []
    for n in (20, 80, 320, 1280):
        frame = small(3, n)
        one, other = mmrm(MODEL, frame), mmrm(MODEL, frame, reml=False)
        gaps.append(float(np.abs(one.covariance - other.covariance).to_numpy().max()))
    assert gaps[0] > gaps[1] > gaps[2] > gaps[3]
    assert gaps[3] < 0.02 * gaps[0]  # of order 1 / n: 64 times smaller


@pytest.mark.property
@pytest.mark.parametrize("structure", STRUCTURES)
@settings(max_examples=10)
@given(st.integers(0, 200))
def test_the_covariance_is_positive_definite(structure: str, seed: int) -> None:
    fit = mmrm(model(structure), timed(seed, n=18))
    if fit.converged:
        for S in fit.covariances.values():
            assert np.linalg.eigvalsh(S)[0] > 0
    else:
        with pytest.raises(AnalysisError, match="EQ406"):
            _ = fit.covariance


@pytest.mark.parametrize("df", METHODS)
@pytest.mark.parametrize("vcov", VCOVS)
def test_every_pair_of_options(df: Any, vcov: Any) -> None:
    frame = small(5, n=40)
    if df.startswith("kenward-roger") and vcov != "model":
        with pytest.raises(AnalysisError, match="EQ407"):
            mmrm(MODEL, frame, df=df, vcov=vcov)
        return
    table = mmrm(MODEL, frame, df=df, vcov=vcov).coefficients
    assert np.isfinite(table[["estimate", "std_error", "t", "p"]]).all(axis=None)
    assert (table["df"] > 1).all()


def test_degrees_of_freedom_by_count() -> None:
    frame = small()
    fit = mmrm(MODEL, frame, df="residual")
    assert (fit.coefficients["df"] == fit.n_rows - len(fit.beta)).all()
    assert np.isinf(mmrm(MODEL, frame, df="asymptotic").coefficients["df"]).all()


@pytest.mark.parametrize("structure", ON_VISITS)
def test_structures_by_group(structure: str) -> None:
    """Two arms with nothing in common are two fits."""
    frame = small(2, n=60)
    both = mmrm(
        f"y ~ x * arm + arm * visit + arm:x:visit + {structure}(visit | arm / id)",
        frame,
    )
    total = 0.0
    for arm, part in frame.groupby("arm"):
        alone = mmrm(f"y ~ x * visit + {structure}(visit | id)", part)
        total += alone.log_likelihood
        assert_allclose(both.covariances[arm], alone.covariance, rtol=1e-5, atol=1e-6)
    # The two parameterizations of X differ by a matrix of determinant one.
    assert_allclose(both.log_likelihood, total, rtol=1e-9)


def test_one_visit_is_analysis_of_covariance() -> None:
    """By least squares, with its degrees of freedom."""
    frame = small().query("visit == 'v0'")
    fit = mmrm("y ~ x + arm + us(visit | id)", frame)
    X = np.column_stack([np.ones(24), frame["x"], frame["arm"] == "b"])
    beta, rss, *_ = np.linalg.lstsq(X, frame["y"], rcond=None)
    assert_allclose(fit.beta, beta, rtol=1e-10)
    assert_allclose(fit.covariance.iloc[0, 0], rss[0] / 21, rtol=1e-10)
    assert_allclose(fit.coefficients["df"], 21, rtol=1e-8)
    assert len(fit.contrasts("arm", reference="a")) == 1


def test_weights_are_counts_of_precision() -> None:
    """A visit that is the mean of four readings has a quarter of their variance."""
    frame = small(4, n=30)
    weighted = mmrm(MODEL, frame.assign(w=4.0), weights="w")
    plain = mmrm(MODEL, frame)
    assert_allclose(weighted.beta, plain.beta, rtol=1e-9)
    assert_allclose(weighted.covariance, plain.covariance * 4, rtol=1e-8)
    assert_allclose(weighted.log_likelihood, plain.log_likelihood, rtol=1e-9)


def test_rows_without_an_outcome_are_set_aside_and_kept() -> None:
    frame = small()
    frame.loc[[3, 7], "y"] = np.nan
    fit = mmrm(MODEL, frame)
    assert isinstance(fit.excluded, pd.DataFrame)
    assert list(fit.excluded.index) == [3, 7]
    assert fit.n_rows == len(frame) - 2


def test_constrained_longitudinal_data_analysis() -> None:
    """The baseline is an outcome, and the arms share its mean."""
    frame = small(6, n=60)
    later = frame["arm"].where(frame["visit"] != "v0", "a")
    fit = mmrm("y ~ visit + visit:late + us(visit | id)", frame.assign(late=later))
    assert fit.aliased == ("visit[v0]:late[T.b]",)
    means = fit.emmeans("late", by="visit").set_index(["late", "visit"])["estimate"]
    assert np.isnan(means["b", "v0"])  # by design, nobody is in that cell
    rows = fit.contrasts("late", by="visit", reference="a").set_index("visit")
    assert np.isfinite(rows.loc[["v1", "v2"], "estimate"]).all()


def test_aliased_columns_are_named_and_dropped() -> None:
    """As R: those that the columns before them determine."""
    frame = small()
    fit = mmrm(
        "y ~ x + twice + arm * visit + us(visit | id)",
        frame.assign(twice=2 * frame["x"]),
    )
    assert fit.aliased == ("twice",)
    assert "twice" in fit.warnings[0]
    assert_allclose(fit.beta, mmrm(MODEL, frame).beta, rtol=1e-8)


def test_a_constant_covariate_is_aliased_with_the_intercept() -> None:
    fit = mmrm("y ~ k + arm * visit + us(visit | id)", small().assign(k=3.0))
    assert fit.aliased == ("k",)


def test_a_visit_with_one_arm_only_is_told() -> None:
    frame = small()
    fit = mmrm(MODEL, frame[(frame["arm"] == "a") | (frame["visit"] != "v2")])
    assert fit.aliased == ("arm[T.b]:visit[T.v2]",)
    rows = fit.contrasts("arm", by="visit", reference="a").set_index("visit")
    assert np.isnan(rows.loc["v2", "estimate"])
    assert np.isfinite(rows.loc[["v0", "v1"], "estimate"]).all()
    L = np.zeros((1, 7))
    L[0, 6] = 1
    with pytest.raises(AnalysisError, match="EQ405"):
        fit.test(L)


def test_fewer_participants_than_parameters_is_told() -> None:
    fit = mmrm("y ~ visit + us(visit | id)", small(1, n=6))
    assert any("6 participants for 6 covariance parameters" in w for w in fit.warnings)


def test_a_fit_that_does_not_converge_gives_no_number() -> None:
    frame = small()
    copy = frame[frame["visit"] == "v0"].assign(visit="v3")
    same = pd.concat([frame, copy], ignore_index=True)  # two visits, one and the same
    fit = mmrm(MODEL, same)
    assert not fit.converged
    assert list(fit.convergence["method"]) == ["scoring", "trust region"]
    assert any("did not converge" in warning for warning in fit.warnings)
    asks: list[Any] = [
        lambda: fit.beta,
        lambda: fit.coefficients,
        lambda: fit.covariance,
        lambda: fit.emmeans("arm"),
        lambda: fit.contrasts("arm"),
        lambda: fit.test_terms(),
        lambda: fit.log_likelihood,
        lambda: fit.predict(),
        lambda: fit.simulate(1, seed=1),
        lambda: fit.residuals(),
    ]
    for ask in asks:
        with pytest.raises(AnalysisError, match="EQ406"):
            ask()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: f.drop(columns="x"), "EQ401"),
        (lambda f: f.assign(y=f["y"].astype(str)), "EQ402"),
        (lambda f: f.assign(x=np.where(f.index == 4, np.inf, f["x"])), "EQ402"),
        (lambda f: f.assign(y=np.where(f.index == 4, -np.inf, f["y"])), "EQ402"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "EQ403"),
        (lambda f: f.iloc[:6], "EQ404"),
        (lambda f: f.assign(arm="a"), "EQ404"),
        (lambda f: f.assign(y=np.nan), "EQ404"),
        (lambda f: f[(f["visit"] != "v1") | (f["id"] < "00")], "EQ404"),
    ],
)
def test_refusals(change: Any, code: str) -> None:
    frame = change(small())
    if code == "EQ404" and set(frame["visit"]) == {"v0", "v2"}:
        # the two remaining visits have nobody in common
        frame = frame[(frame["visit"] == "v0") == (frame["id"] < "12")]
    with pytest.raises(AnalysisError) as refusal:
        mmrm(MODEL, frame)
    assert refusal.value.code == code


def test_duplicates_are_shown() -> None:
    frame = small()
    with pytest.raises(AnalysisError) as refusal:
        mmrm(MODEL, pd.concat([frame, frame.iloc[[5]]]))
    records = refusal.value.problems[0].records
    assert records is not None
    assert len(records) == 2


def test_a_participant_in_two_groups_is_refused() -> None:
    frame = small()
    frame["arm"] = np.where(frame["visit"] == "v1", "a", frame["arm"])
    with pytest.raises(AnalysisError, match="two groups"):
        mmrm("y ~ x + arm + us(visit | arm / id)", frame)


def test_an_unknown_structure_lists_the_known_ones() -> None:
    with pytest.raises(AnalysisError) as refusal:
        mmrm("y ~ x + toast(visit | id)", small())
    assert refusal.value.code == "EQ407"
    assert all(name in str(refusal.value) for name in STRUCTURES)


def test_options_that_do_not_exist_are_refused() -> None:
    fit = mmrm(MODEL, small())
    asks: list[Any] = [
        lambda: mmrm(MODEL, small(), df="no-such-df"),  # type: ignore[arg-type]
        lambda: mmrm(MODEL, small(), vcov="none"),  # type: ignore[arg-type]
        lambda: fit.emmeans("x"),
        lambda: fit.emmeans("arm", weights="some"),  # type: ignore[arg-type]
        lambda: fit.emmeans("arm", level=95),
        lambda: fit.contrasts("arm", reference="z"),
        lambda: fit.contrasts("arm", kind="every"),  # type: ignore[arg-type]
        lambda: fit.contrasts("arm", adjust="tukey"),  # type: ignore[arg-type]
        lambda: fit.test_terms(type="I"),  # type: ignore[arg-type]
        lambda: fit.residuals("odd"),  # type: ignore[arg-type]
        lambda: fit.predict(interval="wide"),  # type: ignore[arg-type]
    ]
    for ask in asks:
        with pytest.raises(AnalysisError, match="EQ407"):
            ask()
    for L in (np.ones((1, 2)), np.ones((2, len(fit.beta))), np.ones((0, 7))):
        with pytest.raises(AnalysisError, match=r"EQ408|EQ463"):
            fit.test(L)


def test_it_is_a_public_name() -> None:
    assert eq.mmrm is mmrm


def test_a_visit_with_too_few_ratings_is_named_with_its_cause() -> None:
    """Two ratings at v1, one in each arm, and an own slope: nothing is left of them."""
    frame = small(4)
    first = frame[frame["visit"] == "v1"]
    two = [first[first["arm"] == arm].index[0] for arm in "ab"]
    few = frame[(frame["visit"] != "v1") | frame.index.isin(two)]
    with pytest.raises(AnalysisError) as error:
        mmrm("y ~ x * visit + arm * visit + us(visit | id)", few)
    problem = error.value.problems[0]
    assert problem.what.endswith("beyond what the model reproduces at v1")
    assert "v1 has 2 ratings for 2 coefficients: leave the visit out" in str(problem)


def test_the_same_value_in_all_participants_is_named_as_that() -> None:
    frame = small(4)
    same = frame.assign(y=frame["y"].where(frame["visit"] != "v1", 3.0))
    with pytest.raises(AnalysisError) as error:
        mmrm("y ~ x * visit + arm * visit + us(visit | id)", same)
    assert "the same value was entered for all participants" in str(error.value)
    assert "at v1" in error.value.problems[0].what
