"""t tests: R, scipy, the equivalence of interval and test, and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.t_tests import (
    TTest,
    equivalence_test,
    one_sample_t_test,
    paired_t_test,
    two_sample_t_test,
)
from tests.reference_results import reference

R = reference("stats/t_tests")
X, Y, Z = R["x"], R["y"], R["z"]
OURS: dict[str, TTest] = {
    "one": one_sample_t_test(X, 10),
    "one-less": one_sample_t_test(X, 10, alternative="less"),
    "paired": paired_t_test(X, Y),
    "paired-greater": paired_t_test(X, Y, 0.5, alternative="greater", level=0.9),
    "welch": two_sample_t_test(X, Z),
    "welch-greater": two_sample_t_test(X, Z, -3, alternative="greater"),
    "pooled": two_sample_t_test(X, Z, equal_variances=True),
}
SAMPLE = st.lists(st.integers(-20, 20), min_size=3, max_size=9)


@pytest.mark.reference
@pytest.mark.parametrize("case", [c for c in R["cases"] if c["kind"] in OURS],
                         ids=lambda case: case["kind"])  # fmt: skip
def test_it_is_t_test(case: dict[str, Any]) -> None:
    test, near = OURS[case["kind"]], {"rel": R["rtol"]}
    assert test.t == pytest.approx(case["t"], **near)
    assert test.df == pytest.approx(case["df"], **near)
    assert test.p == pytest.approx(case["p"], **near)
    for name in ("lower", "upper"):
        ours = getattr(test, name)
        if case[name] is None:
            assert np.isinf(ours)
        else:
            assert ours == pytest.approx(case[name], **near)


@pytest.mark.reference
def test_equivalence_is_two_one_sided_tests_of_r() -> None:
    rows = {row["kind"]: row for row in R["cases"]}
    test = equivalence_test(X, Y, -2.5, 2.5, equal_variances=True)
    near = {"rel": R["rtol"]}
    assert test.p_low == pytest.approx(rows["tost-low"]["p"], **near)
    assert test.p_high == pytest.approx(rows["tost-high"]["p"], **near)
    limits = rows["tost-interval"]["lower"], rows["tost-interval"]["upper"]
    assert (test.lower, test.upper) == pytest.approx(limits, **near)


@pytest.mark.property
@given(SAMPLE, SAMPLE, st.booleans())
def test_two_samples_are_scipys(x: list[int], y: list[int], pooled: bool) -> None:
    assume(len(set(x)) > 1 and len(set(y)) > 1)
    test = two_sample_t_test(x, y, equal_variances=pooled)
    wanted = stats.ttest_ind(x, y, equal_var=pooled)
    assert test.p == pytest.approx(wanted.pvalue)
    assert test.df == pytest.approx(wanted.df)
    # The interval contains the null value exactly where the test does not reject.
    at = two_sample_t_test(x, y, test.lower, equal_variances=pooled)
    assert at.p == pytest.approx(0.05)


@pytest.mark.property
@given(SAMPLE, SAMPLE, st.booleans(), st.integers(1, 12))
def test_equivalence_is_the_interval_inside_the_margins(
    x: list[int], y: list[int], paired: bool, margin: int
) -> None:
    size = min(len(x), len(y))
    x, y = x[:size], y[:size]
    assume(len(set(x)) > 1 and len({a - b for a, b in zip(x, y, strict=True)}) > 1)
    test = equivalence_test(x, y, -margin, margin + 1, paired=paired)
    assert test.equivalent == (-margin < test.lower and test.upper < margin + 1)
    turned = equivalence_test(y, x, -margin - 1, margin, paired=paired)
    assert turned.p == pytest.approx(test.p)


def test_paired_is_one_sample_of_differences() -> None:
    assert paired_t_test(X, Y) == one_sample_t_test(np.subtract(X, Y))


@pytest.mark.parametrize(
    "call",
    [
        lambda: one_sample_t_test([1.0]),
        lambda: one_sample_t_test([0.1 + 0.2, 0.3, 0.3]),
        lambda: paired_t_test([1, 2, 3], [2, 3, 4]),
        lambda: two_sample_t_test([1, 1], [2, 2]),
        lambda: two_sample_t_test([1], [2, 3]),
        lambda: two_sample_t_test([1], [2], equal_variances=True),
    ],
)
def test_without_spread_there_is_no_test(call: Any) -> None:
    """R prints p = NaN or stops: "data are essentially constant"."""
    with pytest.raises(AnalysisError, match=r"EQ469 the standard error cannot"):
        call()


def test_impossible_arguments_are_refused() -> None:
    for low, high in ((1, -1), (1, 1), (np.nan, 1)):
        with pytest.raises(AnalysisError, match=r"EQ462"):
            equivalence_test(X, Y, low, high)
    with pytest.raises(AnalysisError, match=r"EQ460 alpha"):
        equivalence_test(X, Y, -1, 1, alpha=0.95)
    with pytest.raises(AnalysisError, match=r"EQ460 level"):
        one_sample_t_test(X, level=95)
    with pytest.raises(AnalysisError, match=r"EQ462.*differ in length"):
        paired_t_test(X, Z)
