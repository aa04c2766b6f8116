"""Rank, and the basis that the engine computes in."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
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
