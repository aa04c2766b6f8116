"""Van Elteren's test: all permutations within strata, one stratum, and laws."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.ranks import rank_sum_test, van_elteren

SCORES = st.lists(st.integers(0, 5), min_size=3, max_size=5)


def scores(values: np.ndarray, weighted: bool) -> np.ndarray:
    """SAS's modified ridits, or ranks, of a stratum."""
    ranks = stats.rankdata(values)
    return ranks / (len(values) + 1) if weighted else ranks


@pytest.mark.property
@given(SCORES, SCORES, st.sampled_from(["van-elteren", "equal"]))
def test_mean_and_variance_are_those_of_all_permutations_within_strata(
    first: list[int], second: list[int], weights: str
) -> None:
    """Cochran-Mantel-Haenszel: (sum - mean)² / variance of the permutations."""
    groups = [np.array([1, *[0] * (len(v) - 2), 1]) for v in (first, second)]
    each = [scores(np.array(v), weights == "van-elteren") for v in (first, second)]
    sums = np.array(
        [
            sum(s[list(c)].sum() for s, c in zip(each, chosen, strict=True))
            for chosen in product(*(combinations(range(len(s)), 2) for s in each))
        ]
    )
    assume(sums.std() > 1e-9)
    observed = sum(float(s[g == 1].sum()) for s, g in zip(each, groups, strict=True))
    strata = ["a"] * len(first) + ["b"] * len(second)
    test = van_elteren(first + second, np.concatenate(groups), strata, weights=weights)
    assert test.z == pytest.approx((observed - sums.mean()) / sums.std())
    assert test.p == pytest.approx(2 * stats.norm.sf(abs(test.z)))


@pytest.mark.property
@given(st.lists(st.integers(0, 9), min_size=4, max_size=12))
def test_one_stratum_is_the_rank_sum_test(values: list[int]) -> None:
    assume(len(set(values)) > 1)
    arm = np.arange(len(values)) % 2 == 0
    y = np.array(values)
    plain = rank_sum_test(y[arm], y[~arm], method="normal", correction=False)
    test = van_elteren(y, arm, np.zeros(len(y)))
    assert test.z == pytest.approx(plain.z)
    assert test.p == pytest.approx(plain.p)
    # A monotone change of the values of a stratum changes nothing.
    assert van_elteren(y**3 - 7, arm, np.zeros(len(y))).z == pytest.approx(plain.z)


def test_strata_of_one_group_do_not_count_and_are_told() -> None:
    values, arm = [1, 2, 3, 4, 9, 8], [0, 1, 0, 1, 1, 1]
    with_it = van_elteren(values, arm, list("aaaabb"))
    without = van_elteren(values[:4], arm[:4], list("aaaa"))
    assert with_it.z == pytest.approx(without.z)
    assert (with_it.strata, with_it.excluded, with_it.n) == (1, 2, 4)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(AnalysisError, match=r"EQ469.*no stratum contains both"):
        van_elteren([1, 2, 3], [0, 1, 1], list("abb"))
    with pytest.raises(AnalysisError, match=r"EQ469.*do not vary"):
        van_elteren([1, 1, 3], [0, 1, 1], list("aab"))
    with pytest.raises(AnalysisError, match="EQ462 1 strata are missing"):
        van_elteren([1, 2, 3], [0, 1, 1], ["a", None, "a"])


def trials(strata: int, per_stratum: int, effect: float, seed: int, n: int) -> float:
    """Proportion of P < 0.05 with a strong difference between strata."""
    from equipoise.numerics.rng import stream

    draw, rejected = stream(seed, "van-elteren"), 0
    label = np.repeat(np.arange(strata), per_stratum)
    arm = np.arange(strata * per_stratum) % 2 == 0
    for _ in range(n):
        y = draw.normal(size=len(arm)) + 2.0 * label + effect * arm
        rejected += van_elteren(np.round(y), arm, label).p < 0.05
    return rejected / n


@pytest.mark.calibration
def test_rates_at_fifteen_an_arm_in_five_strata() -> None:
    """2026-12-02, seed 18, 4,000 trials of 5 strata of 6, rounded values: 5.65%.

    The Monte Carlo error is 0.35 percentage points: with 3 against 3 in a stratum the
    normal distribution is slightly liberal. With a shift of one standard deviation the
    test rejects in 68% of 500 trials.
    """
    assert abs(trials(5, 6, 0.0, 18, 4000) - 0.05) < 0.011
    assert trials(5, 6, 1.0, 18, 500) > 0.6
