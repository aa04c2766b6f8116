from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.numerics.rng import stream
from equipoise.randomize.complete import complete


@pytest.mark.property
@given(st.integers(0, 200), st.integers(0, 50), st.integers(0, 99))
def test_a_longer_list_never_changes_its_beginning(
    n: int, more: int, seed: int
) -> None:
    ratios = {"active": 2, "placebo": 1}
    short = complete(n, ratios, stream(seed))
    assert len(short) == n
    assert complete(n + more, ratios, stream(seed))[:n] == short
    assert set(short) <= set(ratios)


def test_arms_come_in_the_allocation_ratio() -> None:
    ratios = {"active": 2, "low": 1, "placebo": 3}
    counts = Counter(complete(6000, ratios, stream(1)))
    observed = [counts[arm] for arm in ratios]
    assert stats.chisquare(observed, [2000, 1000, 3000]).pvalue > 0.001


def test_draws_are_independent_of_the_one_before() -> None:
    drawn = complete(4000, {"a": 1, "b": 1}, stream(2))
    pairs = Counter(zip(drawn[::2], drawn[1::2], strict=True))
    assert stats.chisquare([pairs[p] for p in sorted(pairs)]).pvalue > 0.001
    assert len(pairs) == 4
