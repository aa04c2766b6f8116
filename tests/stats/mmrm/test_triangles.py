"""Symmetric matrices by their lower triangles, against numpy."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm.triangles import inverse, place, sandwich, times


def packed(A: np.ndarray) -> np.ndarray:
    rows, columns = np.tril_indices(A.shape[-1])
    return np.moveaxis(A[..., rows, columns], -1, 0)


def positive(T: int, count: int) -> np.ndarray:
    draw = np.random.Generator(np.random.Philox(T))
    A = draw.normal(size=(count, T, T + 3))
    return np.asarray(A @ A.swapaxes(1, 2))


@pytest.mark.parametrize("T", [1, 2, 4, 7])
def test_inverse_and_determinant(T: int) -> None:
    A = positive(T, 9)
    found, log_det, good = inverse(list(packed(A)), T)
    assert good.all()
    assert_allclose(np.stack(found), packed(np.linalg.inv(A)), rtol=1e-9, atol=1e-12)
    assert_allclose(log_det, np.linalg.slogdet(A)[1], rtol=1e-10, atol=1e-10)


def test_what_is_not_positive_definite_is_told() -> None:
    A = positive(3, 4)
    A[2] -= 2 * np.linalg.eigvalsh(A[2])[1] * np.eye(3)
    assert list(inverse(list(packed(A)), 3)[2]) == [True, True, False, True]


@pytest.mark.parametrize("T", [1, 3, 5])
def test_products(T: int) -> None:
    A, B = positive(T, 6), positive(T + 1, 6)[:, :T, :T]
    v = np.random.Generator(np.random.Philox(2)).normal(size=(T, 6))
    assert_allclose(times(packed(A), v), np.einsum("its,si->ti", A, v), rtol=1e-10)
    assert_allclose(sandwich(packed(A), packed(B), T), packed(A @ B @ A), rtol=1e-10)


def test_the_place_of_an_entry_does_not_depend_on_its_side() -> None:
    assert [place(t, s) for t in range(3) for s in range(t + 1)] == list(range(6))
    assert place(0, 2) == place(2, 0)
