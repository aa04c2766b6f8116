"""The signed-rank test and the pseudo-median: R, SAS's rules, all signs, and laws."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.ranks import pseudo_median, signed_rank_test
from tests.stats.ranks.test_rank_sum import R

DIFFERENCES = st.lists(st.integers(-5, 5), min_size=1, max_size=9)


@pytest.mark.reference
@pytest.mark.parametrize("case", R["cases"]["pairs"])
def test_it_is_wilcox_test(case: dict) -> None:
    d, near = case["d"], {"rel": R["rtol"]}
    normal = signed_rank_test(d, method="normal")
    assert (normal.v, normal.p) == pytest.approx((case["v"], case["p_normal"]), **near)
    plain = signed_rank_test(d, method="normal", correction=False)
    assert plain.p == pytest.approx(case["p_plain"], **near)
    if case["plain"]:  # with ties or zeros R has no exact value
        assert signed_rank_test(d).p == pytest.approx(case["p_exact"], **near)
        median = pseudo_median(d)
        ours = [median.estimate, median.lower, median.upper]
        assert ours == pytest.approx(case["pseudo"], **near)


@pytest.mark.property
@given(DIFFERENCES)
def test_the_exact_value_is_that_of_all_signs(values: list[int]) -> None:
    """SAS: the exact distribution with the midranks of the observed differences."""
    nonzero = np.array([v for v in values if v])
    assume(len(nonzero))
    ranks = stats.rankdata(np.abs(nonzero))
    sums = np.array([np.dot(s, ranks) for s in product((0, 1), repeat=len(ranks))])
    test = signed_rank_test(values)
    far = np.abs(sums - sums.mean()) >= abs(test.s) - 1e-9
    assert test.p == pytest.approx(far.mean())
    plain = signed_rank_test(values, method="normal", correction=False)
    assert plain.z == pytest.approx(test.s / sums.std())
    assert (test.n, test.zeros) == (len(nonzero), values.count(0))


@pytest.mark.property
@given(DIFFERENCES, st.sampled_from(["exact", "normal", "t"]))
def test_signs_change(values: list[int], method: str) -> None:
    assume(any(values))
    one = signed_rank_test(values, method=method)
    other = signed_rank_test([-v for v in values], method=method)
    assert one.p == pytest.approx(other.p)
    assert one.s == pytest.approx(-other.s)


def test_sas_prints_students_t_above_twenty_pairs() -> None:
    """PROC UNIVARIATE: S sqrt((n - 1) / (n V - S²)) with n - 1 degrees of freedom.

    It is the t of a paired t test of the signed ranks.
    """
    d = np.array(
        [4, -1, 3, 7, 7, -2, 5, 1, -1, 6, 8, -3, 2, 9, 11, -4, 3, 3, 5, -6, 10, 1]
    )
    signed = np.sign(d) * stats.rankdata(np.abs(d))
    wanted = stats.ttest_1samp(signed, 0).pvalue
    assert signed_rank_test(d, method="t").p == pytest.approx(wanted)


def test_pairs_are_subtracted_and_rounding_makes_no_difference() -> None:
    test = signed_rank_test([0.1 + 0.2, 5, 4], [0.3, 3, 1])
    assert (test.n, test.zeros, test.v) == (2, 1, 3.0)
    assert pseudo_median([3, 5.0], [1, 1]).estimate == 3


def test_the_interval_of_few_differences_excludes_nothing() -> None:
    assert pseudo_median([1.0, 2.0, 4.0]).interval == (-np.inf, np.inf)
    assert pseudo_median([1, 2, 3, 4, 5, 6.5]).interval == (1, 6.5)


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(AnalysisError, match="EQ469 all 2 differences are zero"):
        signed_rank_test([0, 0])
    with pytest.raises(AnalysisError, match=r"EQ462.*differ in length"):
        signed_rank_test([1, 2], [1])
    with pytest.raises(AnalysisError, match="EQ460 method = 'exact'"):
        signed_rank_test(np.arange(1, 1500.0), method="exact")
    with pytest.raises(AnalysisError, match="EQ462 0 differences"):
        pseudo_median([])
