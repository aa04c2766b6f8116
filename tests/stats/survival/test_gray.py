"""Gray's test against R cmprsk, and its laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.survival import gray_test, log_rank
from tests.stats.survival.survival_reference import RTOL, array, frame


@pytest.mark.reference
@pytest.mark.parametrize("kind", [1, 2])
def test_the_statistics_are_those_of_cmprsk(kind: int) -> None:
    data = frame()
    found = {
        "plain": gray_test("time", "cause", "group", kind, data=data),
        "strata": gray_test("time", "cause", "group", kind, "site", data=data),
        "rho": gray_test("time", "cause", "group", kind, rho=1, data=data),
        "two": gray_test("time", "cause", "arm", kind, data=data.query("arm < 2")),
    }
    for name, test in found.items():
        wanted = array("gray", name)[kind - 1]
        assert_allclose(test.statistic, wanted, rtol=RTOL)
        assert test.df == (1 if name == "two" else 2)


@pytest.mark.property
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.permutations([0, 1, 2]))
def test_names_rows_and_units_change_nothing(seed: int, names: list[int]) -> None:
    draw = stream(seed, "gray")
    time, cause = np.ceil(draw.exponential(9, 60)), draw.integers(0, 3, 60)
    group, order = draw.integers(0, 3, 60), draw.permutation(60)
    first = gray_test(time, cause, group, 1)
    other = np.array(names)[group]
    again = gray_test(7 * time[order], cause[order], other[order], 1)
    assert_allclose(again.statistic, first.statistic, rtol=1e-8)


def test_without_competing_events_and_ties_the_scores_are_those_of_the_log_rank_test() -> (
    None
):
    draw = stream(8, "gray")
    time, cause, group = (
        draw.exponential(size=80),
        draw.integers(0, 2, 80),
        draw.integers(0, 2, 80),
    )
    found = gray_test(time, cause, group, 1).groups
    plain = log_rank(time, cause, group).groups
    assert_allclose(found["score"], plain["observed"] - plain["expected"], atol=1e-9)


def test_groups_without_comparison_are_rejected() -> None:
    with pytest.raises(AnalysisError, match="EQ462"):
        gray_test([1, 2, 3, 4], [1, 2, 0, 1], ["a"] * 4, 1)
    with pytest.raises(AnalysisError, match="EQ462"):
        gray_test([1, 2, 3, 4], [2, 2, 0, 2], ["a", "b", "a", "b"], 1)
