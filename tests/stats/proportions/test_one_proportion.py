"""One proportion: against scipy and statsmodels, and laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import binomial_test, proportion, wilson
from tests.reference_results import reference

WILSON = reference("analyze/wilson")

counts = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.reference
@pytest.mark.parametrize("case", WILSON["cases"], ids=str)
def test_wilson_agrees_with_the_published_interval(case: dict[str, Any]) -> None:
    limits = (case["lower"], case["upper"])
    assert wilson(case["events"], case["n"]).interval == pytest.approx(
        limits, rel=0, abs=WILSON["atol"]
    )


@pytest.mark.reference
@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_intervals_are_those_of_scipy_and_statsmodels(
    given_: tuple[int, int], level: float
) -> None:
    exact = stats.binomtest(*given_).proportion_ci(level, "exact")
    found = proportion(*given_, level, "clopper-pearson").interval
    assert found == pytest.approx((exact.low, exact.high), abs=1e-9)
    for method, name in (("wilson", "wilson"), ("agresti-coull", "agresti_coull")):
        wanted = proportion_confint(*given_, 1 - level, name)
        found = proportion(*given_, level, method).interval  # type: ignore[arg-type]
        # Limits of no event and of nothing else are 0 and 1 here.
        x, n = given_
        low, high = (0 if x == 0 else wanted[0]), (1 if x == n else wanted[1])
        assert found == pytest.approx((low, high), abs=1e-9)


@pytest.mark.reference
@given(counts, st.floats(0.01, 0.99))
def test_the_exact_test_is_that_of_scipy(given_: tuple[int, int], null: float) -> None:
    for side in ("two-sided", "greater", "less"):
        wanted = stats.binomtest(*given_, null, side).pvalue
        found = binomial_test(*given_, null, alternative=side)  # type: ignore[arg-type]
        assert found.p == pytest.approx(wanted, rel=1e-7)


@pytest.mark.property
@settings(max_examples=5, deadline=None)
@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_blaker_is_within_clopper_pearson(given_: tuple[int, int]) -> None:
    inner = proportion(*given_, method="blaker")
    outer = proportion(*given_, method="clopper-pearson")
    assert outer.lower - 1e-9 <= inner.lower <= inner.estimate
    assert inner.estimate <= inner.upper <= outer.upper + 1e-9


@pytest.mark.property
@given(counts, st.sampled_from(["wilson", "wilson-cc", "mid-p", "jeffreys"]))
def test_counting_the_others_turns_the_interval(
    given_: tuple[int, int], method: Any
) -> None:
    x, n = given_
    found, other = proportion(x, n, method=method), proportion(n - x, n, method=method)
    assert other.interval == pytest.approx((1 - found.upper, 1 - found.lower), abs=1e-9)


def test_no_event_has_an_upper_limit_and_no_width_is_refused() -> None:
    # 1 - 0.025 ** (1 / 10): the exact limit of no event in closed form.
    found = proportion(0, 10, method="clopper-pearson")
    assert found.interval == pytest.approx((0, 1 - 0.025**0.1), rel=1e-12)
    with pytest.raises(AnalysisError, match="EQ467"):
        proportion(0, 10, method="wald")
