"""Tensors of patterns and plain rows give the same digits."""

from unittest.mock import patch

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import blocks, mmrm
from equipoise.stats.mmrm.blocks import GridBlock, regular
from tests.stats.mmrm.fev import MODEL, small


def fits(many: int, **options: str) -> tuple[GridBlock, dict[str, np.ndarray]]:
    """With a tensor for each pattern of more than ``many`` participants a visit."""
    with patch("equipoise.stats.mmrm.moments.MANY", many):
        fit = mmrm(MODEL, small(3, n=200, visits=4), **options)  # type: ignore[arg-type]
    block = fit.data.blocks[0]
    assert isinstance(block, GridBlock)
    found = {
        "beta": fit.beta.to_numpy(),
        "vcov": fit.vcov.to_numpy(),
        "observed": fit.top.at.observed,
        "expected": fit.top.at.expected,
        "df": fit.coefficients["df"].to_numpy(),
        "deviance": np.array(fit.deviance),
    }
    return block, found


@pytest.mark.parametrize(
    "df", ["satterthwaite", "kenward-roger", "kenward-roger-linear"]
)
def test_tensors_and_rows_are_one(df: str) -> None:
    dense, one = fits(0, df=df)
    mixed, some = fits(4, df=df)
    plain, other = fits(10**6, df=df)
    assert len(dense.rows) == 0
    assert len(plain.tensors) == 0
    assert 0 < len(mixed.tensors) < len(mixed.n)
    for name, value in one.items():
        assert_allclose(some[name], value, rtol=1e-8, atol=1e-10)
        assert_allclose(other[name], value, rtol=1e-8, atol=1e-10)


def test_slices_of_tensors_change_nothing() -> None:
    _, one = fits(0)
    with patch.object(blocks, "SLICE", 1):
        _, other = fits(0)
    for name, value in one.items():
        assert_allclose(other[name], value, rtol=1e-9, atol=1e-12)


def test_what_is_singular_up_to_rounding_is_refused() -> None:
    S = np.array([[[1.0, 1 - 1e-13], [1 - 1e-13, 1.0]]])
    with pytest.raises(np.linalg.LinAlgError):
        regular(S)
    diagonal, _ = regular(np.array([[[4.0, 2.0], [2.0, 5.0]]]))
    assert_allclose(diagonal, [[2, 2]])
