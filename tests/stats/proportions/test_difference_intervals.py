"""Intervals of a difference that have a formula: statsmodels and laws."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from equipoise.stats.proportions import risk_difference

arm = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
METHODS = [
    "mee",
    "newcombe",
    "newcombe-cc",
    "agresti-caffo",
    "wald-cc",
    "hauck-anderson",
]


@pytest.mark.reference
@given(arm, arm)
def test_formulas_are_those_of_statsmodels(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    for method, name in (("newcombe", "newcomb"), ("agresti-caffo", "agresti-caffo")):
        found = risk_difference(*one, *two, method=method)  # type: ignore[arg-type]
        low, high = confint_proportions_2indep(*one, *two, method=name, compare="diff")
        wanted = (max(low, -1), min(high, 1))
        assert found.interval == pytest.approx(wanted, abs=1e-9)


@pytest.mark.property
@settings(max_examples=60)
@given(arm, arm, st.sampled_from(METHODS))
def test_swapping_groups_turns_the_interval(
    one: tuple[int, int], two: tuple[int, int], method: Any
) -> None:
    found = risk_difference(*one, *two, method=method)
    other = risk_difference(*two, *one, method=method)
    assert -1 <= found.lower < found.upper <= 1
    assert other.interval == pytest.approx((-found.upper, -found.lower), abs=1e-8)
    if method != "agresti-caffo":  # its middle is nearer to 0
        assert found.lower <= found.estimate <= found.upper
