"""The pass over the data: patterns, sums, start."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm.aliasing import basis
from equipoise.stats.mmrm.blocks import GridBlock
from equipoise.stats.mmrm.design import design
from equipoise.stats.mmrm.formula import parse
from equipoise.stats.mmrm.moments import moments, standardized
from tests.stats.mmrm.fev import MODEL, small


def test_each_participant_is_counted_once() -> None:
    frame = small(2, n=90)
    whole = design(parse(MODEL), frame)
    axes = basis([whole])
    data = moments([whole], axes, "us")
    block = data.blocks[0]
    assert isinstance(block, GridBlock)
    wide = frame.pivot_table(index="id", columns="visit", values="y").notna()
    counts = wide.value_counts()
    assert data.n_subjects == len(wide) == int(block.n.sum())
    assert data.n_rows == len(frame)
    for mask, n in zip(block.seen, block.n, strict=True):
        assert counts[tuple(bool(m) for m in mask)] == n


def test_the_sums_are_those_of_the_rows() -> None:
    frame = small(2, n=90).assign(w=lambda f: 0.5 + f.index % 3)
    whole = design(parse(MODEL), frame, "w")
    axes = basis([whole])
    data = moments([whole], axes, "us")
    block = data.blocks[0]
    assert isinstance(block, GridBlock)
    Z = standardized(whole, axes, slice(None))
    total = np.einsum("gttab->ab", block.tensors) + np.einsum(
        "nta,ntb->ab", block.rows, block.rows
    )
    assert_allclose(total, Z.T @ Z, rtol=1e-10, atol=1e-8)
    assert_allclose(data.log_weight, np.log(whole.weight).sum())


def test_the_start_is_the_covariance_of_pairs() -> None:
    frame = small(5, n=300)
    whole = design(parse(MODEL), frame)
    axes = basis([whole])
    data = moments([whole], axes, "us")
    r = whole.y - whole.X @ axes.origin
    frame = frame.iloc[whole.position]  # participants are sorted as text
    wide = frame.assign(r=r).pivot_table(index="id", columns="visit", values="r")
    pairs = np.array(
        [[(wide[a] * wide[b]).mean() for a in wide.columns] for b in wide.columns]
    )
    assert_allclose(data.start[0], pairs, rtol=1e-9)  # already positive definite
    assert data.together[0].all()


@pytest.mark.parametrize("visits", [9, 70])
def test_any_number_of_visits(visits: int) -> None:
    """Patterns are distinguished by bytes where they do not fit one number."""
    frame = small(1, n=12, visits=visits)
    whole = design(parse("y ~ arm + ar1(visit | id)"), frame)
    data = moments([whole], basis([whole]), "ar1")
    block = data.blocks[0]
    assert isinstance(block, GridBlock)
    assert len(np.unique(block.seen, axis=0)) == len(block.seen)
    assert int((block.seen.sum(axis=1) * block.n).sum()) == len(frame)
