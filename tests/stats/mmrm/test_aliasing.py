"""Rank, the basis that the engine computes in, and what dropped columns answer."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.aliasing import basis
from equipoise.stats.mmrm.design import Design, design
from equipoise.stats.mmrm.formula import parse
from tests.stats.mmrm.fev import MODEL, small


def made(X: np.ndarray, y: np.ndarray | None = None) -> Design:
    whole = design(parse(MODEL), small(n=60))
    n = len(X)
    return replace(whole, X=X, y=np.zeros(n) if y is None else y)


def test_the_basis_is_orthonormal_and_the_origin_is_least_squares() -> None:
    whole = design(parse(MODEL), small())
    axes = basis([whole])
    turned = whole.X @ axes.turn
    assert_allclose(turned.T @ turned / len(whole.y), np.eye(7), atol=1e-12)
    assert_allclose(axes.origin, np.linalg.lstsq(whole.X, whole.y)[0], rtol=1e-9)
    assert_allclose(axes.cross, whole.X.T @ whole.X, rtol=1e-10, atol=1e-9)
    sign, log_det = np.linalg.slogdet(whole.X.T @ whole.X / len(whole.y))
    assert sign == 1
    assert_allclose(axes.log_det, log_det, rtol=1e-10)


def test_parts_give_what_the_whole_gives() -> None:
    whole = design(parse(MODEL), small())
    cut = [
        replace(whole, X=whole.X[rows], y=whole.y[rows])
        for rows in (slice(0, 10), slice(10, 11), slice(11, None))
    ]
    one, other = basis([whole]), basis(cut)
    assert_allclose(np.abs(one.turn), np.abs(other.turn), atol=1e-12)
    assert_allclose(one.origin, other.origin, rtol=1e-9)


@pytest.mark.property
@given(
    st.lists(st.integers(0, 4), min_size=5, max_size=5, unique=True), st.integers(0, 9)
)
def test_later_columns_are_dropped(order: list[int], seed: int) -> None:
    """Wherever the dependent ones stand, the rank is kept and the null space is true."""
    draw = np.random.Generator(np.random.Philox(seed))
    A = draw.normal(size=(40, 3))
    X = np.column_stack([A, A[:, 0] + A[:, 1], 2 * A[:, 2]])[:, order]
    axes = basis([made(X)])
    assert len(axes.kept) == 3
    assert np.linalg.matrix_rank(X[:, axes.kept]) == 3
    for dropped in set(range(5)) - set(axes.kept):
        before = [j for j in axes.kept if j < dropped]
        assert np.linalg.matrix_rank(X[:, [*before, dropped]]) == len(before)
    assert axes.null.shape == (5, 2)
    assert_allclose(X @ axes.null, 0, atol=1e-10)


@pytest.mark.property
@given(st.floats(-9, 0), st.integers(0, 50))
def test_how_close_columns_are_does_not_matter(power: float, seed: int) -> None:
    """Cholesky and QR hand over to each other without a seam."""
    draw = np.random.Generator(np.random.Philox(seed))
    A = draw.normal(size=(50, 3))
    A[:, 2] = A[:, 0] + 10**power * A[:, 2]
    axes = basis([made(A, draw.normal(size=50))])
    assert len(axes.kept) == (3 if power > -6.9 else 2) or -7.2 < power < -6.8
    turned = A[:, axes.kept] @ axes.turn
    # Eight digits of orthogonality are left where columns differ by 1e-7.
    assert_allclose(turned.T @ turned / 50, np.eye(len(axes.kept)), atol=1e-7)


def test_a_column_of_zeros_is_aliased() -> None:
    X = np.column_stack([np.ones(9), np.zeros(9), np.arange(9.0)])
    assert list(basis([made(X)]).kept) == [0, 2]


def test_nearly_alike_columns_are_told_apart() -> None:
    """The tolerance is that of R's qr: 1e-7 of the length of the column."""
    t = np.arange(20.0)
    X = np.column_stack([np.ones(20), 1 + 1e-6 * t, 1 + 1e-9 * t**2])
    assert list(basis([made(X)]).kept) == [0, 1]


def test_as_many_rows_as_columns_is_too_few() -> None:
    with pytest.raises(AnalysisError, match="EQ404"):
        basis([made(np.eye(4))])


TWO = "y ~ x + x2 + arm * visit + us(visit | id)"


def differences(model: str, frame: pd.DataFrame) -> np.ndarray:
    fit = mmrm(model, frame)
    table = fit.contrasts("arm", by="visit", reference="a")
    means = fit.emmeans("arm", by="visit")
    return np.concatenate(
        [table[["estimate", "std_error", "df"]].to_numpy().ravel(), means["estimate"]]
    )


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.floats(-12, -2), st.integers(0, 20), st.sampled_from([1.0, 2.20462, 1e6]))
def test_a_copy_with_noise_never_takes_the_answers_away(
    power: float, seed: int, unit: float
) -> None:
    """Law: the answers are those with the noise as covariate, or those without it."""
    frame = small(4, n=40)
    draw = np.random.Generator(np.random.Philox(seed))
    z = dict(zip(frame["id"].unique(), draw.normal(size=40), strict=True))
    noise = frame["id"].map(z)
    found = differences(TWO, frame.assign(x2=unit * (frame["x"] + 10**power * noise)))
    with_noise = differences(TWO, frame.assign(x2=noise))
    without = differences(MODEL, frame)
    wanted = with_noise if power > -6 else without if power < -7.5 else None
    if wanted is None:
        wanted = min(with_noise, without, key=lambda each: np.abs(found - each).max())
    # Rounding of x2 itself is 1e-16 of x, and the noise is 10**power of it.
    assert_allclose(found, wanted, rtol=1e-7 + 1e-14 / 10**power * (power > -8))


def test_pounds_as_float32_beside_kilograms() -> None:
    frame = small(4, n=40)
    frame["x"] = 80 + 12 * frame["x"]
    pounds = (frame["x"] * 2.20462).astype("float32").astype(float)
    fit = mmrm(TWO, frame.assign(x2=pounds))
    assert fit.aliased == ("x2",)
    assert_allclose(
        differences(TWO, frame.assign(x2=pounds)), differences(MODEL, frame), rtol=1e-6
    )


@pytest.mark.property
@settings(max_examples=25, deadline=None)
@given(
    st.floats(-1e9, 1e9),
    st.floats(-6, 6),
    st.sampled_from([MODEL, "y ~ x * visit + x:arm + arm * visit + us(visit | id)"]),
)
def test_a_linear_change_of_a_covariate_changes_only_its_coefficient(
    location: float, power: float, model: str
) -> None:
    frame = small(4, n=40)
    changed = frame.assign(x=(location + frame["x"]) * 10**power)
    one, two = mmrm(model, frame), mmrm(model, changed)
    assert one.aliased == two.aliased == ()
    # A deviation of one is 1e-16 * location of rounding; twice for what uses the means.
    allowed = 1e-7 + 1e-15 * abs(location)
    assert_allclose(
        differences(model, changed),
        differences(model, frame),
        rtol=allowed * 10,
        atol=allowed,
    )
    jacobian = 0 if model == MODEL else 4
    shift = 2 * np.log(10) * power * (1 + jacobian - 1 * bool(jacobian))
    assert_allclose(two.deviance - shift, one.deviance, rtol=1e-6)
    for kind in ("II", "III"):
        F = [
            fit.test_terms(kind).set_index("term").F["arm:visit"] for fit in (one, two)
        ]
        assert_allclose(F[1], F[0], rtol=allowed * 100)


def test_a_mean_of_1e8_is_the_centred_covariate() -> None:
    frame = small(4, n=40)
    centred = frame.assign(x=8 * (frame["x"] - frame["x"].mean()))
    far = centred.assign(x=centred["x"] + 1e8)
    for model in (MODEL, "y ~ x * visit + arm * visit + us(visit | id)"):
        assert mmrm(model, far).aliased == ()
        assert_allclose(differences(model, far), differences(model, centred), rtol=1e-6)


def test_a_large_covariate_does_not_hide_an_empty_cell() -> None:
    """What is lost is measured in units of the columns, not in those of the row."""
    frame = small(4, n=40)
    frame = frame[(frame["visit"] != "v2") | (frame["arm"] == "a")]
    fit = mmrm(MODEL, frame.assign(x=frame["x"] + 1e9))
    assert list(fit.contrasts("arm", by="visit")["p"].isna()) == [False, False, True]
    assert list(fit.emmeans("arm", by="visit")["df"].isna()) == [False] * 5 + [True]
    assert list(fit.test_terms()["num_df"]) == list(
        mmrm(MODEL, frame).test_terms()["num_df"]
    )
