"""Distributions of rank sums against the tables of a textbook and all signs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.stats.ranks.permutation import affordable, rank_sums, signed_rank_sums


@pytest.mark.reference
def test_tails_are_those_of_r() -> None:
    """R 4.2.2: pwilcox(21, 5, 5, lower = FALSE), psignrank(39, 9, lower = FALSE).

    Fractions of 252 and 512 permutations: the digits that R prints, 16.
    """
    first = rank_sums(np.arange(1.0, 11), 5)
    assert first.p(2 * 37, "greater") == pytest.approx(0.02777777777777778, rel=1e-14)
    signed = signed_rank_sums(np.arange(1.0, 10))
    assert signed.p(2 * 40, "greater") == pytest.approx(0.01953125, rel=1e-14)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_the_signed_sums_are_those_of_all_signs(values: list[int]) -> None:
    ranks = stats.rankdata(values)
    sums = np.array([np.dot(s, ranks) for s in product((0, 1), repeat=len(ranks))])
    found = signed_rank_sums(ranks)
    counts = np.bincount(
        np.rint(2 * sums).astype(int), minlength=len(found.probability)
    )
    assert found.probability == pytest.approx(counts / len(sums))
    assert found.mean == pytest.approx(2 * sums.mean())


def test_the_quantile_is_that_of_r() -> None:
    """R: qwilcox(0.025, 14, 15) = 60, a sum of ranks of 165."""
    assert rank_sums(np.arange(1.0, 30), 14).quantile(0.025) - 14 * 15 / 2 == 60


def test_what_can_be_calculated_in_seconds() -> None:
    assert affordable(200, 100)
    assert not affordable(800, 400)
    assert not affordable(1001, 1)
