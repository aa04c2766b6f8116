"""Hodges and Lehmann's shift: SAS, R, and the test that it inverts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from equipoise.stats.ranks import hodges_lehmann, rank_sum_test
from tests.printed_numbers import disagreements, printed
from tests.stats.ranks.test_rank_sum import R, birthweights

DISTINCT = st.lists(st.integers(0, 400), min_size=9, max_size=16, unique=True)


@pytest.mark.reference
def test_every_number_of_npar1way_and_of_wilcox_test() -> None:
    first, second = birthweights()
    moses = hodges_lehmann(first, second, method="moses")
    exact = hodges_lehmann(first, second)
    ours = {
        "hl": moses.estimate,
        "hl.moses.lower": moses.lower,
        "hl.moses.upper": moses.upper,
        "hl.se": moses.std_error,
        "hl.exact.lower": exact.lower,
        "hl.exact.upper": exact.upper,
    }
    assert disagreements(ours, printed("wilcoxon_ranksum", "SAS")) == {}
    root = hodges_lehmann(first, second, method="r-root")
    ours = {"r.hl": root.estimate, "r.hl.lower": root.lower, "r.hl.upper": root.upper}
    assert disagreements(ours, printed("wilcoxon_ranksum", "R")) == {}


@pytest.mark.reference
@pytest.mark.parametrize("case", R["cases"]["two"])
def test_the_root_has_all_digits_of_r(case: dict) -> None:
    """Same algorithm, same steps: the digits of R's tolerance of 1e-4 and beyond."""
    x, y = case["x"], case["y"]
    for key, correction in (("root", True), ("root_plain", False)):
        shift = hodges_lehmann(x, y, method="r-root", correction=correction)
        ours = [shift.estimate, shift.lower, shift.upper]
        assert ours == pytest.approx(case[key], rel=R["rtol"])
    if not case["ties"]:
        exact = hodges_lehmann(x, y)
        assert exact.interval == pytest.approx(case["limits_exact"], rel=R["rtol"])


@pytest.mark.property
@given(DISTINCT, st.integers(3, 6))
def test_the_exact_interval_is_what_the_exact_test_does_not_reject(
    values: list[int], size: int
) -> None:
    """A shift just inside each limit has P > 0.05, one just outside has not.

    Values 0.37 apart have differences that no shift of 1e-6 makes equal to another.
    """
    x, y = np.array(values[:size], float), np.array(values[size:], float) + 0.37
    shift = hodges_lehmann(x, y)
    for limit, inwards in ((shift.lower, 1), (shift.upper, -1)):
        if np.isfinite(limit):
            inside, outside = limit + inwards * 1e-6, limit - inwards * 1e-6
            assert rank_sum_test(x - inside, y, method="exact").p > 0.05
            assert rank_sum_test(x - outside, y, method="exact").p <= 0.05


@pytest.mark.property
@given(DISTINCT, st.sampled_from(["exact", "moses"]), st.integers(-50, 50))
def test_it_moves_with_the_first_group(values: list[int], method: str, by: int) -> None:
    """The exact interval is that of the ties in the data: a shift may not make others."""
    assume(not {value + by for value in values[:4]} & set(values[4:]))
    x, y = np.array(values[:4], float), np.array(values[4:], float)
    one, moved = (hodges_lehmann(v, y, method=method) for v in (x, x + by))
    assert moved.estimate == pytest.approx(one.estimate + by)
    assert moved.lower == pytest.approx(one.lower + by)
    turned = hodges_lehmann(y, x, method=method)
    assert turned.estimate == pytest.approx(-one.estimate)
    assert turned.interval == pytest.approx((-one.upper, -one.lower))


def test_two_against_two_exclude_no_shift() -> None:
    """The smallest P value of six permutations is 1/3; R prints limits of 67%."""
    assert hodges_lehmann([1, 2], [3, 5]).interval == (-np.inf, np.inf)
    assert hodges_lehmann([1, 2], [3, 5], level=0.6).interval == (-4, -1)


def test_auto_says_which_method_it_used() -> None:
    assert hodges_lehmann(np.arange(60.0), np.arange(60.0)).method == "moses"
    assert hodges_lehmann(np.arange(20.0), np.arange(30.0)).method == "exact"
